// SPDX-License-Identifier: MIT
#include <memscape/readers/linux/proc/meminfo_text.hpp>

#include <doctest/doctest.h>
#include <string_view>

namespace {

using memscape::bytes;
using memscape::meminfo_text;
using memscape::parse_meminfo;

TEST_CASE("meminfo_text: takes total and available, and looks no further") {
  constexpr auto test = [] {
    return parse_meminfo("MemTotal:  24 kB\nMemFree:  2 kB\nMemAvailable:  23 kB\nBuf") ==
           meminfo_text{bytes{24 * 1024}, bytes{23 * 1024}};
  };
  static_assert(test());
  CHECK(test());
}

TEST_CASE("meminfo_text: an old kernel does not say what is available") {
  constexpr auto test = [] {
    return parse_meminfo("MemTotal:  24 kB\nMemFree:  2 kB\n") ==
           meminfo_text{bytes{24 * 1024}, std::nullopt};
  };
  static_assert(test());
  CHECK(test());
}

TEST_CASE("meminfo_text: cut, without a total, and what is no number are errors") {
  constexpr auto test = [] {
    return !parse_meminfo("") && !parse_meminfo("MemTotal:  24 k") &&
           !parse_meminfo("MemTotal:  24 kB\nMemFree:  2") && !parse_meminfo("MemFree:  2 kB\n") &&
           !parse_meminfo("MemTotal:  -24 kB\n") && !parse_meminfo("MemTotal:  24\n") &&
           !parse_meminfo("MemTotal:  2 kB\nMemTotal:  2 kB\n") &&
           !parse_meminfo("MemTotal:  24 kB\nMemAvailable:  x kB\n") &&
           !parse_meminfo("MemAvailable:  23 kB\n");
  };
  static_assert(test());
  CHECK(test());
}

}  // namespace
