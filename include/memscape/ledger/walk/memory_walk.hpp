// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <memscape/ledger/ledger.hpp>
#include <memscape/ledger/linux/mapping_list.hpp>
#include <memscape/ledger/linux/mapping_source.hpp>
#include <memscape/ledger/linux/page_states.hpp>
#include <memscape/ledger/linux/page_window.hpp>
#include <memscape/ledger/ranges/ownership.hpp>
#include <memscape/ledger/walk/ledger_sums.hpp>
#include <memscape/ledger/walk/movement.hpp>
#include <memscape/readers/linux/fork/held_descriptor.hpp>

namespace memscape::inline v0 {

/// Walks the address space once, from its beginning, and gives each resident byte to the source that
/// owns it, else to a cause. A step is one mapping, or as much of it as 8 MiB in RAM.
/// Registry has `ranges(visit)`, as memscape::registry does.
/// Cost: that of mapping_source and page_states; under 40 KiB of memory.
template <class Registry>
class memory_walk {
 public:
  using ledger_type = ledger<typename Registry::layout>;

  explicit memory_walk(Registry const& memory) noexcept : owners_{memory} {}

  /// Begins at the lowest address, by the best method that works and is allowed.
  void begin(ledger_type& into, page_method best, mark_limits const& limits,
             descriptor_policy policy = descriptor_policy::checked,
             std::uint64_t range_memory = ownership<Registry>::most_memory) noexcept {
    pages_.open(best, policy);
    policy_ = policy;
    into.method = pages_.method();
    counted_ = into.method != page_method::scan;
    bool const opened = into.method <= page_method::pagemap;
    auto const lack = opened ? ledger_fault_kind::pagemap_scan : ledger_fault_kind::pagemap;
    if (into.method > best && pages_.why() != 0) into.faults.add(lack, pages_.why());
    bool const blind = into.method == page_method::none;
    if (blind) into.faults.add(ledger_fault_kind::mincore, pages_.failure());
    mapped_ = source_.open(counted_, policy);
    if (!mapped_) into.faults.add(ledger_fault_kind::maps, source_.why());
    tally_.restart(limits);
    map_ = {};
    cut_ = false;
    list_.restart();
    window_.restart();
    at_ = 0;
    span_ = page_window::ahead;
    auto const worth = counted_ ? quality::upper_bound : quality::exact;
    owners_.begin(page_, blind ? quality::unavailable : worth, range_memory);
  }

  /// Asks the sources for their ranges, a bit at a time, before the first step; true at the end.
  [[nodiscard]] auto prepare(ledger_type& into) noexcept -> bool {
    span_ = page_window::ahead;
    return owners_.prepare(into);
  }
  [[nodiscard]] auto asks_next() const noexcept -> bool { return owners_.asks_next(); }
  /// Whether sources changed their ranges while they were asked for them.
  [[nodiscard]] auto ranges_differ() const noexcept -> bool { return owners_.differ(); }
  /// Gives memory back that ranges took, a bit at a time, behind the last step; true at the end.
  [[nodiscard]] auto give_back() noexcept -> bool { return owners_.give_back(); }

  /// One step: how much address space it walked, or 0 when there was nothing left to do.
  [[nodiscard]] auto step(ledger_type& into) noexcept -> std::uint64_t {
    if (at_ >= map_.end && !(mapped_ ? enter_next(into) : enter_next_claim(into))) {
      finish(into);
      return 0;
    }
    owners_.move_to(into, at_);
    auto const from = at_;
    auto to = (std::min)(from + (std::min)(map_.end - from, span_), owners_.limit());
    auto const reach = owners_.reach(from);
    // A step of many ranges is one of little memory.
    bool const many = reach < to;
    if (many) to = (std::max)(reach / page_ * page_, from + page_);
    // Vast mappings that are hardly there are common, and all but what is owned can be left alone.
    auto const owned = claimed_only_ ? owners_.owner_at(from).until / page_ * page_ : from;
    bool const free = claimed_only_ && owned > from && owners_.owner_at(from).owner == nobody;
    at_ = whole_ ? to : free ? (std::min)(owned, map_.end) : read(into, from, to);
    owners_.cover(into, from, at_, source_.why() == 0, tally_.hides_swap());
    if (at_ >= map_.end) tally_.leave(into, owner_);
    return many ? page_window::ahead : at_ - from;
  }

  /// Ends a call of the user's, in which the sweep did not come to its end.
  void pause() noexcept {
    pages_.pause();
    source_.pause();
    owners_.pause();
  }

  /// Whether pages, or mappings, can be read no longer as they were when it began: begin anew.
  [[nodiscard]] auto lost() const noexcept -> bool { return pages_.lost() || cut_; }

  /// Reads the list of mappings again, a part of it, behind the last step. True at its end.
  [[nodiscard]] auto list_again(ledger_type& into) noexcept -> bool {
    if (mapped_ && !list_.read_again(source_, policy_)) return false;
    movement::judge(into, list_.differs(), list_.why());
    return true;
  }

  /// What was found of malloc's so far.
  [[nodiscard]] auto finder() const noexcept -> malloc_finder<> const& { return tally_.finder(); }

