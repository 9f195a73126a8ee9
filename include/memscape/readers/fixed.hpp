// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memscape/core/process_memory.hpp>

namespace memscape::inline v0 {

/// A clock that a test owns: each call gives the next value. Works in constant expressions.
struct fixed_clock {
  std::uint64_t next_wall_ms = 0;
  std::uint64_t wall_step_ms = 0;
  std::uint64_t next_steady_ns = 0;
  std::uint64_t steady_step_ns = 0;

  [[nodiscard]] constexpr auto wall_ms() noexcept -> std::uint64_t {
    auto const now = next_wall_ms;
    next_wall_ms += wall_step_ms;
    return now;
  }
  [[nodiscard]] constexpr auto steady_ns() noexcept -> std::uint64_t {
    auto const now = next_steady_ns;
    next_steady_ns += steady_step_ns;
    return now;
  }
};

/// Replays given readings in order, and then the last one again. Works in constant expressions: for
/// tests and demonstrations.
///
///     memscape::fixed_reader{memscape::process_memory{.rss = memscape::bytes{4096}}}
template <std::size_t Size>
class fixed_reader {
 public:
  using clock_type = fixed_clock;

  template <class... Readings>
    requires(sizeof...(Readings) == Size && Size > 0)
  constexpr explicit fixed_reader(Readings const&... readings) noexcept : readings_{readings...} {}

  [[nodiscard]] constexpr auto read() noexcept -> process_memory {
    auto const& reading = readings_[next_];
    if (next_ + 1 < Size) ++next_;
    return reading;
  }

 private:
  std::array<process_memory, Size> readings_;
  std::size_t next_ = 0;
};

template <class... Readings>
fixed_reader(Readings const&...) -> fixed_reader<sizeof...(Readings)>;

}  // namespace memscape::inline v0
