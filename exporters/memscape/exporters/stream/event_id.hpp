// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <memscape/exporters/common/stream_id.hpp>
#include <memscape/exporters/writer.hpp>
#include <optional>
#include <string_view>

namespace memscape::inline v0 {

/// The id of one frame: which run of the program, and which of its snapshots the frame brings a viewer
/// to. On the wire `<stream>-<sequence>`: ASCII, no NUL, as browsers want their `Last-Event-ID`.
/// Threads: a plain value.
struct event_id {
  stream_id stream{};
  std::uint64_t sequence = 0;

  template <class Writer>
  constexpr void put(Writer& to) const noexcept {
    to.put(stream.text());
    to.put('-');
    to.number(sequence);
  }

  /// Reads what a viewer sends back. Anything but 16 lower-case hexadecimal digits, `-`, and a number
  /// without leading zeros that fits 64 bits is no id of ours.
  [[nodiscard]] static constexpr auto parse(std::string_view text) noexcept
      -> std::optional<event_id> {
    constexpr std::size_t head = stream_id::digits + 1;
    if (text.size() <= head || text.size() > head + writer::max_digits) return std::nullopt;
    if (text[head - 1] != '-' || (text[head] == '0' && text.size() > head + 1)) return std::nullopt;
    std::uint64_t stream = 0;
    for (char const c : text.substr(0, stream_id::digits)) {
      auto const digit = std::string_view{"0123456789abcdef"}.find(c);
      if (digit == std::string_view::npos) return std::nullopt;
      stream = stream << 4U | digit;
    }
    std::uint64_t sequence = 0;
    for (char const c : text.substr(head)) {
      if (c < '0' || c > '9') return std::nullopt;
      auto const digit = static_cast<std::uint64_t>(c - '0');
      if (sequence > ((std::numeric_limits<std::uint64_t>::max)() - digit) / 10)
        return std::nullopt;
      sequence = sequence * 10 + digit;
    }
    return event_id{stream_id{stream}, sequence};
  }

  [[nodiscard]] friend constexpr auto operator==(event_id, event_id) noexcept -> bool = default;
};

}  // namespace memscape::inline v0
