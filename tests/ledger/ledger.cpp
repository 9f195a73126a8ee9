// SPDX-License-Identifier: MIT
#include <cstring>
#include <doctest/doctest.h>
#include <memscape/ledger/ledger.hpp>
#include <memscape/memscape.hpp>
#include <string>
#include <string_view>
#include <type_traits>

namespace {

using memscape::bytes;
using memscape::cause;

using layout = memscape::layout<memscape::leaf_shape<"a", "A">,
                                memscape::group_shape<"g", "G", memscape::leaf_shape<"b", "B">>>;
using ledger = memscape::ledger<layout>;

static_assert(std::is_trivially_copyable_v<ledger>);
static_assert(sizeof(ledger) < 16 * 1024);

TEST_CASE("ledger: accounts by key and by cause, and the sum of both") {
  ledger account;
  account.sources[0].resident = bytes{10};
  account.sources[2].resident = bytes{20};
  account.causes[static_cast<std::size_t>(cause::bss)].resident = bytes{5};
  CHECK(account.at<"a">().resident == bytes{10});
  CHECK(account.at<"b">().resident == bytes{20});
  CHECK_FALSE(account.at<"g">().resident);
  CHECK(account.at(cause::bss).resident == bytes{5});
  CHECK(account.attributed() == bytes{35});
  CHECK_FALSE(account.rss);
}

TEST_CASE("ledger: fragmentation has a sign, and none without ranges") {
  memscape::source_account source;
  source.said.used = bytes{130};
  CHECK_FALSE(source.fragmentation());
  source.resident = bytes{100};
  CHECK(source.fragmentation() == -30);
  source.said.used = bytes{30};
  CHECK(source.fragmentation() == 70);
}

TEST_CASE("ledger: files are the same by path and inode") {
  memscape::file_account a{
      .path = memscape::clipped_name<96>{"/x"}, .inode = 3, .resident = bytes{5}};
  auto b = a;
  CHECK(a.is_same(b));
  b.inode = 4;
  CHECK_FALSE(a.is_same(b));
  a.add(b);
  CHECK(a.resident == bytes{10});
}

TEST_CASE("ledger: causes by name, those of named memory one by one, add up") {
  ledger account;
  account.causes[static_cast<std::size_t>(cause::bss)] = {.resident = bytes{5}};
  account.causes[static_cast<std::size_t>(cause::anon_named)] = {bytes{30}, bytes{9}};
  account.causes[static_cast<std::size_t>(cause::shmem)] = {.swapped = bytes{2}};
  account.names.add({memscape::clipped_name<96>{"pool"}, bytes{20}, bytes{7}});
  std::string text;
  bytes sum{};
  bytes swapped_in_pool{};
  bytes swapped{};
  account.each_cause(
      [&](std::string_view prefix, std::string_view name, memscape::cause_account const& one) {
        text += std::string{prefix} + std::string{name} + " ";
        sum += one.resident;
        swapped += one.swapped.value_or(bytes{});
        if (name == "pool") swapped_in_pool = one.swapped.value_or(bytes{});
      });
  CHECK(text == "bss shmem anon.pool anon ");
  CHECK(sum == account.attributed());
  CHECK(swapped == bytes{11});
  CHECK(swapped_in_pool == bytes{7});
}

TEST_CASE("ledger: its age") {
  ledger account;
  account.made = memscape::steady_time{}.plus_ms(1000);
  CHECK(account.age_ms(memscape::steady_time{}.plus_ms(1500)) == 500);
  CHECK(account.age_ms(memscape::steady_time{}.plus_ms(900)) == 0);
  auto later = account;
  later.made = account.made.plus_ms(250);
  // Its label was set back meanwhile.
  account.time_ms = 9000;
  later.time_ms = 1000;
  CHECK(later.ms_since(account) == 250);
  later.made = {};
  CHECK(later.ms_since(account) == 0);
  later.time_ms = 9500;
  CHECK(later.ms_since(account) == 500);
}

}  // namespace
