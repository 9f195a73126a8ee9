// SPDX-License-Identifier: MIT
#pragma once

#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <memscape/core/steady_time.hpp>
#include <memscape/ledger/auditor_options.hpp>
#include <memscape/ledger/ledger.hpp>
#include <memscape/ledger/linux/outside.hpp>
#include <memscape/ledger/malloc/view.hpp>
#include <memscape/ledger/quality.hpp>
#include <memscape/ledger/walk/grade.hpp>
#include <memscape/ledger/walk/memory_walk.hpp>
#include <memscape/ledger/walk/movement.hpp>
#include <memscape/ledger/walk/slice_times.hpp>
#include <memscape/readers/common/monotonic_clock.hpp>
#include <memscape/readers/common/posix_clock.hpp>
#include <memscape/readers/linux/fork/fork_detector.hpp>
#include <memscape/readers/linux/fork/held_descriptor.hpp>
#include <memscape/readers/linux/proc/parsed_file.hpp>
#include <memscape/readers/linux/proc/proc_file.hpp>
#include <memscape/readers/linux/proc/statm.hpp>
#include <optional>
#include <string_view>

namespace memscape::inline v0 {

/// Makes ledgers of a registry: RSS without remainder.
///
///     memscape::auditor auditor{memory};          // beside the registry, which must outlive it
///     auto const& now = auditor.audit();          // all at once: 4 ms per GiB in RAM
///     now.at(memscape::cause::file_text).resident;
///
///     if (auditor.step(1'000'000)) use(auditor.last());   // or 1 ms at a time, from a timer
///
/// How often is the caller's: a new audit begins with the step behind the last one.
/// Errors: what cannot be read makes a figure worse or absent; `faults` says which and why, and the
/// ledger closes all the same. What moves while an audit is under way makes figures estimates: fault `moved`. In a child of fork(2) or clone(2), in any PID namespace, an audit that was under way begins
/// anew. A child that shares its parent's memory (vfork, CLONE_VM) shares the audit: it is of that memory.
/// Cost: that of the kernel's reads, and a fifth of it at most; no allocation, no lock, no exception.
/// Under 80 KiB of memory for a tree of up to 50 nodes. A step ends within its budget and one read: 8 MiB of
/// resident pages, or, where the kernel has no PAGEMAP_SCAN, its largest mapping, or one pass through the sources'
/// ranges where they cannot be asked in pieces. More than 1,024 ranges take 27 bytes each besides, for the time of an audit.
/// Threads: one at a time, where the sources may be sampled.
/// Source: proc(5), ioctl_pagemap_scan(2const), mallinfo(3), cgroups(7).
template <class Registry>
class auditor {
 public:
  using ledger_type = ledger<typename Registry::layout>;

  explicit auditor(Registry const& memory, auditor_options options = {}) noexcept
      : memory_{&memory},
        options_{options},
        statm_{"/proc/self/statm", options.descriptors},
        malloc_{options.ask_malloc, options.malloc_share},
        sweep_{memory} {}

  /// A whole audit. One that was under way is taken to its end.
  auto audit() noexcept -> ledger_type const& {
    (void)step(UINT64_MAX);
    return last_;
  }

  /// Goes on for `budget_ns` nanoseconds, or to the end of the audit: then it is true, and `last()` new.
  auto step(std::uint64_t budget_ns) noexcept -> bool {
    times_.enter(monotonic_clock::now_ns());
    movement_.enter();
    // Where a child cannot be told from its parent no audit is left to be gone on with.
    bool const ended = advance(mark_.can_tell() ? budget_ns : UINT64_MAX);
    auto const now = monotonic_clock::now_ns();
    auto const took = times_.slice(now);
    auto& booked = ended ? last_ : draft_;
    booked.cost_ns += took;
    booked.longest_slice_ns = took > booked.longest_slice_ns ? took : booked.longest_slice_ns;
    ++booked.slices;
    if (ended) {
      booked.duration_ns = times_.whole(now);
      if (times_.went_back()) booked.faults.add(ledger_fault_kind::clock, 0);
    }
    movement_.leave();
    return ended;
  }

  /// The last ledger that was finished; its `sequence` is 0 before there is one.
  [[nodiscard]] auto last() const noexcept -> ledger_type const& { return last_; }

 private:
  static constexpr std::uint64_t worth_a_look = 1U << 20U;
  static constexpr std::uint64_t worth_giving_way_ns = 100'000;

  enum class phase : std::uint8_t { none, prepare, walk, list_again, give_back };

  [[nodiscard]] auto advance(std::uint64_t budget_ns) noexcept -> bool {
    // What another process began was about that process, and so are the descriptors it left.
    if (mark_.is_new() || phase_ == phase::none) {
      begun_anew_ = 0;
      begin();
      if (is_over(monotonic_clock::now_ns(), budget_ns)) return false;
    }
    auto before = monotonic_clock::now_ns();
    for (unsigned steps = 1;; ++steps) {
      auto const done = go_on();
      if (phase_ == phase::none) return true;
      // A small step takes no longer than asking the clock many times would.
      if (done < worth_a_look && steps % 8 != 0) continue;
      auto const now = monotonic_clock::now_ns();
      if (done >= worth_a_look) sweep_.adapt(passed_between(before, now));
      before = now;
      if (is_over(now, budget_ns)) return false;
    }
  }

