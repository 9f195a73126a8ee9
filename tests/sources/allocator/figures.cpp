// SPDX-License-Identifier: MIT
#include <memscape/sources/allocator/figures.hpp>

#include <doctest/doctest.h>

namespace {

using memscape::allocator_figures;
using memscape::bytes;

TEST_CASE("allocator_figures: a leaf gets used, committed and peak, and what is absent stays so") {
  allocator_figures const all{.used = bytes{1},
                              .committed = bytes{2},
                              .reserved = bytes{3},
                              .own_resident = bytes{4},
                              .peak = bytes{5}};
  CHECK(all.usage() == memscape::usage{.used = bytes{1}, .committed = bytes{2}, .peak = bytes{5}});
  CHECK(allocator_figures{}.usage() == memscape::usage{.used = bytes{}});
}

}  // namespace
