// SPDX-License-Identifier: MIT
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <doctest/doctest.h>
#include <memory>
#include <memscape/ledger/auditor.hpp>
#include <memscape/ledger/malloc/owner.hpp>
#include <memscape/memscape.hpp>
#include <string>
#include <string_view>

#include "ledger/support.hpp"

namespace {

using memscape::bytes;
using memscape::ledger_fault_kind;

struct nothing {
  [[nodiscard]] auto sample() const noexcept -> memscape::usage { return {}; }
};

constexpr char const* preloaded = "MEMSCAPE_TEST_PRELOADED";

TEST_CASE("malloc_owner: the C library's, where nobody has another") {
  if (test_support::sanitized || std::getenv(preloaded) != nullptr) return;
  memscape::malloc_owner const owner;
  CHECK(owner.is_libcs());
  CHECK(owner.numbers_are_libcs());
  CHECK(owner.object().view().empty());
}

TEST_CASE("malloc_owner: a sanitizer's is not the C library's") {
  if (!test_support::sanitized) return;
  memscape::malloc_owner const owner;
  CHECK_FALSE(owner.is_libcs());
  CHECK_FALSE(owner.may_pass_on());
  CHECK_FALSE(owner.object().view().empty());
}

// Runs in a process of its own, with another malloc.
TEST_CASE(
    "malloc_owner: beneath another malloc, the C library's numbers are absent with its name") {
  auto const* const name = std::getenv(preloaded);
  if (name == nullptr) return;
  memscape::malloc_owner const owner;
  CHECK_FALSE(owner.is_libcs());
  CHECK_FALSE(owner.may_pass_on());
  auto const ends_in_name = [name](memscape::clipped_name<96> const& object) {
    return object.view().find(name) != std::string_view::npos;
  };
  CHECK(ends_in_name(owner.object()));
  memscape::registry const memory{memscape::native_reader{}, memscape::leaf<"none">(nothing{})};
  auto const auditor =
      std::make_unique<memscape::auditor<std::remove_const_t<decltype(memory)>>>(memory);
  auto const& ledger = auditor->audit();
  CHECK_FALSE(ledger.malloc);
  CHECK(ledger.faults.has(ledger_fault_kind::malloc_other));
  CHECK_FALSE(ledger.faults.has(ledger_fault_kind::malloc_statistics));
  CHECK(ends_in_name(ledger.malloc_object));
  CHECK(ledger.at(memscape::cause::malloc_mmap).resident == bytes{});
  CHECK(ledger.at(memscape::cause::malloc_arena).resident == bytes{});
  CHECK_MESSAGE(ledger.at(memscape::cause::malloc_heap).worth != memscape::quality::exact,
                "memory below the program break may be that malloc's, or anybody's");
}

TEST_CASE("malloc_owner: jemalloc, mimalloc and tcmalloc, preloaded") {
  if (test_support::sanitized || std::getenv(preloaded) != nullptr) {
    MESSAGE("skipped: a sanitizer has a malloc of its own");
    return;
  }
  char self[512]{};
  REQUIRE(::readlink("/proc/self/exe", self, sizeof self - 1) > 0);
  int tried = 0;
  for (std::string const name :
       {"libjemalloc.so.2", "libmimalloc.so.2", "libtcmalloc_minimal.so.4"}) {
    // The loader goes on without a file that it does not find, and says so.
    auto const run = [&](std::string const& test) {
      auto const command = "LD_PRELOAD=" + name + " " + preloaded + "=" + name + " " + test;
      return std::system(command.c_str());
    };
    if (run("sh -c 'grep -q " + name + " /proc/self/maps' 2>/dev/null") != 0) continue;
    ++tried;
    CHECK_MESSAGE(run(std::string{self} + " -tc='malloc_owner: beneath*' >&2") == 0, name);
  }
  if (tried == 0) MESSAGE("skipped: none of them is installed");
}

}  // namespace
