// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include <memscape/exporters/delta_stream.hpp>
#include <memscape/exporters/frame_ring.hpp>
#include <memscape/exporters/json_ledger.hpp>
#include <memscape/exporters/prometheus_ledger.hpp>
#include <memscape/exporters/prometheus.hpp>
#include <memscape/exporters/sse_json.hpp>
#include <memscape/exporters/text.hpp>
#include <memscape/exporters/text_ledger.hpp>
#include <memscape/exporters/text_limits.hpp>
#include <memscape/ledger/baselines.hpp>
#include <memscape/ledger/ledger_growth.hpp>
#include <memscape/readers/common/monotonic_clock.hpp>

#include "runtime.hpp"

namespace demo {

/// Everything the server sends about memory, ready encoded. It knows no socket and no client: a frame
/// is written once, and whoever is connected gets the same bytes. There are two streams of the same
/// snapshots, with the same sequence numbers: what changed, and on demand every snapshot in full. Behind
/// either, whoever has nothing else to get gets the last ledger: no snapshot waits for one.
class feed {
 public:
  using layout = memory_registry::layout;
  using stream = memscape::delta_stream<layout>;
  static constexpr std::size_t max_snapshot = memscape::sse_json::max_size<layout>;
  static constexpr std::size_t max_text =
      std::max(memscape::text::max_size<layout> + memscape::text_limits::max_size,
               memscape::text_ledger::max_size<layout>);
  static constexpr std::size_t max_metrics = memscape::metrics_with_ledger<>::max_size<layout>;
  using ledger = memscape::ledger<layout>;
  static constexpr std::size_t max_ledger = memscape::json_ledger::max_size<layout>;
  static constexpr std::size_t max_layout = memscape::sse_json::max_layout_size<layout>;

  /// Where a client stands, and in which of the two streams.
  struct place {
    memscape::frame_cursor at;
    bool full = false;
    memscape::frame_cursor ledger = {};
  };

  feed(runtime const& of, std::uint64_t id, std::chrono::milliseconds interval)
      : heap_{of.heap},
        registry_{make_memory(of)},
        single_{make_memory(of)},
        changes_{memscape::stream_id{id}} {
    layout_ = memscape::sse_json::write_layout<layout>(
        layout_buffer_, changes_.id(), static_cast<std::uint64_t>(interval.count()));
    tick(std::chrono::steady_clock::now(), false);
  }
  feed(feed const&) = delete;

  /// Collects a snapshot and encodes what it is worth; in full too if somebody looks at that stream.
  void tick(std::chrono::steady_clock::time_point now, bool in_full) noexcept {
    using std::chrono::duration_cast, std::chrono::milliseconds;
    latest_ = collect(registry_);
    auto const now_ms = duration_cast<milliseconds>(now.time_since_epoch()).count();
    changes_ring_.publish_next(changes_, buffer_, latest_, static_cast<std::uint64_t>(now_ms));
    if (in_full) publish_in_full();
  }

  /// The event that a stream begins with.
  [[nodiscard]] auto layout_frame() const noexcept -> std::string_view { return layout_; }

  /// Where a client begins that has everything up to `last_event_id`; that may be empty or rubbish.
  [[nodiscard]] auto resume(std::string_view last_event_id, bool in_full) noexcept -> place {
    if (!in_full) {
      return {changes_ring_.resume(last_event_id, changes_.id()), false, ledger_ring_.join()};
    }
    // Nobody may have looked for a while.
    publish_in_full();
    return {full_ring_.resume(last_event_id, changes_.id()), true, ledger_ring_.join()};
  }

  /// What to send a client next, in place; valid until the next tick.
  [[nodiscard]] auto view(place& of) const noexcept -> memscape::frame_view {
    if (of.ledger.offset == 0) {
      auto const next = of.full ? full_ring_.view(of.at) : changes_ring_.view(of.at);
      if (next.state != memscape::frame_state::idle) return next;
    }
    skip_old_ledgers(of);
    return ledger_ring_.view(of.ledger);
  }

  /// Notes that `sent` characters of the view went out.
  void advance(place& of, std::size_t sent) const noexcept {
    bool const has_next = of.full ? full_ring_.has_next(of.at) : changes_ring_.has_next(of.at);
    if (of.ledger.offset != 0 || !has_next) {
      // A place that was viewed behind what changed, through a copy of it, does not know that yet.
      skip_old_ledgers(of);
      return ledger_ring_.advance(of.ledger, sent);
    }
    of.full ? full_ring_.advance(of.at, sent) : changes_ring_.advance(of.at, sent);
  }

