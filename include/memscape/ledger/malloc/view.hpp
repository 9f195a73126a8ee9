// SPDX-License-Identifier: MIT
#pragma once

#include <features.h>
#include <unistd.h>

#include <cstddef>
#include <cstdint>
#include <limits>
#include <memscape/core/bytes.hpp>
#include <memscape/core/count.hpp>
#include <memscape/ledger/cause.hpp>
#include <memscape/ledger/ledger.hpp>
#include <memscape/ledger/linux/page_method.hpp>
#include <memscape/ledger/malloc/arena_balance.hpp>
#include <memscape/ledger/malloc/block_choice.hpp>
#include <memscape/ledger/malloc/finder.hpp>
#include <memscape/ledger/malloc/mark_limits.hpp>
#include <memscape/ledger/malloc/owner.hpp>
#include <memscape/ledger/malloc/search_depth.hpp>
#include <memscape/ledger/malloc/watch.hpp>
#include <memscape/ledger/quality.hpp>
#include <optional>

namespace memscape::inline v0 {

/// What an audit knows of malloc: whose it is, what the C library says of its own, and whether what was found
/// by marks agrees with that.
/// Errors: a malloc that is not the C library's is a fault of the ledger, with the file that has it. The C
/// library's numbers are then absent; or an estimate, where that malloc may pass calls on and the C library's
/// holds something: then they are true of what was passed on.
/// Cost: that of malloc_watch. Threads: one at a time.
class malloc_view {
 public:
  malloc_view(bool wanted, std::uint32_t share) noexcept : wanted_{wanted}, watch_{share} {}

  /// Asks the C library, if it is time to.
  void ask() noexcept {
    told_ = std::nullopt;
    if (wanted_ && owner_.numbers_are_libcs()) told_ = watch_.read();
    has_chosen_ = false;
    walks_ = 0;
    break_ = told_ ? reinterpret_cast<std::uintptr_t>(::sbrk(0)) : 0;
    if (!told_ || !choice_.is_of(told_->mapped_blocks.value(), told_->mapped.value())) {
      choice_.forget();
    }
  }

  /// Puts what it said into a ledger, or why it is absent.
  template <class Ledger>
  void tell(Ledger& into) const noexcept {
    if (!wanted_) return;
    bool const is_libcs = owner_.is_libcs();
    bool const is_used = told_ && told_->in_use + told_->free != bytes{};
    if (is_libcs || (owner_.may_pass_on() && is_used)) into.malloc = told_;
    if (!told_ && (is_libcs || watch_.why() != 0)) {
      into.faults.add(ledger_fault_kind::malloc_statistics, watch_.why());
    }
    if (is_libcs) return;
    into.malloc_object = owner_.object();
    into.faults.add(ledger_fault_kind::malloc_other, 0);
    if (into.malloc && into.malloc->worth == quality::exact) into.malloc->worth = quality::estimate;
  }

  /// What marks may tell apart. The C library's malloc can hold something beside another.
  [[nodiscard]] auto limits() noexcept -> mark_limits {
    ++walks_;
    mark_limits made{.inside = depth_.is_inside() || (choice_.is_made() && chosen_inside_)};
#if !defined(__GLIBC__)
    made.heaps = made.blocks = false;
#endif
    bool const has_marks =
        owner_.is_libcs() || (owner_.numbers_are_libcs() && (told_ || owner_.may_pass_on()));
    if (!has_marks) made.heaps = made.blocks = false;
    // What came since a stale answer is not in it.
    if (!told_ || told_->worth != quality::exact) return made;
    made.heaps = made.heaps && told_->in_use - told_->mapped + told_->free != bytes{};
    made.blocks = made.blocks && told_->mapped_blocks != count{};
    made.block_count = told_->mapped_blocks.value();
    made.block_bytes = told_->mapped.value();
    made.choice = &choice_;
    return made;
  }

  /// Whether to begin the audit again: with a look at each page, because blocks were not found, or by a choice,
  /// because more bears their marks.
  template <class Ledger>
  [[nodiscard]] auto again(Ledger const& of, malloc_finder<> const& found) noexcept -> bool {
    if (!told_ || !is_whole(of, found)) return false;
    auto const blocks = told_->mapped_blocks.value();
    auto const sum = told_->mapped.value();
    bool const differs =
        told_->worth == quality::exact && (found.blocks() != blocks || found.block_bytes() != sum);
    if (differs && choice_.is_made()) {
      // One of an earlier audit, which does not fit any longer, makes place for a new one.
      choice_.forget();
      return !has_chosen_;
    }
    bool const may_choose = differs && !has_chosen_ && found.refused() != 0;
    if (may_choose) chosen_inside_ = depth_.is_inside();
    if (may_choose && choice_.make(blocks, sum)) return has_chosen_ = true;
    if (depth_.again(found.block_bytes(), sum, found.inside())) return true;
    if (may_choose) choice_.make_largest(blocks, sum);
    has_chosen_ = has_chosen_ || may_choose;
    return may_choose;
  }

