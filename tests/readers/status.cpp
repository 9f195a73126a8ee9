// SPDX-License-Identifier: MIT
#include <memscape/readers/status.hpp>

#include <array>
#include <cerrno>
#include <cstdint>
#include <doctest/doctest.h>
#include <optional>
#include <thread>
#include <type_traits>

#include "readers/support.hpp"

namespace {

using memscape::bytes;
using memscape::extended_memory;
using memscape::parsed;
using memscape::read_error;
using memscape::read_step;
using memscape::status_reader;
using memscape::status_text;
using test_support::in_child;
using test_support::mapping;
using test_support::mebibyte;
using test_support::most_of;

static_assert(std::is_nothrow_move_constructible_v<status_reader>);

auto is_whole(parsed<status_text> const& status) -> bool {
  return status.value && status.value->vm_hwm && status.value->rss_anon &&
         status.value->rss_anon->value() > 0 && status.value->rss_file && status.value->rss_shmem &&
         status.value->vm_pte && status.value->vm_swap && status.value->threads.value() > 0;
}

auto grown(std::optional<bytes> from, std::optional<bytes> to) -> std::int64_t {
  if (!from || !to) return INT64_MIN;
  return static_cast<std::int64_t>(to->value()) - static_cast<std::int64_t>(from->value());
}

TEST_CASE("status: anonymous and shared memory are told apart") {
  status_reader reader;
  auto const before = reader.read();
  REQUIRE(is_whole(before));
  mapping own{32 * mebibyte};
  own.touch();
  auto const with_own = reader.read();
  CHECK(grown(before.value->rss_anon, with_own.value->rss_anon) >= most_of(32 * mebibyte));
  CHECK(grown(before.value->rss_shmem, with_own.value->rss_shmem) < std::int64_t{8 * mebibyte});
  mapping shared{32 * mebibyte, MAP_SHARED};
  shared.touch();
  auto const with_both = reader.read();
  CHECK(grown(with_own.value->rss_shmem, with_both.value->rss_shmem) >= most_of(32 * mebibyte));
}

TEST_CASE("status: page tables grow with what is mapped") {
  status_reader reader;
  auto const before = reader.read();
  mapping memory{256 * mebibyte};
  // A page in each table, and no more; the first and the last may have been there.
  for (std::size_t page = 0; page < memory.pages(); page += 256) memory.touch(page, page + 1);
  CHECK(grown(before.value->vm_pte, reader.read().value->vm_pte) >=
        static_cast<std::int64_t>((memory.pages() / 512 - 2) * 4096));
}

TEST_CASE("status: counts the threads") {
  status_reader reader;
  auto const before = reader.read().value->threads;
  std::uint64_t within = 0;
  std::thread{[&] { within = reader.read().value->threads.value(); }}.join();
  CHECK(within == before.value() + 1);
}

TEST_CASE("status: a child reads its own numbers, with and without a held descriptor") {
  for (auto const policy :
       {memscape::descriptor_policy::checked, memscape::descriptor_policy::trusted,
        memscape::descriptor_policy::per_call}) {
    status_reader reader{policy};
    REQUIRE(is_whole(reader.read()));
    auto const in_generations = in_child([&] {
      auto const touch = [&] {
        auto const before = reader.read();
        mapping memory{32 * mebibyte};
        memory.touch();
        auto const after = reader.read();
        return before.value && after.value ? grown(before.value->rss_anon, after.value->rss_anon)
                                           : INT64_MIN;
      };
      auto const child = touch();
      auto const grandchild = in_child(touch).value_or(INT64_MIN);
      return child < grandchild ? child : grandchild;
    });
    CHECK(in_generations.value_or(INT64_MIN) >= most_of(32 * mebibyte));
  }
}

TEST_CASE("status: with no descriptor left says so, goes on with the one it holds, and recovers") {
  struct seen {
    read_error without;
    bool held;
    bool with;
  };
  auto const facts = in_child([]() -> seen {
    status_reader holding;
    static_cast<void>(holding.read());
    test_support::forbid_descriptors();
    status_reader fresh;
    seen now{fresh.read().why, is_whole(holding.read()), false};
    test_support::allow_descriptors();
    now.with = is_whole(fresh.read());
    return now;
  });
  REQUIRE(facts);
  CHECK(facts->without == read_error{read_step::open_status, EMFILE});
  CHECK(facts->held);
  CHECK(facts->with);
}

TEST_CASE("status: eight threads read with one reader") {
  status_reader reader;
  std::array<int, 8> failed{};
  std::array<std::thread, 8> threads;
  for (std::size_t i = 0; i < threads.size(); ++i) {
    threads[i] = std::thread{[&reader, &failed, i] {
      for (int n = 0; n < 100; ++n) failed[i] += is_whole(reader.read()) ? 0 : 1;
    }};
  }
  for (auto& thread : threads) thread.join();
  CHECK(failed == std::array<int, 8>{});
}

TEST_CASE("status: fills its own fields and no others") {
  extended_memory detail;
  detail.rss = bytes{1};
  detail.pss = bytes{2};
  status_text status;
  status.rss_anon = bytes{3};
  status.threads = memscape::count{4};
  fill(detail, status);
  CHECK(detail.rss == bytes{1});
  CHECK(detail.pss == bytes{2});
  CHECK(detail.rss_anon == bytes{3});
  CHECK(detail.threads == memscape::count{4});
  CHECK_FALSE(detail.swap);
}

}  // namespace
