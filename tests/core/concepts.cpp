// SPDX-License-Identifier: MIT
// Each atom is met by one type and missed by one that differs in that atom alone.
#include <cstddef>
#include <cstdint>

#include <doctest/doctest.h>

#include <memscape/core/concepts.hpp>

namespace {

using memscape::process_memory;
using memscape::usage;

struct source {
  auto sample() const noexcept -> usage;
};
struct source_of_a_reference {
  auto sample() const noexcept -> usage const&;
};
struct not_copyable {
  not_copyable() = default;
  not_copyable(not_copyable&&) = default;
  auto sample() const noexcept -> usage;
};
struct no_sample {};
struct sample_not_const {
  auto sample() noexcept -> usage;
};
struct sample_with_argument {
  auto sample(int) const noexcept -> usage;
};
struct sample_private {
 private:
  [[maybe_unused]] auto sample() const noexcept -> usage;
};
struct sample_may_throw {
  auto sample() const -> usage;
};
struct sample_of_bytes {
  auto sample() const noexcept -> memscape::bytes;
};

static_assert(memscape::allocator_source<source>);
static_assert(memscape::copies<source> && !memscape::copies<not_copyable>);
static_assert(memscape::samples<source> && !memscape::samples<no_sample>);
static_assert(!memscape::samples<sample_not_const> && !memscape::samples<sample_with_argument>);
static_assert(!memscape::samples<sample_private> && !memscape::samples<int>);
static_assert(memscape::samples_noexcept<source> && !memscape::samples_noexcept<sample_may_throw>);
static_assert(memscape::samples_usage<source> && !memscape::samples_usage<sample_of_bytes>);
static_assert(!memscape::samples_usage<source_of_a_reference>);
static_assert(!memscape::allocator_source<not_copyable> && !memscape::allocator_source<no_sample>);
static_assert(!memscape::allocator_source<sample_may_throw>);
static_assert(!memscape::allocator_source<sample_of_bytes>);

struct source_with_ranges : source {
  template <class Visit>
  void ranges(Visit) const noexcept;
};
struct ranges_may_throw : source {
  template <class Visit>
  void ranges(Visit) const;
};
struct ranges_not_const : source {
  template <class Visit>
  void ranges(Visit) noexcept;
};
struct ranges_without_visitor : source {
  void ranges() const noexcept;
};

struct ranges_in_pieces : source {
  template <class Visit>
  auto ranges(Visit, std::size_t) const noexcept -> std::size_t;
};
struct pieces_may_throw : source {
  template <class Visit>
  auto ranges(Visit, std::size_t) const -> std::size_t;
};
struct pieces_without_number : source {
  template <class Visit>
  void ranges(Visit, std::size_t) const noexcept;
};

static_assert(memscape::owns_ranges_in_pieces<ranges_in_pieces>);
static_assert(memscape::owns_ranges<ranges_in_pieces> &&
              !memscape::visits_ranges<ranges_in_pieces>);
static_assert(!memscape::visits_ranges_from<source_with_ranges>);
static_assert(memscape::visits_ranges_from<pieces_may_throw> &&
              !memscape::visits_ranges_from_noexcept<pieces_may_throw> &&
              !memscape::owns_ranges_in_pieces<pieces_may_throw>);
static_assert(memscape::visits_ranges_from<pieces_without_number> &&
              !memscape::tells_where_it_stopped<pieces_without_number> &&
              !memscape::owns_ranges_in_pieces<pieces_without_number>);
static_assert(memscape::owns_ranges<source_with_ranges>);
static_assert(memscape::allocator_source<source_with_ranges>);
static_assert(!memscape::visits_ranges<source> && !memscape::visits_ranges<ranges_not_const>);
static_assert(!memscape::visits_ranges<ranges_without_visitor>);
static_assert(memscape::visits_ranges<ranges_may_throw>);
static_assert(!memscape::visits_ranges_noexcept<ranges_may_throw>);
static_assert(!memscape::owns_ranges<ranges_may_throw> && !memscape::owns_ranges<source>);

struct reader {
  auto read() noexcept -> process_memory;
};
struct const_reader {
  auto read() const noexcept -> process_memory;
};
struct move_only_reader {
  move_only_reader(move_only_reader&&) = default;
  auto read() noexcept -> process_memory;
};
struct pinned_reader {
  pinned_reader(pinned_reader&&) = delete;
  auto read() noexcept -> process_memory;
};
struct no_read {};
struct read_may_throw {
  auto read() -> process_memory;
};
struct read_of_usage {
  auto read() noexcept -> usage;
};

static_assert(memscape::memory_reader<reader> && memscape::memory_reader<const_reader>);
static_assert(memscape::memory_reader<move_only_reader>);
static_assert(memscape::moves<reader> && !memscape::moves<pinned_reader>);
static_assert(memscape::reads<reader> && !memscape::reads<no_read> && !memscape::reads<int>);
static_assert(memscape::reads_noexcept<reader> && !memscape::reads_noexcept<read_may_throw>);
static_assert(memscape::reads_process_memory<reader>);
static_assert(!memscape::reads_process_memory<read_of_usage>);
static_assert(!memscape::memory_reader<pinned_reader> && !memscape::memory_reader<no_read>);
static_assert(!memscape::memory_reader<read_may_throw>);
static_assert(!memscape::memory_reader<read_of_usage>);

struct some_clock {
  auto now_ns() noexcept -> std::uint64_t;
};
struct static_clock {
  static auto now_ns() noexcept -> std::uint64_t;
};
struct time_is_double {
  auto now_ns() noexcept -> double;
};
struct time_may_throw {
  auto now_ns() -> std::uint64_t;
};
struct pinned_clock : some_clock {
  pinned_clock(pinned_clock&&) = delete;
};

static_assert(memscape::snapshot_clock<some_clock> && memscape::snapshot_clock<static_clock>);
static_assert(!memscape::tells_time<reader> && !memscape::snapshot_clock<reader>);
static_assert(!memscape::tells_time<time_is_double> && !memscape::tells_time<time_may_throw>);
static_assert(memscape::tells_time<pinned_clock> && !memscape::snapshot_clock<pinned_clock>);

struct one_shape {
  static constexpr std::size_t size = 1;
};
struct some_node {
  using shape = one_shape;
  void sample_into(usage*) const noexcept;
};
struct no_shape {
  void sample_into(usage*) const noexcept;
};
struct shape_without_size {
  using shape = source;
  void sample_into(usage*) const noexcept;
};
struct no_sample_into {
  using shape = one_shape;
};
struct sample_into_may_throw {
  using shape = one_shape;
  void sample_into(usage*) const;
};
struct sample_into_not_const {
  using shape = one_shape;
  void sample_into(usage*) noexcept;
};

static_assert(memscape::node<some_node>);
static_assert(!memscape::has_shape<no_shape> && !memscape::has_shape<shape_without_size>);
static_assert(!memscape::samples_into<no_sample_into>);
static_assert(!memscape::samples_into<sample_into_may_throw>);
static_assert(!memscape::samples_into<sample_into_not_const>);
static_assert(!memscape::node<no_shape> && !memscape::node<no_sample_into>);
static_assert(!memscape::node<source> && !memscape::node<reader>, "a source is not a node yet");

TEST_CASE("concepts: each atom is met by one type and missed by another") {
  CHECK(memscape::allocator_source<source>);
  CHECK(memscape::memory_reader<reader>);
  CHECK(memscape::snapshot_clock<some_clock>);
  CHECK(memscape::node<some_node>);
}

}  // namespace
