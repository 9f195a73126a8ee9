// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <memscape/core/bytes.hpp>
#include <memscape/core/units.hpp>
#include <optional>

namespace memscape::inline v0 {

/// Growth that has been steady, and over how long it was seen.
struct growth {
  bytes per_second{};
  milliseconds window{};

  [[nodiscard]] friend constexpr auto operator==(growth, growth) noexcept -> bool = default;
};

/// The last readings of one amount, and whether it grows steadily. The slope is the median over all pairs
/// of readings (Theil–Sen), which a few wild ones do not move. It is steady when the quartiles of those
/// slopes are no further from it than a half and twice: a heap that is collected, or that grew once, has
/// no such slope. It is over as soon as the last reading is below the middle one in size: what it grew by
/// in the window has then fallen by more than a half. Nothing is said across a gap, which is more than a quarter
/// of the window without a reading: most pairs lie on one side of it, and none tells what went on in it.
/// Cost: 496 slopes, three selections among them and one among the readings, about 10 µs; no allocation.
/// Threads: a plain value.
class trend {
 public:
  static constexpr std::size_t size = 32;

  /// Adds a reading; times go up.
  constexpr void add(std::uint64_t at_ns, bytes amount) noexcept {
    times_[added_ % size] = at_ns;
    amounts_[added_ % size] = amount.value();
    ++added_;
  }
  constexpr void clear() noexcept { added_ = 0; }

  /// Absent before `size` readings are there, and unless they grow steadily.
  [[nodiscard]] constexpr auto steady() const noexcept -> std::optional<growth> {
    if (added_ < size) return std::nullopt;
    if (has_gap()) return std::nullopt;
    std::array<double, size*(size - 1) / 2> slopes{};
    std::size_t n = 0;
    for (std::size_t later = 1; later < size; ++later) {
      for (std::size_t earlier = 0; earlier < later; ++earlier) {
        auto const ns = time(later) - time(earlier);
        if (time(later) <= time(earlier)) return std::nullopt;
        slopes[n++] = (amount(later) - amount(earlier)) / static_cast<double>(ns) * 1e9;
      }
    }
    auto const at = [&slopes](std::size_t rank) {
      std::nth_element(slopes.begin(), slopes.begin() + static_cast<std::ptrdiff_t>(rank),
                       slopes.end());
      return slopes[rank];
    };
    auto const low = at(slopes.size() / 4);
    auto const middle = at(slopes.size() / 2);
    auto const high = at(slopes.size() / 4 * 3);
    if (low <= 0 || low < middle / 2 || high > middle * 2) return std::nullopt;
    // Less than a byte a second is none.
    if (middle < 1 || middle >= 1e19) return std::nullopt;
    if (has_fallen()) return std::nullopt;
    return growth{bytes{static_cast<std::uint64_t>(middle)},
                  milliseconds{(time(size - 1) - time(0)) / 1'000'000}};
  }

 private:
  // The oldest reading is the 0th.
  [[nodiscard]] constexpr auto time(std::size_t i) const noexcept -> std::uint64_t {
    return times_[(added_ + i) % size];
  }
  [[nodiscard]] constexpr auto amount(std::size_t i) const noexcept -> double {
    return static_cast<double>(amounts_[(added_ + i) % size]);
  }
  [[nodiscard]] constexpr auto has_gap() const noexcept -> bool {
    auto const quarter = (time(size - 1) - time(0)) / 4;
    for (std::size_t i = 1; i < size; ++i) {
      if (time(i) - time(i - 1) > quarter) return true;
    }
    return false;
  }
  // One wild reading before the last does not move the middle one.
  [[nodiscard]] constexpr auto has_fallen() const noexcept -> bool {
    auto sorted = amounts_;
    auto const middle = sorted.begin() + size / 2;
    std::nth_element(sorted.begin(), middle, sorted.end());
    return amounts_[(added_ + size - 1) % size] < *middle;
  }

  std::array<std::uint64_t, size> times_{};
  std::array<std::uint64_t, size> amounts_{};
  std::size_t added_ = 0;
};

/// How long `headroom` lasts at this growth, where that is within `horizon`: beyond it a line is no
/// forecast.
[[nodiscard]] constexpr auto time_to_limit(bytes headroom, growth of, milliseconds horizon) noexcept
    -> std::optional<milliseconds> {
  if (of.per_second == bytes{}) return std::nullopt;
  auto const seconds = headroom.value() / of.per_second.value();
  auto const rest = headroom.value() % of.per_second.value();
  auto const left =
      milliseconds{1000} * seconds +
      milliseconds{static_cast<std::uint64_t>(static_cast<double>(rest) * 1000 /
                                              static_cast<double>(of.per_second.value()))};
  if (left > horizon) return std::nullopt;
  return left;
}

}  // namespace memscape::inline v0
