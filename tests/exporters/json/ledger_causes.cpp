// SPDX-License-Identifier: MIT
#include <memscape/exporters/json/ledger_causes.hpp>

#include <array>
#include <cstddef>
#include <doctest/doctest.h>
#include <string>
#include <string_view>

#include "exporters/trees.hpp"

namespace {

using memscape::bytes;
using memscape::cause;
using memscape::clipped_name;
using ledger = memscape::ledger<test_support::one_leaf>;

auto causes(ledger const& of) -> std::string {
  std::array<char, 65536> room{};
  memscape::writer to{room};
  memscape::json_ledger_causes::put_causes(to, of);
  return std::string{to.text()};
}

void hold(ledger& of, cause which, std::uint64_t resident) {
  of.causes[static_cast<std::size_t>(which)].resident = bytes{resident};
}

auto count_of(std::string const& text, std::string_view part) -> std::size_t {
  std::size_t n = 0;
  for (auto at = text.find(part); at != std::string::npos; at = text.find(part, at + 1)) ++n;
  return n;
}

TEST_CASE("json_ledger_causes: only causes that hold something, swapped out included") {
  ledger of;
  CHECK(causes(of) == R"(,"causes":{})");
  hold(of, cause::bss, 7);
  of.causes[static_cast<std::size_t>(cause::malloc_heap)].swapped = bytes{9};
  of.causes[static_cast<std::size_t>(cause::malloc_heap)].worth = memscape::quality::estimate;
  CHECK(causes(of) == R"(,"causes":{"malloc.heap":{"resident":0,"swapped":9,"quality":"estimate"},)"
                      R"("bss":{"resident":7,"swapped":0,"quality":"exact"}})");
}

TEST_CASE(
    "json_ledger_causes: files stand under each kind of page they hold, the largest of it first") {
  ledger of;
  hold(of, cause::file_text, 60);
  hold(of, cause::file_data, 90);
  of.files.add({.path = clipped_name<96>{"/a"},
                .inode = 1,
                .resident = bytes{80},
                .text = bytes{10},
                .data = bytes{70}});
  of.files.add({.path = clipped_name<96>{"/b"},
                .inode = 2,
                .resident = bytes{70},
                .text = bytes{50},
                .data = bytes{20}});
  CHECK(causes(of) ==
        R"(,"causes":{"file.text":{"resident":60,"swapped":0,"quality":"exact","mappings":[)"
        R"({"name":"/b","resident":50},{"name":"/a","resident":10}]},)"
        R"("file.data":{"resident":90,"swapped":0,"quality":"exact","mappings":[)"
        R"({"name":"/a","resident":70},{"name":"/b","resident":20}]}})");
}

TEST_CASE("json_ledger_causes: of many files the largest twelve") {
  ledger of;
  hold(of, cause::file_text, 1000);
  for (std::size_t i = 0; i < 40; ++i) {
    of.files.add({.path = clipped_name<96>{"/f" + std::to_string(i)},
                  .inode = i + 1,
                  .resident = bytes{100 + i},
                  .text = bytes{100 - i}});
  }
  auto const text = causes(of);
  CHECK(count_of(text, "\"name\"") == 12);
  // The table keeps what is largest in sum, /f16 to /f39; of those /f16 has the most text.
  CHECK(text.find(R"([{"name":"/f16","resident":84},{"name":"/f17")") != std::string::npos);
}

TEST_CASE("json_ledger_causes: any bytes in a name leave JSON as it is") {
  ledger of;
  hold(of, cause::file_rodata, 30);
  of.files.add(
      {.path = clipped_name<96>{"/a \"b\",\\ \n\t\x01\x7f\xC3\xA9\xFF\xED\xA0\x80 (deleted)"},
       .inode = 1,
       .resident = bytes{30},
       .rodata = bytes{30}});
  CHECK(causes(of).find("{\"name\":\"/a \\\"b\\\",\\\\ \\u000a\\u0009\\u0001\x7f\xC3\xA9"
                        "\\ufffd\\ufffd\\ufffd\\ufffd (deleted)\",\"resident\":30}") !=
        std::string::npos);
}

TEST_CASE("json_ledger_causes: of a name that is too long the end, behind an ellipsis") {
  ledger of;
  hold(of, cause::file_text, 1);
  // Cut in the middle of a character.
  std::string const path = "/xx\xC3\xA9" + std::string(95, 'y');
  of.files.add(
      {.path = clipped_name<96>{path}, .inode = 1, .resident = bytes{1}, .text = bytes{1}});
  CHECK(causes(of).find("\"\xE2\x80\xA6\\ufffd" + std::string(95, 'y') + "\"") !=
        std::string::npos);
}

TEST_CASE(
    "json_ledger_causes: named memory by name, and what has no place in the table as the rest") {
  ledger of;
  hold(of, cause::anon_named, 100);
  of.names.add({clipped_name<96>{"my pool"}, bytes{60}});
  of.names.add({clipped_name<96>{"\"\n"}, bytes{10}});
  of.names.add({clipped_name<96>{std::string(97, 'z')}, bytes{5}});
  CHECK(causes(of) == R"(,"causes":{"anon.my pool":{"resident":60,"swapped":0,"quality":"exact"},)"
                      R"("anon.\"\u000a":{"resident":10,"swapped":0,"quality":"exact"},)"
                      "\"anon.\xE2\x80\xA6" +
                          std::string(96, 'z') +
                          R"(":{"resident":5,"swapped":0,"quality":"exact"},)"
                          R"("anon":{"resident":25,"swapped":0,"quality":"exact"}})");
}

TEST_CASE(
    "json_ledger_causes: anonymous mappings by their addresses, as /proc/self/maps has them") {
  ledger of;
  hold(of, cause::anonymous, 12);
  of.mappings.add({0x1000, 0x2000, bytes{4}});
  of.mappings.add({0x7fe5'c38c'e000, 0x7fe5'c38f'e000, bytes{8}});
  CHECK(causes(of).find(R"("mappings":[{"name":"7fe5c38ce000-7fe5c38fe000","resident":8},)"
                        R"({"name":"00001000-00002000","resident":4}]})") != std::string::npos);
}

}  // namespace
