// SPDX-License-Identifier: MIT
#include "http/framing.hpp"

#include <doctest/doctest.h>

#include <string>
#include <string_view>

namespace {

auto read(std::string const& fields, std::string const& version = "1.1")
    -> std::optional<demo::http::framing> {
  return demo::http::read_framing("GET / HTTP/" + version + "\r\n" + fields + "\r\n");
}

}  // namespace

TEST_CASE("framing: a request without a body, and with one") {
  for (auto const* none : {"", "Host: x\r\n", "Content-Length: 0\r\n", "content-length:000\r\n",
                           "X: \t\r\n", "X:\r\n", "X: a: b\r\n", "X: \xff\r\n"}) {
    CAPTURE(none);
    REQUIRE(read(none));
    CHECK_FALSE(read(none)->has_body);
  }
  for (auto const* some :
       {"Content-Length: 5\r\n", "CONTENT-LENGTH:\t5 \r\n", "Content-Length: 05\r\n",
        "Transfer-Encoding: chunked\r\n", "transfer-encoding:Chunked \t\r\n"}) {
    CAPTURE(some);
    REQUIRE(read(some));
    CHECK(read(some)->has_body);
  }
}

TEST_CASE("framing: what two readers could read in two ways is refused") {
  for (auto const* coding :
       {"gzip", "gzip, chunked", "chunked, gzip", "chunked, chunked", "identity", "chunked;q=1", "",
        "\"chunked\"", ", chunked", "chunked,", "xchunked", "chunked x", "x\tchunked", "chunke",
        "\xff", "chunked\x0b"}) {
    CAPTURE(coding);
    CHECK_FALSE(read("Transfer-Encoding: " + std::string{coding} + "\r\n"));
  }
  for (auto const* length :
       {"+5", "-5", "5, 5", "5,5", "5 5", "0x5", "5;", "", "5.0", "five", "\"5\"", "5\x0b"}) {
    CAPTURE(length);
    CHECK_FALSE(read("Content-Length: " + std::string{length} + "\r\n"));
  }
  std::string const length = "Content-Length: 5\r\n";
  std::string const coding = "Transfer-Encoding: chunked\r\n";
  CHECK_FALSE(read(length + length));
  CHECK_FALSE(read(length + "Host: x\r\nContent-Length: 6\r\n"));
  CHECK_FALSE(read(coding + coding));
  CHECK_FALSE(read(coding + length));
  CHECK_FALSE(read(length + coding));
  CHECK_FALSE(read("Content-Length: 0\r\n" + coding));
  CHECK_FALSE(read(coding, "1.0"));
  CHECK(read(length, "1.0"));
}

TEST_CASE("framing: a line is a line, and a name is a token") {
  for (std::string const& fields :
       {std::string{"Host : x\r\n"}, std::string{"Host\t: x\r\n"}, std::string{" Host: x\r\n"},
        std::string{"X: a\r\n b\r\n"}, std::string{"X: a\r\n\tb\r\n"}, std::string{"no colon\r\n"},
        std::string{": x\r\n"}, std::string{"X: a\rb\r\n"}, std::string{"X: a\nb: c\r\n"},
        std::string{"X: a\r\r\n"}, std::string{"X: a\n\r\n"}, std::string{"X(y): a\r\n"},
        std::string{"X\xff: a\r\n"}, std::string{"X: a\0b\r\n", 9}, std::string{"X\0: a\r\n", 8},
        std::string{"X: \x01\r\n"}, std::string{"X: \x7f\r\n"}}) {
    CAPTURE(fields);
    CHECK_FALSE(read(fields));
  }
  CHECK_FALSE(demo::http::read_framing(""));
  CHECK_FALSE(demo::http::read_framing("GET / HTTP/1.1\r\n"));
  CHECK_FALSE(demo::http::read_framing("GET /\t HTTP/1.1\r\n\r\n"));
  CHECK_FALSE(demo::http::read_framing("GET / HTTP/1.1\nHost: x\r\n\r\n"));
}

TEST_CASE("framing: input is spoiled as soon as it can be told") {
  std::string_view const good = "GET / HTTP/1.1\r\nHost: x\r\n\r\n";
  for (std::size_t i = 0; i <= good.size(); ++i) {
    for (std::size_t from = 0; from <= i; ++from)
      CHECK_FALSE(demo::http::is_spoiled(good.substr(0, i), from));
  }
  for (auto const bad :
       {std::string_view{"\n"}, std::string_view{"GET /\n"}, std::string_view{"a\rb"},
        std::string_view{"\r\r"}, std::string_view{"a\0", 2}}) {
    CHECK(demo::http::is_spoiled(bad));
    CHECK(demo::http::is_spoiled(bad, bad.size() - 2 + (bad.size() == 1)));
  }
}
