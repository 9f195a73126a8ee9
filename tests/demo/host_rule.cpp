// SPDX-License-Identifier: MIT
#include "http/host_rule.hpp"

#include <doctest/doctest.h>

#include <string>
#include <string_view>

#include "random_source.hpp"

using demo::http::host_rule;
using demo::http::split_authority;

namespace {

auto local_rule() -> host_rule {
  host_rule rule{8080};
  for (auto const* name : {"localhost", "127.0.0.1", "[::1]"}) rule.allow(name);
  return rule;
}

}  // namespace

TEST_CASE("an authority is split into name and port") {
  CHECK(split_authority("a:1")->name == "a");
  CHECK(split_authority("a:1")->port == 1);
  CHECK(split_authority("a")->port == 0);
  CHECK(split_authority("[::1]")->name == "[::1]");
  CHECK(split_authority("[::1]:65535")->port == 65535);
  for (auto const bad : {"", ":", ":1", "a:", "a:0", "a:65536", "a:1x", "a: 1", "a:-1", "a:+1",
                         "[::1", "[::1]x", "[::1]x:1", "[::1]:", "::1", "a:1:2"}) {
    CAPTURE(bad);
    CHECK_FALSE(split_authority(bad).has_value());
  }
}

TEST_CASE("the server answers to its own names, with its port or none") {
  auto const rule = local_rule();
  for (auto const good :
       {"localhost", "LocalHost:8080", "127.0.0.1", "127.0.0.1:8080", "[::1]", "[::1]:8080"}) {
    CAPTURE(good);
    CHECK(rule.allows(good));
  }
  for (auto const bad : {"", "evil.example", "localhost:8081", "127.0.0.1:80", "127.0.0.2", "[::2]",
                         "localhost.evil.example", "evil.example:8080", "127.0.0.1.evil.example",
                         "localhost@evil", "evil@localhost", " localhost", "localhost ", "::1"}) {
    CAPTURE(bad);
    CHECK_FALSE(rule.allows(bad));
  }
}

TEST_CASE("a server on every address answers to addresses, and still to no other name") {
  auto rule = local_rule();
  rule.allow_addresses();
  for (auto const good : {"192.168.1.5", "10.0.0.1:8080", "[fe80::1]:8080", "localhost"}) {
    CAPTURE(good);
    CHECK(rule.allows(good));
  }
  for (auto const bad : {"evil.example", "1.2.3", "0x7f000001", "[::g]", "[1.2.3.4]", "[]",
                         "10.0.0.1:80", "1.2.3.4.example"}) {
    CAPTURE(bad);
    CHECK_FALSE(rule.allows(bad));
  }
  // Behind a zero may stand anything.
  CHECK_FALSE(rule.allows({"[::1\0evil]:8080", 16}));
  CHECK_FALSE(rule.allows({"10.0.0.1\0evil", 13}));
}

TEST_CASE("random authorities are never taken for an allowed name by accident") {
  constexpr std::string_view alphabet = "[]:@.1280localhst/ \t%";
  auto const rule = local_rule();
  demo_test::random_source random{3};
  for (int round = 0; round < 200000; ++round) {
    std::string text;
    for (auto n = random.below(14); n-- > 0;) text += alphabet[random.below(alphabet.size())];
    if (!rule.allows(text)) continue;
    CAPTURE(text);
    auto const name = text.ends_with(":8080") ? text.substr(0, text.size() - 5) : text;
    bool const is_allowed = name == "localhost" || name == "127.0.0.1" || name == "[::1]";
    REQUIRE(is_allowed);
  }
}
