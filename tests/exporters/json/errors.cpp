// SPDX-License-Identifier: MIT
#include <array>
#include <string_view>

#include <doctest/doctest.h>

#include <memscape/exporters/json/errors.hpp>
#include <memscape/exporters/writer.hpp>

namespace {

using memscape::json_errors;
using memscape::read_errors;
using memscape::read_step;
using memscape::writer;

template <class Put>
constexpr auto is(std::string_view expected, Put const& put) -> bool {
  std::array<char, 500> memory{};
  writer to{memory};
  put(to);
  return to.text() == expected;
}

TEST_CASE("json_errors: steps by their names, codes with their sign") {
  constexpr auto test = [] {
    read_errors errors;
    errors.add({read_step::getrusage, -5});
    errors.add({read_step::getrusage, 24});
    return is(R"([{"step":"getrusage","code":-5},{"step":"getrusage","code":24}])",
              [&](writer& to) { json_errors::put(to, errors); }) &&
           is(R"(,"errors":[{"step":"getrusage","code":-5},{"step":"getrusage","code":24}])",
              [&](writer& to) { json_errors::put_member(to, ",\"errors\":", errors); });
  };
  static_assert(test());
  CHECK(test());
}

TEST_CASE("json_errors: no member without an error, and none in a delta without a difference") {
  read_errors none;
  read_errors one;
  one.add({read_step::getrusage, 1});
  CHECK(is("", [&](writer& to) { json_errors::put_member(to, ",\"e\":", none); }));
  CHECK(is("", [&](writer& to) { json_errors::put_change(to, ",\"e\":", one, one); }));
  CHECK(is(",\"e\":[]", [&](writer& to) { json_errors::put_change(to, ",\"e\":", one, none); }));
}

}  // namespace
