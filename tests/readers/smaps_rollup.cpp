// SPDX-License-Identifier: MIT
#include <memscape/readers/smaps_rollup.hpp>

#include <cstdint>
#include <cstdlib>
#include <doctest/doctest.h>
#include <memscape/readers/linux.hpp>
#include <optional>
#include <type_traits>

#include "readers/support.hpp"

namespace {

using memscape::bytes;
using memscape::extended_memory;
using memscape::parse_smaps_rollup;
using memscape::smaps_rollup_reader;
using memscape::smaps_rollup_text;
using test_support::in_child;
using test_support::mebibyte;
using test_support::most_of;

static_assert(std::is_nothrow_move_constructible_v<smaps_rollup_reader>);

auto grown(bytes from, bytes to) -> std::int64_t {
  return static_cast<std::int64_t>(to.value()) - static_cast<std::int64_t>(from.value());
}

// A mapping whose memory a test can give advice on.
class region {
 public:
  explicit region(std::size_t size, int flags) : size_{size} {
    memory_ = ::mmap(nullptr, size, PROT_READ | PROT_WRITE, flags | MAP_ANONYMOUS, -1, 0);
    auto* const chars = static_cast<char volatile*>(memory_);
    for (std::size_t at = 0; at < size; at += test_support::page_size()) chars[at] = 1;
  }
  region(region const&) = delete;
  auto operator=(region const&) -> region& = delete;
  ~region() { ::munmap(memory_, size_); }

  [[nodiscard]] auto advise(int advice) const -> bool {
    return ::madvise(memory_, size_, advice) == 0;
  }

 private:
  void* memory_ = nullptr;
  std::size_t size_;
};

TEST_CASE("smaps_rollup: its RSS is the one that statm tells") {
  smaps_rollup_reader rollups;
  memscape::linux_reader reader;
  // Between two equal readings of statm the third has to be equal; a busy runtime makes it take a few.
  for (int attempt = 0; attempt < 1000; ++attempt) {
    auto const before = reader.read().rss;
    auto const rollup = rollups.read().value;
    auto const after = reader.read().rss;
    REQUIRE(before);
    REQUIRE(rollup);
    if (before != after) continue;
    // The counters behind statm may run late by some pages a processor.
    CHECK(std::abs(grown(*before, rollup->rss)) <= std::int64_t{2 * mebibyte});
    return;
  }
  FAIL("the process never stood still");
}

TEST_CASE("smaps_rollup: memory of this process alone is in USS and PSS, page for page") {
  smaps_rollup_reader reader;
  auto const before = reader.read().value;
  REQUIRE(before);
  region const own{32 * mebibyte, MAP_PRIVATE};
  auto const after = reader.read().value;
  REQUIRE(after);
  CHECK(grown(before->uss(), after->uss()) >= most_of(32 * mebibyte));
  CHECK(grown(before->pss, after->pss) >= most_of(32 * mebibyte));
}

TEST_CASE("smaps_rollup: memory that two processes map is in PSS by half, and in no USS") {
  smaps_rollup_reader reader;
  region const own{32 * mebibyte, MAP_PRIVATE};
  auto const alone = reader.read().value;
  REQUIRE(alone);
  // The parent waits meanwhile, and neither writes: a fork shares what was private.
  auto const both = in_child([&] { return reader.read().value.value_or(smaps_rollup_text{}); });
  REQUIRE(both);
  CHECK(grown(both->uss(), alone->uss()) >= most_of(32 * mebibyte));
  CHECK(grown(both->pss, alone->pss) >= most_of(16 * mebibyte));
  CHECK(both->pss < both->rss);
}

TEST_CASE("smaps_rollup: what was freed lazily stays in RSS, and shows as that") {
  smaps_rollup_reader reader;
  region const own{32 * mebibyte, MAP_PRIVATE};
  auto const before = reader.read().value;
  REQUIRE(before);
  if (!own.advise(MADV_FREE)) {
    MESSAGE("skipped: this kernel has no MADV_FREE");
    return;
  }
  auto const after = reader.read().value;
  REQUIRE(after);
  // Without swap some kernels take the pages away at once.
  if (grown(after->rss, before->rss) >= most_of(32 * mebibyte)) {
    MESSAGE("skipped: this kernel freed them eagerly");
    return;
  }
  CHECK(grown(before->lazy_free, after->lazy_free) >= most_of(32 * mebibyte));
}

TEST_CASE("smaps_rollup: a child reads its own numbers, with and without a held descriptor") {
  for (auto const policy :
       {memscape::descriptor_policy::checked, memscape::descriptor_policy::trusted,
        memscape::descriptor_policy::per_call}) {
    smaps_rollup_reader reader{policy};
    REQUIRE(reader.read().value);
    auto const touch = [&] {
      auto const before = reader.read().value;
      region const own{32 * mebibyte, MAP_PRIVATE};
      auto const after = reader.read().value;
      return before && after ? grown(before->anonymous, after->anonymous) : INT64_MIN;
    };
    auto const in_generations = in_child([&] {
      auto const child = touch();
      auto const grandchild = in_child(touch).value_or(INT64_MIN);
      return child < grandchild ? child : grandchild;
    });
    CHECK(in_generations.value_or(INT64_MIN) >= most_of(32 * mebibyte));
  }
}

TEST_CASE("smaps_rollup: fills its own fields and no others") {
  extended_memory detail;
  detail.rss = bytes{1};
  detail.rss_anon = bytes{2};
  smaps_rollup_text rollup;
  rollup.pss = bytes{3};
  rollup.private_clean = bytes{4};
  rollup.private_dirty = bytes{5};
  fill(detail, rollup);
  CHECK(detail.rss == bytes{1});
  CHECK(detail.rss_anon == bytes{2});
  CHECK(detail.pss == bytes{3});
  CHECK(detail.uss == bytes{9});
  CHECK(detail.lazy_free == bytes{0});
}

}  // namespace
