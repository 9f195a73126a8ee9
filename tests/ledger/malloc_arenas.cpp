// SPDX-License-Identifier: MIT
// The heaps of malloc's other arenas, among mappings that merge with them and split them: against what malloc_info(3)
// tells, and what pagemap tells of the pages there.
#include <fcntl.h>
#include <malloc.h>
#include <sys/mman.h>
#include <unistd.h>

#include <barrier>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <doctest/doctest.h>
#include <memscape/ledger/auditor.hpp>
#include <memscape/memscape.hpp>
#include <optional>
#include <random>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "ledger/support.hpp"
#include "readers/support.hpp"

namespace {

using memscape::cause;
using test_support::one_page;
using test_support::written_block;

struct nothing {
  [[nodiscard]] auto sample() const noexcept -> memscape::usage { return {}; }
};

// What stands at the start of each heap. Source: glibc, malloc/arena.c.
struct heap_info {
  void* arena;
  heap_info* previous;
  std::size_t size;
  std::size_t accessible;  // what a heap shrank by stays in RAM where it is locked
};
constexpr std::uintptr_t heap_max = 64U << 20U;

// A thread's share of malloc: each has an arena of its own as long as there are no more than eight a core.
class user {
 public:
  explicit user(unsigned seed) : random_{seed} { held_.push_back(written_block(1000)); }

