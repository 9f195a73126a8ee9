// SPDX-License-Identifier: MIT
// Memory of every cause, made on purpose: each has to be found under its name.
#include <fcntl.h>
#include <malloc.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <cerrno>
#include <condition_variable>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <doctest/doctest.h>
#include <functional>
#include <memory>
#include <memory_resource>
#include <memscape/ledger/auditor.hpp>
#include <memscape/memscape.hpp>
#include <memscape/sources/chunk_resource.hpp>
#include <mutex>
#include <thread>
#include <type_traits>
#include <utility>
#include <vector>

#include "ledger/support.hpp"
#include "readers/fake_root.hpp"
#include "readers/support.hpp"

namespace {

using memscape::address_range;
using memscape::bytes;
using memscape::cause;
using memscape::leaf;
using memscape::ledger_fault_kind;
using memscape::page_method;
using test_support::closes;
using test_support::mebibyte;
using test_support::one_page;
using test_support::owner;
using test_support::quiet_audit;
using test_support::region;

struct nothing {
  [[nodiscard]] auto sample() const noexcept -> memscape::usage { return {}; }
};

auto make_empty() { return memscape::registry{memscape::native_reader{}, leaf<"none">(nothing{})}; }
using empty_registry = decltype(make_empty());
using empty_ledger = memscape::auditor<empty_registry>::ledger_type;

auto audit(page_method method = page_method::scan) -> empty_ledger const& {
  // Outside the heap and the stack, which are measured.
  static auto const memory = make_empty();
  static memscape::auditor<empty_registry> by_scan{memory, {.malloc_share = 0}};
  static memscape::auditor<empty_registry> by_smaps{
      memory, {.best = page_method::mincore, .malloc_share = 0}};
  auto& auditor = method == page_method::scan ? by_scan : by_smaps;
  auto const& ledger = quiet_audit(auditor);
  CHECK(closes(ledger));
  return ledger;
}

/// How much the cause holds more than before.
auto growth(empty_ledger const& before, empty_ledger const& after, cause of) -> std::int64_t {
  return static_cast<std::int64_t>(after.at(of).resident.value() - before.at(of).resident.value());
}

/// Whether it holds that many pages more, give or take one.
auto grew(empty_ledger const& before, empty_ledger const& after, cause of, std::size_t pages)
    -> bool {
  auto const off = growth(before, after, of) - static_cast<std::int64_t>(pages * one_page);
  auto const one = static_cast<std::int64_t>(one_page);
  if (off < -one || off > one) MESSAGE("off by ", off, " bytes");
  return off >= -one && off <= one;
}

/// A file of that many pages, in the page cache.
class file {
 public:
  explicit file(std::size_t pages) {
    char path[] = "/var/tmp/memscape-test-XXXXXX";
    descriptor_ = ::mkstemp(path);
    ::unlink(path);
    std::vector<char> const text(pages * one_page, 'x');
    REQUIRE(::write(descriptor_, text.data(), text.size()) == static_cast<::ssize_t>(text.size()));
  }
  file(file const&) = delete;
  auto operator=(file const&) -> file& = delete;
  ~file() { ::close(descriptor_); }
  [[nodiscard]] auto descriptor() const -> int { return descriptor_; }

