// SPDX-License-Identifier: MIT
// What malloc says of its memory, against what marks tell of it.
#include <malloc.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <doctest/doctest.h>
#include <initializer_list>
#include <memscape/ledger/auditor.hpp>
#include <memscape/ledger/malloc/view.hpp>
#include <memscape/memscape.hpp>
#include <random>
#include <thread>
#include <type_traits>
#include <utility>
#include <vector>

#include "ledger/second_thread.hpp"
#include "ledger/support.hpp"
#include "readers/support.hpp"

namespace {

using memscape::bytes;
using memscape::cause;
using memscape::ledger_fault_kind;
using memscape::quality;
using test_support::mebibyte;
using test_support::one_page;
using test_support::written_block;

struct nothing {
  [[nodiscard]] auto sample() const noexcept -> memscape::usage { return {}; }
};

auto make_empty() {
  return memscape::registry{memscape::native_reader{}, memscape::leaf<"none">(nothing{})};
}
using empty_auditor = memscape::auditor<decltype(make_empty())>;

auto make_auditor(memscape::auditor_options const& options = {.malloc_share = 0})
    -> empty_auditor& {
  static auto const memory = make_empty();
  // In no block of malloc's, so that those are what a test makes of them.
  static std::aligned_storage_t<sizeof(empty_auditor), alignof(empty_auditor)> place;
  return *::new (&place) empty_auditor{memory, options};
}

auto distance(std::uint64_t a, std::uint64_t b) -> std::uint64_t { return a > b ? a - b : b - a; }

// Memory of malloc's and of nobody's, moved, merged and split at random.
class shuffled_memory {
 public:
  explicit shuffled_memory(unsigned seed) : random_{seed} {}

  void change() {
    switch (below(11)) {
      case 0:
      case 1: return add(blocks_, std::malloc(size()));
      case 2: return add_aligned();
      case 3: return add_plain();
      case 4: return add_plain();
      case 5:
        // One of a heap's is handed out again.
        return drop(blocks_, [](part const& of) {
          protect(of, PROT_READ | PROT_WRITE);
          std::free(of.begin);
        });
      case 6: return drop(plain_, [](part const& of) { ::munmap(of.begin, of.size); });
      case 7: return resize();
      case 8: return cut_plain();
      default: return advise(below(2) == 0 ? blocks_ : plain_);
    }
  }

  [[nodiscard]] auto plain() const -> std::uint64_t {
    std::uint64_t sum = 0;
    for (auto const& one : plain_) sum += one.size;
    return sum;
  }

 private:
  struct part {
    char* begin;
    std::size_t size;
  };

  auto below(std::size_t n) -> std::size_t {
    return std::uniform_int_distribution<std::size_t>{0, n - 1}(random_);
  }
  auto size() -> std::size_t { return mebibyte / 4 + below(2 * mebibyte); }

