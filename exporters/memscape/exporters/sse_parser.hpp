// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace memscape::inline v0 {

/// Why an event was dropped.
enum class sse_fault : std::uint8_t {
  none,
  line_too_long,   ///< one line passed the limit
  event_too_long,  ///< the data of one event passed the limit
};

/// One server-sent event. The views are valid until the parser is given more bytes.
struct sse_event {
  /// The event's name; `message` where it has none.
  std::string_view type{};
  /// The data lines, joined by LF.
  std::string_view data{};
  /// The id that a viewer has to send back to resume behind this event: its own, or an earlier one's.
  std::string_view last_event_id{};
  /// Whether this event brought an id of its own.
  bool has_id = false;
  /// Anything but `none`: the event was dropped, and nothing else stands here.
  sse_fault fault = sse_fault::none;
};

/// Takes the bytes of a `text/event-stream` in any chunking and gives its events. Bytes that are no UTF-8
/// stay as they are: whoever reads the data decides, and JSON refuses them.
/// Errors: an event or a line above the limit is reported once, when it passes the limit, and skipped to
/// its end; its id does not count as received. Cost: one copy of the bytes; at most four times the limit
/// of memory. Threads: one at a time.
/// Source: https://html.spec.whatwg.org/multipage/server-sent-events.html#event-stream-interpretation
class sse_parser {
 public:
  static constexpr std::size_t default_limit = std::size_t{1} << 20U;
  /// What a limit is raised to: below it, a byte order mark or a field's name would not fit.
  static constexpr std::size_t least_limit = 16;

  /// `limit`: the most bytes of one line, and of one event's data.
  explicit sse_parser(std::size_t limit = default_limit)
      : limit_{(std::max)(limit, std::size_t{least_limit})} {}

  /// Reads the next bytes, and calls `sink(sse_event const&)` for each event that they complete. The sink
  /// must not call the parser.
  template <class Sink>
  void feed(std::string_view chunk, Sink&& sink) {
    while (!chunk.empty()) {
      if (std::exchange(after_cr_, false) && chunk.front() == '\n') {
        chunk.remove_prefix(1);
        continue;
      }
      std::size_t const end = chunk.find_first_of("\r\n");
      add_to_line(chunk.substr(0, end), sink);
      if (end == std::string_view::npos) return;
      after_cr_ = chunk[end] == '\r';
      chunk.remove_prefix(end + 1);
      end_line(sink);
    }
  }

  /// Begins a new connection: what was not ended by an empty line is forgotten; the last id and the
  /// reconnection time stay.
  void restart() {
    line_.clear();
    overlong_ = dropping_ = after_cr_ = false;
    at_start_ = true;
    id_ = last_event_id_;
    clear_event();
  }

  /// The id to send as `Last-Event-ID`; empty when there was none.
  [[nodiscard]] auto last_event_id() const noexcept -> std::string_view { return last_event_id_; }

  /// The reconnection time that the server asked for. Units: milliseconds.
  [[nodiscard]] auto retry_ms() const noexcept -> std::optional<std::uint64_t> { return retry_ms_; }

 private:
  static constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";

  template <class Sink>
  void add_to_line(std::string_view piece, Sink&& sink) {
    if (overlong_) return;
    std::size_t const room = limit_ - line_.size();
    line_ += piece.substr(0, room);
    if (piece.size() <= room) return;
    overlong_ = true;
    // A comment says nothing, however long it is.
    if (line().front() != ':') drop(sse_fault::line_too_long, sink);
  }

  // The line so far, without the mark that may stand before the first one.
  [[nodiscard]] auto line() const noexcept -> std::string_view {
    std::string_view text = line_;
    if (at_start_ && text.starts_with(byte_order_mark)) text.remove_prefix(byte_order_mark.size());
    return text;
  }

  template <class Sink>
  void end_line(Sink&& sink) {
    auto const text = line();
    if (!std::exchange(overlong_, false)) {
      if (text.empty()) {
        end_event(sink);
      } else if (text.front() != ':' && !dropping_) {
        take_field(text, sink);
      }
    }
    at_start_ = false;
    line_.clear();
  }

  template <class Sink>
  void take_field(std::string_view text, Sink&& sink) {
    auto const colon = (std::min)(text.find(':'), text.size());
    auto const name = text.substr(0, colon);
    auto value = text.substr((std::min)(colon + 1, text.size()));
    if (value.starts_with(' ')) value.remove_prefix(1);
    if (name == "data") {
      if (data_.size() > limit_ || value.size() > limit_ - data_.size()) {
        return drop(sse_fault::event_too_long, sink);
      }
      data_ += value;
      data_ += '\n';
    } else if (name == "event") {
      type_ = value;
    } else if (name == "id") {
      if (value.find('\0') != std::string_view::npos) return;
      id_ = value;
      has_id_ = true;
    } else if (name == "retry") {
      take_retry(value);
    }
  }

  // Digits only; a time that does not fit is the longest.
  void take_retry(std::string_view digits) {
    constexpr auto most = (std::numeric_limits<std::uint64_t>::max)();
    if (digits.empty() || digits.find_first_not_of("0123456789") != std::string_view::npos) return;
    std::uint64_t value = 0;
    for (char const c : digits) {
      auto const digit = static_cast<std::uint64_t>(c - '0');
      value = value > (most - digit) / 10 ? most : value * 10 + digit;
      if (value == most) break;
    }
    retry_ms_ = value;
  }

  template <class Sink>
  void end_event(Sink&& sink) {
    if (!std::exchange(dropping_, false)) {
      // Also without data: then there is no event, but the id counts.
      last_event_id_ = id_;
      if (!data_.empty()) {
        data_.pop_back();
        sink(sse_event{type_.empty() ? std::string_view{"message"} : type_, data_, last_event_id_,
                       has_id_, sse_fault::none});
      }
    }
    clear_event();
  }

  template <class Sink>
  void drop(sse_fault fault, Sink&& sink) {
    if (std::exchange(dropping_, true)) return;
    id_ = last_event_id_;
    clear_event();
    sink(sse_event{.fault = fault});
  }

  void clear_event() noexcept {
    type_.clear();
    data_.clear();
    has_id_ = false;
  }

  std::size_t limit_;
  std::string line_;
  std::string type_;
  std::string data_;
  std::string id_;
  std::string last_event_id_;
  std::optional<std::uint64_t> retry_ms_;
  bool has_id_ = false;
  bool overlong_ = false;  // the rest of this line is skipped
  bool dropping_ = false;  // the rest of this event is skipped
  bool after_cr_ = false;  // an LF that comes now belongs to the line before
  bool at_start_ = true;   // no line has ended yet
};

}  // namespace memscape::inline v0
