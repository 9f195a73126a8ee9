// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memscape/core/process_memory.hpp>

namespace memscape::inline v0 {

/// A clock that a test owns: snapshots begin `interval_ns` apart, and each takes `sample_ns`. Works in
/// constant expressions.
struct fixed_clock {
  std::uint64_t next_ns = 0;
  std::uint64_t interval_ns = 0;
  std::uint64_t sample_ns = 0;
  bool sampling = false;

  [[nodiscard]] constexpr auto now_ns() noexcept -> std::uint64_t {
    sampling = !sampling;
    if (sampling) return next_ns;
    next_ns += interval_ns;
    return next_ns - interval_ns + sample_ns;
  }
};

/// Replays given readings in order, and then the last one again: of `process_memory`, or of a type that
/// says more. Works in constant expressions: for
/// tests and demonstrations.
///
///     memscape::fixed_reader{memscape::process_memory{.rss = memscape::bytes{4096}}}
template <std::size_t Size, class Process = process_memory>
class fixed_reader {
 public:
  using clock_type = fixed_clock;

  template <class... Readings>
    requires(sizeof...(Readings) == Size && Size > 0)
  constexpr explicit fixed_reader(Readings const&... readings) noexcept : readings_{readings...} {}

  [[nodiscard]] constexpr auto read() noexcept -> Process {
    auto const& reading = readings_[next_];
    if (next_ + 1 < Size) ++next_;
    return reading;
  }

 private:
  std::array<Process, Size> readings_;
  std::size_t next_ = 0;
};

template <class First, class... Rest>
fixed_reader(First const&, Rest const&...) -> fixed_reader<sizeof...(Rest) + 1, First>;

}  // namespace memscape::inline v0
