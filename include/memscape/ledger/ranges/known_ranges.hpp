// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <memscape/core/address_range.hpp>
#include <memscape/ledger/ledger.hpp>
#include <memscape/ledger/quality.hpp>
#include <memscape/ledger/ranges/claim_edges.hpp>
#include <memscape/ledger/ranges/claim_window.hpp>
#include <memscape/ledger/ranges/range_pass.hpp>

namespace memscape::inline v0 {

/// The ranges of all sources, for a sweep from low addresses to high ones.
/// Up to 1,024 are kept in the object. For more it takes memory for the time of an audit, 27 bytes a range;
/// where that is not to be had, a window of 1,024 is moved along, and sources are asked again for each.
/// Cost: that of two passes through the sources, and of a sort, a bit at a time; n squared in windows;
/// 26 KiB of memory. Threads: one at a time, where the sources may be sampled.
template <class Registry>
class known_ranges {
 public:
  using ledger_type = ledger<typename Registry::layout>;
  static constexpr std::size_t capacity = 1024;
  static constexpr std::uint32_t nobody = claim_window<capacity>::nobody;
  static constexpr std::uint64_t most_memory = 64U << 20U;
  explicit known_ranges(Registry const& memory) noexcept : memory_{&memory}, pass_{memory} {}

  /// Begins: nothing is owned before `prepare` has come to its end. Sources that offer ranges get `worth`, also
  /// where they have none now. At most so many bytes are taken besides.
  void begin(std::uint64_t page_size, quality worth, std::uint64_t at_most = most_memory) noexcept {
    page_ = page_size;
    worth_ = worth;
    at_most_ = at_most;
    edges_.release();
    many_ = false;
    stage_ = stage::ask;
    claims_.start(0, true);
    claims_.finish(page_);
    pass_.begin();
    differ_ = false;
    rewind();
  }

  /// A bit of finding out what is owned; true at the end.
  [[nodiscard]] auto prepare(ledger_type& into) noexcept -> bool {
    int why = 0;
    if (stage_ == stage::ask) {
      ask(into);
    } else if (stage_ == stage::populate) {
      if (edges_.populate(why)) stage_ = stage::fill;
      if (why != 0) use_windows(into, why);
    } else if (stage_ == stage::fill) {
      fill(into);
    } else if (stage_ == stage::sort) {
      if (edges_.sort_step()) stage_ = stage::ready;
    }
    return stage_ == stage::ready;
  }

  /// Whether `prepare` asks a source next that may not let itself be cut short.
  [[nodiscard]] auto asks_next() const noexcept -> bool {
    return (stage_ == stage::ask || stage_ == stage::fill) && !pass_.is_within_source();
  }
  /// The program goes on before the next step.
  void pause() noexcept { pass_.pause(); }
  /// Whether a source changed its ranges while it was asked for them in pieces.
  [[nodiscard]] auto differ() const noexcept -> bool { return differ_; }

  /// Up to where the owners are known now.
  [[nodiscard]] auto limit() const noexcept -> std::uint64_t {
    return many_ ? UINT64_MAX : claims_.limit();
  }

  /// Asks the sources again where `at` is beyond what is known.
  void move_to(ledger_type& into, std::uint64_t at) noexcept {
    if (at >= limit()) gather(into, at);
  }

  /// The owner at `at`. Addresses only rise, and stay below the limit.
  [[nodiscard]] auto owner_at(std::uint64_t at) noexcept -> claim_piece {
    return piece_at(at, walked_);
  }

  /// The next stretch at `at` or behind it that is owned; none where its end is 0. Addresses only rise.
  [[nodiscard]] auto next_owned(ledger_type& into, std::uint64_t at) noexcept -> claim {
    for (;;) {
      move_to(into, at);
      auto const piece = piece_at(at, looked_);
      if (piece.owner != nobody) return {at, piece.until, piece.owner};
      if (piece.until == UINT64_MAX) return {};
      at = piece.until;
    }
  }

