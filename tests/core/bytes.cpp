// SPDX-License-Identifier: MIT
#include <type_traits>

#include <doctest/doctest.h>

#include <memscape/core/bytes.hpp>
#include <memscape/core/count.hpp>

namespace {

using memscape::bytes;
using memscape::count;

static_assert(!std::is_same_v<bytes, count>);

template <class A, class B>
concept mixes = requires(A a, B b) { a + b; } || requires(A a, B b) { a - b; } ||
                requires(A a, B b) { a == b; } || requires(A a, B b) { a = b; };

static_assert(!mixes<bytes, count>, "bytes and objects do not add up");
static_assert(!mixes<bytes, int> && !mixes<int, bytes>);

TEST_CASE("bytes: counts bytes, from none to the whole address space") {
  constexpr auto test = [] {
    return bytes{4096} * 3 == bytes{12288} && bytes{}.value() == 0 &&
           bytes{UINT64_MAX} + bytes{1} == bytes::max() && bytes{1} - bytes{2} == bytes{};
  };
  static_assert(test());
  CHECK(test());
}

}  // namespace
