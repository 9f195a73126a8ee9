// SPDX-License-Identifier: MIT
#include <memscape/exporters/text/account.hpp>

#include <cstddef>
#include <cstdint>
#include <doctest/doctest.h>
#include <string>
#include <vector>

#include "exporters/random.hpp"
#include "exporters/trees.hpp"

namespace {

using memscape::bytes;
using memscape::cause;
using memscape::clipped_name;
using memscape::memory_home;
using memscape::quality;
using memscape::text_account;
using test_support::group_first;
using test_support::random_layout;
using test_support::random_numbers;

template <class Layout>
auto labels(text_account<Layout> const& of) -> std::vector<std::string> {
  std::vector<std::string> all;
  for (std::size_t i = 0; i < of.size(); ++i) {
    all.push_back(std::string(2 * of[i].depth, ' ') + std::string{of[i].label});
  }
  return all;
}

void put(memscape::ledger<group_first>& of, cause which, std::uint64_t resident) {
  of.causes[static_cast<std::size_t>(which)].resident = bytes{resident};
}

TEST_CASE("text_account: owners, then causes, the largest first, and malloc is one of them") {
  memscape::ledger<group_first> of;
  of.rss = bytes{100};
  of.unexplained = bytes{};
  of.sources[1] = {.said = {.used = bytes{30}}, .resident = bytes{20}, .worth = quality::exact};
  of.sources[2] = {.said = {.used = bytes{1}}, .resident = bytes{10}, .worth = quality::exact};
  of.sources[3] = {.said = {.used = bytes{7}}, .lies_in = memory_home::malloc};
  put(of, cause::malloc_heap, 9);
  put(of, cause::malloc_mmap, 20);
  put(of, cause::file_text, 25);
  put(of, cause::anon_named, 16);
  of.names.add({clipped_name<96>{"pool"}, bytes{12}});
  text_account<group_first> const all{of};
  CHECK(labels(all) == std::vector<std::string>{"GC Heap", "  LVAL", "  LENV", "malloc",
                                                "  malloc.mmap", "  malloc.heap", "  Cache",
                                                "file.text", "anon", "  pool"});
  CHECK(all[0].amount == bytes{30});
  CHECK(all[0].used == bytes{31});
  CHECK(all[3].amount == bytes{29});
  CHECK_FALSE(all[6].amount);
  CHECK(all[6].used == bytes{7});
  CHECK(all.whole() == bytes{100});
  CHECK(all.tenths(0) == 300);
  CHECK(all.tenths(3) == 290);
  CHECK(all.tenths(6) == 0);
}

TEST_CASE("text_account: a source that does not say where its memory lies adds to no sum") {
  memscape::ledger<group_first> of;
  of.rss = bytes{100};
  of.sources[1].said.used = bytes{30};
  of.sources[2].said.used = bytes{12};
  of.sources[3] = {.said = {.used = bytes{7}}, .lies_in = memory_home::malloc};
  put(of, cause::file_text, 100);
  text_account<group_first> const all{of};
  CHECK(labels(all) == std::vector<std::string>{"file.text", "malloc", "  Cache", "place unknown",
                                                "  GC Heap / LVAL", "  GC Heap / LENV"});
  CHECK(all[1].used == bytes{7});
  CHECK(all[3].used == bytes{42});
  CHECK(all.whole() == bytes{100});
  CHECK(all.tenths(0) == 1000);
}

TEST_CASE("text_account: a source that lies in malloc says whose it is, and is not in its group") {
  memscape::ledger<group_first> of;
  of.sources[1] = {.said = {.used = bytes{30}}, .resident = bytes{20}, .worth = quality::exact};
  of.sources[2] = {.said = {.used = bytes{12}}, .lies_in = memory_home::malloc};
  put(of, cause::malloc_heap, 15);
  text_account<group_first> const all{of};
  CHECK(labels(all) == std::vector<std::string>{"GC Heap", "  LVAL", "malloc", "  malloc.heap",
                                                "  GC Heap / LENV", "place unknown", "  Cache"});
  CHECK(all[0].used == bytes{30});
  CHECK(all[4].is_path);
  CHECK_FALSE(all[3].is_path);
}

template <std::uint64_t Seed>
void is_one_account() {
  using layout = random_layout<Seed>;
  random_numbers random{Seed};
  for (int round = 0; round < 300; ++round) {
    memscape::ledger<layout> of;
    auto const some = [&random] { return bytes{random.below(3) == 0 ? 0 : random.below(1 << 30)}; };
    for (std::size_t i = 0; i < layout::size; ++i) {
      if (layout::nodes[i].is_group) continue;
      auto& source = of.sources[i];
      source.said.used = some();
      source.lies_in = random.below(2) == 0 ? memory_home::malloc : memory_home::unknown;
      if (random.below(3) == 0) continue;
      source.worth = quality::exact;
      source.resident = some();
    }
    for (auto& one : of.causes) one.resident = some();
    auto& named = of.causes[static_cast<std::size_t>(cause::anon_named)].resident;
    named = {};
    for (char name = 'a'; name < 'a' + static_cast<char>(random.below(20)); ++name) {
      of.names.add({clipped_name<96>{std::string(1, name)}, some()});
    }
    for (auto const& one : of.names) named += one.resident;
    named += of.names.others_resident();
    of.unexplained = some();
    of.rss = of.attributed() + *of.unexplained;
    text_account<layout> const all{of};
    REQUIRE(all.size() <= text_account<layout>::capacity);
    REQUIRE(all.whole() == *of.rss);
    auto tenths = all.unexplained_tenths();
    for (std::size_t i = 0; i < all.size(); i = all[i].end) tenths += all.tenths(i);
    REQUIRE(tenths == (*of.rss == bytes{} ? 0 : 1000));
    std::size_t unmeasured = 0;
    for (std::size_t i = 0; i < all.size(); ++i) {
      bytes children{};
      for (std::size_t child = i + 1; child < all[i].end; child = all[child].end) {
        REQUIRE(all[child].parent == i);
        REQUIRE(all[child].depth == all[i].depth + 1);
        children += all[child].amount.value_or(bytes{});
      }
      REQUIRE(children <= all[i].amount.value_or(bytes{}));
      unmeasured += !all[i].amount && !all[i].is_group ? 1 : 0;
    }
    std::size_t wanted = 0;
    for (std::size_t i = 0; i < layout::size; ++i) {
      bool const is_leaf = !layout::nodes[i].is_group;
      wanted += is_leaf && of.sources[i].worth == quality::unavailable ? 1 : 0;
    }
    REQUIRE(unmeasured == wanted);
  }
}

TEST_CASE("text_account: of any ledger it is RSS, and no child is above its parent") {
  is_one_account<1>();
  is_one_account<2>();
  is_one_account<3>();
}

}  // namespace
