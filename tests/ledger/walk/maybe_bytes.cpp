// SPDX-License-Identifier: MIT
#include <cstdint>
#include <doctest/doctest.h>
#include <memscape/ledger/walk/maybe_bytes.hpp>
#include <type_traits>

namespace {

using memscape::bytes;
using memscape::maybe_bytes;

static_assert(std::is_trivially_copyable_v<maybe_bytes>);

TEST_CASE("maybe_bytes: what is not known is no number that looks like one") {
  maybe_bytes amount{bytes{4096}};
  CHECK(amount.value() == 4096);
  CHECK(amount == bytes{4096});
  *amount += bytes{1};
  CHECK((amount.value() >> 10U) == 4);
  amount = std::nullopt;
  CHECK_FALSE(amount.has_value());
  CHECK(amount.value() == UINT64_MAX);
  CHECK(amount != bytes{});
  CHECK(amount.value_or(bytes{}) == bytes{});
  CHECK_FALSE(maybe_bytes{});
}

}  // namespace