  /// An address up to which few ranges begin and end behind `at`.
  [[nodiscard]] auto reach(std::uint64_t at) noexcept -> std::uint64_t {
    if (!many_) return UINT64_MAX;
    (void)owner_at(at);
    return edges_.reach(walked_.among_many);
  }

  /// Gives a part of the memory back that was taken; true when nothing is left. What is owned is then not known.
  [[nodiscard]] auto give_back() noexcept -> bool {
    many_ = false;
    return edges_.give_back();
  }

  /// As `owner_at`, with a place of its own, which follows.
  [[nodiscard]] auto behind_at(std::uint64_t at) noexcept -> claim_piece {
    return piece_at(at, followed_);
  }
  /// Calls `visit(source, times)` for each source that claims what `behind_at` was asked for.
  template <class Visit>
  void each_behind(std::uint64_t at, Visit&& visit) const noexcept {
    if (many_) return edges_.each(followed_.among_many, visit);
    claims_.each_at(at, followed_.among_few, visit);
  }

 private:
  enum class stage : std::uint8_t { ask, populate, fill, sort, ready };

  // A place in either list.
  struct place {
    std::size_t among_few = 0;
    typename claim_edges<ledger_type::layout::size>::cursor among_many{};
  };

  [[nodiscard]] auto piece_at(std::uint64_t at, place& here) const noexcept -> claim_piece {
    return many_ ? edges_.piece_at(at, here.among_many) : claims_.owner_at(at, here.among_few);
  }
  void rewind() noexcept { walked_ = looked_ = followed_ = {}; }

  void ask(ledger_type& into) noexcept {
    if (!pass_.step(into, worth_, [this](claim const& one) noexcept { claims_.add(one); })) return;
    claims_.finish(page_);
    stage_ = stage::ready;
    // What came in pieces is compared with a second pass, also where it is little.
    if (claims_.counted() <= capacity && !pass_.was_cut()) return;
    asked_ = pass_.print();
    pass_.begin();
    auto const why = edges_.take(claims_.counted(), at_most_);
    if (why != 0) return use_windows(into, why);
    stage_ = stage::populate;
  }

  void fill(ledger_type& into) noexcept {
    auto to = edges_.to_fill();
    bool const ended = pass_.step(into, worth_, [&to](claim const& one) noexcept { to.add(one); });
    edges_.filled(to);
    if (!ended) return;
    differ_ = pass_.was_cut() && pass_.print() != asked_;
    if (!edges_.fits()) return use_windows(into, -1);
    edges_.sort();
    rewind();
    many_ = true;
    stage_ = stage::sort;
  }

  void use_windows(ledger_type& into, int why) noexcept {
    into.faults.add(ledger_fault_kind::range_memory, why < 0 ? 0 : why);
    edges_.release();
    stage_ = stage::ready;
    gather(into, 0);
  }

  void gather(ledger_type& into, std::uint64_t from) noexcept {
    claims_.gather(from, page_, [this](auto&& add) noexcept {
      memory_->ranges([&add](std::size_t source, address_range range) noexcept {
        add(static_cast<std::uint32_t>(source), range);
      });
    });
    if (claims_.crowded()) into.faults.add(ledger_fault_kind::ranges_crowded, 1);
    rewind();
  }

  Registry const* memory_;
  range_pass<Registry> pass_;
  claim_window<capacity> claims_{};
  claim_edges<ledger_type::layout::size> edges_{};
  place walked_{};
  place looked_{};
  place followed_{};
  std::uint64_t page_ = 4096;
  std::uint64_t at_most_ = most_memory;
  std::uint64_t asked_ = 0;  // the print of the first pass
  quality worth_ = quality::unavailable;
  stage stage_ = stage::ready;
  bool many_ = false;
  bool differ_ = false;
};

}  // namespace memscape::inline v0
