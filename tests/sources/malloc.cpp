// SPDX-License-Identifier: MIT
#include <memscape/sources/malloc.hpp>

#include <dlfcn.h>
#include <unistd.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <doctest/doctest.h>
#include <memory>
#include <memscape/core/concepts.hpp>
#include <string>
#include <string_view>
#include <vector>

namespace {

using memscape::malloc_kind;
using memscape::malloc_source;

static_assert(memscape::allocator_source<malloc_source>);
static_assert(memscape::says_home<malloc_source>);

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr bool sanitized = true;
#elif defined(__has_feature)
constexpr bool sanitized = __has_feature(address_sanitizer) || __has_feature(thread_sanitizer);
#else
constexpr bool sanitized = false;
#endif

constexpr char const* preloaded = "MEMSCAPE_TEST_MALLOC";

template <class Function>
auto loaded(char const* name) -> Function* {
  return reinterpret_cast<Function*>(::dlsym(RTLD_DEFAULT, name));
}

auto rss() -> std::uint64_t {
  unsigned long long size = 0;
  unsigned long long resident = 0;
  std::unique_ptr<std::FILE, int (*)(std::FILE*)> const file{std::fopen("/proc/self/statm", "r"),
                                                             &std::fclose};
  REQUIRE(std::fscanf(file.get(), "%llu %llu", &size, &resident) == 2);
  return resident * static_cast<std::uint64_t>(::sysconf(_SC_PAGESIZE));
}

// What the allocator says by its own means, asked beside the source; 0 where it does not say.
auto second_witness(malloc_kind kind) -> std::uint64_t {
  std::size_t value = 0;
  if (kind == malloc_kind::jemalloc) {
    // The text that MALLOC_CONF=stats_print:true prints, read back.
    std::string text;
    using callback = void(void*, char const*);
    loaded<void(callback*, void*, char const*)>("malloc_stats_print")(
        [](void* into, char const* line) { *static_cast<std::string*>(into) += line; }, &text,
        "gmdablxe");
    auto const at = text.find("Allocated: ");
    REQUIRE(at != std::string::npos);
    return std::strtoull(text.c_str() + at + std::strlen("Allocated: "), nullptr, 10);
  }
  if (kind == malloc_kind::tcmalloc) {
    // What it gives malloc_stats() to print.
    std::vector<char> text(20000);
    loaded<void(char*, int)>("MallocExtension_GetStats")(text.data(),
                                                         static_cast<int>(text.size()));
    auto const* const at = std::strstr(text.data(), "MALLOC: ");
    REQUIRE(at != nullptr);
    value = std::strtoull(at + std::strlen("MALLOC: "), nullptr, 10);
  }
  return value;
}

void tell_cost(malloc_source const& source) {
  constexpr int samples = 1000;
  auto const begin = std::chrono::steady_clock::now();
  for (int i = 0; i < samples; ++i) static_cast<void>(source.sample());
  auto const passed = std::chrono::steady_clock::now() - begin;
  MESSAGE("a sample: " << std::chrono::nanoseconds{passed}.count() / samples << " ns");
}

// All numbers of one process, before and after it takes blocks of which it knows the sum.
void follows_what_is_allocated(malloc_source const& source, bool tells_used) {
  constexpr std::size_t blocks = 20000;
  constexpr std::size_t size = 4096;
  constexpr std::uint64_t sum = blocks * size;
  std::vector<void*> held;
  held.reserve(blocks);
  auto const before = source.figures();
  for (std::size_t i = 0; i < blocks; ++i) {
    held.push_back(std::malloc(size));
    std::memset(held.back(), 1, size);
  }
  auto const after = source.figures();
  auto const witness = second_witness(source.kind());
  auto const resident = rss();
  REQUIRE(after.committed);
  CHECK(after.committed->value() >= sum);
  if (after.reserved) CHECK(after.committed <= after.reserved);
  CHECK_MESSAGE(resident >= sum, "what was written to is in RAM");
  CHECK(source.is_available() == tells_used);
  CHECK(after.used.has_value() == tells_used);
  if (tells_used) {
    auto const grown = static_cast<double>(after.used->value() - before.used->value());
    // Blocks that a thread kept for itself were counted before (jemalloc, glibc).
    CHECK(grown >= static_cast<double>(sum) * 0.99);
    CHECK(grown <= static_cast<double>(sum) * 1.01 + 65536);
    CHECK(after.used <= after.committed);
    CHECK_MESSAGE(after.used->value() <= resident, "all of it was touched");
    if (witness != 0) {
      auto const told = static_cast<double>(after.used->value());
      CHECK(told <= static_cast<double>(witness) * 1.01);
      CHECK(told >= static_cast<double>(witness) * 0.99);
    }
  }
  for (auto* const block : held) std::free(block);
  if (tells_used) CHECK(*source.figures().used < *after.used - memscape::bytes{sum / 2});
}

TEST_CASE("malloc: the C library's, where nobody has another") {
  if (sanitized || std::getenv(preloaded) != nullptr) return;
  malloc_source const source;
  if (source.kind() == malloc_kind::unknown) {
    MESSAGE("skipped: a C library without mallinfo2");
    return;
  }
  CHECK(source.kind() == malloc_kind::glibc);
  follows_what_is_allocated(source, true);
}

TEST_CASE("malloc: a sanitizer's is none that is known") {
  if (!sanitized) return;
  malloc_source const source;
  CHECK(source.kind() == malloc_kind::unknown);
  CHECK_FALSE(source.is_available());
}

// Runs in a process of its own, with another malloc.
TEST_CASE("malloc: preloaded, it is the one, and counts what is allocated") {
  auto const* const name = std::getenv(preloaded);
  if (name == nullptr) return;
  std::string_view const object{name};
  auto const has = [object](char const* word) { return object.find(word) != object.npos; };
  malloc_source const source;
  CHECK(source.kind() == (has("jemalloc")   ? malloc_kind::jemalloc
                          : has("mimalloc") ? malloc_kind::mimalloc
                                            : malloc_kind::tcmalloc));
  CHECK_FALSE_MESSAGE(memscape::glibc_source{}.is_available(), "nobody uses the C library's");
  follows_what_is_allocated(source, !has("mimalloc"));
  tell_cost(source);
}

TEST_CASE("malloc: jemalloc, mimalloc and tcmalloc, preloaded") {
  if (sanitized || std::getenv(preloaded) != nullptr) {
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
    CHECK_MESSAGE(run(std::string{self} + " -tc='malloc: preloaded*' >&2") == 0, name);
  }
  if (tried == 0) MESSAGE("skipped: none of them is installed");
}

}  // namespace
