// SPDX-License-Identifier: MIT
#include <memscape/exporters/common/joined.hpp>

#include <array>
#include <doctest/doctest.h>
#include <string_view>

namespace {

using memscape::joined;
using namespace std::string_view_literals;

struct several {
  static constexpr auto parts() noexcept { return std::array{"ab"sv, ""sv, "\0c"sv, "\":"sv}; }
};
struct single {
  static constexpr auto parts() noexcept { return std::array{"x"sv}; }
};
struct empty {
  static constexpr auto parts() noexcept { return std::array{""sv, ""sv}; }
};

template <class Parts>
constexpr auto text_of() -> std::string_view {
  return {joined<Parts>.data(), joined<Parts>.size()};
}

constexpr auto joins_in_order() -> bool {
  return text_of<several>() == "ab\0c\":"sv && text_of<single>() == "x" && text_of<empty>().empty();
}
static_assert(joins_in_order());
// No terminator: the size is that of the text, which is what makes it a copy of known size.
static_assert(joined<several>.size() == 6);
TEST_CASE("joined: the parts, one behind the other, and nothing else") { CHECK(joins_in_order()); }

}  // namespace
