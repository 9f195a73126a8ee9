// SPDX-License-Identifier: MIT
#include <string_view>

#include <doctest/doctest.h>

#include <memscape/exporters/mirror_detail.hpp>

namespace {

using memscape::bytes;
using memscape::limit_kind;
using memscape::mirror_detail;

TEST_CASE("mirror_detail: takes each number once, and does not know the names of tomorrow") {
  memscape::process_detail process;
  mirror_detail draft;
  CHECK(draft.set_process(process, "swap", 7) == "");
  CHECK(process.swap == bytes{7});
  CHECK(draft.set_process(process, "swap", 7) == "process: a number twice");
  CHECK_FALSE(draft.set_process(process, "colour", 7));
  draft = {};
  CHECK(draft.set_process(process, "swap", {}) == "");
  CHECK_FALSE(process.swap);

  CHECK(draft.set_limit(process.limits, "limit", 9) == "");
  CHECK(process.limits.limit == bytes{9});
  CHECK(draft.set_limit(process.limits, "limit", 9) == "limits: a number twice");
  CHECK_FALSE(draft.set_limit(process.limits, "swap", 9));
}

TEST_CASE("mirror_detail: knows every kind of limit by its name") {
  memscape::memory_limits limits;
  for (std::string_view const name : memscape::limit_kind_names) {
    mirror_detail draft;
    CHECK(draft.set_kind(limits, name) == "");
    CHECK(memscape::name_of(limits.kind) == name);
    CHECK(draft.set_kind(limits, name) == "limits: two kinds");
  }
  mirror_detail draft;
  CHECK(draft.set_kind(limits, "of tomorrow") == "");
  CHECK(limits.kind == limit_kind::none);
}

}  // namespace
