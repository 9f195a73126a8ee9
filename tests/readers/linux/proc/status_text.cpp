// SPDX-License-Identifier: MIT
#include <memscape/readers/linux/proc/status_text.hpp>

#include <doctest/doctest.h>
#include <string>
#include <string_view>

namespace {

using memscape::bytes;
using memscape::count;
using memscape::parse_status;
using memscape::status_text;
using namespace std::literals;

constexpr auto kernel =
    "Name:\tcat\nUmask:\t0022\nVmPeak:\t    3060 kB\nVmHWM:\t    1700 kB\nVmRSS:\t    1690 kB\n"
    "RssAnon:\t     112 kB\nRssFile:\t    1588 kB\nRssShmem:\t       4 kB\nVmData:\t     360 kB\n"
    "VmPTE:\t      44 kB\nVmSwap:\t       8 kB\nHugetlbPages:\t       0 kB\nCoreDumping:\t0\n"
    "THP_enabled:\t1\nThreads:\t1\n"sv;
constexpr auto kib = std::uint64_t{1024};

TEST_CASE("status_text: takes what is about memory") {
  constexpr auto test = [] {
    return parse_status(kernel) == status_text{.vm_hwm = bytes{1700 * kib},
                                               .rss_anon = bytes{112 * kib},
                                               .rss_file = bytes{1588 * kib},
                                               .rss_shmem = bytes{4 * kib},
                                               .vm_data = bytes{360 * kib},
                                               .vm_pte = bytes{44 * kib},
                                               .vm_swap = bytes{8 * kib},
                                               .hugetlb_pages = bytes{0},
                                               .threads = count{1}};
  };
  static_assert(test());
  CHECK(test());
}

TEST_CASE("status_text: a text cut at any byte is an error, never a smaller number") {
  for (std::size_t length = 0; length < kernel.size(); ++length) {
    CAPTURE(length);
    CHECK_FALSE(parse_status(kernel.substr(0, length)));
  }
}

TEST_CASE("status_text: what follows the threads is not looked at, and may be cut") {
  auto const text = std::string{kernel} + "SigQ:\t0/96365\nMems_allowed:\t0000";
  CHECK(parse_status(text) == parse_status(kernel));
}

TEST_CASE("status_text: an older kernel lacks fields, which are then absent") {
  auto const status = parse_status("VmHWM:\t    1700 kB\nVmSwap:\t       0 kB\nThreads:\t2\n");
  REQUIRE(status);
  CHECK(status->vm_hwm == bytes{1700 * kib});
  CHECK(status->vm_swap == bytes{0});
  CHECK_FALSE(status->rss_anon);
  CHECK_FALSE(status->vm_pte);
  CHECK_FALSE(status->hugetlb_pages);
}

TEST_CASE("status_text: signs, 21 digits, other units and fields that come twice are errors") {
  for (auto const line :
       {"RssAnon:\t-112 kB\n", "RssAnon:\t112000000000000000000 kB\n", "VmPTE:\t44\n",
        "VmSwap:\t8 MB\n", "RssFile:\t\n", "\n", "VmHWM:\t1 kB\nVmHWM:\t1 kB\n"}) {
    CAPTURE(line);
    CHECK_FALSE(parse_status(std::string{line} + "Threads:\t1\n"));
  }
  CHECK_FALSE(parse_status("Threads:\t-1\n"));
  CHECK_FALSE(parse_status("Threads:\t1"));
}

TEST_CASE("status_text: a program's name is not a field") {
  // The kernel escapes newlines in it.
  auto const status = parse_status("Name:\tVmHWM: 7 kB\nVmHWM:\t    1 kB\nThreads:\t1\n");
  REQUIRE(status);
  CHECK(status->vm_hwm == bytes{kib});
}

}  // namespace
