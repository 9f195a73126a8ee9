// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memscape/core/usage.hpp>

namespace memscape::inline v0 {

template <std::size_t Shards>
class sharded_counted;

/// The source of a `sharded_counted`: what goes into a leaf.
template <std::size_t Shards>
class sharded_source {
 public:
  constexpr explicit sharded_source(sharded_counted<Shards> const* counter) noexcept
      : counter_{counter} {}
  [[nodiscard]] auto sample() const noexcept -> usage { return counter_->sample(); }

 private:
  sharded_counted<Shards> const* counter_;
};

/// `counted` for many writers: each thread adds to a cache line that it shares with few others.
/// Gives used and objects. A peak would need the sum at every addition, and so stays absent.
/// Memory may be added on one thread and removed on another: a sample reads what was removed before
/// what was added, and so never sees a removal without its addition.
/// Cost: two uncontended atomic additions; a sample reads `Shards` cache lines twice.
/// Threads: any number may add, remove and sample at once.
template <std::size_t Shards = 16>
class sharded_counted {
  static_assert(Shards > 0, "memscape: give sharded_counted at least one shard.");

 public:
  sharded_counted() noexcept = default;
  sharded_counted(sharded_counted const&) = delete;
  auto operator=(sharded_counted const&) -> sharded_counted& = delete;

  void add(bytes size, count objects = count{1}) noexcept {
    auto& shard = shards_[shard_of_thread()];
    shard.added.fetch_add(size.value(), std::memory_order_relaxed);
    shard.objects_added.fetch_add(objects.value(), std::memory_order_relaxed);
  }

  void remove(bytes size, count objects = count{1}) noexcept {
    auto& shard = shards_[shard_of_thread()];
    // Release, and acquire in sample: whoever sees the removal sees the addition before it.
    shard.removed.fetch_add(size.value(), std::memory_order_release);
    shard.objects_removed.fetch_add(objects.value(), std::memory_order_release);
  }

  [[nodiscard]] auto sample() const noexcept -> usage {
    std::uint64_t removed = 0;
    std::uint64_t objects_removed = 0;
    for (auto const& shard : shards_) {
      removed += shard.removed.load(std::memory_order_acquire);
      objects_removed += shard.objects_removed.load(std::memory_order_acquire);
    }
    std::uint64_t added = 0;
    std::uint64_t objects_added = 0;
    for (auto const& shard : shards_) {
      added += shard.added.load(std::memory_order_relaxed);
      objects_added += shard.objects_added.load(std::memory_order_relaxed);
    }
    return {.used = bytes{added} - bytes{removed},
            .objects = count{objects_added} - count{objects_removed}};
  }

  [[nodiscard]] auto source() const noexcept -> sharded_source<Shards> {
    return sharded_source<Shards>{this};
  }

 private:
  // Two lines of 64 bytes: x86 prefetches lines in pairs.
  struct alignas(128) shard_counters {
    std::atomic<std::uint64_t> added{0};
    std::atomic<std::uint64_t> removed{0};
    std::atomic<std::uint64_t> objects_added{0};
    std::atomic<std::uint64_t> objects_removed{0};
  };

  // Threads take shards in turn, as they come.
  [[nodiscard]] static auto shard_of_thread() noexcept -> std::size_t {
    static constinit std::atomic<std::size_t> next{0};
    thread_local std::size_t const mine = next.fetch_add(1, std::memory_order_relaxed) % Shards;
    return mine;
  }

  std::array<shard_counters, Shards> shards_{};
};

}  // namespace memscape::inline v0
