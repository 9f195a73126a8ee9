// SPDX-License-Identifier: MIT
#pragma once

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <memscape/core/address_range.hpp>
#include <memscape/core/memory_home.hpp>
#include <memscape/core/process_memory.hpp>
#include <memscape/core/usage.hpp>
#include <type_traits>

namespace memscape::inline v0 {

// Each concept is a conjunction of atoms, and each atom has one sentence where it is asserted:
// a mistake is answered by that sentence, not by a page of failed substitutions.

/// The source can be copied into the registry: sources are handles, not allocators.
template <class T>
concept copies = std::copy_constructible<T>;

/// `source.sample()` can be called on a const source.
template <class T>
concept samples = requires(T const& source) { source.sample(); };

/// `source.sample()` is noexcept: a collector cannot stop half way.
template <class T>
concept samples_noexcept = requires(T const& source) {
  { source.sample() } noexcept;
};

/// `source.sample()` returns `memscape::usage`.
template <class T>
concept samples_usage = requires(T const& source) {
  { source.sample() } -> std::same_as<usage>;
};

/// Something that can say what one subsystem uses. `sample()` is called once a snapshot, on the
/// thread that collects: what it reads must be safe to read there.
template <class T>
concept allocator_source = copies<T> && samples<T> && samples_noexcept<T> && samples_usage<T>;

/// What a ledger hands to `source.ranges`: it takes address ranges, and may be copied.
struct range_visitor {
  constexpr void operator()(address_range) const noexcept {}
};

/// `source.ranges(visit)` can be called on a const source: it calls `visit(address_range)` for each range
/// of addresses that the source owns.
template <class T>
concept visits_ranges = requires(T const& source) { source.ranges(range_visitor{}); };

/// `source.ranges(visit)` is noexcept.
template <class T>
concept visits_ranges_noexcept = requires(T const& source) {
  { source.ranges(range_visitor{}) } noexcept;
};

/// What a ledger hands to `source.ranges` with a number to begin at: it answers whether it took the range.
struct range_taker {
  [[nodiscard]] constexpr auto operator()(address_range) const noexcept -> bool { return true; }
};

/// `source.ranges(visit, from)` can be called on a const source: it calls `visit(address_range)` for each
/// range from number `from` on, until `visit` answers false.
template <class T>
concept visits_ranges_from =
    requires(T const& source) { source.ranges(range_taker{}, std::size_t{}); };

/// `source.ranges(visit, from)` is noexcept.
template <class T>
concept visits_ranges_from_noexcept = requires(T const& source) {
  { source.ranges(range_taker{}, std::size_t{}) } noexcept;
};

/// `source.ranges(visit, from)` returns the number at which `visit` answered false, for it did not take that
/// range; else any number.
template <class T>
concept tells_where_it_stopped = requires(T const& source) {
  { source.ranges(range_taker{}, std::size_t{}) } -> std::same_as<std::size_t>;
};

/// A source that can be asked for its ranges in pieces, so that a slice of an audit need not wait for all.
/// Numbers are the source's own: 0 is before the first range, and they rise. Not required.
template <class T>
concept owns_ranges_in_pieces =
    visits_ranges_from<T> && visits_ranges_from_noexcept<T> && tells_where_it_stopped<T>;

/// A source that knows where its memory lies, so that a ledger can ask the kernel what of it is in RAM.
/// Not required: without it, a source's memory stands among the causes in a ledger. Neither allocates nor
/// locks; called as `sample()` is, and more than once a ledger where ranges are many. One form will do.
template <class T>
concept owns_ranges = (visits_ranges<T> && visits_ranges_noexcept<T>) || owns_ranges_in_pieces<T>;

/// A source without ranges that says which memory of the process its own is part of, as a static member
/// `lies_in`. Not required: without it a ledger lists the source, and does not say where.
template <class T>
concept says_home =
    requires { requires std::same_as<std::remove_const_t<decltype(T::lies_in)>, memory_home>; };

/// The reader or clock can be moved into the registry.
template <class T>
concept moves = std::move_constructible<T>;

/// `reader.read()` can be called.
template <class T>
concept reads = requires(T& reader) { reader.read(); };

/// `reader.read()` is noexcept: a failure is a value, absent with a reason.
template <class T>
concept reads_noexcept = requires(T& reader) {
  { reader.read() } noexcept;
};

/// `reader.read()` returns `memscape::process_memory`, or a type derived from it that says more.
template <class T>
concept reads_process_memory =
    requires(T& reader) { requires std::derived_from<decltype(reader.read()), process_memory>; };

/// Platform code that reads what the operating system knows of the process.
template <class T>
concept memory_reader = moves<T> && reads<T> && reads_noexcept<T> && reads_process_memory<T>;

/// `clock.now_ns()`: nanoseconds since 1970-01-01T00:00Z.
template <class T>
concept tells_time = requires(T& clock) {
  { clock.now_ns() } noexcept -> std::same_as<std::uint64_t>;
};

/// What a snapshot's `time_ms` and `sample_ns` come from. One clock for both, because a second one would
/// cost as much as twenty leaves.
template <class T>
concept snapshot_clock = moves<T> && tells_time<T>;

/// The node knows its names and its children's, as a type.
template <class T>
concept has_shape = requires {
  typename T::shape;
  { T::shape::size } -> std::convertible_to<std::size_t>;
};

/// The node writes its own usage to `into[0]` and its descendants' behind it, in pre-order.
template <class T>
concept samples_into = requires(T const& node, usage* into) {
  { node.sample_into(into) } noexcept -> std::same_as<void>;
};

/// A leaf or a group of the tree.
template <class T>
concept node = has_shape<T> && samples_into<T>;

}  // namespace memscape::inline v0
