// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <memscape/ledger/cause.hpp>
#include <memscape/ledger/ledger.hpp>
#include <memscape/ledger/quality.hpp>
#include <memscape/ledger/walk/witnesses.hpp>
#include <optional>

namespace memscape::inline v0 {

/// Lowers what figures are worth where the process may not read its own memory: what marks would tell apart is in
/// `anonymous`, but for what the kernel names. Cost: none. Threads: any.
template <class Layout>
void grade_without_marks(ledger<Layout>& of) noexcept {
  for (auto const& facts : cause_table) {
    if (!facts.by_mark) continue;
    auto& one = of.causes[static_cast<std::size_t>(facts.of)];
    if (one.resident + one.swapped.value_or(bytes{}) == bytes{}) one.worth = quality::unavailable;
  }
  auto& rest = of.causes[static_cast<std::size_t>(cause::anonymous)].worth;
  if (rest != quality::unavailable) rest = quality::upper_bound;
}

/// Lowers what a finished ledger's figures are worth, by its faults: marks are told by guess, and what
/// moved meanwhile was seen at several instants.
/// Cost: a look at each figure. Threads: any.
template <class Layout>
void grade(ledger<Layout>& of) noexcept {
  check_swap(of);
  check_shmem(of);
  // Where pages cannot be told apart, what sources own stands under the causes beside them.
  bool const blind = of.faults.has(ledger_fault_kind::mincore);
  // What a program maps in place of its zeroed data is merged with it, and looks the same.
  auto& zeroed = of.causes[static_cast<std::size_t>(cause::bss)].worth;
  if (zeroed == quality::exact) zeroed = quality::estimate;
  for (auto const& facts : cause_table) {
    if (!facts.by_mark && facts.of != cause::anonymous) continue;
    auto& worth = of.causes[static_cast<std::size_t>(facts.of)].worth;
    if (worth == quality::exact) worth = quality::estimate;
    if (blind) worth = quality::unavailable;
  }
  if (blind) {
    of.causes[static_cast<std::size_t>(cause::bss)].worth = quality::unavailable;
    of.thread_stacks = of.arena_heaps = std::nullopt;
  }
  if (of.faults.has(ledger_fault_kind::own_memory)) grade_without_marks(of);
  // Stacks, zeroed data and malloc's memory that are not told apart are in it.
  auto& rest = of.causes[static_cast<std::size_t>(cause::anonymous)].worth;
  bool const holds_others = of.faults.has(ledger_fault_kind::stacks) ||
                            of.faults.has(ledger_fault_kind::bss) ||
                            of.faults.has(ledger_fault_kind::malloc_arena);
  if (holds_others && rest == quality::estimate) rest = quality::upper_bound;
  bool const cut = of.faults.has(ledger_fault_kind::maps_cut);
  bool changed = cut;
  for (auto const kind : {ledger_fault_kind::pages_changed, ledger_fault_kind::mappings_changed,
                          ledger_fault_kind::moved, ledger_fault_kind::moves_unknown}) {
    changed = changed || of.faults.has(kind);
  }
  bool const none = of.faults.has(ledger_fault_kind::maps);
  for (auto& one : of.causes) {
    if (changed && one.worth == quality::exact) one.worth = quality::estimate;
    // Of a list that was cut, what was not met is not known, and the rest may be more.
    if (cut && one.worth == quality::upper_bound) one.worth = quality::estimate;
    bool const met = one.resident + one.swapped.value_or(bytes{}) != bytes{};
    if (none || (cut && !met)) one.worth = quality::unavailable;
  }
  if (none || cut) {
    of.huge = of.lazy_free = std::nullopt;
    of.mapping_count = of.thread_stacks = of.arena_heaps = std::nullopt;
  }
  for (auto& source : of.sources) {
    if (changed && source.worth != quality::unavailable) source.worth = quality::estimate;
  }
}

}  // namespace memscape::inline v0
