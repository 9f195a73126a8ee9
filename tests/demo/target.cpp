// SPDX-License-Identifier: MIT
#include "http/target.hpp"

#include <doctest/doctest.h>

#include <array>
#include <string>
#include <string_view>

#include "random_source.hpp"

using demo::http::file_below;
using demo::http::split_target;
using namespace std::string_view_literals;

TEST_CASE("a target is split into path and query") {
  CHECK(split_target("/a/b?c=d?e")->path == "/a/b");
  CHECK(split_target("/a/b?c=d?e")->query == "c=d?e");
  CHECK(split_target("/")->path == "/");
  CHECK(split_target("http://[::1]:80/x?y")->authority == "[::1]:80");
  CHECK(split_target("http://[::1]:80/x?y")->path == "/x");
  CHECK(split_target("http://a")->path == "/");
  CHECK(split_target("http://a?q")->path == "/");
  CHECK(split_target("http://a?q")->query == "q");
  for (auto const bad : {"", "*", "a", "?", "http://", "http:///", "https://a/", "/a#b",
                         "http://a#b/", "http://a?b#c"}) {
    CAPTURE(bad);
    CHECK_FALSE(split_target(bad).has_value());
  }
}

TEST_CASE("a path names a file below the folder or nothing") {
  std::array<char, 64> out;
  CHECK(file_below("/", out) == ""sv);
  CHECK(file_below("/a.js", out) == "a.js"sv);
  CHECK(file_below("/a/b%20c.js", out) == "a/b c.js"sv);
  CHECK(file_below("/%61", out) == "a"sv);
  CHECK(file_below("/a..b", out) == "a..b"sv);
  for (auto const bad : {""sv,
                         "a"sv,
                         "/.."sv,
                         "/../a"sv,
                         "/a/../b"sv,
                         "/a/.."sv,
                         "/."sv,
                         "/./a"sv,
                         "//"sv,
                         "//a"sv,
                         "/a//b"sv,
                         "/a/"sv,
                         "/.git/config"sv,
                         "/a/.env"sv,
                         "/%2e%2e/a"sv,
                         "/%2E."sv,
                         "/a%2f..%2fb"sv,
                         "/%2fetc/passwd"sv,
                         "/a\\b"sv,
                         "/%5c"sv,
                         "/a%00b"sv,
                         "/a\0b"sv,
                         "/%"sv,
                         "/%4"sv,
                         "/%zz"sv,
                         "/%-1"sv,
                         "/a%0ab"sv,
                         "/a%7f"sv}) {
    CAPTURE(bad);
    CHECK_FALSE(file_below(bad, out).has_value());
  }
  std::string longest(65, 'x');
  longest.front() = '/';
  CHECK(file_below(longest, out).has_value());
  longest += 'x';
  CHECK_FALSE(file_below(longest, out).has_value());
}

TEST_CASE("whatever the path, the name stays below the folder") {
  constexpr std::string_view parts[] = {"..",    ".",    "/",    "%2e", "%2f", "%5c",
                                        "\\",    "%00",  "a",    "etc", "%",   "%25",
                                        "%252e", "\x7f", "\xff", "~",   "?",   ":"};
  demo_test::random_source random{42};
  std::array<char, 40> out;
  for (int round = 0; round < 200000; ++round) {
    std::string path = "/";
    for (auto n = random.below(9); n-- > 0;) path += parts[random.below(std::size(parts))];
    auto const name = file_below(path, out);
    if (!name || name->empty()) continue;
    CAPTURE(path);
    REQUIRE(name->front() != '/');
    REQUIRE(name->back() != '/');
    REQUIRE(name->front() != '.');
    REQUIRE(name->find("/.") == std::string_view::npos);
    REQUIRE(name->find("//") == std::string_view::npos);
    REQUIRE(name->find('\\') == std::string_view::npos);
    REQUIRE(name->find('\0') == std::string_view::npos);
    REQUIRE(name->size() <= out.size());
  }
}

TEST_CASE("a parameter is found by its whole name") {
  CHECK(demo::http::parameter("full=1", "full") == "1");
  CHECK(demo::http::parameter("a=1&last_event_id=x-2&a=3", "last_event_id") == "x-2");
  CHECK(demo::http::parameter("a=1&a=2", "a") == "1");
  CHECK(demo::http::parameter("a=b=c", "a") == "b=c");
  for (auto const* none : {"", "&", "=", "=1", "full", "full=", "xfull=1", "fullx=1", "x=full=1"}) {
    CAPTURE(none);
    CHECK(demo::http::parameter(none, "full").empty());
  }
}
