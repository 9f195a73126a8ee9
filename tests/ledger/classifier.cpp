// SPDX-License-Identifier: MIT
#include <array>
#include <cstdint>
#include <cstring>
#include <doctest/doctest.h>
#include <memscape/ledger/classifier.hpp>
#include <string>
#include <string_view>

namespace {

using memscape::cause;

// Two words at one place, nothing elsewhere.
struct two_words {
  std::uint64_t at = 0;
  std::array<std::uint64_t, 4> words{};
  auto operator()(std::uint64_t from, void* into, std::size_t size) const noexcept -> bool {
    std::memset(into, 0, size);
    if (from == at) std::memcpy(into, words.data(), size < sizeof words ? size : sizeof words);
    return true;
  }
};

auto map(std::string const& line) -> memscape::mapping {
  auto const parsed = memscape::parse_mapping(line);
  REQUIRE(parsed);
  return *parsed;
}

auto cause_of(std::string const& line, std::string const& before = "1-2 rw-p 0 0:0 0") -> cause {
  memscape::classifier<two_words> classifier{4096};
  classifier.restart(true);
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
  classifier.restart(true);
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
  classifier.restart(false);
  classifier.enter(map("10000-20000 rw-p 0 0:0 0"));
  CHECK(classifier.cause_at(0x12000, 0x20000).cause == cause::anonymous);
}

TEST_CASE("classifier: an arena's heap in the middle of a mapping") {
  constexpr std::uint64_t at = std::uint64_t{64} << 20U;
  memscape::classifier<two_words> classifier{4096, two_words{at, {at + 0x30, 0, 0x21000, 0x21000}}};
  classifier.restart(false);
  classifier.enter(map("3fff000-4100000 rw-p 0 0:0 0"));
  auto piece = classifier.cause_at(at - 0x1000, at + 0x100000);
  CHECK(piece.cause == cause::anonymous);
  CHECK_MESSAGE(piece.until == at, "a run is looked at again where the next heap could begin");
  piece = classifier.cause_at(at, at + 0x100000);
  CHECK(piece.cause == cause::malloc_arena);
  CHECK(piece.until == at + 0x21000);
  CHECK(classifier.arena_heaps() == 1);
  CHECK(classifier.thread_stacks() == 0);
}

TEST_CASE("classifier: what begins within a page has no mark, and the next page is looked at") {
  memscape::classifier<two_words> classifier{4096, two_words{0x11000, {0, 0x1002}}};
  classifier.restart(true);
  classifier.enter(map("10000-20000 rw-p 0 0:0 0"));
  auto const piece = classifier.cause_at(0x10010, 0x20000);
  CHECK(piece.cause == cause::anonymous);
  CHECK(piece.until == 0x11000);
  CHECK(classifier.cause_at(0x11000, 0x20000).cause == cause::malloc_mmap);
}

}  // namespace