  /// Puts a fault where what was found is not what malloc says it has, and lowers what its heap is worth.
  template <class Ledger>
  void put_faults(Ledger& into, malloc_finder<> const& found) noexcept {
    put_blocks(into, found);
    put_arenas(into, found);
  }

 private:
  // Within a page each. Sources may own some, and what was refused may be some.
  template <class Ledger>
  void put_blocks(Ledger& into, malloc_finder<> const& found) const noexcept {
    if (!told_ || told_->worth != quality::exact || !is_whole(into, found)) return;
    auto const slack = bytes{4096} * told_->mapped_blocks.value();
    auto missing = told_->mapped - bytes{found.block_bytes()};
    for (auto const& source : into.sources) missing = missing - source.claimed;
    if (missing > bytes{found.doubtful()} + slack) {
      into.faults.add(ledger_fault_kind::malloc_blocks, in_kib(missing - bytes{found.doubtful()}));
    } else if (bytes{found.refused()} > slack) {
      into.faults.add(ledger_fault_kind::malloc_blocks, -in_kib(bytes{found.refused()}));
    }
  }

  // Between two answers of malloc's the last one holds.
  template <class Ledger>
  void put_arenas(Ledger& into, malloc_finder<> const& found) noexcept {
    auto& heap = into.causes[static_cast<std::size_t>(cause::malloc_heap)].worth;
    auto const lower = [&heap](quality to) { heap = heap == quality::exact ? to : heap; };
    // Another malloc may use it, or the C library's beside it.
    if (!owner_.is_libcs()) return lower(quality::upper_bound);
    if (!told_ || !is_whole(into, found)) return;
    if (told_->worth == quality::exact) weigh(into, found);
    if (balance_.missing() != bytes{}) {
      into.faults.add(ledger_fault_kind::malloc_arena, in_kib(balance_.missing()));
      lower(quality::estimate);
    }
    if (balance_.foreign() != bytes{}) lower(quality::upper_bound);
  }

  template <class Ledger>
  void weigh(Ledger const& of, malloc_finder<> const& found) noexcept {
    auto all = arena_memory::of(found, break_);
    // Only a scan looks into what sources own.
    for (auto const& source : of.sources) {
      if (of.method != page_method::scan) all.doubtful += source.claimed;
    }
    auto told = told_->in_arenas;
    // Another walk than the one that malloc was asked before moved alike.
    bool moved = walks_ > 1 || has_moved(of.faults);
    if (arena_balance::may_miss(told, all, moved)) {
      // What came or went since, or just before the walk began, is in one of two answers at most.
      auto const again = watch_.read_again();
      moved = moved || !again || again->in_use != told_->in_use || again->free != told_->free;
      if (again && again->in_arenas < told) told = again->in_arenas;
    }
    balance_.weigh(told, all, moved);
  }

  template <class Ledger>
  [[nodiscard]] static auto is_whole(Ledger const& of, malloc_finder<> const& found) noexcept
      -> bool {
    return !of.faults.has(ledger_fault_kind::maps) && !of.faults.has(ledger_fault_kind::maps_cut) &&
           found.why() == 0;
  }

  [[nodiscard]] static auto in_kib(bytes amount) noexcept -> std::int32_t {
    constexpr std::uint64_t most = (std::numeric_limits<std::int32_t>::max)();
    auto const kib = amount.value() / 1024;
    return static_cast<std::int32_t>(kib < most ? kib : most);
  }

  bool wanted_;
  malloc_owner owner_{};
  malloc_watch<> watch_;
  search_depth depth_{};
  block_choice choice_{};
  bool has_chosen_ = false;     // in this audit
  bool chosen_inside_ = false;  // of what was found by a look at each page
  std::optional<malloc_account> told_{};
  std::uintptr_t break_ = 0;  // the program break when it was told
  int walks_ = 0;             // since then
  arena_balance balance_{};
};

}  // namespace memscape::inline v0
