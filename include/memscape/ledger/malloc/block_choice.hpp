// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>

namespace memscape::inline v0 {

/// Chooses among what bears a block's mark, where that is more than malloc says it mapped: the number of each
/// size, so that they are as many as malloc says and as large in sum. Of one size, all are alike.
/// Sizes beyond the largest 128 are all taken or all left.
/// Cost: adding is a search among those sizes; choosing is 16,384 steps at most, 0.1 ms. No allocation.
/// Threads: one at a time.
class block_choice {
 public:
  /// Begins a walk: collects anew, or, where there is a choice, applies it.
  void restart() noexcept {
    if (!is_made_) size_ = total_ = bytes_ = 0;
    for (std::size_t i = 0; i < size_; ++i) sizes_[i].left = sizes_[i].chosen;
  }

  /// Forgets the choice: the next walk collects.
  void forget() noexcept { is_made_ = false; }
  [[nodiscard]] auto is_made() const noexcept -> bool { return is_made_; }
  /// Whether there is a choice of `blocks` blocks of `sum` bytes.
  [[nodiscard]] auto is_of(std::uint64_t blocks, std::uint64_t sum) const noexcept -> bool {
    return is_made_ && blocks == wanted_ && sum == wanted_bytes_;
  }

  /// Tells of a mark of a block of `size`. Returns false where it is not of the choice.
  auto takes(std::uint64_t size) noexcept -> bool {
    auto const at = place_of(size);
    bool const known = at < size_ && sizes_[at].size == size;
    if (is_made_) return known ? sizes_[at].left != 0 && sizes_[at].left-- != 0 : rest_is_taken_;
    ++total_;
    bytes_ += size;
    if (known) {
      ++sizes_[at].marks;
    } else if (at < most_sizes) {
      if (size_ < most_sizes) ++size_;
      for (auto i = size_ - 1; i > at; --i) sizes_[i] = sizes_[i - 1];
      sizes_[at] = {.size = size, .marks = 1};
    }
    return true;
  }

  /// Chooses `blocks` blocks of `sum` bytes among what was told. False where none fit.
  [[nodiscard]] auto make(std::uint64_t blocks, std::uint64_t sum) noexcept -> bool {
    if (is_made_ || total_ < blocks || bytes_ < sum) return false;
    wanted_ = blocks;
    wanted_bytes_ = sum;
    // Those that are fewer are found sooner: what is taken, or what is left.
    auto const others = total_ - blocks;
    rest_is_taken_ = others < blocks;
    is_made_ = rest_is_taken_ ? pick(others, bytes_ - sum) : pick(blocks, sum);
    for (std::size_t i = 0; i < size_ && rest_is_taken_; ++i) {
      sizes_[i].chosen = sizes_[i].marks - sizes_[i].chosen;
    }
    return is_made_;
  }

  /// Chooses the largest where none fit: `blocks` at most, and `sum` bytes at most.
  void make_largest(std::uint64_t blocks, std::uint64_t sum) noexcept {
    for (std::size_t i = 0; i < size_; ++i) take(sizes_[i], blocks, sum);
    wanted_ = wanted_bytes_ = 0;
    rest_is_taken_ = false;
    is_made_ = true;
  }

 private:
  static constexpr std::size_t most_sizes = 128;
  static constexpr unsigned most_steps = 16'384;

  struct of_size {
    std::uint64_t size = 0;
    std::uint64_t marks = 0;
    std::uint64_t chosen = 0;
    std::uint64_t left = 0;  // of the chosen, in this walk
  };

  // Sizes fall.
  [[nodiscard]] auto place_of(std::uint64_t size) const noexcept -> std::size_t {
    std::size_t begin = 0;
    for (auto end = size_; begin < end;) {
      auto const middle = (begin + end) / 2;
      if (sizes_[middle].size > size) {
        begin = middle + 1;
      } else {
        end = middle;
      }
    }
    return begin;
  }

  // As many of one size as there may be.
  static void take(of_size& one, std::uint64_t& blocks, std::uint64_t& sum) noexcept {
    auto const fit = sum / one.size < blocks ? sum / one.size : blocks;
    one.chosen = fit < one.marks ? fit : one.marks;
    blocks -= one.chosen;
    sum -= one.chosen * one.size;
  }

  // As many of the largest as there may be, then of the next; where that does not come out, one fewer.
  [[nodiscard]] auto pick(std::uint64_t blocks, std::uint64_t sum) noexcept -> bool {
    std::size_t at = 0;
    for (unsigned step = 0; step < most_steps; ++step) {
      if (blocks == 0 && sum == 0) {
        while (at < size_) sizes_[at++].chosen = 0;
        return true;
      }
      if (at < size_ && can_be(at, blocks, sum)) {
        take(sizes_[at++], blocks, sum);
        continue;
      }
      do {
        if (at == 0) return false;
      } while (sizes_[--at].chosen == 0);
      --sizes_[at].chosen;
      ++blocks;
      sum += sizes_[at++].size;
    }
    return false;
  }

  // Whether the sizes from `at` are neither all too large nor all too small.
  [[nodiscard]] auto can_be(std::size_t at, std::uint64_t blocks, std::uint64_t sum) const noexcept
      -> bool {
    return blocks != 0 && sum / blocks >= sizes_[size_ - 1].size &&
           (sum - 1) / blocks < sizes_[at].size;
  }

  of_size sizes_[most_sizes]{};
  std::size_t size_ = 0;
  std::uint64_t total_ = 0;  // marks, those of other sizes included
  std::uint64_t bytes_ = 0;  // in sum
  std::uint64_t wanted_ = 0;
  std::uint64_t wanted_bytes_ = 0;
  bool is_made_ = false;
  bool rest_is_taken_ = false;  // sizes that are not here are of the choice
};

}  // namespace memscape::inline v0
