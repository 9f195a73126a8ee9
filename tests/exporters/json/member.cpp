// SPDX-License-Identifier: MIT
#include <memscape/exporters/json/member.hpp>

#include <array>
#include <doctest/doctest.h>
#include <limits>
#include <memscape/core/bytes.hpp>
#include <memscape/core/count.hpp>

namespace {

using memscape::bytes;
using memscape::json_member;

constexpr auto members_are_written() -> bool {
  std::array<char, 128> room{};
  memscape::writer to{room};
  json_member::put(to, "{\"a\":", std::numeric_limits<std::uint64_t>::max());
  json_member::put(to, ",\"b\":", bytes{0});
  json_member::put(to, ",\"c\":", std::optional<bytes>{});
  json_member::put(to, ",\"d\":", std::optional{memscape::count{3}});
  return to.text() == R"({"a":18446744073709551615,"b":0,"c":null,"d":3)";
}
static_assert(members_are_written());

TEST_CASE("json_member: numbers, and null for what is absent, which is not 0") {
  CHECK(members_are_written());
}

}  // namespace