  static void touch(part const& of) {
    for (std::size_t i = 0; i < of.size; i += 512) static_cast<char volatile*>(of.begin)[i] = 1;
    static_cast<char volatile*>(of.begin)[of.size - 1] = 1;
  }
  static void add(std::vector<part>& to, void* block) {
    to.push_back({static_cast<char*>(block), ::malloc_usable_size(block)});
    touch(to.back());
  }
  void add_aligned() {
    void* block = nullptr;
    if (::posix_memalign(&block, below(2) == 0 ? 64 : one_page, size()) == 0) add(blocks_, block);
  }
  void add_plain() {
    auto const pages = (size() + one_page - 1) / one_page * one_page;
    void* const begin =
        ::mmap(nullptr, pages, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    plain_.push_back({static_cast<char*>(begin), pages});
    touch(plain_.back());
  }
  template <class Give>
  void drop(std::vector<part>& from, Give give) {
    if (from.empty()) return;
    std::swap(from[below(from.size())], from.back());
    give(from.back());
    from.pop_back();
  }
  void resize() {
    if (blocks_.empty()) return;
    auto& one = blocks_[below(blocks_.size())];
    protect(one, PROT_READ | PROT_WRITE);
    auto* const moved = std::realloc(one.begin, size());
    one = {static_cast<char*>(moved), ::malloc_usable_size(moved)};
    touch(one);
  }
  void cut_plain() {
    if (plain_.empty()) return;
    auto& one = plain_[below(plain_.size())];
    auto const kept = (1 + below(one.size / one_page)) * one_page;
    if (kept < one.size) ::munmap(one.begin + kept, one.size - kept);
    one.size = kept;
  }
  static void protect(part const& of, int protection) {
    auto* const first = reinterpret_cast<char*>(
        (reinterpret_cast<std::uintptr_t>(of.begin) + one_page - 1) / one_page * one_page);
    auto const end = reinterpret_cast<std::uintptr_t>(of.begin) + of.size;
    ::mprotect(first, end - reinterpret_cast<std::uintptr_t>(first), protection);
  }
  // Some of its pages, but for the one with the mark.
  void advise(std::vector<part> const& in) {
    if (in.empty()) return;
    auto const& one = in[below(in.size())];
    auto const first = reinterpret_cast<std::uintptr_t>(one.begin) / one_page + 1;
    if (one.size < 3 * one_page) return;
    auto const pages = one.size / one_page - 2;
    auto const from = below(pages);
    auto* const begin = reinterpret_cast<char*>((first + from) * one_page);
    auto const length = (1 + below(pages - from)) * one_page;
    switch (below(6)) {
      case 0: ::madvise(begin, length, MADV_DONTDUMP); break;
      case 1: ::madvise(begin, length, MADV_NOHUGEPAGE); break;
      case 2: ::madvise(begin, length, MADV_HUGEPAGE); break;
      case 3: ::madvise(begin, length, MADV_DONTFORK); break;
      case 4: ::mlock(begin, length); break;
      default: ::mprotect(begin, length, PROT_READ); break;
    }
  }

  std::mt19937 random_;
  std::vector<part> blocks_{};
  std::vector<part> plain_{};
};

// How far a ledger is from what malloc says, beyond a page a block; absent where it says that it is.
struct outcome {
  std::uint64_t blocks = 0;     // that malloc mapped
  std::uint64_t worst = 0;      // of malloc.mmap. Units: bytes
  std::uint64_t anonymous = 0;  // the worst of it. Units: bytes
  int faults = 0;
};

auto shuffle(unsigned seed) -> outcome {
  // A free block would raise it.
  ::mallopt(M_MMAP_THRESHOLD, 1 << 17U);
  auto& auditor = make_auditor();
  auto const before = test_support::quiet_audit(auditor);
  auto const others = before.at(cause::anonymous).resident.value();
  // Of blocks that were there, and that nobody has touched all of.
  auto const untouched = ::mallinfo2().hblkhd - before.at(cause::malloc_mmap).resident.value();
  outcome made;
  shuffled_memory memory{seed};
  for (int round = 0; round < 12; ++round) {
    for (int i = 0; i < 6; ++i) memory.change();
    auto const& ledger = test_support::quiet_audit(auditor);
    auto const said = ::mallinfo2();
    auto const found = ledger.at(cause::malloc_mmap).resident.value();
    auto const slack = one_page * said.hblks;
    auto const off = distance(found + untouched, said.hblkhd);
    made.blocks += said.hblks;
    if (off > slack && off - slack > made.worst) made.worst = off - slack;
    auto const plain = ledger.at(cause::anonymous).resident.value();
    auto const plain_off = distance(plain, others + memory.plain());
    if (plain_off > slack && plain_off - slack > made.anonymous) made.anonymous = plain_off - slack;
    if (ledger.faults.has(ledger_fault_kind::malloc_blocks)) ++made.faults;
  }
  return made;
}

TEST_CASE("malloc_view: blocks are what malloc says it mapped, whatever was merged and split") {
  if (test_support::sanitized) {
    MESSAGE("skipped: a sanitizer has a malloc of its own");
    return;
  }
  std::uint64_t blocks = 0;
  for (unsigned seed = 0; seed < 30; ++seed) {
    auto const made = test_support::in_child([seed] { return shuffle(seed); });
    REQUIRE(made);
    CAPTURE(seed);
    CHECK(made->worst == 0);
    CHECK(made->anonymous <= one_page * 4);
    CHECK(made->faults == 0);
    blocks += made->blocks;
  }
  CHECK_MESSAGE(blocks > 1000, "that there were");
}

TEST_CASE("malloc_view: data that imitates marks counts no more than malloc says") {
  if (test_support::sanitized) return;
  auto const good = test_support::in_child([] {
    ::mallopt(M_MMAP_THRESHOLD, 1 << 17U);
    auto& auditor = make_auditor();
    (void)written_block(2 * mebibyte);
    test_support::region const plain{2048};
    plain.write();
    for (std::size_t i = 0; i < plain.pages(); ++i) {
      auto* const words = reinterpret_cast<std::uint64_t*>(plain.at(i));
      words[0] = 0;
      words[1] = one_page * 3 + 2;
    }
    auto const& ledger = test_support::quiet_audit(auditor);
    return ledger.malloc && ledger.at(cause::malloc_mmap).resident <= ledger.malloc->mapped;
  });
  CHECK(good == true);
}

// The word before a block, in which malloc keeps its size: by way of a number, for it is outside of the block.
auto mark_of(void* block) -> std::uint64_t& {
  auto const volatile address = reinterpret_cast<std::uintptr_t>(block) - sizeof(std::uint64_t);
  return *reinterpret_cast<std::uint64_t*>(address);
}

// What looks like malloc's, and lies below what malloc mapped before. Nobody unmaps it.
void imitate(std::size_t size) {
  void* const place =
      ::mmap(nullptr, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  std::memset(place, 1, size);
  auto* const words = static_cast<std::uint64_t*>(place);
  words[0] = 0;
  words[1] = size | 2U;
}

// Of a ledger that has seen imitations beside blocks that were written to: of malloc.mmap and of anonymous, by how
// much they are off. Units: KiB.
struct beside_imitations {
  std::uint64_t mapped_off = 0;
  std::uint64_t anonymous_off = 0;
  std::int32_t fault = 0;  // malloc_blocks
};

auto audit_beside(std::initializer_list<std::size_t> blocks,
                  std::initializer_list<std::size_t> imitations) -> beside_imitations {
  ::mallopt(M_MMAP_THRESHOLD, 1 << 17U);
  auto& auditor = make_auditor();
  for (auto const size : blocks) (void)written_block(size);
  auto const before = test_support::quiet_audit(auditor);
  std::uint64_t imitated = 0;
  for (auto const size : imitations) {
    imitate(size);
    imitated += size;
  }
  beside_imitations made;
  // Once it begins as the one before ended.
  for (int i = 0; i < 3; ++i) {
    auto const& ledger = test_support::quiet_audit(auditor);
    auto const off = [&](cause of, std::uint64_t more) {
      auto const expected = before.at(of).resident.value() + more;
      return distance(ledger.at(of).resident.value(), expected) / 1024;
    };
    made.mapped_off = (std::max)(made.mapped_off, off(cause::malloc_mmap, 0));
    made.anonymous_off = (std::max)(made.anonymous_off, off(cause::anonymous, imitated));
    for (auto const fault : ledger.faults) {
      if (fault.kind == ledger_fault_kind::malloc_blocks) made.fault = fault.code;
    }
  }
  return made;
}

TEST_CASE("malloc_view: imitations do not displace blocks of other sizes") {
  if (test_support::sanitized) {
    MESSAGE("skipped: a sanitizer has a malloc of its own");
    return;
  }
  constexpr auto small = mebibyte + 4096;
  auto const check = [](auto const& made, std::int32_t excess) {
    REQUIRE(made);
    CHECK(made->mapped_off <= 16);
    CHECK(made->anonymous_off <= 64);
    CHECK_MESSAGE(made->fault == -excess, "what bears marks in excess, and nothing is missing");
  };
  check(test_support::in_child([] { return audit_beside({8 * mebibyte}, {small}); }), 1028);
  // Those are enough for the number that malloc says, and one for its sum.
  check(test_support::in_child(
            [] { return audit_beside({2 * mebibyte, 3 * mebibyte}, {5 * mebibyte + 8192}); }),
        5128);
  check(test_support::in_child([] {
          return audit_beside(
              {5 * mebibyte, 6 * mebibyte, 2 * mebibyte, 3 * mebibyte, 4 * mebibyte,
               64 * mebibyte / 10, 7 * mebibyte},
              {small, small, small, small, small, small, small, small, small, small,
               small, small, small, small, small, small, small, small, small, small,
               small, small, small, small, small, small, small, small, small, small,
               small, small, small, small, small, small, small, small, small, small,
               small, small, small, small, small, small, small, small, small, small});
        }),
        50 * 1028);
  // The largest is not one of them.
  check(test_support::in_child(
            [] { return audit_beside({4 * mebibyte, 3 * mebibyte}, {5 * mebibyte}); }),
        5120);
  // Which of them is malloc's nobody can say; how much is, is known.
  check(test_support::in_child([] { return audit_beside({mebibyte}, {small, small}); }), 2056);
}

TEST_CASE(
    "malloc_view: small imitations do not displace blocks, also where one has lost its size") {
  if (test_support::sanitized) {
    MESSAGE("skipped: a sanitizer has a malloc of its own");
    return;
  }
  auto const good = test_support::in_child([] {
    ::mallopt(M_MMAP_THRESHOLD, 1 << 17U);
    auto& auditor = make_auditor();
    for (std::size_t i = 2; i < 7; ++i) {
      (void)written_block(i * mebibyte);
    }
    // Its mark tells half of it.
    void* const block = written_block(4 * mebibyte - 4096);
    mark_of(block) = 2 * mebibyte | 2U;
    auto const before = test_support::quiet_audit(auditor).at(cause::malloc_mmap).resident;
    // No block is smaller.
    for (int i = 0; i < 50; ++i) imitate(132 * 1024);
    for (int i = 0; i < 3; ++i) {
      auto const& ledger = test_support::quiet_audit(auditor);
      bool told = false;
      for (auto const fault : ledger.faults) {
        told = told || (fault.kind == ledger_fault_kind::malloc_blocks && fault.code == -50 * 132);
      }
      auto const found = ledger.at(cause::malloc_mmap).resident.value();
      if (!told || distance(found, before.value()) > 4 * 4096) return false;
    }
    return true;
  });
  CHECK(good == true);
}

TEST_CASE("malloc_view: a block that has lost its mark is missing beside larger imitations") {
  if (test_support::sanitized) {
    MESSAGE("skipped: a sanitizer has a malloc of its own");
    return;
  }
  auto const good = test_support::in_child([] {
    ::mallopt(M_MMAP_THRESHOLD, 1 << 17U);
    auto& auditor = make_auditor();
    void* const block = written_block(2 * mebibyte);
    mark_of(block) = 0;
    imitate(9 * mebibyte);
    auto const& ledger = test_support::quiet_audit(auditor);
    bool told = false;
    for (auto const fault : ledger.faults) {
      told = told || (fault.kind == ledger_fault_kind::malloc_blocks && fault.code >= 2048 &&
                      fault.code <= 2056);
    }
    return told && ledger.at(cause::malloc_mmap).resident <= ledger.malloc->mapped;
  });
  CHECK(good == true);
}

TEST_CASE("malloc_view: blocks that cannot be found are a fault, by their size") {
  if (test_support::sanitized) return;
  auto const good = test_support::in_child([] {
    ::mallopt(M_MMAP_THRESHOLD, 1 << 17U);
    auto& auditor = make_auditor();
    void* const block = written_block(2 * mebibyte);
    mark_of(block) = 0;
    for (int i = 0; i < 5; ++i) {
      auto const& ledger = test_support::quiet_audit(auditor);
      bool told = false;
      for (auto const fault : ledger.faults) {
        told = told || (fault.kind == ledger_fault_kind::malloc_blocks && fault.code >= 2048 &&
                        fault.code <= 2056);
      }
      if (!told || ledger.at(cause::anonymous).resident < bytes{2 * mebibyte}) return false;
    }
    return true;
  });
  CHECK(good == true);
}

TEST_CASE("malloc_view: what may not be read is absent, and in anonymous memory") {
  if (test_support::sanitized) {
    MESSAGE("skipped: beneath a sanitizer's malloc nothing is looked for");
    return;
  }
  for (auto const error : {EPERM, ENOSYS}) {
    auto const good = test_support::in_child([error] {
      auto& auditor = make_auditor();
      (void)written_block(2 * mebibyte);
      if (!test_support::deny({SYS_process_vm_readv}, error)) return true;
      auto const& ledger = test_support::quiet_audit(auditor);
      bool told = false;
      for (auto const fault : ledger.faults) {
        told = told || (fault.kind == ledger_fault_kind::own_memory && fault.code == error);
      }
      return told && !ledger.thread_stacks && !ledger.arena_heaps &&
             !ledger.faults.has(ledger_fault_kind::malloc_blocks) &&
             ledger.at(cause::malloc_mmap).worth == quality::unavailable &&
             ledger.at(cause::malloc_arena).worth == quality::unavailable &&
             ledger.at(cause::stack_threads).worth == quality::unavailable &&
             ledger.at(cause::anonymous).worth == quality::upper_bound;
    });
    CHECK(good == true);
  }
}

TEST_CASE(
    "malloc_view: an audit in a copy of a process does not wait for a lock that nobody releases") {
  if (test_support::sanitized) {
    MESSAGE("skipped: a sanitizer's runtime takes locks of its own in such a copy");
    return;
  }
  auto& auditor = make_auditor();
  std::atomic<bool> over{false};
  // One that is in malloc nearly all of the time.
  std::thread busy{[&over] {
    while (!over) {
      void* const volatile block = std::malloc(5000);
      std::free(block);
      ::malloc_trim(0);
    }
  }};
  for (int i = 0; i < 40; ++i) {
    auto const fork =
        i % 2 == 0 ? test_support::fork_by_system_call : test_support::fork_by_libc_alone;
    auto const good = test_support::in_child(
        [&auditor] {
          // Ends a child that waits.
          ::alarm(60);
          auto const& ledger = auditor.audit();
          return !ledger.malloc && ledger.faults.has(ledger_fault_kind::malloc_statistics);
        },
        fork);
    CHECK(good == true);
  }
  over = true;
  busy.join();
  CHECK(test_support::in_child([&auditor] { return auditor.audit().malloc.has_value(); }) == true);
}

}  // namespace
