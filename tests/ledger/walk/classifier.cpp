// SPDX-License-Identifier: MIT
#include <sys/syscall.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdint>
#include <cstring>
#include <doctest/doctest.h>
#include <memscape/ledger/walk/classifier.hpp>
#include <memscape/ledger/ledger.hpp>
#include <string>
#include <string_view>

#include "ledger/fake_memory.hpp"
#include "readers/support.hpp"

namespace {

using memscape::cause;

// Two words at one place, nothing elsewhere.
struct two_words : test_support::fake_memory<two_words> {
  two_words() = default;
  two_words(std::uint64_t place, std::array<std::uint64_t, 4> const& those)
      : at{place}, words{those} {}
  std::uint64_t at = 0;
  std::array<std::uint64_t, 4> words{};
  auto operator()(std::uint64_t from, void* into, std::size_t size) const noexcept -> bool {
    std::memset(into, 0, size);
    if (from == at) std::memcpy(into, words.data(), size < sizeof words ? size : sizeof words);
    return true;
  }
};

struct no_nodes {
  static constexpr std::size_t size = 0;
};

auto map(std::string const& line) -> memscape::mapping {
  auto const parsed = memscape::parse_mapping(line);
  REQUIRE(parsed);
  return *parsed;
}

auto cause_of(std::string const& line, std::string const& before = "1-2 rw-p 0 0:0 0") -> cause {
  memscape::classifier<two_words> classifier{4096};
  classifier.restart();
  classifier.enter(map(before));
  auto const entered = map(line);
  classifier.enter(entered);
  auto const piece = classifier.cause_at(entered.begin, entered.end);
  CHECK(piece.until > entered.begin);
  CHECK(piece.until <= entered.end);
  return piece.cause;
}

TEST_CASE("classifier: what the kernel names") {
  std::string const at = "10000-20000 ";
  CHECK(cause_of(at + "rw-p 0 0:0 0 [heap]") == cause::malloc_heap);
  CHECK(cause_of(at + "rw-p 0 0:0 0 [stack]") == cause::stack_main);
  CHECK(cause_of(at + "r-xp 0 0:0 0 [vdso]") == cause::vdso);
  CHECK(cause_of(at + "r-xp 0 0:1 5 /bin/x") == cause::file_text);
  CHECK(cause_of(at + "r--p 0 0:1 5 /bin/x") == cause::file_rodata);
  CHECK(cause_of(at + "---p 0 0:1 5 /bin/x") == cause::file_rodata);
  CHECK(cause_of(at + "rw-p 0 0:1 5 /bin/x") == cause::file_data);
  CHECK(cause_of(at + "rw-s 0 0:1 5 /bin/x") == cause::file_data);
  CHECK(cause_of(at + "rw-s 0 0:1 5 /dev/zero (deleted)") == cause::shmem);
  CHECK(cause_of(at + "rw-p 0 0:0 0 [anon:pool]") == cause::anon_named);
  CHECK(cause_of(at + "rw-p 0 0:0 0 [anon:glibc: malloc arena]") == cause::malloc_arena);
  CHECK(cause_of(at + "rw-p 0 0:0 0 [anon:glibc: malloc]") == cause::malloc_mmap);
  CHECK(cause_of(at + "rw-p 0 0:0 0 [anon:glibc: pthread stack: 7]") == cause::stack_threads);
  CHECK(cause_of(at + "rw-p 0 0:0 0 [anon:.bss]") == cause::bss);
  CHECK(cause_of(at + "rw-p 0 0:0 0") == cause::anonymous);
}

TEST_CASE("classifier: a block within a mapping ends where it ends, and is found behind another") {
  memscape::classifier<two_words> classifier{4096, two_words{0x12000, {0, 0x3002}}};
  classifier.restart();
  classifier.enter(map("10000-20000 rw-p 0 0:0 0"));
  CHECK(classifier.has_marks());
  auto piece = classifier.cause_at(0x10000, 0x12000);
  CHECK(piece.cause == cause::anonymous);
  CHECK(piece.until == 0x12000);
  piece = classifier.cause_at(0x12000, 0x20000);
  CHECK(piece.cause == cause::malloc_mmap);
  CHECK(piece.until == 0x15000);
  CHECK(classifier.cause_at(0x13000, 0x20000).cause == cause::malloc_mmap);
  CHECK(classifier.cause_at(0x15000, 0x20000).cause == cause::anonymous);
  // Where malloc says that it mapped none, what looks like a block is none.
  classifier.restart({.blocks = false});
  classifier.enter(map("10000-20000 rw-p 0 0:0 0"));
  CHECK(classifier.cause_at(0x12000, 0x20000).cause == cause::anonymous);
}

// An arena with empty bins in its first heap, and zeros elsewhere.
struct one_heap : test_support::fake_memory<one_heap> {
  static constexpr std::uint64_t at = std::uint64_t{64} << 20U;
  static constexpr std::uint64_t arena = at + 0x30;
  auto operator()(std::uint64_t from, void* into, std::size_t size) const noexcept -> bool {
    std::memset(into, 0, size);
    std::uint64_t const head[] = {arena, 0, 0x21000, 0x21000};
    if (from == at) std::memcpy(into, head, (std::min)(size, sizeof head));
    for (std::uint64_t bin = 0x70; from == arena && bin + 16 <= size && bin < 0xF0; bin += 16) {
      std::uint64_t const itself[] = {arena + bin - 16, arena + bin - 16};
      std::memcpy(static_cast<char*>(into) + bin, itself, sizeof itself);
    }
    return true;
  }
};

TEST_CASE("classifier: an arena's heap in the middle of a mapping, and on in the next") {
  constexpr auto at = one_heap::at;
  memscape::classifier<one_heap> classifier{4096};
  classifier.restart({.blocks = false});
  classifier.enter(map("3fff000-4100000 rw-p 0 0:0 0"));
  auto piece = classifier.cause_at(at - 0x1000, at + 0x100000);
  CHECK(piece.cause == cause::anonymous);
  CHECK_MESSAGE(piece.until == at, "a run is looked at again where the next heap could begin");
  piece = classifier.cause_at(at, at + 0x100000);
  CHECK(piece.cause == cause::malloc_arena);
  CHECK(piece.until == at + 0x21000);
  CHECK(classifier.finder().heaps() == 1);
  CHECK(classifier.thread_stacks() == 0);
  // A part of it that was protected, and what lies behind it.
  classifier.restart({.blocks = false});
  classifier.enter(map("4000000-4010000 rw-p 0 0:0 0"));
  CHECK(classifier.cause_at(at, at + 0x10000).until == at + 0x10000);
  classifier.enter(map("4010000-4011000 r--p 0 0:0 0"));
  CHECK(classifier.has_marks());
  CHECK(classifier.cause_at(at + 0x10000, at + 0x11000).cause == cause::malloc_arena);
  classifier.enter(map("4011000-4030000 rw-p 0 0:0 0"));
  piece = classifier.cause_at(at + 0x11000, at + 0x30000);
  CHECK(piece.cause == cause::malloc_arena);
  CHECK(piece.until == at + 0x21000);
  CHECK(classifier.cause_unread(at + 0x20000).cause == cause::malloc_arena);
  CHECK(classifier.cause_at(at + 0x21000, at + 0x30000).cause == cause::anonymous);
  CHECK(classifier.cause_unread(at + 0x21000).cause == cause::anonymous);
  // Where malloc says that it has no arena, what looks like one is none.
  classifier.restart({.heaps = false});
  classifier.enter(map("4000000-4030000 rw-p 0 0:0 0"));
  CHECK(classifier.cause_at(at, at + 0x30000).cause == cause::anonymous);
}

TEST_CASE("classifier: a block that begins inside of a run is looked for where it has to be") {
  memscape::classifier<two_words> classifier{4096, two_words{0x15000, {0, 0x3002}}};
  auto const first_piece = [&](memscape::mark_limits const& limits) {
    classifier.restart(limits);
    classifier.enter(map("10000-20000 rw-p 0 0:0 0"));
    return classifier.cause_at(0x10000, 0x20000).until;
  };
  CHECK(first_piece({}) == 0x20000);
  CHECK(first_piece({.inside = true}) == 0x15000);
  CHECK(classifier.cause_at(0x15000, 0x20000).cause == cause::malloc_mmap);
  CHECK(classifier.finder().inside() == 1);
  CHECK(first_piece({.blocks = false, .inside = true}) == 0x20000);
  CHECK(first_piece({.inside = true, .block_count = 0}) == 0x20000);
  CHECK(first_piece({.inside = true, .block_bytes = 0}) == 0x20000);
}

TEST_CASE("classifier: what looks like a block counts no more than malloc says") {
  memscape::classifier<two_words> classifier{4096, two_words{0x10000, {0, 0x3002}}};
  auto const cause_within = [&](memscape::mark_limits const& limits) {
    classifier.restart(limits);
    classifier.enter(map("10000-20000 rw-p 0 0:0 0"));
    return classifier.cause_at(0x10000, 0x20000).cause;
  };
  CHECK(cause_within({.block_count = 1, .block_bytes = 0x3000}) == cause::malloc_mmap);
  CHECK(classifier.finder().block_bytes() == 0x3000);
  CHECK(classifier.finder().refused() == 0);
  CHECK(cause_within({.block_count = 1, .block_bytes = 0x2000}) == cause::anonymous);
  CHECK(classifier.finder().refused() == 0x3000);
  CHECK(cause_within({.block_count = 0, .block_bytes = 0x3000}) == cause::anonymous);
}

TEST_CASE("classifier: what begins within a page has no mark, and the next page is looked at") {
  memscape::classifier<two_words> classifier{4096, two_words{0x11000, {0, 0x1002}}};
  classifier.restart();
  classifier.enter(map("10000-20000 rw-p 0 0:0 0"));
  auto const piece = classifier.cause_at(0x10010, 0x20000);
  CHECK(piece.cause == cause::anonymous);
  CHECK(piece.until == 0x11000);
  CHECK(classifier.cause_at(0x11000, 0x20000).cause == cause::malloc_mmap);
}

TEST_CASE("classifier: behind a guard, a stack whose size the kernel does not tell is not known") {
  auto const why_no_stacks = [](bool denied) {
    return test_support::in_child([denied] {
      if (denied && !test_support::deny({SYS_getrlimit, SYS_prlimit64}, EPERM)) return EPERM;
      memscape::classifier<two_words> classifier{4096};
      classifier.restart();
      classifier.enter(map("10000-11000 ---p 0 0:0 0"));
      auto const behind = map("11000-20000 rw-p 0 0:0 0");
      classifier.enter(behind);
      (void)classifier.cause_at(behind.begin, behind.end);
      memscape::ledger<no_nodes> told;
      classifier.finish(told);
      for (auto const& fault : told.faults) {
        if (fault.kind == memscape::ledger_fault_kind::stacks) return fault.code;
      }
      return told.thread_stacks ? 0 : -1;
    });
  };
  CHECK(why_no_stacks(false) == 0);
  CHECK(why_no_stacks(true) == EPERM);
}

}  // namespace
