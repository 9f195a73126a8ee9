// SPDX-License-Identifier: MIT
#include <doctest/doctest.h>
#include <memscape/ledger/cause.hpp>

namespace {

using memscape::cause;
using memscape::name_of;

static_assert(memscape::cause_count == static_cast<std::size_t>(cause::anonymous) + 1);

TEST_CASE("cause: each has its own name") {
  CHECK(name_of(cause::malloc_heap) == "malloc.heap");
  CHECK(name_of(cause::stack_threads) == "stack.threads");
  CHECK(name_of(cause::vdso) == "vdso");
  CHECK(name_of(cause::anonymous) == "anonymous");
  CHECK(name_of(static_cast<cause>(200)) == "unknown");
  for (std::size_t i = 0; i < memscape::cause_count; ++i) {
    for (std::size_t j = 0; j < i; ++j) CHECK(memscape::cause_names[i] != memscape::cause_names[j]);
  }
}

}  // namespace
