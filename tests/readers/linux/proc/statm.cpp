// SPDX-License-Identifier: MIT
#include <memscape/readers/linux/proc/statm.hpp>

#include <cstdint>
#include <doctest/doctest.h>
#include <string_view>

namespace {

using memscape::bytes;
using memscape::parse_statm;
using memscape::process_memory;
using memscape::statm;
using memscape::take_number;
using namespace std::literals;

constexpr auto largest = UINT64_MAX;

TEST_CASE("statm: takes size, resident, shared and data out of seven fields") {
  constexpr auto test = [] {
    return parse_statm("10 7 5 3 0 4 0\n") ==
           statm{.size = 10, .resident = 7, .shared = 5, .data = 4};
  };
  static_assert(test());
  CHECK(test());
}

TEST_CASE("statm: zero is a number") {
  constexpr auto test = [] { return parse_statm("0 0 0 0 0 0 0\n") == statm{}; };
  static_assert(test());
  CHECK(test());
}

TEST_CASE("statm: a text cut at any byte is an error, never a smaller number") {
  constexpr auto test = [] {
    constexpr auto whole = "98765 4321 1234 56 0 7890 0\n"sv;
    for (std::size_t length = 0; length < whole.size(); ++length) {
      if (parse_statm(whole.substr(0, length))) return false;
    }
    return parse_statm(whole).has_value();
  };
  static_assert(test());
  CHECK(test());
}

TEST_CASE("statm: a text that grew is an error") {
  constexpr auto test = [] {
    return !parse_statm("10 7 5 3 0 4 0 1\n") && !parse_statm("10 7 5 3 0 4 0\n\n") &&
           !parse_statm("10 7 5 3 0 4 0 \n") && !parse_statm("10 7 5 3 0 4 0\nx") &&
           !parse_statm("10 7 5 3 0 4 0\n10 7 5 3 0 4 0\n") && !parse_statm("10 7 5 3 0 4 0\n\0"sv);
  };
  static_assert(test());
  CHECK(test());
}

TEST_CASE("statm: six fields, or eight, are not seven") {
  constexpr auto test = [] {
    return !parse_statm("10 7 5 3 0 4\n") && !parse_statm("10 7 5 3 0 4 0 0\n");
  };
  static_assert(test());
  CHECK(test());
}

TEST_CASE("statm: signs are not numbers") {
  constexpr auto test = [] {
    return !parse_statm("-10 7 5 3 0 4 0\n") && !parse_statm("10 -7 5 3 0 4 0\n") &&
           !parse_statm("10 7 5 3 0 4 -0\n") && !parse_statm("+10 7 5 3 0 4 0\n");
  };
  static_assert(test());
  CHECK(test());
}

TEST_CASE("statm: 20 digits fit as far as 64 bits go") {
  constexpr auto test = [] {
    return parse_statm(
               "18446744073709551615 18446744073709551615 18446744073709551615 "
               "18446744073709551615 18446744073709551615 18446744073709551615 "
               "18446744073709551615\n") ==
               statm{.size = largest, .resident = largest, .shared = largest, .data = largest} &&
           parse_statm("10000000000000000000 7 5 3 0 4 0\n")->size == 10000000000000000000U;
  };
  static_assert(test());
  CHECK(test());
}

TEST_CASE("statm: what is past 64 bits is an error, also in the fields that are dropped") {
  constexpr auto test = [] {
    return !parse_statm("18446744073709551616 7 5 3 0 4 0\n") &&
           !parse_statm("10 18446744073709551620 5 3 0 4 0\n") &&
           !parse_statm("10 7 5 99999999999999999999 0 4 0\n")      // 20 digits
           && !parse_statm("10 7 5 3 0 4 100000000000000000000\n")  // 21 digits
           && !parse_statm("184467440737095516150 7 5 3 0 4 0\n");
  };
  static_assert(test());
  CHECK(test());
}

TEST_CASE("statm: nothing, and what is no statm, are errors") {
  constexpr auto test = [] {
    for (auto const text :
         {""sv, "\n"sv, " "sv, "\0"sv, "statm\n"sv, "      \n"sv, "1.0 7 5 3 0 4 0\n"sv,
          "0x10 7 5 3 0 4 0\n"sv, "10 7 5 x 0 4 0\n"sv, "10,7,5,3,0,4,0\n"sv}) {
      if (parse_statm(text)) return false;
    }
    return true;
  };
  static_assert(test());
  CHECK(test());
}

TEST_CASE("statm: one space stands between two fields, and one newline behind the last") {
  constexpr auto test = [] {
    return !parse_statm("10 7 5 3 0 4 0") && !parse_statm("10 7 5 3 0 4 0\r\n") &&
           !parse_statm("10  7 5 3 0 4 0\n") && !parse_statm(" 10 7 5 3 0 4 0\n") &&
           !parse_statm("10\t7 5 3 0 4 0\n") && !parse_statm("10 7 5 3 0 4\n0\n") &&
           !parse_statm("10\n7 5 3 0 4 0\n") && !parse_statm("10\0007 5 3 0 4 0\n"sv);
  };
  static_assert(test());
  CHECK(test());
}

TEST_CASE("statm: takes one number off the front, and leaves the text alone when there is none") {
  constexpr auto test = [] {
    auto text = "123 rest"sv;
    bool const taken = take_number(text) == 123U && text == " rest";
    return taken && !take_number(text) && text == " rest";
  };
  static_assert(test());
  CHECK(test());
}

constexpr auto filled(statm const& pages, std::uint64_t page_size) -> process_memory {
  process_memory memory;
  fill(memory, pages, page_size);
  return memory;
}

TEST_CASE("statm: pages become bytes with pages of 4, 16 and 64 KiB") {
  constexpr auto test = [] {
    statm const pages{.size = 10, .resident = 7, .shared = 5, .data = 4};
    for (std::uint64_t const page : {4096U, 16384U, 65536U}) {
      if (filled(pages, page) != process_memory{.rss = bytes{7 * page},
                                                .vms = bytes{10 * page},
                                                .shared = bytes{5 * page},
                                                .data = bytes{4 * page}}) {
        return false;
      }
    }
    return true;
  };
  static_assert(test());
  CHECK(test());
}

TEST_CASE("statm: more bytes than 64 bits hold are the most they hold") {
  constexpr auto test = [] {
    return filled({.size = largest, .resident = largest / 4096, .shared = largest / 4096 + 1},
                  4096) == process_memory{.rss = bytes{largest / 4096 * 4096},
                                          .vms = bytes::max(),
                                          .shared = bytes::max(),
                                          .data = bytes{}};
  };
  static_assert(test());
  CHECK(test());
}

TEST_CASE("statm: fills its own fields and no others") {
  constexpr auto test = [] {
    process_memory memory{.peak_rss = bytes{1}, .page_faults_minor = memscape::count{2}};
    memory.errors.add({memscape::read_step::getrusage, 3});
    fill(memory, statm{.resident = 1}, 4096);
    return memory.peak_rss == bytes{1} && memory.page_faults_minor == memscape::count{2} &&
           !memory.page_faults_major && !memory.footprint && !memory.commit &&
           memory.errors.size() == 1 && memory.rss == bytes{4096};
  };
  static_assert(test());
  CHECK(test());
}

}  // namespace
