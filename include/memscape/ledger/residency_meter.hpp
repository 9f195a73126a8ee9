// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <memscape/core/address_range.hpp>
#include <memscape/core/bytes.hpp>
#include <memscape/ledger/linux/page_run.hpp>
#include <memscape/ledger/linux/page_states.hpp>
#include <memscape/ledger/quality.hpp>
#include <memscape/ledger/walk/slice_times.hpp>
#include <memscape/readers/common/monotonic_clock.hpp>
#include <memscape/readers/linux/fork/fork_detector.hpp>
#include <memscape/readers/linux/fork/held_descriptor.hpp>
#include <optional>

namespace memscape::inline v0 {

/// What of a range of addresses is in RAM, and what in swap. The rest was never touched, was given back, or
/// is not mapped. Units: bytes.
struct residency {
  std::optional<bytes> resident{};
  std::optional<bytes>
      swapped{};  ///< absent also where mincore(2) is what is left: it sees no swap
  quality worth = quality::unavailable;
  int why = 0;  ///< errno, where the kernel did not tell
};

/// Measures one range, at once or a bit at a time. An auditor does it for all ranges and mappings together.
///
///     memscape::residency_meter meter;
///     meter.measure({buffer, size}).resident;
///
///     meter.begin({buffer, size});                     // or in slices, from a timer
///     if (meter.step(1'000'000)) use(meter.result());
///
/// Of a page that lies in the range by a part, that part counts.
/// Errors: exact by PAGEMAP_SCAN, and elsewhere an upper bound: older kernels take the zero page for memory,
/// and mincore the page cache for the process's. In a child of fork(2) or clone(2) what is under way begins anew;
/// so does what the kernel denies meanwhile, by what is left.
/// Cost: 4 ms per GiB in RAM, by ioctl(2) calls of 8 MiB each; a step ends within its budget and one of
/// these. Where mincore is what is left, what is not mapped takes 1 µs a page. No allocation, 6 KiB of memory,
/// a page besides, and a descriptor while it measures. Threads: one at a time.
/// Source: ioctl_pagemap_scan(2const), proc_pid_pagemap(5), mincore(2).
class residency_meter {
 public:
  /// Tries nothing better than `best`.
  explicit residency_meter(page_method best = page_method::scan,
                           descriptor_policy descriptors = descriptor_policy::checked) noexcept
      : best_{best}, descriptors_{descriptors} {}

  /// The whole measurement.
  [[nodiscard]] auto measure(address_range of) noexcept -> residency const& {
    begin(of);
    (void)step(UINT64_MAX);
    return result_;
  }

  /// Begins; what was under way is given up.
  void begin(address_range of) noexcept {
    begun_anew_ = 0;
    start(of);
    pages_.pause();
  }

  /// Goes on for `budget_ns` nanoseconds, or to the end: then it is true, and `result()` new.
  [[nodiscard]] auto step(std::uint64_t budget_ns) noexcept -> bool {
    if (!under_way_) return false;
    slice_times times;
    times.enter(monotonic_clock::now_ns());
    if (mark_.is_new()) begin(range_);
    // Where a child cannot be told from its parent nothing is left to be gone on with.
    if (!mark_.can_tell()) budget_ns = UINT64_MAX;
    while (at_ < end_) {
      walk();
      if (at_ < end_ && times.is_over(monotonic_clock::now_ns(), budget_ns)) {
        pages_.pause();
        return false;
      }
    }
    pages_.close();
    under_way_ = false;
    result_ = draft_;
    return true;
  }

  /// The last measurement that came to its end; unavailable before there is one.
  [[nodiscard]] auto result() const noexcept -> residency const& { return result_; }

 private:
  static constexpr std::uint64_t smaller[] = {512, 64, 8, 1};

  [[nodiscard]] auto page() const noexcept -> std::uint64_t { return pages_.page_size(); }

  void start(address_range of) noexcept {
    mark_.set();
    under_way_ = true;
    range_ = of;
    begin_ = reinterpret_cast<std::uintptr_t>(of.begin);
    // No address is in the last page of all.
    auto const top = UINT64_MAX - page() + 1;
    end_ =
        begin_ == 0 || begin_ >= top ? 0 : begin_ + std::min<std::uint64_t>(of.size, top - begin_);
    at_ = begin_ / page() * page();
    pages_.open(best_, descriptors_);
    draft_ = {.resident = bytes{}, .worth = quality::upper_bound};
    if (pages_.method() == page_method::scan) draft_.worth = quality::exact;
    if (pages_.method() != page_method::mincore) draft_.swapped = bytes{};
  }

  void walk() noexcept {
    auto const to = (end_ + page() - 1) / page() * page();
    auto next = pages_.read(at_, to, runs_, false);
    // mincore fails for all where one page is not mapped.
    for (auto const pages : smaller) {
      if (next != 0 || !is_hole()) break;
      next = pages_.read(at_, (std::min)(to, at_ + pages * page()), runs_, false);
    }
    if (next != 0) {
      add();
      at_ = next;
    } else if (is_hole()) {
      at_ += page();
    } else if (pages_.failure() == EFAULT && ends_below(to)) {
      // What is left of it is all in user space.
    } else if (pages_.lost() && begun_anew_ < 3) {
      // A program may give up rights between two steps, and with them the file that it had opened.
      ++begun_anew_;
      start(range_);
    } else {
      draft_ = {.why = pages_.failure()};
      at_ = end_;
    }
  }

  [[nodiscard]] auto is_hole() const noexcept -> bool {
    return pages_.method() == page_method::mincore && pages_.failure() == ENOMEM;
  }

  // A scan takes no range that reaches beyond user addresses; where they end is the machine's. Whether the range
  // begins below: then it ends there, too.
  [[nodiscard]] auto ends_below(std::uint64_t to) noexcept -> bool {
    auto const is_user = [this](std::uint64_t at) noexcept {
      return pages_.read(at, at + page(), runs_, false) != 0;
    };
    if (to - at_ <= page() || !is_user(at_)) return false;
    auto known = at_;
    while (to - known > page()) {
      auto const middle = known + (to - known) / 2 / page() * page();
      (is_user(middle) ? known : to) = middle;
    }
    end_ = (std::min)(end_, to);
    return true;
  }

  void add() noexcept {
    for (auto const& run : runs_) {
      bytes const size{(std::min)(run.end, end_) - (std::max)(run.begin, begin_)};
      if (run.resident()) *draft_.resident += size;
      if (run.swapped() && draft_.swapped) *draft_.swapped += size;
    }
  }

  page_method best_;
  descriptor_policy descriptors_;
  page_states pages_{};
  page_runs runs_{};
  residency draft_{};
  residency result_{};
  address_range range_{};
  std::uint64_t begin_ = 0;
  std::uint64_t end_ = 0;
  std::uint64_t at_ = 0;
  int begun_anew_ = 0;
  fork_detector mark_{};  // of the process that began
  bool under_way_ = false;
};

}  // namespace memscape::inline v0