  // Sources that are asked for their ranges cannot be cut short: they are asked early in a slice.
  [[nodiscard]] auto is_over(std::uint64_t now, std::uint64_t budget_ns) noexcept -> bool {
    bool const asks = phase_ == phase::prepare && sweep_.asks_next() && budget_ns != UINT64_MAX &&
                      times_.slice(now) >= worth_giving_way_ns;
    if (!times_.is_over(now, asks ? budget_ns / 2 : budget_ns)) return false;
    sweep_.pause();
    return true;
  }

  // How much address space it walked, and a little for other work.
  [[nodiscard]] auto go_on() noexcept -> std::uint64_t {
    if (phase_ == phase::prepare) {
      if (sweep_.prepare(draft_)) {
        phase_ = phase::walk;
        draft_.rss_before = read_rss();
      }
      return worth_a_look;
    }
    if (phase_ == phase::list_again) {
      if (sweep_.list_again(draft_)) phase_ = phase::give_back;
      return 1;
    }
    if (phase_ == phase::give_back) {
      if (sweep_.give_back()) end();
      return worth_a_look;
    }
    auto const walked = sweep_.step(draft_);
    // A program may give up rights between two slices, and with them a file that it had opened.
    if (sweep_.lost() && begun_anew_ < 3) {
      ++begun_anew_;
      survey();
      return 1;
    }
    if (walked == 0 && malloc_.again(draft_, sweep_.finder())) {
      survey();
      return 1;
    }
    if (walked == 0) {
      draft_.rss = read_rss();
      phase_ =
          movement_.judge(draft_, sweep_.ranges_differ()) ? phase::list_again : phase::give_back;
    }
    return walked == 0 ? 1 : walked;
  }

  void begin() noexcept {
    times_.begin();
    warm_up();
    draft_ = {};
    malloc_.ask();
    survey();
  }

  // Goes to the lowest address. What the audit has cost stays.
  void survey() noexcept {
    phase_ = phase::prepare;
    auto const cost_ns = draft_.cost_ns;
    auto const longest_slice_ns = draft_.longest_slice_ns;
    auto const slices = draft_.slices;
    draft_ = {};
    draft_.cost_ns = cost_ns;
    draft_.longest_slice_ns = longest_slice_ns;
    draft_.slices = slices;
    movement_.begin();
    draft_.huge = bytes{};
    std::array<usage, ledger_type::layout::size> said;
    memory_->sample_into(said.data());
    for (std::size_t i = 0; i < said.size(); ++i) {
      if (!ledger_type::layout::nodes[i].is_group) draft_.sources[i].said = said[i];
    }
    auto const place = [this](std::size_t index, memory_home home) noexcept {
      draft_.sources[index].lies_in = home;
    };
    if constexpr (requires { memory_->homes(place); }) memory_->homes(place);
    malloc_.tell(draft_);
    sweep_.begin(draft_, options_.best, malloc_.limits(), options_.descriptors,
                 options_.range_memory);
  }

  // Our own memory and code would come into RAM in the midst of the first audit.
  void warm_up() noexcept {
    if (last_.sequence != 0) return;
    touch(this, sizeof *this, page_size_);
    sweep_.begin(draft_, options_.best, {}, options_.descriptors);
    for (int i = 0; i < 64 && sweep_.step(draft_) != 0; ++i) {
    }
    (void)sweep_.list_again(draft_);
  }

  void end() noexcept {
    if (draft_.rss && draft_.rss_before) {
      draft_.unexplained = *draft_.rss - draft_.attributed();
      draft_.closure_error = draft_.attributed() - *draft_.rss;
    }
    movement::judge_sum(draft_);
    malloc_.put_faults(draft_, sweep_.finder());
    read_outside(draft_.outside_rss, draft_.faults, options_.root);
    grade(draft_);
    auto const date_ns = posix_clock::now_ns();
    if (date_ns == 0) draft_.faults.add(ledger_fault_kind::clock, errno);
    draft_.time_ms = date_ns / 1'000'000;
    draft_.made = monotonic_clock::now();
    draft_.sequence = last_.sequence + 1;
    last_ = draft_;
    phase_ = phase::none;
  }

  [[nodiscard]] auto read_rss() noexcept -> std::optional<bytes> {
    auto const [pages, why] = read_parsed<160>(
        statm_, "/proc/self/statm",
        {read_step::open_statm, read_step::read_statm, read_step::parse_statm}, parse_statm);
    // Without a page: the main thread has ended, and /proc/self is what is left of it.
    if (pages && pages->size != 0) return bytes{page_size_} * pages->resident;
    if (!draft_.faults.has(ledger_fault_kind::statm)) {
      draft_.faults.add(ledger_fault_kind::statm, pages ? ESRCH : why.code);
    }
    return std::nullopt;
  }

  Registry const* memory_;
  auditor_options options_;
  std::uint64_t page_size_ = static_cast<std::uint64_t>(::sysconf(_SC_PAGESIZE));
  proc_file statm_;
  malloc_view malloc_;
  memory_walk<Registry> sweep_;
  movement movement_{};
  ledger_type draft_{};
  ledger_type last_{};
  slice_times times_{};
  int begun_anew_ = 0;
  fork_detector mark_{};  // of the process whose audit is under way
  phase phase_ = phase::none;
};

}  // namespace memscape::inline v0