  void change() {
    for (auto n = below(60); n > 0; --n) {
      if (held_.size() > 1 && below(5) < 2) {
        std::swap(held_[1 + below(held_.size() - 1)], held_.back());
        std::free(held_.back());
        held_.pop_back();
      } else {
        held_.push_back(written_block(16 + below(60'000)));
      }
    }
  }
  void heaps(std::set<heap_info*>& into) const {
    for (void* const block : held_) {
      auto const at = reinterpret_cast<std::uintptr_t>(block) / heap_max * heap_max;
      for (auto* heap = reinterpret_cast<heap_info*>(at); heap != nullptr; heap = heap->previous) {
        into.insert(heap);
      }
    }
  }

 private:
  auto below(std::size_t n) -> std::size_t {
    return std::uniform_int_distribution<std::size_t>{0, n - 1}(random_);
  }

  std::mt19937 random_;
  std::vector<void*> held_{};
};

// The sum of what malloc says that each arena but the first has from the system.
auto told_by_malloc() -> std::uint64_t {
  char* text = nullptr;
  std::size_t size = 0;
  auto* const stream = ::open_memstream(&text, &size);
  ::malloc_info(0, stream);
  std::fclose(stream);
  std::string const all{text, size};
  std::free(text);
  std::uint64_t sum = 0;
  auto const first = all.find("<heap nr=\"0\">");
  for (auto at = all.find("<heap nr=\"", first + 1); at != std::string::npos;
       at = all.find("<heap nr=\"", at + 1)) {
    std::string const word = "<system type=\"current\" size=\"";
    sum += std::stoull(all.substr(all.find(word, at) + word.size()));
  }
  return sum;
}

auto in_ram(std::uintptr_t at, std::size_t size) -> std::uint64_t {
  static int const pagemap = ::open("/proc/self/pagemap", O_RDONLY | O_CLOEXEC);
  std::vector<std::uint64_t> entries(size / one_page);
  auto const bytes = entries.size() * sizeof(std::uint64_t);
  auto const got = ::pread(pagemap, entries.data(), bytes,
                           static_cast<off_t>(at / one_page * sizeof(std::uint64_t)));
  if (got != static_cast<::ssize_t>(bytes)) return 0;
  std::uint64_t sum = 0;
  for (auto const entry : entries) sum += (entry >> 63U) * one_page;
  return sum;
}

// Advice that splits a heap's mapping, and neighbours that merge with it.
void disturb(heap_info* heap, std::mt19937& random) {
  auto const below = [&random](std::size_t n) {
    return std::uniform_int_distribution<std::size_t>{0, n - 1}(random);
  };
  auto const at = reinterpret_cast<std::uintptr_t>(heap);
  auto const pages = heap->size / one_page;
  auto const from = below(pages);
  auto* const begin = reinterpret_cast<char*>(at + from * one_page);
  auto const length = (1 + below(pages - from)) * one_page;
  switch (below(6)) {
    case 0: ::madvise(begin, length, MADV_DONTDUMP); break;
    case 1: ::madvise(begin, length, MADV_DODUMP); break;
    case 2: ::madvise(begin, length, MADV_DONTFORK); break;
    case 3: ::mlock(begin, one_page); break;
    default: {
      auto const size = (1 + below(20)) * one_page;
      void* const wanted = reinterpret_cast<void*>(at - size);
      void* const beside = ::mmap(wanted, size, PROT_READ | PROT_WRITE,
                                  MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED_NOREPLACE, -1, 0);
      if (beside != MAP_FAILED) std::memset(beside, 1, size);
    }
  }
}

struct outcome {
  int rounds = 0;
  int heaps = 0;
  std::uint64_t worst = 0;  // beyond a page a heap. Units: bytes
};

auto shuffle(unsigned seed) -> outcome {
  constexpr unsigned threads = 5;
  static auto const memory =
      memscape::registry{memscape::native_reader{}, memscape::leaf<"none">(nothing{})};
  static memscape::auditor<std::remove_const_t<decltype(memory)>> auditor{memory,
                                                                          {.malloc_share = 0}};
  outcome made;
  std::mt19937 random{seed};
  std::barrier quiet{threads + 1};
  std::vector<std::optional<user>> users(threads);
  std::vector<std::thread> running;
  bool over = false;
  for (unsigned i = 0; i < threads; ++i) {
    running.emplace_back([&, i] {
      users[i].emplace(seed * threads + i);
      for (;;) {
        quiet.arrive_and_wait();  // the main thread looks
        quiet.arrive_and_wait();
        if (over) return;
        users[i]->change();
      }
    });
  }
  for (int round = 0; round < 12; ++round) {
    quiet.arrive_and_wait();
    std::set<heap_info*> heaps;
    for (auto const& one : users) one->heaps(heaps);
    for (auto* const heap : heaps) disturb(heap, random);
    std::uint64_t size = 0;
    for (auto const* const heap : heaps) size += heap->size;
    auto const& ledger = test_support::quiet_audit(auditor);
    std::uint64_t expected = 0;
    for (auto const* const heap : heaps) {
      expected += in_ram(reinterpret_cast<std::uintptr_t>(heap), heap->accessible);
    }
    // An arena of which nobody holds a block, or a heap, is not this walk's.
    if (size == told_by_malloc()) {
      auto const found = ledger.at(cause::malloc_arena).resident.value();
      auto const off = found > expected ? found - expected : expected - found;
      auto const slack = heaps.size() * one_page;
      if (off > slack && off - slack > made.worst) made.worst = off - slack;
      made.heaps += static_cast<int>(heaps.size());
      ++made.rounds;
    }
    over = round == 11;
    quiet.arrive_and_wait();
  }
  for (auto& one : running) one.join();
  return made;
}

TEST_CASE("malloc_arenas: heaps are what malloc says it has, whatever was merged and split") {
  if (test_support::sanitized) {
    MESSAGE("skipped: a sanitizer has a malloc of its own");
    return;
  }
  int rounds = 0;
  int heaps = 0;
  for (unsigned seed = 0; seed < 20; ++seed) {
    auto const made = test_support::in_child([seed] { return shuffle(seed); });
    REQUIRE(made);
    CAPTURE(seed);
    CHECK(made->worst == 0);
    rounds += made->rounds;
    heaps += made->heaps;
  }
  CHECK_MESSAGE(rounds > 150, "that could be compared");
  CHECK_MESSAGE(heaps > 4 * rounds, "that there were");
}

}  // namespace
