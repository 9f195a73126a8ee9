// SPDX-License-Identifier: MIT
#include <string_view>

#include <doctest/doctest.h>

#include <memscape/exporters/decoder/detail.hpp>

namespace {

using memscape::bytes;
using memscape::decoder_detail;
using memscape::limit_kind;

TEST_CASE("decoder_detail: takes each number once, and does not know the names of tomorrow") {
  memscape::extended_memory process;
  decoder_detail draft;
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

TEST_CASE("decoder_detail: knows every kind of limit by its name") {
  memscape::memory_limits limits;
  for (std::string_view const name : memscape::limit_kind_names) {
    decoder_detail draft;
    CHECK(draft.set_kind(limits, name) == "");
    CHECK(memscape::name_of(limits.kind) == name);
    CHECK(draft.set_kind(limits, name) == "limits: two kinds");
  }
  decoder_detail draft;
  CHECK(draft.set_kind(limits, "of tomorrow") == "");
  CHECK(limits.kind == limit_kind::none);
}

}  // namespace