 private:
  int descriptor_;
};

/// Threads that do something and then wait to be let go.
class waiting_threads {
 public:
  template <class Work>
  waiting_threads(int n, Work work) {
    for (int i = 0; i < n; ++i) {
      threads_.emplace_back([this, work] {
        work([this] {
          std::unique_lock lock{mutex_};
          ++waiting_;
          changed_.notify_all();
          changed_.wait(lock, [this] { return go_; });
        });
      });
    }
    std::unique_lock lock{mutex_};
    changed_.wait(lock, [&] { return waiting_ == n; });
  }
  waiting_threads(waiting_threads const&) = delete;
  auto operator=(waiting_threads const&) -> waiting_threads& = delete;
  ~waiting_threads() {
    {
      std::lock_guard const lock{mutex_};
      go_ = true;
    }
    changed_.notify_all();
    for (auto& thread : threads_) thread.join();
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  int waiting_ = 0;
  bool go_ = false;
  std::vector<std::thread> threads_;
};

/// Writes so that no compiler leaves it out, with the block that nobody reads.
void write_volatile(void* block, std::size_t size) {
  for (std::size_t i = 0; i < size; ++i) static_cast<char volatile*>(block)[i] = 1;
}

static_assert(std::is_trivially_copyable_v<empty_ledger>);

// What the documents promise is of a tree of 50 nodes.
template <std::size_t I>
consteval auto numbered() {
  constexpr char key[] = {'n', static_cast<char>('0' + I / 10), static_cast<char>('0' + I % 10),
                          '\0'};
  return memscape::fixed_string{key};
}
template <std::size_t... I>
auto make_numbered(std::index_sequence<I...>) {
  return memscape::registry{memscape::native_reader{}, leaf<numbered<I>()>(nothing{})...};
}
using fifty = decltype(make_numbered(std::make_index_sequence<50>{}));
static_assert(fifty::layout::size == 50);
static_assert(sizeof(memscape::auditor<fifty>) < 80 * 1024);

TEST_CASE("auditor: a process that does nothing closes to the byte") {
  auto const& ledger = audit();
  REQUIRE(ledger.rss);
  CHECK(ledger.rss->value() > 0);
  CHECK(ledger.sequence > 0);
  CHECK(ledger.slices == 1);
  CHECK(ledger.cost_ns > 0);
  CHECK(ledger.mapping_count > memscape::count{10});
  CHECK(ledger.files.size() > 0);
  CHECK(ledger.outside_rss.page_tables);
  if (ledger.rss == ledger.rss_before) {
    CHECK(*ledger.unexplained == bytes{});
    CHECK(*ledger.closure_error == bytes{});
  }
}

TEST_CASE("auditor: anonymous memory, touched, read and given back") {
  if (test_support::sanitized) {
    MESSAGE("skipped: a sanitizer's shadow grows with every access");
    return;
  }
  auto const before = audit();
  region const memory{1000};
  CHECK(growth(before, audit(), cause::anonymous) == 0);
  if (!test_support::reading_takes_memory()) {
    memory.read(0, 1000);
    if (test_support::can_scan()) CHECK(growth(before, audit(), cause::anonymous) == 0);
  }
  memory.write(100, 300);
  CHECK(grew(before, audit(), cause::anonymous, 200));
  bool listed = false;
  for (auto const& mapping : audit().mappings) {
    listed =
        listed || (mapping.begin <= memory.address(100) && mapping.end >= memory.address(300) &&
                   mapping.resident >= bytes{200 * one_page});
  }
  CHECK(listed);
  ::madvise(memory.at(100), 200 * one_page, MADV_FREE);
  CHECK(grew(before, audit(), cause::anonymous, 200));
  auto const& by_smaps = audit(page_method::mincore);
  REQUIRE(by_smaps.lazy_free);
  // The kernel gets there page vector by page vector.
  CHECK(*by_smaps.lazy_free >= bytes{150 * one_page});
  ::madvise(memory.at(100), 200 * one_page, MADV_DONTNEED);
  CHECK(growth(before, audit(), cause::anonymous) == 0);
}

TEST_CASE("auditor: transparent huge pages") {
  constexpr std::size_t huge = 2 * mebibyte;
  auto const before = audit();
  region const memory{2 * huge / one_page};
  auto* const aligned = reinterpret_cast<char*>((memory.address() + huge - 1) / huge * huge);
  if (::madvise(aligned, huge, MADV_HUGEPAGE) != 0) return;
  *static_cast<char volatile*>(aligned) = 1;
  auto const& after = audit();
  if (after.huge == before.huge) {
    MESSAGE("skipped: no huge page to be had");
    return;
  }
  CHECK(*after.huge - *before.huge == bytes{huge});
  // A sanitizer's shadow grows besides.
  if (!test_support::sanitized) CHECK(grew(before, after, cause::anonymous, huge / one_page));
}

TEST_CASE("auditor: reserved huge pages are outside RSS") {
  constexpr std::size_t huge = 2 * mebibyte;
  void* const memory = ::mmap(nullptr, huge, PROT_READ | PROT_WRITE,
                              MAP_PRIVATE | MAP_ANONYMOUS | MAP_HUGETLB, -1, 0);
  if (memory == MAP_FAILED) {
    MESSAGE("skipped: no huge pages are reserved");
    return;
  }
  *static_cast<char volatile*>(memory) = 1;
  auto const& ledger = audit();
  CHECK(ledger.outside_rss.hugetlb.value_or(bytes{}) >= bytes{huge});
  ::munmap(memory, huge);
}

TEST_CASE("auditor: files, touched and untouched") {
  constexpr std::size_t pages = 64;
  auto const before = audit();
  file const untouched{pages};
  file const text{pages};
  file const rodata{pages};
  file const data{pages};
  auto const map = [](file const& of, int protection, int flags) {
    return static_cast<char*>(
        ::mmap(nullptr, pages * one_page, protection, flags, of.descriptor(), 0));
  };
  auto* const a = map(untouched, PROT_READ, MAP_SHARED);
  auto* const b = map(text, PROT_READ | PROT_EXEC, MAP_PRIVATE);
  auto* const c = map(rodata, PROT_READ, MAP_SHARED);
  auto* const d = map(data, PROT_READ | PROT_WRITE, MAP_PRIVATE);
  for (std::size_t i = 0; i < pages; ++i) {
    (void)*static_cast<char volatile*>(b + i * one_page);
    (void)*static_cast<char volatile*>(c + i * one_page);
    *static_cast<char volatile*>(d + i * one_page) = 1;
  }
  for (auto const method : {page_method::scan, page_method::mincore}) {
    auto const& after = audit(method);
    // Our own code comes in besides, when it runs for the first time.
    CHECK(growth(before, after, cause::file_text) >= static_cast<std::int64_t>(pages * one_page));
    CHECK(growth(before, after, cause::file_rodata) >= static_cast<std::int64_t>(pages * one_page));
    CHECK(grew(before, after, cause::file_data, pages));
    bool found[3]{};
    for (auto const& one : after.files) {
      if (!one.path.view().starts_with("/var/tmp/memscape-test-")) continue;
      CHECK(one.resident == bytes{pages * one_page});
      found[0] = found[0] || one.text == one.resident;
      found[1] = found[1] || one.rodata == one.resident;
      found[2] = found[2] || one.data == one.resident;
    }
    CHECK((found[0] && found[1] && found[2]));
  }
  for (auto* const map_begin : {a, b, c, d}) ::munmap(map_begin, pages * one_page);
}

char zeroed[200 * 4096];

TEST_CASE("auditor: zeroed data") {
  auto const before = audit();
  for (std::size_t i = 0; i < sizeof zeroed; i += one_page)
    *static_cast<char volatile*>(zeroed + i) = 1;
  auto const& after = audit();
  // A sanitizer's runtime has zeroed data of its own, and goes on using it. Its end need not be a page's.
  auto const all = static_cast<std::int64_t>(sizeof zeroed - one_page);
  CHECK((test_support::sanitized ? growth(before, after, cause::bss) >= all
                                 : grew(before, after, cause::bss, sizeof zeroed / one_page)));
}

TEST_CASE("auditor: shared memory") {
  auto const before = audit();
  region const anonymous{50, MAP_SHARED | MAP_ANONYMOUS};
  anonymous.write();
  int const descriptor = ::memfd_create("test", MFD_CLOEXEC);
  REQUIRE(::ftruncate(descriptor, static_cast<::off_t>(50 * one_page)) == 0);
  region const memfd{50, MAP_SHARED, descriptor};
  memfd.write(0, 30);
  CHECK(grew(before, audit(), cause::shmem, 80));
  ::close(descriptor);
}

TEST_CASE("auditor: named memory stands under its name") {
  region const memory{40};
  memory.write();
  if (::prctl(PR_SET_VMA, PR_SET_VMA_ANON_NAME, memory.at(0), memory.size(), "my pool") != 0) {
    MESSAGE("skipped: this kernel names no memory");
    return;
  }
  auto const& ledger = audit();
  REQUIRE(ledger.names.size() == 1);
  CHECK(ledger.names[0].name.view() == "my pool");
  CHECK(ledger.names[0].resident == bytes{40 * one_page});
}

[[gnu::noinline]] auto audit_in_a_deep_frame() -> empty_ledger {
  char volatile frame[300 * 4096];
  for (std::size_t i = 0; i < sizeof frame; i += one_page) frame[i] = 1;
  return audit();
}

TEST_CASE("auditor: the main thread's stack") {
  if (test_support::sanitized) return;
  auto const before = audit();
  auto const after = audit_in_a_deep_frame();
  auto const grown = growth(before, after, cause::stack_main);
  CHECK(grown >= static_cast<std::int64_t>(295 * one_page));
  CHECK(grown <= static_cast<std::int64_t>(310 * one_page));
}

TEST_CASE("auditor: stacks of threads, of ended ones too") {
  if (test_support::sanitized) {
    MESSAGE("skipped: a sanitizer's threads have other stacks");
    return;
  }
  // Malloc would give each thread an arena besides, and keeps it.
  auto const before = audit();
  {
    waiting_threads const threads{4, [](auto wait) {
                                    char volatile frame[100 * 4096];
                                    for (std::size_t i = 0; i < sizeof frame; i += one_page)
                                      frame[i] = 1;
                                    wait();
                                  }};
    auto const& after = audit();
    CHECK(*after.thread_stacks - *before.thread_stacks == memscape::count{4});
    auto const grown = growth(before, after, cause::stack_threads);
    CHECK(grown >= static_cast<std::int64_t>(4 * 100 * one_page));
    CHECK(grown <= static_cast<std::int64_t>(4 * 106 * one_page));
  }
  CHECK_MESSAGE(*audit().thread_stacks - *before.thread_stacks == memscape::count{4},
                "the C library keeps the stacks for the next threads");
}

TEST_CASE("auditor: malloc's heap, its arenas and its mapped blocks") {
  if (test_support::sanitized) {
    MESSAGE("skipped: a sanitizer has a malloc of its own");
    return;
  }
  std::vector<void*> blocks;
  blocks.reserve(1000);
  auto const before = audit();
  REQUIRE(before.malloc);
  for (int i = 0; i < 200; ++i) {
    blocks.push_back(std::malloc(64'000));
    for (std::size_t at = 0; at < 64'000; at += 512)
      static_cast<char volatile*>(blocks.back())[at] = 1;
  }
  auto const with_heap = audit();
  auto const from_free = static_cast<std::int64_t>(before.malloc->free.value());
  auto const in_heap = growth(before, with_heap, cause::malloc_heap);
  CHECK(in_heap >= 200 * 64'000 - from_free);
  CHECK(in_heap <= 200 * 64'016 + static_cast<std::int64_t>(one_page));
  CHECK(with_heap.malloc->in_use - before.malloc->in_use >= bytes{200 * 64'000});

  void* const mapped = std::malloc(300 * one_page);
  write_volatile(mapped, 300 * one_page);
  auto const with_block = audit();
  CHECK(grew(with_heap, with_block, cause::malloc_mmap, 301));
  CHECK(with_block.malloc->mapped_blocks - with_heap.malloc->mapped_blocks == memscape::count{1});

  {
    waiting_threads const threads{1, [](auto wait) {
                                    void* const block = std::malloc(25 * one_page);
                                    write_volatile(block, 25 * one_page);
                                    wait();
                                    std::free(block);
                                  }};
    auto const& with_arena = audit();
    auto const in_arena = growth(with_block, with_arena, cause::malloc_arena);
    CHECK(in_arena >= static_cast<std::int64_t>(24 * one_page));
    CHECK(in_arena <= static_cast<std::int64_t>(28 * one_page));
    CHECK(with_arena.arena_heaps >= memscape::count{1});
  }
  std::free(mapped);
  for (auto* const block : blocks) std::free(block);
}

TEST_CASE("auditor: blocks that malloc mapped since it was asked are found all the same") {
  if (test_support::sanitized) return;
  auto const good = test_support::in_child([] {
    // Which free(3) has raised before.
    ::mallopt(M_MMAP_THRESHOLD, 1 << 17U);
    auto const memory = make_empty();
    // After the first answer it does not ask again.
    memscape::auditor auditor{memory, {.malloc_share = UINT32_MAX}};
    auto const before = quiet_audit(auditor);
    void* const block = std::malloc(300 * one_page);
    write_volatile(block, 300 * one_page);
    auto const& after = quiet_audit(auditor);
    bool const found = grew(before, after, cause::malloc_mmap, 301);
    std::free(block);
    return found && after.malloc->worth == memscape::quality::stale &&
           after.malloc->mapped_blocks == before.malloc->mapped_blocks &&
           after.malloc->age_ms < 3'600'000;
  });
  CHECK(good == true);
}

TEST_CASE("auditor: the group's memory beside RSS, and a fault where it is garbage") {
  test_support::fake_root const root;
  root.put("proc/self/cgroup", "0::/g\n");
  root.put("proc/self/mountinfo", test_support::mount_of_v2);
  root.put("sys/fs/cgroup/g/memory.stat", "kernel 5242880\nsock 8192\n");
  auto const memory = make_empty();
  auto const auditor = std::make_unique<memscape::auditor<empty_registry>>(
      memory, memscape::auditor_options{.root = root.path()});
  auto const& whole = auditor->audit();
  CHECK(whole.outside_rss.cgroup_kernel == bytes{5'242'880});
  CHECK(whole.outside_rss.cgroup_socket == bytes{8192});
  CHECK_FALSE(whole.faults.has(ledger_fault_kind::cgroup));
  root.put("sys/fs/cgroup/g/memory.stat", "garbage\n");
  auto const& broken = auditor->audit();
  CHECK_FALSE(broken.outside_rss.cgroup_kernel);
  CHECK_FALSE(broken.outside_rss.cgroup_socket);
  CHECK(broken.faults.has(ledger_fault_kind::cgroup));
}

TEST_CASE("auditor: a source that has no ranges at the time owns nothing, which is known") {
  memscape::registry const memory{memscape::native_reader{}, leaf<"empty">(owner{}),
                                  leaf<"none">(nothing{})};
  auto const auditor =
      std::make_unique<memscape::auditor<std::remove_const_t<decltype(memory)>>>(memory);
  auto const& ledger = auditor->audit();
  CHECK(ledger.at<"empty">().worth != memscape::quality::unavailable);
  CHECK(ledger.at<"empty">().fragmentation() == 0);
  CHECK(ledger.at<"none">().worth == memscape::quality::unavailable);
}

TEST_CASE("auditor: sources have what is resident of theirs, and what they used says the rest") {
  region const memory{100};
  memory.write(0, 50);
  std::array const ranges{address_range{memory.at(0), 80 * one_page}};
  memscape::registry const registry{memscape::native_reader{},
                                    leaf<"mine">(owner{ranges, 60 * one_page}),
                                    leaf<"none">(nothing{})};
  static std::aligned_storage_t<64 * 1024> place;
  for (auto const method : {page_method::scan, page_method::pagemap, page_method::mincore}) {
    using auditor_type = memscape::auditor<std::remove_const_t<decltype(registry)>>;
    auto& auditor = *::new (&place) auditor_type{registry, {.best = method}};
    auto const& ledger = quiet_audit(auditor);
    CHECK(closes(ledger));
    auto const& mine = ledger.template at<"mine">();
    CHECK(mine.resident == bytes{50 * one_page});
    CHECK(mine.claimed == bytes{80 * one_page});
    CHECK(mine.fragmentation() == -static_cast<std::int64_t>(10 * one_page));
    CHECK(mine.worth == (ledger.method == page_method::scan ? memscape::quality::exact
                                                            : memscape::quality::upper_bound));
    CHECK_FALSE(ledger.template at<"none">().fragmentation());
    auditor.~auditor_type();
  }
}

TEST_CASE("auditor: a pool between two resources has what is resident of its chunks") {
  // With which `meson test` has malloc write to all that it hands out.
  ::mallopt(M_PERTURB, 0);
  memscape::chunk_resource chunks{std::pmr::new_delete_resource()};
  std::pmr::unsynchronized_pool_resource pool{&chunks};
  memscape::counting_resource documents{&pool};
  memscape::registry const memory{memscape::native_reader{},
                                  leaf<"documents">(memscape::chunked_source{&documents, &chunks})};
  static auto const place = ::operator new(64 * 1024);
  auto& auditor = *::new (place) memscape::auditor{memory};
  constexpr std::size_t block = 3 * mebibyte;
  auto* const touched = documents.allocate(block);
  auto* const untouched = documents.allocate(block);
  std::memset(touched, 1, block);
  auto const& ledger = quiet_audit(auditor);
  CHECK(closes(ledger));
  auto const& account = ledger.at<"documents">();
  CHECK(account.said.used == bytes{2 * block});
  CHECK(account.said.committed == account.claimed);
  CHECK(account.worth == memscape::quality::exact);
  // And heads of chunks, and what a sanitizer puts around them.
  CHECK(account.resident >= bytes{block});
  CHECK(account.resident < bytes{block + mebibyte});
  documents.deallocate(touched, block);
  documents.deallocate(untouched, block);
  std::destroy_at(&auditor);
}

TEST_CASE("auditor: a vast mapping that is hardly there takes no time by any method") {
  constexpr std::size_t vast = std::size_t{1} << 42U;
  void* const reserved = ::mmap(nullptr, vast, PROT_READ | PROT_WRITE,
                                MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (reserved == MAP_FAILED) {
    MESSAGE("skipped: four tebibytes are not to be had here");
    return;
  }
  ::madvise(reserved, vast, MADV_NOHUGEPAGE);
  auto* const middle = static_cast<char*>(reserved) + vast / 2;
  for (std::size_t i = 0; i < 10; ++i) static_cast<char volatile*>(middle)[i * one_page] = 1;
  std::array const ranges{address_range{middle + 2 * one_page, 5 * one_page + 100}};
  memscape::registry const registry{memscape::native_reader{}, leaf<"mine">(owner{ranges})};
  for (auto const method : {page_method::scan, page_method::pagemap, page_method::mincore}) {
    auto const auditor =
        std::make_unique<memscape::auditor<std::remove_const_t<decltype(registry)>>>(
            registry, memscape::auditor_options{.best = method});
    auto const& ledger = quiet_audit(*auditor);
    CHECK(closes(ledger));
    CHECK(ledger.at<"mine">().resident == bytes{5 * one_page + 100});
  }
  ::munmap(reserved, vast);
}

TEST_CASE("auditor: steps of no time come to the same end as a whole audit") {
  auto const memory = make_empty();
  memscape::auditor auditor{memory};
  auto const whole = quiet_audit(auditor);
  for (int tries = 0; tries < 5; ++tries) {
    while (!auditor.step(0))
      CHECK(auditor.last().sequence == whole.sequence + static_cast<unsigned>(tries));
    if (!auditor.last().faults.has(ledger_fault_kind::moved)) break;
  }
  auto const& stepped = auditor.last();
  CHECK(closes(stepped));
  CHECK(stepped.slices > stepped.mapping_count->value() / 10);
  CHECK(stepped.duration_ns >= stepped.longest_slice_ns);
}

TEST_CASE(
    "auditor: a slice asks a source in pieces for few ranges, and what it drops meanwhile is not "
    "exact") {
  region const block{64};
  block.write();
  std::vector<address_range> ranges;
  for (std::size_t i = 0; i < 8000; ++i) ranges.push_back({block.at(0) + i * 32, 16});
  std::size_t visits = 0;
  memscape::registry const memory{memscape::native_reader{},
                                  leaf<"mine">(test_support::owner_in_pieces{&ranges, &visits})};
  auto const auditor = std::make_unique<memscape::auditor<decltype(memory)>>(memory);
  (void)auditor->audit();
  std::size_t most = 0;
  auto const stepped = [&](bool drop) -> auto const& {
    std::size_t asked = 0;
    for (bool ended = false; !ended;) {
      visits = 0;
      ended = auditor->step(0);
      most = std::max(most, visits);
      asked += visits;
      if (drop && asked > 4000) {
        ranges.erase(ranges.begin());
        drop = false;
      }
    }
    CHECK(asked >= 2 * ranges.size());
    return auditor->last();
  };
  for (int tries = 0; tries < 20; ++tries) {
    if (!stepped(false).faults.has(ledger_fault_kind::moved)) break;
  }
  CHECK(auditor->last().at<"mine">().claimed == bytes{8000 * 16});
  if (test_support::can_scan()) {
    CHECK(auditor->last().at<"mine">().resident == bytes{8000 * 16});
    CHECK(auditor->last().at<"mine">().worth == memscape::quality::exact);
  }
  CHECK(most <= 2049);
  auto const& dropped = stepped(true);
  CHECK(dropped.faults.has(ledger_fault_kind::moved));
  CHECK(dropped.at<"mine">().worth != memscape::quality::exact);
  CHECK(closes(dropped));
}

TEST_CASE("auditor: in a child of fork an audit that was under way begins anew") {
  auto const memory = make_empty();
  memscape::auditor auditor{memory};
  for (int i = 0; i < 10; ++i) (void)auditor.step(0);
  region const big{5000};
  auto const good = test_support::in_child([&] {
    big.write();
    auto const& ledger = auditor.audit();
    return closes(ledger) && ledger.at(cause::anonymous).resident >= bytes{5000 * one_page};
  });
  CHECK(good == true);
}

TEST_CASE(
    "auditor: nor does a child of clone, or one that has its parent's number, go on with it") {
  auto const memory = make_empty();
  region const big{5000};
  auto const in_the_child = [&](auto& auditor) {
    big.write();
    auto const& ledger = auditor.audit();
    return closes(ledger) && ledger.slices == 1 &&
           ledger.at(cause::anonymous).resident >= bytes{5000 * one_page};
  };
  {
    auto const auditor = std::make_unique<memscape::auditor<empty_registry>>(memory);
    for (int i = 0; i < 10; ++i) (void)auditor->step(0);
    auto const good = test_support::in_child([&] { return in_the_child(*auditor); },
                                             test_support::fork_by_system_call);
    CHECK(good == true);
  }
  auto const good = test_support::as_process_one([&](auto inner) {
    memscape::auditor auditor{memory};
    for (int i = 0; i < 10; ++i) (void)auditor.step(0);
    return test_support::in_child([&] { return in_the_child(auditor); }, inner).value_or(false);
  });
  if (!good) {
    MESSAGE("skipped: this process may make no PID namespace");
    return;
  }
  CHECK(*good);
}

/// Address space at a place of its own, so that what moves there passes nothing else by.
auto at_place(std::uintptr_t place, std::size_t pages, int how = MAP_PRIVATE) -> char* {
  auto* const begin =
      ::mmap(reinterpret_cast<void*>(place), pages * one_page, PROT_READ | PROT_WRITE,
             how | MAP_ANONYMOUS | MAP_FIXED_NOREPLACE, -1, 0);
  REQUIRE(begin == reinterpret_cast<void*>(place));
  ::madvise(begin, pages * one_page, MADV_NOHUGEPAGE);
  return static_cast<char*>(begin);
}

/// What may move while an audit in slices is under way: pages low and high, of which it has passed the low.
struct moving_memory {
  static constexpr std::size_t pages = 64;
  static constexpr std::uintptr_t low_place = 0x1000'0000;
  static constexpr std::uintptr_t high_place = 0x6000'0000'0000;

  moving_memory() {
    if (test_support::sanitized) return;
    low = at_place(low_place, pages);
    high = at_place(high_place, pages);
    for (std::size_t i = 0; i < pages; ++i) {
      low[i * one_page] = 1;
      high[i * one_page] = 1;
    }
    // Mappings between the two, for the walk to stand still at.
    for (std::size_t i = 0; i < 200; ++i) between.push_back(at_place(between_at(i), 1));
  }
  moving_memory(moving_memory const&) = delete;
  auto operator=(moving_memory const&) -> moving_memory& = delete;
  ~moving_memory() {
    if (test_support::sanitized) return;
    ::munmap(low, pages * one_page);
    ::munmap(high, pages * one_page);
    for (auto* const one : between) ::munmap(one, one_page);
  }

  static auto between_at(std::size_t i) -> std::uintptr_t {
    return 0x5000'0000'0000 + i * 2 * one_page;
  }

  char* low = nullptr;
  char* high = nullptr;
  std::vector<char*> between;
};

/// Takes an audit to the midst of `between`, lets `move` work, and takes it to its end.
template <class Auditor, class Move>
auto audit_across(Auditor& auditor, Move&& move) -> empty_ledger const& {
  quiet_audit(auditor);
  for (int i = 0; i < 8; ++i) (void)auditor.step(1);
  move();
  while (!auditor.step(1)) {
  }
  return auditor.last();
}

TEST_CASE(
    "auditor: what moves between two slices is never exact, and stands still in the next audit") {
  if (test_support::sanitized) {
    MESSAGE("skipped: a sanitizer lends no address space at a place of one's choice");
    return;
  }
  auto const memory = make_empty();
  auto const auditor = std::make_unique<memscape::auditor<empty_registry>>(memory);
  constexpr auto size = moving_memory::pages;
  moving_memory const given;
  auto const length = size * one_page;
  auto const move_to = [&](char* from, std::uintptr_t to) {
    void* const place = reinterpret_cast<void*>(to);
    CHECK(::mremap(from, length, length, MREMAP_MAYMOVE | MREMAP_FIXED, place) == place);
  };
  auto const touch = [&](char* begin) {
    for (std::size_t i = 0; i < size; ++i) *static_cast<char volatile*>(begin + i * one_page) = 1;
  };
  constexpr std::uintptr_t high_free = 0x6100'0000'0000;
  constexpr std::uintptr_t low_free = 0x2000'0000;
  struct movement {
    char const* what;
    std::function<void()> there;
    std::function<void()> back;
  };
  movement const movements[]{
      {"up, seen twice", [&] { move_to(given.low, high_free); },
       [&] { move_to(reinterpret_cast<char*>(high_free), moving_memory::low_place); }},
      {"down, never seen", [&] { move_to(given.high, low_free); },
       [&] { move_to(reinterpret_cast<char*>(low_free), moving_memory::high_place); }},
      {"up and down, whose errors cancel",
       [&] {
         move_to(given.low, high_free);
         move_to(given.high, low_free);
       },
       [&] {
         move_to(reinterpret_cast<char*>(low_free), moving_memory::high_place);
         move_to(reinterpret_cast<char*>(high_free), moving_memory::low_place);
       }},
      {"given back below and touched above, whose errors cancel",
       [&] {
         ::madvise(given.low, length, MADV_DONTNEED);
         touch(at_place(high_free, size));
       },
       [&] {
         ::munmap(reinterpret_cast<void*>(high_free), length);
         touch(given.low);
       }},
      {"unmapped, and used again at its place",
       [&] {
         ::munmap(given.low, length);
         touch(at_place(moving_memory::low_place, size));
       },
       [] {}},
      {"grown at its end", [&] { touch(at_place(moving_memory::high_place + length, size)); },
       [&] { ::munmap(given.high + length, length); }},
      {"given back, and touched anew",
       [&] {
         ::madvise(given.low, length, MADV_DONTNEED);
         touch(given.low);
       },
       [] {}},
      {"given back behind it", [&] { ::madvise(given.low, length, MADV_DONTNEED); },
       [&] { touch(given.low); }},
      {"other rights, and nothing else", [&] { ::mprotect(given.low, one_page, PROT_READ); },
       [&] { ::mprotect(given.low, one_page, PROT_READ | PROT_WRITE); }},
  };
  for (auto const& one : movements) {
    CAPTURE(one.what);
    auto const& moved = audit_across(*auditor, one.there);
    CHECK(moved.faults.has(ledger_fault_kind::moved));
    CHECK(moved.slices > 8);
    for (auto const& cause : moved.causes) CHECK(cause.worth != memscape::quality::exact);
    one.back();
    auto const& still = audit_across(*auditor, [] {});
    CHECK(still.slices > 8);
    CHECK(still.faults.empty());
    CHECK(closes(still));
    CHECK(still.at(cause::file_text).worth == memscape::quality::exact);
  }
}

TEST_CASE(
    "auditor: a quiescent process has no fault, from the first audit on, at once and in slices") {
  if (test_support::sanitized) {
    MESSAGE("skipped: a sanitizer's shadow comes in when memory is used for the first time");
    return;
  }
  region const fresh{sizeof(memscape::auditor<empty_registry>) / one_page + 1};
  auto const memory = make_empty();
  for (bool const in_slices : {false, true}) {
    auto const good = test_support::in_child([&] {
      auto& auditor = *::new (fresh.at(0)) memscape::auditor<empty_registry>{memory};
      while (!auditor.step(in_slices ? 0 : UINT64_MAX)) {
      }
      return closes(auditor.last()) && auditor.last().faults.empty() &&
             auditor.last().at(cause::file_text).worth == memscape::quality::exact;
    });
    CHECK(good == true);
  }
}

TEST_CASE(
    "auditor: beside a thread that moves memory no figure is exact, and what it took is told") {
  auto const memory = make_empty();
  auto const auditor = std::make_unique<memscape::auditor<empty_registry>>(memory);
  quiet_audit(*auditor);
  region const busy{16};
  std::atomic<bool> done{false};
  std::thread mover{[&] {
    while (!done) {
      ::madvise(busy.at(0), busy.size(), MADV_DONTNEED);
      busy.write();
    }
  }};
  std::int32_t faults = 0;
  bool exact = false;
  // An audit is over before the other has moved, where there is one processor.
  for (int tries = 0; tries < 10'000 && faults == 0; ++tries) {
    auto const& ledger = auditor->audit();
    for (auto const& fault : ledger.faults) {
      if (fault.kind == ledger_fault_kind::moved) faults = fault.code;
    }
    exact = faults != 0 && ledger.at(cause::file_text).worth == memscape::quality::exact;
  }
  done = true;
  mover.join();
  CHECK(faults > 0);
  CHECK_FALSE(exact);
}

TEST_CASE("auditor: where nobody tells whether memory moved, that is said, and nothing is exact") {
  auto const memory = make_empty();
  struct seen {
    bool in_one_go;
    bool in_slices;
  };
  auto const facts = test_support::in_child([&]() -> seen {
    auto const auditor = std::make_unique<memscape::auditor<empty_registry>>(memory);
    quiet_audit(*auditor);
    if (!test_support::deny({SYS_getrusage}, EPERM)) return {true, true};
    seen now{};
    auto const& at_once = auditor->audit();
    // With one thread, nothing else can have moved it.
    now.in_one_go = !at_once.faults.has(ledger_fault_kind::moves_unknown);
    while (!auditor->step(0)) {
    }
    for (auto const& fault : auditor->last().faults) {
      now.in_slices = now.in_slices ||
                      (fault.kind == ledger_fault_kind::moves_unknown && fault.code == EPERM &&
                       auditor->last().at(cause::file_text).worth == memscape::quality::estimate);
    }
    return now;
  });
  REQUIRE(facts);
  CHECK((facts->in_one_go || test_support::sanitized));
  CHECK(facts->in_slices);
}

TEST_CASE("auditor: where no descriptor is to be had, sources are what is left") {
  region const memory{100};
  memory.write(0, 30);
  std::array const ranges{address_range{memory.at(0), 100 * one_page}};
  memscape::registry const registry{memscape::native_reader{}, leaf<"mine">(owner{ranges})};
  auto const good = test_support::in_child([&] {
    test_support::forbid_descriptors();
    memscape::auditor auditor{registry};
    auto const& ledger = auditor.audit();
    bool told_why = true;
    for (auto const& fault : ledger.faults) {
      bool const is_file =
          fault.kind == ledger_fault_kind::statm || fault.kind == ledger_fault_kind::status ||
          fault.kind == ledger_fault_kind::cgroup || fault.kind == ledger_fault_kind::maps;
      told_why = told_why && (!is_file || fault.code == EMFILE);
    }
    return told_why && !ledger.huge && !ledger.mapping_count && !ledger.thread_stacks &&
           !ledger.arena_heaps && !ledger.rss && !ledger.unexplained && !ledger.closure_error &&
           ledger.faults.has(ledger_fault_kind::statm) &&
           ledger.faults.has(ledger_fault_kind::maps) &&
           ledger.faults.has(ledger_fault_kind::pagemap) &&
           ledger.faults.has(ledger_fault_kind::status) &&
           ledger.faults.has(ledger_fault_kind::cgroup) && !ledger.outside_rss.cgroup_kernel &&
           !ledger.template at<"mine">().unmapped && !ledger.template at<"mine">().overlapped &&
           ledger.at(cause::file_text).worth == memscape::quality::unavailable &&
           ledger.template at<"mine">().resident == bytes{30 * one_page} &&
           ledger.template at<"mine">().worth == memscape::quality::upper_bound;
  });
  CHECK(good == true);
}

TEST_CASE("auditor: where the mappings can be read no longer, sources are measured all the same") {
  region const memory{400};
  memory.write();
  // More text than one read of it takes.
  for (std::size_t i = 0; i < memory.pages(); i += 2) {
    ::mprotect(memory.at(i), one_page, PROT_READ);
  }
  std::array const ranges{address_range{memory.at(0), memory.size()}};
  memscape::registry const registry{memscape::native_reader{}, leaf<"mine">(owner{ranges})};
  for (auto const method : {page_method::scan, page_method::mincore}) {
    auto const good = test_support::in_child([&] {
      memscape::auditor auditor{registry, {.best = method}};
      for (int i = 0; i < 3; ++i) (void)auditor.step(0);
      if (!test_support::deny({SYS_pread64}, EIO)) return true;
      auto const& ledger = auditor.audit();
      auto const& mine = ledger.template at<"mine">();
      return ledger.faults.has(ledger_fault_kind::maps) && !ledger.rss && !ledger.unexplained &&
             ledger.faults.has(ledger_fault_kind::statm) && mine.resident == bytes{memory.size()} &&
             !mine.unmapped && !mine.overlapped && !ledger.huge && !ledger.lazy_free &&
             !ledger.mapping_count && !ledger.arena_heaps &&
             mine.worth != memscape::quality::unavailable &&
             ledger.at(cause::file_text).worth == memscape::quality::unavailable &&
             ledger.attributed() == mine.resident;
    });
    CHECK(good == true);
  }
}

TEST_CASE("auditor: a kernel without PAGEMAP_SCAN") {
  auto const memory = make_empty();
  auto const good = test_support::in_child([&] {
    if (!test_support::deny({SYS_ioctl}, ENOTTY)) return true;
    memscape::auditor auditor{memory};
    auto const& ledger = quiet_audit(auditor);
    return closes(ledger) && ledger.faults.has(ledger_fault_kind::pagemap_scan) &&
           ledger.method == page_method::pagemap && ledger.at(cause::file_text).resident != bytes{};
  });
  CHECK(good == true);
}

TEST_CASE("auditor: a process that may not read its pagemap") {
  auto const memory = make_empty();
  auto const good = test_support::in_child([&] {
    if (::setuid(65534) != 0) return true;
    memscape::auditor auditor{memory};
    auto const& ledger = quiet_audit(auditor);
    return closes(ledger) && ledger.faults.has(ledger_fault_kind::pagemap) &&
           ledger.method == page_method::mincore && ledger.at(cause::file_text).resident != bytes{};
  });
  CHECK(good == true);
}

}  // namespace
