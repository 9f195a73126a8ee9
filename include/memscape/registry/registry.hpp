// SPDX-License-Identifier: MIT
#pragma once

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <memscape/core/concepts.hpp>
#include <memscape/readers/native.hpp>
#include <memscape/registry/snapshot.hpp>
#include <memscape/tree/layout.hpp>
#include <memscape/tree/pack.hpp>
#include <memscape/tree/range_place.hpp>
#include <type_traits>
#include <utility>

namespace memscape::inline v0 {

/// The clock that belongs to a reader: its `clock_type` where it names one, else the platform's.
template <class Reader>
struct clock_of {
  using type = native_clock;
};
template <class Reader>
  requires requires { typename Reader::clock_type; }
struct clock_of<Reader> {
  using type = typename Reader::clock_type;
};

/// The layout of a tree, for the snapshots of a registry with this reader.
template <class Reader, class Tree>
struct layout_with_reader {
  using type = Tree;
};
template <reads_process_memory Reader, class Tree>
  requires(!std::same_as<decltype(std::declval<Reader&>().read()), process_memory>)
struct layout_with_reader<Reader, Tree> {
  using type = layout_with<Tree, decltype(std::declval<Reader&>().read())>;
};

template <class... Nodes>
concept all_nodes = (node<Nodes> && ...);

/// The layout of these nodes; none where one of them is no node, or they are too many for a compiler, which a
/// registry says in a sentence.
template <class Reader, class... Nodes>
struct layout_of {
  using type = void;
};
template <class Reader, class... Nodes>
  requires(sizeof...(Nodes) <= most_siblings) && all_nodes<Nodes...>
struct layout_of<Reader, Nodes...> {
  using type = typename layout_with_reader<Reader, layout<typename Nodes::shape...>>::type;
};

/// A reader and a tree of sources, ready to collect. The tree is the type: nothing is looked up,
/// nothing is virtual, and only leaves are sampled. The names are no part of it, but of its layout.
///
///     memscape::registry memory{memscape::native_reader{}, memscape::leaf<"heap", "Heap">(source)};
///     auto const snap = memory.collect();
///
/// A clock may stand between reader and nodes.
/// Errors: whatever is no reader or no node, or two nodes with one key, does not compile, and the
/// message says what to do.
template <class Reader, class Clock, class Layout, class... Nodes>
class registry {
  static_assert(moves<Reader>, "memscape: make this reader movable: the registry keeps it.");
  static_assert(reads<Reader>,
                "memscape: pass a reader first, such as memscape::native_reader{}: a type with "
                "`auto read() noexcept -> memscape::process_memory`.");
  static_assert(!reads<Reader> || reads_noexcept<Reader>,
                "memscape: mark this reader's read() noexcept: a number that cannot be read is "
                "absent, with its reason in `errors`.");
  static_assert(
      !reads<Reader> || reads_process_memory<Reader>,
      "memscape: let this reader's read() return memscape::process_memory, or a type that "
      "derives from it.");
  static_assert(snapshot_clock<Clock>,
                "memscape: give this clock a noexcept now_ns() that returns std::uint64_t, in "
                "nanoseconds since 1970.");
  static_assert(sizeof...(Nodes) > 0,
                "memscape: list at least one leaf<...>() or group<...>() behind the reader.");
  static_assert(sizeof...(Nodes) <= most_siblings,
                "memscape: list at most 256 nodes side by side behind the reader: split them into "
                "groups.");
  static_assert((node<Nodes> && ...),
                "memscape: pass only leaf<...>() and group<...>() behind the reader: wrap a source "
                "as leaf<\"key\", \"Label\">(source).");

 public:
  using layout = std::conditional_t<std::is_void_v<Layout>, memscape::layout<>, Layout>;
  using snapshot_type = snapshot<layout>;

  static_assert(!layout::fits || layout::keys_are_unique(),
                "memscape: two nodes of this tree have the same key: keys are unique in the whole "
                "tree, so that the wire format stays flat.");

