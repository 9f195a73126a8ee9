// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <memscape/ledger/claims.hpp>
#include <memscape/ledger/ledger.hpp>
#include <optional>

namespace memscape::inline v0 {

/// Whose an address is, for a sweep from low addresses to high ones, and what of each source's ranges
/// turned out to be mapped, nothing, or somebody else's.
/// Cost: as claims; 24 KiB of memory. Threads: one at a time, where the sources may be sampled.
template <class Registry>
class ownership {
 public:
  using ledger_type = ledger<typename Registry::layout>;
  static constexpr std::size_t capacity = 1024;
  static constexpr std::uint32_t nobody = claims<capacity>::nobody;

  explicit ownership(Registry const& memory) noexcept : memory_{&memory} {}

  /// Begins at the lowest address. Sources that offer ranges get `worth`, also where they have none now.
  void restart(ledger_type& into, std::uint64_t page_size, quality worth) noexcept {
    page_ = page_size;
    owned_.fill(0);
    gather(into, 0, [&](std::size_t source, address_range range) noexcept {
      auto& account = into.sources[source];
      account.worth = worth;
      if (!account.unmapped) account.unmapped = account.overlapped = bytes{};
      if (range.begin != nullptr) account.claimed += bytes{range.size};
    });
  }

  /// Up to where the owners are known now.
  [[nodiscard]] auto limit() const noexcept -> std::uint64_t { return claims_.limit(); }

  /// Asks the sources again where `at` is beyond what is known.
  void move_to(ledger_type& into, std::uint64_t at) noexcept {
    if (at >= claims_.limit()) gather(into, at, [](std::size_t, address_range) noexcept {});
  }

  /// The claims that are known now.
  [[nodiscard]] auto known() const noexcept -> claims<capacity> const& { return claims_; }

  /// The owner at `at`. Addresses only rise, and stay below the limit.
  [[nodiscard]] auto owner_at(std::uint64_t at) noexcept -> typename claims<capacity>::piece {
    return claims_.owner_at(at, cursor_);
  }

  /// Books what the ranges cover of mapped memory, resident or not; where mappings are not known, that
  /// this is not known of the sources there.
  void cover(ledger_type& into, std::uint64_t from, std::uint64_t to, bool known) noexcept {
    while (from < to) {
      auto const piece = claims_.owner_at(from, covered_);
      auto const until = (std::min)(piece.until, to);
      if (!known) {
        forget(into, from);
      } else {
        if (piece.owner != nobody) owned_[piece.owner] += until - from;
        if (piece.claims > 1) overlap(into, piece.owner, from, until);
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
  template <class See>
  void gather(ledger_type& into, std::uint64_t from, See const& see) noexcept {
    claims_.gather(from, page_, [this, &see](auto&& add) noexcept {
      memory_->ranges([&add, &see](std::size_t source, address_range range) noexcept {
        see(source, range);
        add(static_cast<std::uint32_t>(source), range);
      });
    });
    if (claims_.crowded()) into.faults.add(ledger_fault_kind::ranges_crowded, 1);
    cursor_ = covered_ = 0;
  }

  // All claims but the owner's first.
  void overlap(ledger_type& into, std::uint32_t owner, std::uint64_t from,
               std::uint64_t until) noexcept {
    bool owned = false;
    claims_.each_at(from, covered_, [&](std::uint32_t source) noexcept {
      bool const owns = source == owner && !owned;
      owned = owned || owns;
      if (auto& sum = into.sources[source].overlapped; !owns && sum) *sum += bytes{until - from};
    });
  }

  void forget(ledger_type& into, std::uint64_t at) noexcept {
    claims_.each_at(at, covered_, [&into](std::uint32_t source) noexcept {
      into.sources[source].unmapped = into.sources[source].overlapped = std::nullopt;
    });
  }

  Registry const* memory_;
  claims<capacity> claims_{};
  std::array<std::uint64_t, ledger_type::layout::size> owned_{};
  std::uint64_t page_ = 4096;
  std::size_t cursor_ = 0;
  std::size_t covered_ = 0;
};

}  // namespace memscape::inline v0
