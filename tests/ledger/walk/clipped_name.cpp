// SPDX-License-Identifier: MIT
#include <doctest/doctest.h>
#include <memscape/ledger/walk/clipped_name.hpp>
#include <type_traits>

namespace {

using name = memscape::clipped_name<8>;

static_assert(std::is_trivially_copyable_v<name>);

TEST_CASE("clipped_name: what fits is kept, of the rest the end") {
  CHECK(name{}.view().empty());
  CHECK(name{"12345678"}.view() == "12345678");
  CHECK_FALSE(name{"12345678"}.clipped());
  CHECK(name{"/usr/lib/libc.so"}.view() == "/libc.so");
  CHECK(name{"/usr/lib/libc.so"}.clipped());
}

TEST_CASE("clipped_name: a clipped name differs from one that is as short") {
  CHECK(name{"abc"} == name{"abc"});
  CHECK_FALSE(name{"abc"} == name{"abd"});
  CHECK_FALSE(name{"x/libc.so"} == name{"/libc.so"});
}

}  // namespace
