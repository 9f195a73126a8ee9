// SPDX-License-Identifier: MIT
#include <memscape/ledger/linux/page_method.hpp>

#include <doctest/doctest.h>

namespace {

using memscape::page_method;

TEST_CASE("page_method: the best comes first, so that a worse one is the greater") {
  static_assert(page_method::scan < page_method::pagemap);
  static_assert(page_method::pagemap < page_method::mincore);
  static_assert(page_method::mincore < page_method::none);
  CHECK(page_method{} == page_method::scan);
}

}  // namespace
