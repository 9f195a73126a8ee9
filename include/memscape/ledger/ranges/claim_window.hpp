// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <memscape/core/address_range.hpp>

namespace memscape::inline v0 {

/// A range that a source owns. Sources are numbered by their node in the layout.
struct claim {
  std::uint64_t begin = 0;
  std::uint64_t end = 0;
  std::uint32_t source = 0;

  [[nodiscard]] friend constexpr auto operator<(claim const& a, claim const& b) noexcept -> bool {
    return a.begin != b.begin ? a.begin < b.begin : a.source < b.source;
  }
};

/// A stretch with the same claims all over.
struct claim_piece {
  std::uint32_t owner = UINT32_MAX;
  std::uint64_t claim_window = 0;  ///< how many claim it
  std::uint64_t until = 0;
};

/// Makes one claim of ranges that a source lists side by side, as allocators often do, in either direction.
class neighbours {
 public:
  /// Calls `keep(claim)` for the claim before, where the range does not continue it.
  template <class Keep>
  void add(std::uint32_t source, address_range range, Keep&& keep) noexcept {
    auto const begin = reinterpret_cast<std::uintptr_t>(range.begin);
    if (begin == 0 || range.size == 0) return;
    auto const end = range.size <= UINT64_MAX - begin ? begin + range.size : UINT64_MAX;
    if (pending_.source == source && pending_.end == begin) {
      pending_.end = end;
    } else if (pending_.source == source && pending_.begin == end) {
      pending_.begin = begin;
    } else {
      flush(keep);
      pending_ = {begin, end, source};
    }
  }
  /// Calls `keep(claim)` for the last.
  template <class Keep>
  void flush(Keep&& keep) noexcept {
    if (pending_.end != 0) keep(pending_);
    pending_ = {};
  }

 private:
  claim pending_{};
};

/// The ranges of all sources, a window of the address space at a time: as many as fit, the lowest
/// first. However many ranges there are, memory stays the same, and sources are asked more often.
/// Cost: two comparisons a range, and the logarithm of the capacity for those that fit; no allocation.
template <std::size_t Capacity>
class claim_window {
 public:
  static constexpr std::uint32_t nobody = UINT32_MAX;
  using piece = claim_piece;

  /// Takes those ranges that reach beyond `from`: `each(add)` calls `add(source, range)` for each.
  /// `from` is a multiple of `page`, and so is the limit.
  template <class Each>
  void gather(std::uint64_t from, std::uint64_t page, Each&& each) noexcept {
    start(from);
    each([this](std::uint32_t source, address_range range) noexcept { add(source, range); });
    finish(page);
  }

  /// The same in parts. Where `count_only`, what is beyond the capacity is counted, and nothing is kept of it.
  void start(std::uint64_t from, bool count_only = false) noexcept {
    from_ = from;
    limit_ = UINT64_MAX;
    size_ = counted_ = 0;
    count_only_ = count_only;
    crowded_ = false;
    next_ = {};
  }
  void add(std::uint32_t source, address_range range) noexcept {
    next_.add(source, range, [this](claim const& one) noexcept { keep(one); });
  }
  [[gnu::always_inline]] void add(claim const& one) noexcept { keep(one); }
  void finish(std::uint64_t page) noexcept {
    next_.flush([this](claim const& one) noexcept { keep(one); });
    std::sort(claims_.begin(), claims_.begin() + static_cast<std::ptrdiff_t>(size_));
    if (limit_ != UINT64_MAX) limit_ -= limit_ % page;
    // More ranges than fit lie over one page: those beyond are lost, and the window moves on.
    crowded_ = limit_ <= from_;
    if (crowded_) limit_ = from_ + page;
  }
  /// How many there were since the start.
  [[nodiscard]] auto counted() const noexcept -> std::size_t { return counted_; }

  /// Up to where the window knows every range.
  [[nodiscard]] auto limit() const noexcept -> std::uint64_t { return limit_; }
  [[nodiscard]] auto crowded() const noexcept -> bool { return crowded_; }
  [[nodiscard]] auto size() const noexcept -> std::size_t { return size_; }
  [[nodiscard]] auto operator[](std::size_t i) const noexcept -> claim const& { return claims_[i]; }

  /// Who owns `at`, and how far: of several, the first in the tree. `first` is a cursor of the caller's,
  /// 0 in the beginning, for addresses that only rise.
  [[nodiscard]] auto owner_at(std::uint64_t at, std::size_t& first) const noexcept -> piece {
    while (first < size_ && claims_[first].end <= at) ++first;
    piece found{nobody, 0, limit_};
    auto i = first;
    for (; i < size_ && claims_[i].begin <= at; ++i) {
      if (claims_[i].end <= at) continue;
      ++found.claim_window;
      found.until = (std::min)(found.until, claims_[i].end);
      found.owner = (std::min)(found.owner, claims_[i].source);
    }
    if (i < size_) found.until = (std::min)(found.until, claims_[i].begin);
    return found;
  }

  /// Calls `visit(source, 1)` for each claim on `at`, with the cursor as owner_at leaves it.
  template <class Visit>
  void each_at(std::uint64_t at, std::size_t first, Visit&& visit) const noexcept {
    for (; first < size_ && claims_[first].begin <= at; ++first) {
      if (claims_[first].end > at) visit(claims_[first].source, 1U);
    }
  }

 private:
  [[gnu::always_inline]] void keep(claim const& one) noexcept {
    if (one.end <= from_) return;
    ++counted_;
    if (size_ < Capacity) {
      claims_[size_++] = one;
    } else if (!count_only_) {
      keep_lowest(one);
    }
  }

  // From the first that does not fit on, a heap with the highest on top, which makes place for a lower one.
  void keep_lowest(claim const& one) noexcept {
    auto const begin = claims_.begin();
    if (counted_ == Capacity + 1) std::make_heap(begin, claims_.end());
    if (!(one < claims_.front())) {
      limit_ = (std::min)(limit_, one.begin);
      return;
    }
    limit_ = (std::min)(limit_, claims_.front().begin);
    std::pop_heap(begin, claims_.end());
    claims_.back() = one;
    std::push_heap(begin, claims_.end());
  }

  std::array<claim, Capacity> claims_;
  neighbours next_{};
  std::size_t size_ = 0;
  std::size_t counted_ = 0;
  std::uint64_t from_ = 0;
  std::uint64_t limit_ = UINT64_MAX;
  bool count_only_ = false;
  bool crowded_ = false;
};

}  // namespace memscape::inline v0
