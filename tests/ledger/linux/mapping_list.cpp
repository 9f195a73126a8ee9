// SPDX-License-Identifier: MIT
#include <memscape/ledger/linux/mapping_list.hpp>

#include <sys/mman.h>
#include <sys/resource.h>

#include <cerrno>
#include <doctest/doctest.h>
#include <initializer_list>

#include "ledger/support.hpp"
#include "readers/support.hpp"

namespace {

using memscape::mapping;
using memscape::mapping_list;
using memscape::mapping_list_hash;
using memscape::mapping_source;
using test_support::region;

auto hash_of(std::initializer_list<mapping> list) -> mapping_list_hash {
  mapping_list_hash hash;
  for (auto const& one : list) hash.add(one);
  return hash;
}

TEST_CASE("mapping_list: lists that differ in anything have another hash") {
  mapping one{.begin = 0x1000, .end = 0x2000, .device = 8, .inode = 5};
  one.readable = true;
  one.name = "/lib/x.so";
  mapping const other{.begin = 0x3000, .end = 0x5000};
  auto const given = hash_of({one, other});
  CHECK(given == hash_of({one, other}));
  CHECK(given != hash_of({one}));
  CHECK(given != hash_of({other, one}));
  CHECK(hash_of({}) != hash_of({other}));
  auto const differs = [&](auto change) {
    auto changed = one;
    change(changed);
    return hash_of({changed, other}) != given;
  };
  CHECK(differs([](mapping& of) { of.begin += 0x1000; }));
  CHECK(differs([](mapping& of) { of.end += 0x1000; }));
  CHECK(differs([](mapping& of) { of.device = 9; }));
  CHECK(differs([](mapping& of) { of.inode = 6; }));
  CHECK(differs([](mapping& of) { of.readable = false; }));
  CHECK(differs([](mapping& of) { of.writable = true; }));
  CHECK(differs([](mapping& of) { of.executable = true; }));
  CHECK(differs([](mapping& of) { of.shared = true; }));
  CHECK(differs([](mapping& of) { of.name = "/lib/y.so"; }));
  CHECK(differs([](mapping& of) { of.name = "/lib/x.s"; }));
}

void see_all(mapping_list& list, mapping_source& source) {
  REQUIRE(source.open(false));
  while (auto const* const next = source.next()) list.saw(next->map);
}

TEST_CASE(
    "mapping_list: a list that stayed is the same, and one of which a part has other rights is "
    "not") {
  region const memory{4};
  mapping_list list;
  mapping_source source;
  see_all(list, source);
  while (!list.read_again(source)) {
  }
  CHECK(list.why() == 0);
  CHECK_FALSE(list.differs());
  list.restart();
  see_all(list, source);
  ::mprotect(memory.at(1), test_support::one_page, PROT_READ);
  while (!list.read_again(source)) {
  }
  CHECK(list.differs());
}

TEST_CASE("mapping_list: a list that cannot be read again says why") {
  auto const why = test_support::in_child([] {
    mapping_list list;
    mapping_source source;
    see_all(list, source);
    source.close();
    test_support::forbid_descriptors();
    return list.read_again(source) ? list.why() : 0;
  });
  CHECK(why == EMFILE);
}

}  // namespace
