// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <memscape/ledger/ledger.hpp>
#include <memscape/ledger/ranges/known_ranges.hpp>
#include <optional>

namespace memscape::inline v0 {

/// Whose an address is, for a sweep from low addresses to high ones, and what of each source's ranges
/// turned out to be mapped, nothing, or somebody else's.
/// Cost: as known_ranges. Threads: one at a time, where the sources may be sampled.
template <class Registry>
class ownership : public known_ranges<Registry> {
  using base = known_ranges<Registry>;

 public:
  using ledger_type = ledger<typename Registry::layout>;
  using base::most_memory;
  using base::nobody;

  explicit ownership(Registry const& memory) noexcept : base{memory} {}

  /// Begins: nothing is owned before `prepare` has come to its end. Sources that offer ranges get `worth`, also
  /// where they have none now. At most so many bytes are taken besides.
  void begin(std::uint64_t page_size, quality worth, std::uint64_t at_most = most_memory) noexcept {
    base::begin(page_size, worth, at_most);
    owned_.fill(0);
  }

  /// Begins at the lowest address, and finds out what is owned at once.
  void restart(ledger_type& into, std::uint64_t page_size, quality worth,
               std::uint64_t at_most = most_memory) noexcept {
    begin(page_size, worth, at_most);
    while (!this->prepare(into)) {
    }
  }

  /// Books what the ranges cover of mapped memory, resident or not; where mappings are not known, that
  /// this is not known of the sources there. `hides_swap`: nor is what of it is in swap.
  void cover(ledger_type& into, std::uint64_t from, std::uint64_t to, bool known,
             bool hides_swap = false) noexcept {
    while (from < to) {
      if (hides_swap) {
        this->each_behind(from, [&into](std::uint32_t source, std::uint32_t) noexcept {
          into.sources[source].swapped = std::nullopt;
        });
      }
      auto const piece = this->behind_at(from);
      auto const until = (std::min)(piece.until, to);
      if (!known) {
        forget(into, from);
      } else {
        if (piece.owner != nobody) owned_[piece.owner] += until - from;
        if (piece.claim_window > 1) overlap(into, piece.owner, from, until);
      }
      from = until;
    }
  }

  /// Ends the sweep: what was not covered is not mapped.
  void finish(ledger_type& into) const noexcept {
    std::int32_t unmapped = 0;
    std::int32_t overlapped = 0;
    for (std::size_t i = 0; i < owned_.size(); ++i) {
      auto& source = into.sources[i];
      if (!source.unmapped) continue;
      source.unmapped = source.claimed - bytes{owned_[i]} - *source.overlapped;
      if (source.unmapped != bytes{}) ++unmapped;
      if (source.overlapped != bytes{}) ++overlapped;
    }
    if (unmapped != 0) into.faults.add(ledger_fault_kind::ranges_unmapped, unmapped);
    if (overlapped != 0) into.faults.add(ledger_fault_kind::ranges_overlap, overlapped);
  }

 private:
  // All claims but the owner's first.
  void overlap(ledger_type& into, std::uint32_t owner, std::uint64_t from,
               std::uint64_t until) noexcept {
    bool owned = false;
    this->each_behind(from, [&](std::uint32_t source, std::uint32_t times) noexcept {
      bool const owns = source == owner && !owned;
      owned = owned || owns;
      if (auto& sum = into.sources[source].overlapped; sum) {
        *sum += bytes{until - from} * std::uint64_t{owns ? times - 1 : times};
      }
    });
  }

  void forget(ledger_type& into, std::uint64_t at) noexcept {
    this->each_behind(at, [&into](std::uint32_t source, std::uint32_t) noexcept {
      into.sources[source].unmapped = into.sources[source].overlapped = std::nullopt;
    });
  }

  std::array<std::uint64_t, ledger_type::layout::size> owned_{};
};

}  // namespace memscape::inline v0
