// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <memscape/core/address_range.hpp>
#include <memscape/ledger/ledger.hpp>
#include <memscape/ledger/quality.hpp>
#include <memscape/ledger/ranges/claim_window.hpp>
#include <memscape/tree/range_place.hpp>

namespace memscape::inline v0 {

/// A pass through the ranges of all sources, a piece at a time, which keeps account of what each claims.
/// A source that can be asked in pieces is left where a piece ends, any other at its end.
/// Errors: where sources change between two pieces, `was_cut()` is true, and the prints of two passes differ.
/// Cost: about 3 ns a range, and what the source does. Threads: one at a time, where the sources may be sampled.
template <class Registry>
class range_pass {
 public:
  using ledger_type = ledger<typename Registry::layout>;
  /// How many ranges a piece is.
  static constexpr std::size_t piece = 2048;

  explicit range_pass(Registry const& memory) noexcept : memory_{&memory} {}

  void begin() noexcept {
    place_ = {};
    next_ = {};
    print_ = 0;
    cut_ = false;
    begun_ = false;
  }

  /// Calls `keep(claim)` for each claim of the next piece, neighbours of one source being one. True at the end.
  /// Sources that offer ranges get `worth`.
  template <class Keep>
  [[nodiscard]] auto step(ledger_type& into, quality worth, Keep&& keep) noexcept -> bool {
    if (!begun_) {
      for (auto& source : into.sources) source.claimed = bytes{};
    }
    begun_ = true;
    taker<Keep> all{into, worth, keep, next_, print_, place_.node};
    bool ended = true;
    if constexpr (requires { memory_->ranges_from(all, place_); }) {
      ended = memory_->ranges_from(all, place_);
    } else {
      memory_->ranges(
          [&all](std::size_t source, address_range range) noexcept { all.take(source, range); });
    }
    all.book();
    if (ended) all.next.flush(keep);
    next_ = all.next;
    print_ = all.print;
    return ended;
  }

  /// Whether the next piece begins in the midst of a source.
  [[nodiscard]] auto is_within_source() const noexcept -> bool { return place_.range != 0; }
  /// The program goes on before the next piece.
  void pause() noexcept { cut_ = cut_ || is_within_source(); }
  /// Whether it went on while a source was asked.
  [[nodiscard]] auto was_cut() const noexcept -> bool { return cut_; }
  /// Of all ranges, in any order: the same in two passes that saw the same.
  [[nodiscard]] auto print() const noexcept -> std::uint64_t { return print_; }

 private:
  // What a loop through ranges changes, apart from what the compiler must believe to change by itself.
  template <class Keep>
  struct taker {
    ledger_type& into;
    quality worth;
    Keep& keep;
    neighbours next;
    std::uint64_t print;
    std::size_t source;
    std::size_t left = piece;
    bytes claimed{};

    [[nodiscard]] auto goes_on() noexcept -> bool {
      if (left == 0) return false;
      --left;
      return true;
    }
    void take(std::size_t of, address_range range) noexcept {
      // No range, but the source's word that it offers them. One at the null address is claimed, and nothing of
      // it is mapped.
      if (range.begin == nullptr && range.size == 0) return enter(of);
      claimed += bytes{range.size};
      next.add(static_cast<std::uint32_t>(of), range, keep);
      auto const mixed =
          (reinterpret_cast<std::uintptr_t>(range.begin) ^ of) * 0x9e3779b97f4a7c15U + range.size;
      print += (mixed ^ mixed >> 32U) * 0xd6e8feb86659fd93U;
    }
    void enter(std::size_t of) noexcept {
      book();
      source = of;
      auto& account = into.sources[of];
      account.worth = worth;
      if (worth != quality::unavailable && !account.resident) {
        account.resident = account.swapped = bytes{};
      }
      account.unmapped = account.overlapped = bytes{};
    }
    void book() noexcept {
      if (claimed != bytes{}) into.sources[source].claimed += claimed;
      claimed = bytes{};
    }
  };

  Registry const* memory_;
  range_place place_{};
  neighbours next_{};
  std::uint64_t print_ = 0;
  bool cut_ = false;
  bool begun_ = false;
};

}  // namespace memscape::inline v0
