// SPDX-License-Identifier: MIT
#include <memscape/exporters/common/growth_sentence.hpp>

#include <cstdint>
#include <doctest/doctest.h>
#include <string>
#include <string_view>

namespace {

using memscape::bytes;
using memscape::cause;
using memscape::clipped_name;
using memscape::grown_part;
using memscape::growth_sentence;
using memscape::ledger_growth;

auto sentence(ledger_growth const& of) -> std::string {
  std::string text;
  growth_sentence::each_word_of(of, [&](auto const&... parts) {
    if (!text.empty()) text += ' ';
    (text.append(parts), ...);
  });
  return text;
}

auto within(std::uint64_t seconds) -> std::string {
  auto const text = sentence({.span_ms = seconds * 1000 + 999});
  auto const from = text.find(" in ") + 4;
  return text.substr(from, text.find(", and") - from);
}

constexpr bytes mebibyte{1U << 20U};

TEST_CASE("growth_sentence: how much, since when, what for and where") {
  ledger_growth of{.rss = mebibyte * 300, .unowned = mebibyte * 290, .span_ms = 8'040'000};
  CHECK(sentence(of) ==
        "RSS has grown by 300 MiB in 2 h 14 min, and 290 MiB of that is no subsystem's.");
  of.span_ms = 0;
  CHECK(sentence(of) == "RSS has grown by 300 MiB, and 290 MiB of that is no subsystem's.");
  of.most = cause::anonymous;
  of.most_by = mebibyte * 280;
  CHECK(sentence(of).ends_with("no subsystem's. Most of it: anonymous, 280 MiB more."));
  of.part = grown_part{.begin = 0x7f12'4000'0000, .end = 0x7f12'50e0'0000, .by = mebibyte * 270};
  CHECK(sentence(of).ends_with(
      "Most of it: anonymous, 280 MiB more, of that 270 MiB in 7f1240000000-7f1250e00000."));
  of.most = cause::file_data;
  of.part = grown_part{.name = clipped_name<96>{"/var/lib/x"}, .by = mebibyte * 270};
  CHECK(sentence(of).ends_with("file.data, 280 MiB more, of that 270 MiB in /var/lib/x."));
  of.part->name = clipped_name<96>{std::string(97, 'a')};
  CHECK(sentence(of).ends_with("in ..." + std::string(96, 'a') + "."));
}

TEST_CASE("growth_sentence: time in two units at most") {
  CHECK(within(0) == "0 s");
  CHECK(within(59) == "59 s");
  CHECK(within(60) == "1 min");
  CHECK(within(3'599) == "59 min");
  CHECK(within(3'600) == "1 h");
  CHECK(within(86'399) == "23 h 59 min");
  CHECK(within(86'400 + 3'599) == "1 d");
  CHECK(within(35 * 86'400 + 4 * 3'600) == "35 d 4 h");
}

TEST_CASE("growth_sentence: addresses as in /proc/self/maps") {
  CHECK(growth_sentence::address{0x10'0000}.view() == "00100000");
  CHECK(growth_sentence::address{0x1'2345'6789}.view() == "123456789");
  CHECK(growth_sentence::address{UINT64_MAX}.view() == "ffffffffffffffff");
}

TEST_CASE("each_word: of any text") {
  std::string words;
  for (std::string_view const text : {"", "a", "a bc", "a "}) {
    memscape::each_word(text, [&](std::string_view word) { words.append(word) += ';'; });
    words += '|';
  }
  CHECK(words == "|a;|a;bc;|a;|");
}

}  // namespace