  // Always inline, or symbols would hold the names, which the arguments still have.
  template <class... Named>
    requires(sizeof...(Named) == sizeof...(Nodes))
  [[gnu::always_inline]] constexpr explicit registry(Reader reader, Named... nodes) noexcept
      : reader_{std::move(reader)}, nodes_{{static_cast<Nodes&&>(nodes)}...} {}

  template <class... Named>
    requires(sizeof...(Named) == sizeof...(Nodes))
  [[gnu::always_inline]] constexpr explicit registry(Reader reader, Clock clock,
                                                     Named... nodes) noexcept
      : reader_{std::move(reader)},
        clock_{std::move(clock)},
        nodes_{{static_cast<Nodes&&>(nodes)}...} {}

  /// Samples every source, reads the process, and returns all of it as one value.
  /// Errors: a number that cannot be read is absent and `process.errors` says why; the breakdown is
  /// there all the same.
  /// Cost: the reader's system calls, and about 2 ns a leaf; no allocation, no lock, no exception.
  /// Threads: one at a time for one registry. What sources read must be safe to read meanwhile.
  [[nodiscard]] constexpr auto collect() noexcept -> snapshot_type {
    auto const start_ns = clock_.now_ns();
    // RSS last: a page that arrives between the two is then untracked for one snapshot, and not a
    // claim beyond RSS.
    auto snap = snapshot_type::taken([this](usage* first) { sample_into(first); },
                                     [this] { return reader_.read(); });
    snap.sequence = ++sequence_;
    snap.time_ms = start_ns / 1'000'000;
    auto const end_ns = clock_.now_ns();
    snap.sample_ns = end_ns > start_ns ? end_ns - start_ns : 0;
    return snap;
  }

  /// Writes what every source says to `next` and behind it, a usage a node: what a snapshot holds,
  /// without the process.
  constexpr void sample_into(usage* next) const noexcept { sample_each(nodes_, next); }

  /// Calls `visit(index, address_range)` for each range that a source owns, by the index of its node; and
  /// once with an empty range for each source that offers them, whether it has any at the time or not.
  /// Threads: as collect().
  template <class Visit>
  constexpr void ranges(Visit&& visit) const noexcept {
    std::size_t index = 0;
    nodes_.for_each([&]<class Node>(Node const& node) __attribute__((always_inline)) {
      node.ranges_into(index, visit);
      index += Node::shape::size;
    });
  }

  /// The same in pieces, from `at` on: calls `into.take(index, address_range)`, and asks `into.goes_on()` before
  /// each source and each range of a source that can be asked in pieces. True at the end; false where `into` did
  /// not go on, and `at` is then where to. It has to go on twice a call at least.
  /// Threads: as collect(). Sources may change between two pieces: ranges that came or went meanwhile, and their
  /// neighbours, may be missed or come twice.
  template <class Into>
  constexpr auto ranges_from(Into& into, range_place& at) const noexcept -> bool {
    return ranges_of_each(nodes_, 0, into, at);
  }

  /// Calls `visit(index, memory_home)` for each source that says in which memory its own lies, by the index
  /// of its node. Cost: none at run time but the calls. Threads: any.
  template <class Visit>
  constexpr void homes(Visit&& visit) const noexcept {
    std::size_t index = 0;
    nodes_.for_each([&]<class Node>(Node const& node) __attribute__((always_inline)) {
      node.homes_into(index, visit);
      index += Node::shape::size;
    });
  }

 private:
  [[no_unique_address]] Reader reader_;
  [[no_unique_address]] Clock clock_{};
  [[no_unique_address]] pack<Nodes...> nodes_;
  std::uint64_t sequence_ = 0;
};

template <class Reader, class... Nodes>
registry(Reader, Nodes...)
    -> registry<Reader, typename clock_of<Reader>::type, typename layout_of<Reader, Nodes...>::type,
                nameless_of<Nodes>...>;

template <class Reader, snapshot_clock Clock, class... Nodes>
registry(Reader, Clock, Nodes...)
    -> registry<Reader, Clock, typename layout_of<Reader, Nodes...>::type, nameless_of<Nodes>...>;

}  // namespace memscape::inline v0
