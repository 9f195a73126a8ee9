// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memscape/ledger/linux/mapping.hpp>
#include <memscape/ledger/linux/page_run.hpp>
#include <memscape/ledger/linux/page_states.hpp>

namespace memscape::inline v0 {

/// The states of pages around the place that a walk has come to, for addresses that only rise. A scan takes
/// neighbouring mappings along, which saves a system call each.
/// Errors: `failed()` counts chunks that could not be read.
/// Cost: that of page_states; 8 KiB of memory. Threads: one at a time.
class page_window {
 public:
  static constexpr std::uint64_t ahead = 8U << 20U;

  void restart() noexcept {
    known_ = next_run_ = 0;
    failed_ = 0;
  }

  /// Learns the state of [from, to), which lies in `map`, or of a part of it, and returns up to where.
  [[nodiscard]] auto learn(page_states& pages, mapping const& map, bool counted, std::uint64_t from,
                           std::uint64_t to) noexcept -> std::uint64_t {
    if (from >= known_ || (map.may_hold_both() && !tells_files_))
      ask(pages, map, counted, from, to);
    return (std::min)(to, known_);
  }

  /// Calls `visit(page_run)` for each run in [from, to), cut to it.
  template <class Visit>
  void each(std::uint64_t from, std::uint64_t to, Visit&& visit) noexcept {
    for (; next_run_ < runs_.size && runs_.runs[next_run_].begin < to; ++next_run_) {
      auto run = runs_.runs[next_run_];
      bool const goes_on = run.end > to;
      run.begin = (std::max)(run.begin, from);
      run.end = (std::min)(run.end, to);
      if (run.begin < run.end) visit(run);
      if (goes_on) break;
    }
  }

  [[nodiscard]] auto failed() const noexcept -> std::int32_t { return failed_; }

 private:
  void ask(page_states& pages, mapping const& map, bool counted, std::uint64_t from,
           std::uint64_t to) noexcept {
    next_run_ = known_ = 0;
    tells_files_ = map.may_hold_both();
    // mincore would tell what is in the page cache; the kernel's count for the mapping is nearer.
    bool const of_cache = map.kind == mapping_kind::file || tells_files_;
    bool const guess = of_cache && pages.method() == page_method::mincore;
    // Beyond the end of the address space it fails.
    bool const looks_ahead = !counted && to - from < ahead;
    if (looks_ahead) known_ = pages.read(from, from + ahead, runs_, tells_files_);
    if (known_ == 0 && !guess) known_ = pages.read(from, to, runs_, tells_files_);
    if (known_ != 0) return;
    known_ = to;
    runs_.size = 0;
    failed_ += guess && runs_.add(from, to, page_run::file | page_run::present) ? 0 : 1;
  }

  page_runs runs_;
  std::uint64_t known_ = 0;  // up to here runs_ tells, from next_run_ on
  std::size_t next_run_ = 0;
  std::int32_t failed_ = 0;
  bool tells_files_ = false;  // runs_ do
};

}  // namespace memscape::inline v0
