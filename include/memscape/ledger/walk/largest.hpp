// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstddef>
#include <memscape/core/bytes.hpp>
#include <utility>

namespace memscape::inline v0 {

/// The largest of many entries, in a table of fixed size, and the sum of those that it has no room for.
/// An entry has `resident`, `is_same(entry)` and `add(entry)`: what comes in pieces is put together as
/// long as it stands in the table.
/// Cost: linear in the capacity; no allocation. Threads: a plain value.
template <class Entry, std::size_t Capacity>
class largest {
 public:
  static constexpr std::size_t capacity = Capacity;

  void add(Entry const& entry) noexcept {
    for (std::size_t i = 0; i < size_; ++i) {
      if (!entries_[i].is_same(entry)) continue;
      entries_[i].add(entry);
      return rise(i);
    }
    if (size_ < Capacity) {
      entries_[size_++] = entry;
      return rise(size_ - 1);
    }
    auto& last = entries_[Capacity - 1];
    ++others_;
    if (entry.resident <= last.resident) {
      others_resident_ += entry.resident;
      return;
    }
    others_resident_ += last.resident;
    last = entry;
    rise(Capacity - 1);
  }

  [[nodiscard]] constexpr auto size() const noexcept -> std::size_t { return size_; }
  [[nodiscard]] constexpr auto begin() const noexcept -> Entry const* { return entries_.data(); }
  [[nodiscard]] constexpr auto end() const noexcept -> Entry const* {
    return entries_.data() + size_;
  }
  [[nodiscard]] constexpr auto operator[](std::size_t i) const noexcept -> Entry const& {
    return entries_[i];
  }
  /// How many more there were, and what they hold together.
  [[nodiscard]] constexpr auto others() const noexcept -> std::size_t { return others_; }
  [[nodiscard]] constexpr auto others_resident() const noexcept -> bytes {
    return others_resident_;
  }

 private:
  void rise(std::size_t i) noexcept {
    for (; i > 0 && entries_[i - 1].resident < entries_[i].resident; --i) {
      std::swap(entries_[i - 1], entries_[i]);
    }
  }

  std::array<Entry, Capacity> entries_{};
  std::size_t size_ = 0;
  std::size_t others_ = 0;
  bytes others_resident_{};
};

}  // namespace memscape::inline v0
