// SPDX-License-Identifier: MIT
#include <doctest/doctest.h>

#include <memscape/core/bytes.hpp>
#include <memscape/core/count.hpp>

namespace {

using memscape::bytes;
using memscape::count;

template <class A, class B>
concept mixes = requires(A a, B b) { a + b; } || requires(A a, B b) { a - b; } ||
                requires(A a, B b) { a < b; } || requires(A a, B b) { a = b; };

static_assert(!mixes<count, bytes>, "objects and bytes do not add up");

TEST_CASE("count: counts events, and a slot's size times their number is bytes") {
  constexpr auto test = [] {
    count faults{41};
    faults += count{1};
    return faults == count{42} && bytes{16} * faults.value() == bytes{672} &&
           count::max() + faults == count::max();
  };
  static_assert(test());
  CHECK(test());
}

}  // namespace
