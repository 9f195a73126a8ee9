// SPDX-License-Identifier: MIT
#pragma once

#include <atomic>
#include <cstdint>
#include <memscape/core/usage.hpp>

namespace memscape::inline v0 {

class counted;

/// The source of a `counted`: what goes into a leaf.
class counted_source {
 public:
  constexpr explicit counted_source(counted const* counter) noexcept : counter_{counter} {}
  [[nodiscard]] auto sample() const noexcept -> usage;

 private:
  counted const* counter_;
};

/// Counters for an allocator that has none: call `add` for what it hands out and `remove` for what it
/// gets back.
///
///     memscape::counted strings;                       // outlives the registry
///     strings.add(memscape::bytes{size});              // at each allocation
///     leaf<"strings", "Strings">(strings.source())
///
/// Gives used, peak and objects. A `remove` may overtake its `add` on its way to the collecting thread;
/// such a sample reads zero, never a wrapped number.
/// Cost: two relaxed atomic additions, and a compare-exchange while a new peak is made.
/// Threads: any number may add, remove and sample at once. Many writers wait for one cache line: see
/// sharded.hpp.
class counted {
 public:
  counted() noexcept = default;
  counted(counted const&) = delete;
  auto operator=(counted const&) -> counted& = delete;

  void add(bytes size, count objects = count{1}) noexcept {
    auto const now = used_.fetch_add(size.value(), std::memory_order_relaxed) + size.value();
    objects_.fetch_add(objects.value(), std::memory_order_relaxed);
    auto peak = peak_.load(std::memory_order_relaxed);
    // The upper half is what a remove leaves that overtook its add.
    while (now > peak && now <= largest &&
           !peak_.compare_exchange_weak(peak, now, std::memory_order_relaxed)) {
    }
  }

  void remove(bytes size, count objects = count{1}) noexcept {
    used_.fetch_sub(size.value(), std::memory_order_relaxed);
    objects_.fetch_sub(objects.value(), std::memory_order_relaxed);
  }

  [[nodiscard]] auto sample() const noexcept -> usage {
    return {.used = bytes{at_least_zero(used_.load(std::memory_order_relaxed))},
            .peak = bytes{peak_.load(std::memory_order_relaxed)},
            .objects = count{at_least_zero(objects_.load(std::memory_order_relaxed))}};
  }

  [[nodiscard]] auto source() const noexcept -> counted_source { return counted_source{this}; }

 private:
  static constexpr std::uint64_t largest = INT64_MAX;

  [[nodiscard]] static constexpr auto at_least_zero(std::uint64_t value) noexcept -> std::uint64_t {
    return value <= largest ? value : 0;
  }

  std::atomic<std::uint64_t> used_{0};
  std::atomic<std::uint64_t> peak_{0};
  std::atomic<std::uint64_t> objects_{0};
};

inline auto counted_source::sample() const noexcept -> usage { return counter_->sample(); }

}  // namespace memscape::inline v0