  /// Keeps a ledger, looks for what grew since earlier ones, and puts it into the streams.
  void publish(ledger const& made) noexcept {
    ledger_ = made;
    // A scan does not tell it, and the reader knows it as of a few seconds ago.
    if (!ledger_.lazy_free) ledger_.lazy_free = latest_.process.lazy_free;
    grew_ = earlier_.grown(ledger_);
    earlier_.keep(ledger_);
    // Its event goes out right now.
    auto const text = memscape::json_ledger::write_event(ledger_buffer_, ledger_, 0, {}, grew_);
    ledger_ring_.publish(
        {.kind = memscape::frame_kind::keyframe, .sequence = ledger_.sequence, .text = text});
  }

  /// The last ledger; null before there is one.
  [[nodiscard]] auto last_ledger() const noexcept -> ledger const* {
    return ledger_.sequence == 0 ? nullptr : &ledger_;
  }

  /// The last ledger as JSON; empty before there is one.
  [[nodiscard]] auto ledger_json(std::span<char> out) const noexcept -> std::string_view {
    if (last_ledger() == nullptr) return {};
    return memscape::json_ledger::write(out, ledger_, ledger_age_ms(), {}, grew_);
  }

  /// A snapshot of this very moment as JSON. It has a registry, and with it a sequence, of its own, so
  /// that looking once does not leave a gap in everybody's stream.
  [[nodiscard]] auto snapshot_json(std::span<char> out) noexcept -> std::string_view {
    return memscape::sse_json::write_data(out, collect(single_));
  }

  /// The process as a picture: as soon as there is a ledger, what is resident as of that, and the limit that
  /// counts as of now. In ASCII unless asked otherwise, because people paste it into bug reports and mails, and
  /// no label of this tree needs more.
  [[nodiscard]] auto snapshot_text(std::span<char> out, memscape::text_options how) noexcept
      -> std::string_view {
    auto const now = collect(single_);
    if (last_ledger() != nullptr) {
      return memscape::text_ledger::write(out, ledger_, now, ledger_age_ms(), how, {}, grew_);
    }
    auto const size = memscape::text::write(out, now, how).size();
    auto const limits =
        memscape::text_limits::write(out.subspan(size), now.process.limits, how).size();
    return {out.data(), size + limits};
  }

  /// The same as a page of metrics, with the last ledger as soon as there is one.
  [[nodiscard]] auto metrics_page(std::span<char> out, memscape::metric_format format) noexcept
      -> std::string_view {
    auto const now = collect(single_);
    if (last_ledger() == nullptr) return memscape::metrics<>::write(out, now, format);
    return memscape::metrics_with_ledger<>::write(out, now, ledger_, ledger_age_ms(), format);
  }

 private:
  // The programs allocate on a thread of their own, and wait for this one meanwhile.
  [[nodiscard]] auto collect(memory_registry& from) const noexcept -> memscape::snapshot<layout> {
    auto const lock = heap_.look();
    return from.collect();
  }

  [[nodiscard]] auto ledger_age_ms() const noexcept -> std::uint64_t {
    return ledger_.age_ms(memscape::monotonic_clock::now());
  }

  // Only the last one is of use to whoever has not begun with an older one.
  void skip_old_ledgers(place& of) const noexcept {
    if (of.ledger.offset == 0 && ledger_ring_.has_next(of.ledger)) of.ledger = ledger_ring_.join();
  }

  void publish_in_full() noexcept {
    if (latest_.sequence == latest_in_full_) return;
    latest_in_full_ = latest_.sequence;
    full_ring_.publish({.kind = memscape::frame_kind::keyframe,
                        .sequence = latest_.sequence,
                        .text = memscape::sse_json::write(buffer_, latest_, changes_.id())});
  }

  gc_heap const& heap_;
  memory_registry registry_;
  memory_registry single_;
  stream changes_;
  // At the default interval that is half a minute in which a client may come back and miss nothing.
  memscape::frame_ring<128, stream::max_size> changes_ring_;
  memscape::frame_ring<16, max_snapshot> full_ring_;
  // One that is being sent, and one to come.
  memscape::frame_ring<2, memscape::json_ledger::max_event_size<layout>> ledger_ring_;
  ledger ledger_{};
  memscape::baselines<layout> earlier_;
  std::optional<memscape::ledger_growth> grew_;
  memscape::snapshot<layout> latest_{};
  std::uint64_t latest_in_full_ = 0;
  std::array<char, stream::max_size> buffer_;
  std::array<char, memscape::json_ledger::max_event_size<layout>> ledger_buffer_;
  std::array<char, max_layout> layout_buffer_;
  std::string_view layout_;
};

}  // namespace demo