  /// Looks at less at once, or more: steps take as long in memory that is hardly there.
  void adapt(std::uint64_t step_ns) noexcept {
    span_ = step_ns < 50'000 ? (std::min)(span_ * 2, largest_span) : page_window::ahead;
  }

 private:
  static constexpr std::uint32_t nobody = ownership<Registry>::nobody;
  static constexpr std::uint64_t worth_looking_for_marks = 1U << 30U;
  static constexpr std::uint64_t largest_span = std::uint64_t{1} << 40U;

  [[nodiscard]] auto enter_next(ledger_type& into) noexcept -> bool {
    auto const* const next = source_.next();
    if (next == nullptr) {
      cut_ = source_.why() != 0 && into.mapping_count.has_value();
      return source_.why() != 0 && enter_next_claim(into);
    }
    into.mapping_count = into.mapping_count.value_or(count{}) + count{1};
    map_ = tally_.resolved(next->map);
    list_.saw(map_);
    at_ = map_.begin;
    owners_.move_to(into, at_);
    tally_.enter(map_);
    whole_ = tally_.is_outside();
    owner_ = nobody;
    claimed_only_ = false;
    if (!counted_) return true;
    // The kernel's counts are known: pages are asked for only to tell them apart.
    tally_.count(next->rss, next->swap, next->anonymous);
    into.huge = into.huge.value_or(bytes{}) + next->huge;
    if (next->lazy_free) into.lazy_free = into.lazy_free.value_or(bytes{}) + *next->lazy_free;
    auto const piece = owners_.owner_at(at_);
    bool const uniform = piece.until >= map_.end;
    if (uniform) owner_ = piece.owner;
    claimed_only_ = tally_.is_plain() || map_.size() > worth_looking_for_marks;
    whole_ = whole_ || (uniform && (owner_ != nobody || claimed_only_)) ||
             next->rss + next->swap == bytes{};
    return true;
  }

  // Without mappings, or behind their cut, ranges are all that is known, and taken as they are.
  [[nodiscard]] auto enter_next_claim(ledger_type& into) noexcept -> bool {
    auto const next = owners_.next_owned(into, at_);
    if (next.end == 0) return false;
    map_ = {};
    map_.begin = (std::max)(at_, next.begin / page_ * page_);
    map_.end = ((std::min)(next.end, UINT64_MAX - page_) + page_ - 1) / page_ * page_;
    at_ = map_.begin;
    tally_.enter(map_);
    whole_ = claimed_only_ = false;
    owner_ = nobody;
    return at_ < map_.end;
  }

  [[nodiscard]] auto read(ledger_type& into, std::uint64_t from, std::uint64_t to) noexcept
      -> std::uint64_t {
    to = window_.learn(pages_, map_, counted_, from, to);
    window_.each(from, to, [&](page_run const& run) noexcept {
      if (tally_.is_counted(run, source_)) attribute(into, run);
    });
    return to;
  }

  void attribute(ledger_type& into, page_run const& run) noexcept {
    for (auto at = run.begin; at < run.end;) {
      auto const piece = owners_.owner_at(at);
      auto const until = (std::min)(piece.until, run.end);
      if (piece.owner != nobody) {
        tally_.to_source(into, piece.owner, run, at, until);
      } else if (mapped_) {
        tally_.to_causes(into, run, at, until);
      }
      at = until;
    }
  }

  void finish(ledger_type& into) noexcept {
    owners_.finish(into);
    if (auto const failed = window_.failed(); failed != 0) {
      into.faults.add(ledger_fault_kind::pages_changed, failed);
    }
    if (mapped_ && source_.why() != 0) {
      // Cut before the first is the same as not there.
      auto const kind = into.mapping_count ? ledger_fault_kind::maps_cut : ledger_fault_kind::maps;
      into.faults.add(kind, source_.why());
    } else if (mapped_ && !into.mapping_count) {
      // Every process has mappings: its main thread has ended, and /proc/self is what is left of it.
      into.faults.add(ledger_fault_kind::maps, ESRCH);
    }
    auto const changes = source_.changes() + source_.strange();
    if (changes != 0) {
      into.faults.add(ledger_fault_kind::mappings_changed, static_cast<std::int32_t>(changes));
    }
    tally_.finish(into);
    pages_.close();
    source_.close();
  }

  page_states pages_{};
  mapping_source source_{};
  ledger_sums<typename Registry::layout> tally_{pages_.page_size()};
  ownership<Registry> owners_;
  mapping_list list_{};
  page_window window_{};
  mapping map_{};
  std::uint64_t page_ = pages_.page_size();
  std::uint64_t at_ = 0;  // everything below is done
  std::uint64_t span_ = page_window::ahead;
  std::uint32_t owner_ = nobody;  // of the whole mapping
  bool whole_ = false;            // the mapping's pages need not be looked at
  bool claimed_only_ = false;     // of the mapping, unowned pages need not be looked at
  descriptor_policy policy_ = descriptor_policy::checked;
  bool counted_ = false;  // by smaps
  bool cut_ = false;      // they were, up to where a read failed
  bool mapped_ = false;   // mappings are known
};

}  // namespace memscape::inline v0
