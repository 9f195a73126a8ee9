// SPDX-License-Identifier: MIT
#include <cstring>
#include <type_traits>

#include <doctest/doctest.h>

#include <memscape/core/process_memory.hpp>

namespace {

using memscape::bytes;
using memscape::count;
using memscape::process_memory;
using memscape::read_step;

// A snapshot holds one, and goes through memcpy and rings.
static_assert(std::is_trivially_copyable_v<process_memory>);
static_assert(std::is_nothrow_default_constructible_v<process_memory>);

TEST_CASE("process_memory: nothing is known until a reader says it") {
  constexpr auto test = [] {
    process_memory const unread;
    return !unread.rss && !unread.vms && !unread.shared && !unread.data && !unread.peak_rss &&
           !unread.footprint && !unread.commit && !unread.page_faults_minor &&
           !unread.page_faults_major && unread.errors.empty();
  };
  static_assert(test());
  CHECK(test());
}

TEST_CASE("process_memory: each field and the errors take part in comparison") {
  constexpr auto test = [] {
    process_memory failed;
    failed.errors.add({read_step::open_statm, 24});
    return process_memory{} == process_memory{} &&
           process_memory{} != process_memory{.rss = bytes{}} &&
           process_memory{} != process_memory{.vms = bytes{}} &&
           process_memory{} != process_memory{.shared = bytes{}} &&
           process_memory{} != process_memory{.data = bytes{}} &&
           process_memory{} != process_memory{.peak_rss = bytes{}} &&
           process_memory{} != process_memory{.footprint = bytes{}} &&
           process_memory{} != process_memory{.commit = bytes{}} &&
           process_memory{} != process_memory{.page_faults_minor = count{}} &&
           process_memory{} != process_memory{.page_faults_major = count{}} &&
           process_memory{} != failed;
  };
  static_assert(test());
  CHECK(test());
}

TEST_CASE("process_memory: a memcpy is a copy, errors included") {
  process_memory from{.rss = bytes{4096}, .page_faults_major = count{3}};
  from.errors.add({read_step::getrusage, 22});
  process_memory to;
  std::memcpy(&to, &from, sizeof to);
  CHECK(to == from);
  CHECK(to.errors.begin()->code == 22);
}

}  // namespace
