// SPDX-License-Identifier: MIT
#include <cstdint>
#include <doctest/doctest.h>
#include <memscape/ledger/malloc/mark_limits.hpp>

namespace {

TEST_CASE("mark_limits: where malloc says nothing, all that bears a mark counts") {
  constexpr memscape::mark_limits none{};
  static_assert(none.heaps && none.blocks && !none.inside);
  CHECK(none.block_count == UINT64_MAX);
  CHECK(none.block_bytes == UINT64_MAX);
}

}  // namespace
