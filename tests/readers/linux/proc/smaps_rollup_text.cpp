// SPDX-License-Identifier: MIT
#include <memscape/readers/linux/proc/smaps_rollup_text.hpp>

#include <doctest/doctest.h>
#include <string>
#include <string_view>

namespace {

using memscape::bytes;
using memscape::parse_smaps_rollup;
using memscape::smaps_rollup_text;
using namespace std::literals;

// Linux 4.14's; later ones have more lines between these.
constexpr auto kernel =
    "55d3a10d0000-7ffd5473f000 ---p 00000000 00:00 0                          [rollup]\n"
    "Rss:                1700 kB\nPss:                 294 kB\nShared_Clean:       1544 kB\n"
    "Shared_Dirty:          0 kB\nPrivate_Clean:        44 kB\nPrivate_Dirty:       112 kB\n"
    "Referenced:         1700 kB\nAnonymous:           111 kB\nLazyFree:              3 kB\n"
    "AnonHugePages:      2048 kB\nShmemPmdMapped:        0 kB\nShared_Hugetlb:        0 kB\n"
    "Private_Hugetlb:       0 kB\nSwap:                  5 kB\nSwapPss:               4 kB\n"
    "Locked:                6 kB\n"sv;
constexpr auto kib = std::uint64_t{1024};

TEST_CASE("smaps_rollup_text: takes what the kernel sums") {
  constexpr auto test = [] {
    auto const rollup = parse_smaps_rollup(kernel);
    return rollup == smaps_rollup_text{.rss = bytes{1700 * kib},
                                       .pss = bytes{294 * kib},
                                       .private_clean = bytes{44 * kib},
                                       .private_dirty = bytes{112 * kib},
                                       .anonymous = bytes{111 * kib},
                                       .lazy_free = bytes{3 * kib},
                                       .anon_huge_pages = bytes{2048 * kib},
                                       .swap = bytes{5 * kib},
                                       .swap_pss = bytes{4 * kib},
                                       .locked = bytes{6 * kib}} &&
           rollup->uss() == bytes{156 * kib};
  };
  static_assert(test());
  CHECK(test());
}

TEST_CASE("smaps_rollup_text: a text cut at any byte is an error, never a smaller number") {
  for (std::size_t length = 0; length < kernel.size(); ++length) {
    CAPTURE(length);
    CHECK_FALSE(parse_smaps_rollup(kernel.substr(0, length)));
  }
}

TEST_CASE("smaps_rollup_text: a later kernel says more, in lines of the same form") {
  auto const text = std::string{kernel};
  CHECK(parse_smaps_rollup(text + "Pss_Dirty:           112 kB\n") == parse_smaps_rollup(kernel));
  CHECK_FALSE(parse_smaps_rollup(text + "THPeligible:    0\n"));
  CHECK_FALSE(parse_smaps_rollup(text + "x\n"));
  CHECK_FALSE(parse_smaps_rollup(text + "\n"));
}

TEST_CASE("smaps_rollup_text: signs, 21 digits and fields that come twice are errors") {
  for (auto const& change :
       {std::pair{"Pss:                 294"s, "Pss:                -294"s},
        std::pair{"1544 kB"s, "154400000000000000000 kB"s}, std::pair{"Locked:"s, "Swap:"s},
        std::pair{"Rss:"s, "rss:"s}, std::pair{" [rollup]"s, " [heap]"s}}) {
    auto const& from = change.first;
    auto const& to = change.second;
    CAPTURE(to);
    auto text = std::string{kernel};
    text.replace(text.find(from), from.size(), to);
    CHECK_FALSE(parse_smaps_rollup(text));
  }
}

}  // namespace
