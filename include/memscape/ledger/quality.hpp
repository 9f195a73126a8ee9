// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace memscape::inline v0 {

/// How much a figure of the ledger is worth.
enum class quality : std::uint8_t {
  exact,        ///< what the kernel counts
  upper_bound,  ///< no more than this
  estimate,     ///< memory moved while it was measured, or it was told apart by a guess
  stale,        ///< right when it was measured: see its age
  unavailable,  ///< not measured: see `faults`
};

inline constexpr std::string_view quality_names[] = {"exact", "upper_bound", "estimate", "stale",
                                                     "unavailable"};

/// The quality's name, as it stands on the wire.
[[nodiscard]] constexpr auto name_of(quality of) noexcept -> std::string_view {
  auto const index = static_cast<std::size_t>(of);
  return index < std::size(quality_names) ? quality_names[index] : "unknown";
}

/// What makes a ledger worse than exact.
enum class ledger_fault_kind : std::uint8_t {
  statm,             ///< RSS could not be read: nothing closes
  maps,              ///< /proc/self/maps or smaps could not be read: sources only, and no causes
  maps_cut,          ///< it ended early: causes are missing
  pagemap,           ///< /proc/self/pagemap could not be opened
  pagemap_scan,      ///< the kernel has no PAGEMAP_SCAN: smaps is read instead
  mappings_changed,  ///< mappings came, went or grew meanwhile; `code` is how many
  pages_changed,     ///< pages of a mapping that had just gone; `code` is how many chunks
  ranges_unmapped,   ///< sources own ranges where nothing is mapped; `code` is how many sources
  ranges_overlap,    ///< sources claim the same bytes; `code` is how many sources
  ranges_crowded,    ///< more ranges over one page than are kept
  status,            ///< /proc/self/status could not be read: nothing from outside RSS
  malloc_statistics,  ///< the C library tells nothing of its malloc; EDEADLK: it was not asked, because a
                      ///< lock may be held for ever in a process that fork(3) has not made
  cgroup,             ///< a file of the control group failed: its kernel memory is not known
  moved,              ///< memory moved meanwhile; `code` is how many page faults the process took
  moves_unknown,   ///< whether it did could not be found out
  bss,             ///< no headers of programs may be read: their zeroed data is anonymous
  stacks,          ///< threads could not be listed or looked into: no stack of theirs is known
  stacks_missing,  ///< living threads whose stacks are not known; `code` is how many
  mincore,         ///< mincore(2) failed, which was left: what of a source is resident is not known
  clock,  ///< clock_gettime(2) failed: no date, and no time that the audit took; `code` 0: the
          ///< clock went back meanwhile, and times are lower bounds
  range_memory,  ///< no memory for all ranges, so that it took long; errno, or 0: more than is allowed
  own_memory,    ///< the process may not read its own memory: no marks, so nothing of malloc's
  malloc_other,  ///< malloc is not the C library's: `malloc_object` has it
  malloc_blocks,  ///< KiB of blocks that malloc mapped and that were not found; below 0, of what looks
                  ///< like one beyond those that malloc mapped
  malloc_arena,   ///< KiB that malloc's arenas have from the system and that were not found
  swap_differs,   ///< more looks like swap than the kernel counts; `code` is how many KiB more
  shmem_differs,  ///< shared memory is not what the kernel counts; `code` is by how many KiB
};

inline constexpr std::string_view ledger_fault_names[] = {
    "statm",          "maps",
    "maps_cut",       "pagemap",
    "pagemap_scan",   "mappings_changed",
    "pages_changed",  "ranges_unmapped",
    "ranges_overlap", "ranges_crowded",
    "status",         "malloc_statistics",
    "cgroup",         "moved",
    "moves_unknown",  "bss",
    "stacks",         "stacks_missing",
    "mincore",        "clock",
    "range_memory",   "own_memory",
    "malloc_other",   "malloc_blocks",
    "malloc_arena",   "swap_differs",
    "shmem_differs",
};

/// The fault's name, as it stands on the wire.
[[nodiscard]] constexpr auto name_of(ledger_fault_kind of) noexcept -> std::string_view {
  auto const index = static_cast<std::size_t>(of);
  return index < std::size(ledger_fault_names) ? ledger_fault_names[index] : "unknown";
}

/// One fault, with the errno of the call or the number of cases.
struct ledger_fault {
  ledger_fault_kind kind{};
  std::int32_t code = 0;

  [[nodiscard]] friend constexpr auto operator==(ledger_fault, ledger_fault) noexcept
      -> bool = default;
};

/// The faults of one ledger, each kind once: a second of a kind adds its number to the first.
/// Cost: no allocation. Threads: a plain value.
class ledger_faults {
 public:
  static constexpr std::size_t capacity = std::size(ledger_fault_names);

  constexpr void add(ledger_fault_kind kind, std::int32_t code) noexcept {
    for (std::size_t i = 0; i < size_; ++i) {
      if (faults_[i].kind != kind) continue;
      faults_[i].code += code;
      return;
    }
    if (size_ < capacity) faults_[size_++] = {kind, code};
  }
  [[nodiscard]] constexpr auto has(ledger_fault_kind kind) const noexcept -> bool {
    for (auto const& fault : *this) {
      if (fault.kind == kind) return true;
    }
    return false;
  }
  [[nodiscard]] constexpr auto empty() const noexcept -> bool { return size_ == 0; }
  [[nodiscard]] constexpr auto size() const noexcept -> std::size_t { return size_; }
  [[nodiscard]] constexpr auto begin() const noexcept -> ledger_fault const* { return faults_; }
  [[nodiscard]] constexpr auto end() const noexcept -> ledger_fault const* {
    return faults_ + size_;
  }

 private:
  ledger_fault faults_[capacity]{};
  std::uint8_t size_ = 0;
};

}  // namespace memscape::inline v0
