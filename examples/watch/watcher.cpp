// SPDX-License-Identifier: MIT
#include "watcher.hpp"

#include <algorithm>
#include <string_view>
#include <utility>

#include "json_line.hpp"

namespace watch {

namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

auto seconds_text(milliseconds time) -> std::string {
  return std::to_string((time.count() + 999) / 1000) + " s";
}

}  // namespace

watcher::watcher(options const& chosen, terminal& out, signals& from_outside)
    : chosen_{chosen}, out_{out}, signals_{from_outside} {}

auto watcher::run() -> exit_status {
  while (!ended_) {
    read();
    if (!ended_) wait_to_connect();
  }
  connection_.reset();
  // The last picture stays behind on the screen that was there before.
  if (out_.can_redraw() && !chosen_.json && !chosen_.once) {
    out_.leave();
    if (decoder_.snapshot() != nullptr) {
      for (auto const& line : draw(decoder_.tree(), decoder_.snapshot(), out_.room())) {
        out_.write(line + "\n");
      }
    }
  }
  return *ended_;
}

void watcher::read() {
  reconnect_ = false;
  decoder_.restart();
  heard_ = clock::now();
  connection_ = std::make_unique<connection>(chosen_.url, decoder_.last_event_id(),
                                             [this](std::string_view bytes) { take(bytes); });
  using state = connection::state;
  do {
    redraw();
    // A new viewer gets an older keyframe and, right behind it, what has changed since.
    bool const may_be_old = std::exchange(applied_, false) && chosen_.once;
    connection_->pump(signals_.descriptor(), may_be_old ? seconds{0} : seconds{1});
    bool const is_last = applied_ && connection_->now() == state::closed;
    if (chosen_.once && (is_last || (may_be_old && !applied_))) print();
    if (signals_.stop_wanted()) end(exit_status::done);
    auto const now = connection_->now();
    if (now == state::streaming || now == state::closed) {
      was_connected_ = true;
      failures_ = 0;
    }
    if (now == state::closed || now == state::failed || now == state::no_stream) {
      trouble_ = connection_->reason();
      reconnect_ = true;
      if (now == state::no_stream && !was_connected_) end(exit_status::no_stream);
      if (now == state::failed && !was_connected_) end(exit_status::connection_failed);
    } else if (silence() > 3 * patience()) {
      trouble_ = "nothing heard for " + seconds_text(silence());
      reconnect_ = true;
      if (!was_connected_) end(exit_status::connection_failed);
    }
  } while (!reconnect_ && !ended_);
  if (ended_ && *ended_ != exit_status::done && *ended_ != exit_status::cannot_write) {
    out_.leave();
    out_.complain(trouble_);
  }
}

void watcher::take(std::string_view bytes) {
  decoder_.feed(bytes, [this](memscape::decode_report const& report) {
    if (!ended_) take(report);
  });
}

void watcher::take(memscape::decode_report const& report) {
  using memscape::decode_action;
  using memscape::decode_outcome;
  heard_ = clock::now();
  if (report.outcome == decode_outcome::applied) {
    backoff_.reset();
    // A keyframe heals whatever went wrong before it.
    trouble_.clear();
    reconnect_ = false;
    applied_ = true;
    if (!chosen_.once) print();
    return;
  }
  if (report.action() == decode_action::go_on && report.outcome != decode_outcome::too_large)
    return;
  trouble_ = report.reason();
  if (!report.fault.empty()) trouble_ += " (" + std::string{report.fault} + ")";
  if (report.action() == decode_action::reconnect) reconnect_ = true;
  if (report.action() == decode_action::stop) end(exit_status::refused);
}

void watcher::print() {
  if (out_.can_redraw() && !chosen_.once && !chosen_.json) return;  // drawn once a round
  std::string text;
  if (chosen_.json) {
    text = json_line(decoder_.tree(), *decoder_.snapshot()) + "\n";
  } else {
    for (auto const& line : draw(decoder_.tree(), decoder_.snapshot(), out_.room()))
      text += line + "\n";
    if (!chosen_.once) text += "\n";
  }
  if (!out_.write(text)) {
    if (!out_.reader_left()) out_.complain("stdout takes no more");
    end(out_.reader_left() ? exit_status::done : exit_status::cannot_write);
  }
  if (chosen_.once) end(exit_status::done);
}

void watcher::wait_to_connect() {
  connection_.reset();
  ++failures_;
  if (failures_ > chosen_.retries || chosen_.once) {
    out_.leave();
    out_.complain(trouble_);
    return end(exit_status::connection_failed);
  }
  next_attempt_ = clock::now() + backoff_.next(decoder_.retry_ms().value_or(1000), random_());
  if (!out_.can_redraw() || chosen_.json) out_.complain(trouble_ + "; connecting again");
  for (;;) {
    auto const left = std::chrono::ceil<milliseconds>(next_attempt_ - clock::now());
    if (left.count() <= 0) return;
    redraw();
    signals_.wait(std::min(left, milliseconds{1000}));
    if (signals_.stop_wanted()) return end(exit_status::done);
  }
}

void watcher::redraw() {
  if (!out_.can_redraw() || chosen_.once || chosen_.json) return;
  if (!was_connected_ && decoder_.snapshot() == nullptr && connection_ != nullptr &&
      connection_->now() != connection::state::streaming) {
    return;  // a first attempt that fails says so on the screen as it is
  }
  auto const room = out_.room();
  auto lines = draw(decoder_.tree(), decoder_.snapshot(), room);
  lines.push_back(draw_link(link(), decoder_.snapshot(), room));
  if (!out_.redraw(lines)) end(out_.reader_left() ? exit_status::done : exit_status::cannot_write);
}

auto watcher::link() const -> link_text {
  using mood = link_text::mood;
  if (connection_ == nullptr) {
    auto const left = std::chrono::ceil<milliseconds>(next_attempt_ - clock::now());
    return {mood::bad, "reconnecting in " + seconds_text(std::max(left, milliseconds{0})),
            trouble_};
  }
  if (connection_->now() != connection::state::streaming)
    return {mood::waiting, "connecting", trouble_};
  if (silence() > patience())
    return {mood::waiting, "stale for " + seconds_text(silence()), trouble_};
  return {mood::good, "live", trouble_};
}

auto watcher::silence() const -> milliseconds {
  return std::chrono::duration_cast<milliseconds>(clock::now() - heard_);
}

auto watcher::patience() const -> milliseconds {
  return seconds{10} + milliseconds{2 * std::min<std::uint64_t>(decoder_.interval_ms(), 3'600'000)};
}

}  // namespace watch
