// SPDX-License-Identifier: MIT
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory_resource>
#include <memscape/core/bytes.hpp>
#include <memscape/core/usage.hpp>
#include <memscape/sources/counted.hpp>
#include <memscape/sources/pmr.hpp>
#include <memscape/sources/range_table.hpp>

namespace memscape::inline v0 {

/// A memory resource to stand below a pool or a monotonic buffer: it counts the chunks that those take,
/// and knows where they lie, so that a ledger can ask what of them is in RAM.
///
///     memscape::chunk_resource chunks;                        // what the pool holds
///     std::pmr::unsynchronized_pool_resource pool{&chunks};
///     memscape::counting_resource documents{&pool};           // what is handed out of it
///     leaf<"documents", "Documents">(memscape::chunked_source{&documents, &chunks})
///
/// At most `Capacity` chunks are known at once. What is beyond them is counted all the same, and
/// `unlisted()`: to a ledger it is memory of a cause. As a source of its own it gives used, peak and objects
/// of the chunks.
/// Errors: those of the upstream, which counts as nothing allocated.
/// Cost: that of `counted` and of a range_table on top of the upstream. Threads: as safe as its upstream;
/// sampled and asked for its ranges on any thread.
template <std::size_t Capacity = 256>
class chunk_resource final : public std::pmr::memory_resource {
 public:
  chunk_resource() noexcept : chunk_resource{std::pmr::get_default_resource()} {}
  explicit chunk_resource(std::pmr::memory_resource* upstream) noexcept : upstream_{upstream} {}

  [[nodiscard]] auto upstream() const noexcept -> std::pmr::memory_resource* { return upstream_; }
  [[nodiscard]] auto sample() const noexcept -> usage { return counter_.sample(); }
  template <class Visit>
  void ranges(Visit&& visit) const noexcept {
    table_.ranges(visit);
  }
  template <class Visit>
  auto ranges(Visit&& visit, std::size_t from) const noexcept -> std::size_t {
    return table_.ranges(visit, from);
  }
  /// The size of the chunks that found no place in the table.
  [[nodiscard]] auto unlisted() const noexcept -> bytes {
    return bytes{unlisted_.load(std::memory_order_relaxed)};
  }

 private:
  auto do_allocate(std::size_t size, std::size_t alignment) -> void* override {
    void* const chunk = upstream_->allocate(size, alignment);
    counter_.add(bytes{size});
    if (!table_.add(chunk, size)) unlisted_.fetch_add(size, std::memory_order_relaxed);
    return chunk;
  }

  void do_deallocate(void* chunk, std::size_t size, std::size_t alignment) override {
    // First, because the chunk may be another thread's as soon as the upstream has it.
    if (!table_.remove(chunk)) unlisted_.fetch_sub(size, std::memory_order_relaxed);
    counter_.remove(bytes{size});
    upstream_->deallocate(chunk, size, alignment);
  }

  // Two tables are two accounts: memory taken from one must go back to the same.
  [[nodiscard]] auto do_is_equal(std::pmr::memory_resource const& other) const noexcept
      -> bool override {
    return this == &other;
  }

  std::pmr::memory_resource* upstream_;
  counted counter_;
  range_table<Capacity> table_;
  std::atomic<std::uint64_t> unlisted_{0};
};

/// The source of a pool between two resources: used, peak and objects as handed out above it, committed
/// and the ranges as held below it.
/// Threads: as the resources. Both must outlive the registry.
template <std::size_t Capacity>
class chunked_source {
 public:
  chunked_source(counting_resource const* handed_out, chunk_resource<Capacity> const* held) noexcept
      : handed_out_{handed_out}, held_{held} {}

  [[nodiscard]] auto sample() const noexcept -> usage {
    auto now = handed_out_->sample();
    now.committed = held_->sample().used;
    return now;
  }
  template <class Visit>
  void ranges(Visit&& visit) const noexcept {
    held_->ranges(visit);
  }
  template <class Visit>
  auto ranges(Visit&& visit, std::size_t from) const noexcept -> std::size_t {
    return held_->ranges(visit, from);
  }

 private:
  counting_resource const* handed_out_;
  chunk_resource<Capacity> const* held_;
};

}  // namespace memscape::inline v0
