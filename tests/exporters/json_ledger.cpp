// SPDX-License-Identifier: MIT
#include <memscape/exporters/json_ledger.hpp>

#include <array>
#include <cstddef>
#include <doctest/doctest.h>
#include <limits>
#include <memscape/exporters/json/longest_ledger.hpp>
#include <string>
#include <string_view>

#include "exporters/trees.hpp"

namespace {

using memscape::bytes;
using memscape::json_ledger;
using memscape::ledger;
using test_support::deep;
using test_support::group_first;
using test_support::hostile;
using test_support::one_leaf;

template <class Layout>
auto json(ledger<Layout> const& of, std::uint64_t age_ms = 0) -> std::string {
  std::array<char, json_ledger::max_size<Layout>> room{};
  return std::string{json_ledger::write(room, of, age_ms)};
}

auto has(std::string const& text, std::string_view part) -> bool {
  return text.find(part) != std::string::npos;
}

TEST_CASE("json_ledger: what is not known is null, and never 0") {
  CHECK(
      json(ledger<one_leaf>{}, 5) ==
      R"({"seq":0,"time_ms":0,"age_ms":5,"duration_ns":0,"cost_ns":0,"longest_slice_ns":0,"slices":0,)"
      R"("method":"none","rss":null,"rss_before":null,"sources":{"heap":{"resident":null,)"
      R"("swapped":null,"used":0,"committed":null,"fragmentation":null,"claimed":null,"unmapped":null,)"
      R"("overlapped":null,"quality":"unavailable"}},"causes":{},"unexplained":null,)"
      R"("closure_error":null,"outside_rss":{"page_tables":null,"swap":null,"hugetlb":null,)"
      R"("cgroup_kernel":null,"cgroup_socket":null},"malloc":null,"malloc_object":null,"lazy_free":null,"huge":null,)"
      R"("mapping_count":null,"thread_stacks":null,"arena_heaps":null,"faults":[],"findings":[]})");
}

TEST_CASE("json_ledger: leaves only, and a source that used more than is resident") {
  ledger<group_first> of;
  auto& source = of.sources[group_first::index_of("lval")];
  source.said.used = bytes{300};
  source.resident = bytes{100};
  source.swapped = bytes{};
  source.worth = memscape::quality::exact;
  auto const text = json(of);
  CHECK(has(
      text,
      R"("lval":{"resident":100,"swapped":0,"used":300,"committed":null,"fragmentation":-200,)"));
  CHECK(has(text, R"("lenv":{)"));
  CHECK(has(text, R"("cache":{)"));
  CHECK_FALSE(has(text, "gc_heap"));
  CHECK_FALSE(has(text, "lies_in"));
  of.sources[group_first::index_of("lenv")].lies_in = memscape::memory_home::malloc;
  CHECK(has(json(of), R"("quality":"unavailable","lies_in":"malloc"},"cache":{)"));
  of.method = memscape::page_method::mincore;
  CHECK(has(json(of), R"("lval":{"resident":100,"swapped":null,"used":300,)"));
}

TEST_CASE("json_ledger: what of ranges is mapped is null where that is not known") {
  ledger<one_leaf> of;
  of.sources[0].resident = bytes{};
  of.sources[0].claimed = bytes{40};
  of.sources[0].worth = memscape::quality::upper_bound;
  CHECK(has(json(of), R"("claimed":40,"unmapped":null,"overlapped":null,)"));
  of.sources[0].unmapped = of.sources[0].overlapped = bytes{0};
  CHECK(has(json(of), R"("claimed":40,"unmapped":0,"overlapped":0,)"));
}

TEST_CASE("json_ledger: malloc's numbers say how old they are") {
  ledger<one_leaf> of;
  of.malloc.emplace();
  CHECK(has(json(of), R"("mapped_blocks":0,"quality":"exact","age_ms":0})"));
  of.malloc->worth = memscape::quality::stale;
  of.malloc->age_ms = 2500;
  CHECK(has(json(of), R"("mapped_blocks":0,"quality":"stale","age_ms":2500})"));
}

TEST_CASE("json_ledger: the file that has malloc, where that is not the C library") {
  ledger<one_leaf> of;
  of.malloc_object = "/usr/lib/libjemalloc.so.2";
  CHECK(has(json(of), R"("malloc":null,"malloc_object":"/usr/lib/libjemalloc.so.2")"));
  of.malloc_object = std::string(97, '"');
  CHECK(has(json(of), "\"malloc_object\":\"\u2026\\\"\\\""));
}

TEST_CASE("json_ledger: the event has no id, and its data is one line") {
  std::array<char, json_ledger::max_event_size<one_leaf>> room{};
  auto const event = std::string{json_ledger::write_event(room, ledger<one_leaf>{}, 5)};
  CHECK(event == "event: ledger\ndata: " + json(ledger<one_leaf>{}, 5) + "\n\n");
}

TEST_CASE("json_ledger: what the doctor finds, by the thresholds that are given") {
  ledger<group_first> of;
  auto& source = of.sources[group_first::index_of("lval")];
  source.resident = bytes{100};
  source.worth = memscape::quality::exact;
  CHECK(has(json(of), R"("findings":[]})"));
  std::array<char, json_ledger::max_size<group_first>> room{};
  memscape::doctor_thresholds when;
  when.resident_but_free = {bytes{1}, 1};
  auto const text = std::string{json_ledger::write(room, of, 0, when)};
  CHECK(
      has(text,
          R"("findings":[{"name":"resident_but_free","source":"lval","amount":100,"whole":100,)"));
}

// Every table full of the longest that it can hold.
template <class Layout>
auto largest() -> ledger<Layout> {
  auto of = memscape::longest_ledger<Layout>();
  auto const name = [](std::size_t i) {
    std::string text(97, '\1');
    text[96] = static_cast<char>(1 + i);
    return memscape::clipped_name<96>{text};
  };
  for (std::size_t i = 0; i < decltype(of.files)::capacity; ++i) {
    of.files.add({.path = name(i),
                  .resident = bytes::max(),
                  .text = bytes::max(),
                  .rodata = bytes::max(),
                  .data = bytes::max()});
  }
  for (std::size_t i = 0; i < decltype(of.names)::capacity; ++i) {
    of.names.add({name(i), bytes::max(), bytes::max()});
  }
  for (std::size_t i = 0; i < decltype(of.mappings)::capacity; ++i) {
    of.mappings.add({std::numeric_limits<std::uint64_t>::max() - i,
                     std::numeric_limits<std::uint64_t>::max(), bytes::max()});
  }
  of.malloc_object = std::string(97, '\0');
  return of;
}

template <class Layout>
void check_sizes() {
  auto const text = json(largest<Layout>(), std::numeric_limits<std::uint64_t>::max());
  CHECK(text.size() > 0);
  CHECK(text.size() <= json_ledger::max_size<Layout>);
  // Nearly all of it is needed: the largest numbers cannot all be findings.
  CHECK(text.size() * 4 > json_ledger::max_size<Layout> * 3);
  std::array<char, json_ledger::max_event_size<Layout>> room{};
  auto const event = json_ledger::write_event(room, largest<Layout>(), 0);
  CHECK(event.size() > text.size());
  CHECK(json_ledger::write_event(std::span{room}.first(event.size() - 1), largest<Layout>(), 0)
            .empty());
  CHECK(json_ledger::write({}, ledger<Layout>{}, 0).empty());
}

TEST_CASE(
    "json_ledger: the largest fits what is said to be enough, and a smaller room gets nothing") {
  check_sizes<one_leaf>();
  check_sizes<group_first>();
  check_sizes<deep>();
  check_sizes<hostile>();
}

}  // namespace
