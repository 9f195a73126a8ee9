// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <memory_resource>
#include <memscape/sources/counted.hpp>

namespace memscape::inline v0 {

/// A memory resource that counts what passes through it, on top of any other: give it to std::pmr
/// containers, and its `source()` to a leaf.
///
///     memscape::counting_resource documents;           // outlives its containers and the registry
///     std::pmr::vector<std::pmr::string> list{&documents};
///     leaf<"documents", "Documents">(documents.source())
///
/// Gives used, peak and objects, in the sizes that were asked for. What the upstream adds, and where its
/// memory lies, is not known here: over a pool or a monotonic buffer, put a chunk_resource below it.
/// Errors: those of the upstream, which counts as nothing allocated.
/// Cost: that of `counted` on top of the upstream. Threads: as safe as its upstream.
class counting_resource final : public std::pmr::memory_resource {
 public:
  counting_resource() noexcept : counting_resource{std::pmr::get_default_resource()} {}
  explicit counting_resource(std::pmr::memory_resource* upstream) noexcept : upstream_{upstream} {}

  [[nodiscard]] auto upstream() const noexcept -> std::pmr::memory_resource* { return upstream_; }
  [[nodiscard]] auto sample() const noexcept -> usage { return counter_.sample(); }
  [[nodiscard]] auto source() const noexcept -> counted_source { return counter_.source(); }

 private:
  auto do_allocate(std::size_t size, std::size_t alignment) -> void* override {
    void* const block = upstream_->allocate(size, alignment);
    counter_.add(bytes{size});
    return block;
  }

  void do_deallocate(void* block, std::size_t size, std::size_t alignment) override {
    // First, because the block may be another thread's as soon as the upstream has it.
    counter_.remove(bytes{size});
    upstream_->deallocate(block, size, alignment);
  }

  // Two counters are two accounts: memory taken from one must go back to the same.
  [[nodiscard]] auto do_is_equal(std::pmr::memory_resource const& other) const noexcept
      -> bool override {
    return this == &other;
  }

  std::pmr::memory_resource* upstream_;
  counted counter_;
};

}  // namespace memscape::inline v0
