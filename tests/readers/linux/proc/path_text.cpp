// SPDX-License-Identifier: MIT
#include <memscape/readers/linux/proc/path_text.hpp>

#include <doctest/doctest.h>
#include <string>
#include <string_view>

namespace {

using memscape::path_of;
using memscape::path_text;

TEST_CASE("path_text: grows, is cut, and ends in a NUL") {
  path_text path;
  path.push(std::string_view{});  // null
  CHECK(path.view().empty());
  path.push("/a");
  path.push('/');
  path.push("bc");
  CHECK(std::string_view{path.c_str()} == "/a/bc");
  path.resize(2);
  CHECK(std::string_view{path.c_str()} == "/a");
  CHECK(path.fits());
  CHECK(path_of("/a", "b").view() == "/a/b");
  CHECK(path_of("", "proc").view() == "/proc");
}

TEST_CASE("path_text: what does not fit is noticed, and nothing of it taken") {
  path_text path;
  path.push(std::string(path_text::capacity, 'x'));
  CHECK(path.fits());
  path.push('y');
  CHECK_FALSE(path.fits());
  CHECK(path.view() == std::string(path_text::capacity, 'x'));
  CHECK_FALSE(path_of(std::string(path_text::capacity, 'x'), "b").fits());
}

}  // namespace
