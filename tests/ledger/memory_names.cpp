// SPDX-License-Identifier: MIT
// Memory whose name is easily got wrong, each kind beside a second witness: the program headers, the
// thread's own attributes, the kernel's RssAnon, RssFile and RssShmem.
#include <dlfcn.h>
#include <fcntl.h>
#include <link.h>
#include <malloc.h>
#include <pthread.h>
#include <sched.h>
#include <sys/ipc.h>
#include <sys/mman.h>
#include <sys/shm.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <doctest/doctest.h>
#include <memory>
#include <memscape/ledger/auditor.hpp>
#include <memscape/memscape.hpp>
#include <memscape/readers/status.hpp>
#include <string>
#include <vector>

#include "ledger/support.hpp"
#include "ledger/waiting_threads.hpp"
#include "readers/support.hpp"

namespace {

using memscape::bytes;
using memscape::cause;
using memscape::ledger_fault_kind;
using memscape::page_method;
using memscape::quality;
using test_support::closes;
using test_support::one_page;
using test_support::region;
using test_support::sanitized;
using test_support::waiting_threads;

struct nothing {
  [[nodiscard]] auto sample() const noexcept -> memscape::usage { return {}; }
};
auto make_empty() {
  return memscape::registry{memscape::native_reader{}, memscape::leaf<"none">(nothing{})};
}
using auditor_type = memscape::auditor<decltype(make_empty())>;
using ledger_type = auditor_type::ledger_type;

auto audit(page_method method = page_method::scan) -> ledger_type const& {
  static auto const memory = make_empty();
  static auditor_type by_scan{memory, {.malloc_share = 0}};
  static auditor_type by_smaps{memory, {.best = page_method::mincore, .malloc_share = 0}};
  auto const& ledger = test_support::quiet_audit(method == page_method::scan ? by_scan : by_smaps);
  CHECK(closes(ledger));
  return ledger;
}

auto growth(ledger_type const& before, ledger_type const& after, cause of) -> std::int64_t {
  return static_cast<std::int64_t>(after.at(of).resident.value() - before.at(of).resident.value());
}
auto grew(ledger_type const& before, ledger_type const& after, cause of, std::size_t pages,
          std::size_t give_or_take = 1) -> bool {
  auto const off = growth(before, after, of) - static_cast<std::int64_t>(pages * one_page);
  auto const most = static_cast<std::int64_t>(give_or_take * one_page);
  if (off < -most || off > most) MESSAGE(name_of(of), " is off by ", off, " bytes");
  return off >= -most && off <= most;
}

// What the program headers call zeroed data, and is resident: by the dynamic linker's own list.
auto zeroed_by_headers() -> std::uint64_t {
  memscape::page_states pages;
  pages.open(page_method::pagemap);
  struct sum {
    memscape::page_states* pages;
    std::uint64_t resident;
  } all{&pages, 0};
  ::dl_iterate_phdr(
      [](dl_phdr_info* info, std::size_t, void* data) {
        auto& into = *static_cast<sum*>(data);
        for (int i = 0; i < info->dlpi_phnum; ++i) {
          auto const& one = info->dlpi_phdr[i];
          if (one.p_type != PT_LOAD || (one.p_flags & PF_W) == 0) continue;
          auto const up = [](std::uint64_t at) {
            return (at + one_page - 1) / one_page * one_page;
          };
          auto at = up(info->dlpi_addr + one.p_vaddr + one.p_filesz);
          auto const end = up(info->dlpi_addr + one.p_vaddr + one.p_memsz);
          memscape::page_runs runs;
          while (at < end) {
            auto const next = into.pages->read(at, end, runs);
            if (next == 0) break;
            for (auto const& run : runs) {
              if (run.resident() && !run.of_file()) into.resident += run.end - run.begin;
            }
            at = next;
          }
        }
        return 0;
      },
      &all);
  return all.resident;
}

TEST_CASE("memory_names: bss is what the program headers say, and not what was mapped behind it") {
  if (sanitized) {
    MESSAGE("skipped: a sanitizer's runtime maps over its zeroed data");
    return;
  }
  auto const before = audit();
  constexpr std::size_t blocks = 1024;
  constexpr std::size_t pages = 4;
  std::vector<void*> mapped;
  mapped.reserve(blocks);
  for (std::size_t i = 0; i < blocks; ++i) {
    mapped.push_back(::mmap(nullptr, pages * one_page, PROT_READ | PROT_WRITE,
                            MAP_PRIVATE | MAP_ANONYMOUS, -1, 0));
    ::madvise(mapped.back(), pages * one_page, MADV_NOHUGEPAGE);
    for (std::size_t page = 0; page < pages; ++page) {
      static_cast<char volatile*>(mapped.back())[page * one_page] = 1;
    }
  }
  // Small libraries of the C library's, which lie right below, and whose zeroed data merges with them.
  for (auto const* const name : {"libBrokenLocale.so.1", "libanl.so.1", "libutil.so.1"}) {
    (void)::dlopen(name, RTLD_NOW);
  }
  for (auto const method : {page_method::scan, page_method::mincore}) {
    auto const& after = audit(method);
    auto const off = static_cast<std::int64_t>(after.at(cause::bss).resident.value()) -
                     static_cast<std::int64_t>(zeroed_by_headers());
    CHECK(std::abs(off) <= static_cast<std::int64_t>(2 * one_page));
    CHECK(growth(before, after, cause::anonymous) >=
          static_cast<std::int64_t>((blocks * pages - 2) * one_page));
  }
  for (auto* const one : mapped) ::munmap(one, pages * one_page);
}

alignas(4096) char zeroed[64 * 4096];

TEST_CASE("memory_names: zeroed data that is split in its middle is zeroed data on both sides") {
  if (sanitized) return;
  auto const before = audit();
  for (std::size_t i = 0; i < sizeof zeroed; i += one_page)
    *static_cast<char volatile*>(zeroed + i) = 1;
  CHECK(grew(before, audit(), cause::bss, 64));
  ::mprotect(zeroed + 20 * one_page, 3 * one_page, PROT_READ);
  ::madvise(zeroed + 40 * one_page, one_page, MADV_DONTDUMP);
  CHECK(grew(before, audit(), cause::bss, 64));
  CHECK(grew(before, audit(page_method::mincore), cause::bss, 64));
  ::mprotect(zeroed + 20 * one_page, 3 * one_page, PROT_READ | PROT_WRITE);
  ::madvise(zeroed + 40 * one_page, one_page, MADV_DODUMP);
}

// Touches a hundred pages of the thread's stack.
[[gnu::noinline]] void touch_stack() {
  char volatile frame[100 * 4096];
  for (std::size_t i = 0; i < sizeof frame; i += one_page) frame[i] = 1;
}

/// Attributes of a thread on this memory, or with a guard of this size.
class attributes {
 public:
  attributes() { ::pthread_attr_init(&how_); }
  attributes(attributes const&) = delete;
  auto operator=(attributes const&) -> attributes& = delete;
  ~attributes() { ::pthread_attr_destroy(&how_); }
  auto on(void* begin, std::size_t size) -> attributes& {
    ::pthread_attr_setstack(&how_, begin, size);
    return *this;
  }
  auto guard(std::size_t size) -> attributes& {
    ::pthread_attr_setguardsize(&how_, size);
    return *this;
  }
  void size(std::size_t size) { ::pthread_attr_setstacksize(&how_, size); }
  operator pthread_attr_t const*() const { return &how_; }  // NOLINT

 private:
  pthread_attr_t how_;
};

constexpr std::size_t stack_size = std::size_t{1} << 20U;

void check_stacks(pthread_attr_t const* how, std::size_t n, std::string const& what) {
  CAPTURE(what);
  for (auto const method : {page_method::scan, page_method::mincore}) {
    auto const before = audit(method);
    waiting_threads const threads{static_cast<int>(n), how, touch_stack};
    auto const& after = audit(method);
    CHECK(*after.thread_stacks - *before.thread_stacks == memscape::count{n});
    CHECK(grew(before, after, cause::stack_threads, n * 110, n * 16));
    CHECK_FALSE(after.faults.has(ledger_fault_kind::stacks_missing));
  }
}

alignas(4096) char static_stack[stack_size];

TEST_CASE("memory_names: stacks of threads, wherever they came from and however they are guarded") {
  if (sanitized) {
    MESSAGE("skipped: a sanitizer's threads have other stacks");
    return;
  }
  auto const map = [](std::size_t size, int flags = 0) {
    return static_cast<char*>(::mmap(nullptr, size, PROT_READ | PROT_WRITE,
                                     MAP_PRIVATE | MAP_ANONYMOUS | MAP_STACK | flags, -1, 0));
  };
  auto* const own = map(stack_size);
  check_stacks(attributes{}.on(own, stack_size), 1, "without a guard, merged with its neighbours");
  constexpr int guard_install = 102;
  if (::madvise(own, one_page, guard_install) == 0) {
    check_stacks(attributes{}.on(own, stack_size), 1, "with a guard inside its mapping");
  }
  ::munmap(own, stack_size);
  auto* const vast = map(8 * stack_size);
  check_stacks(attributes{}.on(vast + 3 * stack_size, stack_size), 1, "inside a bigger mapping");
  ::munmap(vast, 8 * stack_size);
  auto* const grows = map(stack_size, MAP_GROWSDOWN);
  check_stacks(attributes{}.on(grows, stack_size), 1, "that may grow down");
  ::munmap(grows, stack_size);
  void* const block = std::malloc(stack_size + 64);
  // Out of the heap, it has pages in RAM already.
  auto const inside = (reinterpret_cast<std::uintptr_t>(block) / one_page + 1) * one_page;
  ::madvise(reinterpret_cast<void*>(inside), stack_size - one_page, MADV_DONTNEED);
  check_stacks(attributes{}.on(block, stack_size), 1, "in a block of malloc's");
  std::free(block);
  check_stacks(attributes{}.on(static_stack, stack_size), 1, "in zeroed data");
  int const memfd = ::memfd_create("stack", MFD_CLOEXEC);
  REQUIRE(::ftruncate(memfd, static_cast<::off_t>(stack_size)) == 0);
  auto* const of_file = static_cast<char*>(
      ::mmap(nullptr, stack_size, PROT_READ | PROT_WRITE, MAP_PRIVATE, memfd, 0));
  check_stacks(attributes{}.on(of_file, stack_size), 1, "in private memory of a memfd");
  ::munmap(of_file, stack_size);
  ::close(memfd);
}

TEST_CASE("memory_names: stacks that the C library made, with its guards and without") {
  if (sanitized) return;
  // In children: what is kept of one kind would be taken by the next.
  for (std::size_t const guard : {std::size_t{0}, one_page, 5 * one_page}) {
    auto const good = test_support::in_child([guard] {
      auto const before = audit();
      attributes how;
      // Another size than others have, which are kept, and all fit what is kept at most.
      how.guard(guard).size(stack_size);
      ledger_type while_running;
      {
        waiting_threads const threads{5, how, touch_stack};
        while_running = audit();
      }
      auto const& ended = audit();
      return *while_running.thread_stacks - *before.thread_stacks == memscape::count{5} &&
             grew(before, while_running, cause::stack_threads, 5 * 103, 5 * 4) &&
             *ended.thread_stacks == *while_running.thread_stacks &&
             ended.at(cause::stack_threads).resident != bytes{};
    });
    CHECK(good == true);
  }
}

TEST_CASE("memory_names: a stack for signals is no thread's") {
  if (sanitized) return;
  auto const before = audit();
  region const memory{64};
  memory.write();
  stack_t const other{.ss_sp = memory.at(0), .ss_flags = 0, .ss_size = memory.size()};
  stack_t old{};
  REQUIRE(::sigaltstack(&other, &old) == 0);
  auto const& after = audit();
  CHECK(after.thread_stacks == before.thread_stacks);
  CHECK(grew(before, after, cause::anonymous, 64));
  ::sigaltstack(&old, nullptr);
}

TEST_CASE("memory_names: a filter that denies a call leaves stacks and bss absent, and says why") {
  struct told {
    bool bss, stacks, closes;
    std::int32_t code;
  };
  auto const deny = [](long call) {
    return test_support::in_child([call]() -> told {
      if (!test_support::deny({call}, EPERM)) return {true, true, true, EPERM};
      auto const& ledger = audit();
      std::int32_t code = 0;
      for (auto const& fault : ledger.faults) {
        if (fault.kind == ledger_fault_kind::stacks) code = fault.code;
      }
      return {ledger.at(cause::bss).worth == quality::unavailable &&
                  ledger.faults.has(ledger_fault_kind::bss),
              ledger.at(cause::stack_threads).worth == quality::unavailable &&
                  !ledger.thread_stacks && ledger.at(cause::stack_threads).resident == bytes{},
              closes(ledger), code};
    });
  };
  auto const without_memory = deny(SYS_process_vm_readv);
  REQUIRE(without_memory);
  CHECK(without_memory->bss);
  CHECK(without_memory->stacks);
  CHECK(without_memory->closes);
  CHECK(without_memory->code == EPERM);
  auto const without_lists = deny(SYS_get_robust_list);
  REQUIRE(without_lists);
  CHECK_FALSE(without_lists->bss);
  CHECK(without_lists->stacks);
  CHECK(without_lists->closes);
  CHECK(without_lists->code == EPERM);
}

struct kernel_counts {
  std::int64_t anonymous, file, shmem;
};
auto counts() -> kernel_counts {
  auto const status = memscape::status_reader{}.read().value;
  REQUIRE(status);
  auto const of = [](std::optional<bytes> const& amount) {
    return static_cast<std::int64_t>(amount.value_or(bytes{}).value());
  };
  return {of(status->rss_anon), of(status->rss_file), of(status->rss_shmem)};
}

// Maps `pages` of it, reads half and writes the other half, and compares the ledger with the kernel's counts.
void check_private(std::string const& what, int descriptor, int flags, std::size_t pages = 200) {
  CAPTURE(what);
  for (auto const method : {page_method::scan, page_method::mincore}) {
    auto const before = audit(method);
    auto const counted = counts();
    auto* const at = static_cast<char*>(
        ::mmap(nullptr, pages * one_page, PROT_READ | PROT_WRITE, flags, descriptor, 0));
    REQUIRE(at != MAP_FAILED);
    ::madvise(at, pages * one_page, MADV_NOHUGEPAGE);
    for (std::size_t i = 0; i < pages; ++i) {
      auto* const page = static_cast<char volatile*>(at + i * one_page);
      if (i % 2 == 0) *page = 1;
      if (i % 2 != 0) (void)*page;
    }
    auto const& after = audit(method);
    auto const now = counts();
    auto const one = static_cast<std::int64_t>(one_page);
    CHECK(std::abs(growth(before, after, cause::shmem) - (now.shmem - counted.shmem)) <= one);
    CHECK(std::abs(growth(before, after, cause::anonymous) - (now.anonymous - counted.anonymous)) <=
          4 * one);
    ::munmap(at, pages * one_page);
  }
}

TEST_CASE(
    "memory_names: pages of shared memory and their private copies are what the kernel counts") {
  if (sanitized) {
    MESSAGE("skipped: a sanitizer's shadow grows with every access");
    return;
  }
  constexpr std::size_t pages = 200;
  int const zero = ::open("/dev/zero", O_RDWR | O_CLOEXEC);
  check_private("/dev/zero, private", zero, MAP_PRIVATE);
  check_private("/dev/zero, shared", zero, MAP_SHARED);
  ::close(zero);
  int const memfd = ::memfd_create("test", MFD_CLOEXEC);
  REQUIRE(::ftruncate(memfd, static_cast<::off_t>(pages * one_page)) == 0);
  // So that the private mapping has shared pages to copy.
  std::vector<char> const text(pages * one_page, 'x');
  REQUIRE(::write(memfd, text.data(), text.size()) == static_cast<::ssize_t>(text.size()));
  check_private("memfd, private", memfd, MAP_PRIVATE);
  check_private("memfd, shared", memfd, MAP_SHARED);
  ::close(memfd);
  int const file = ::open("/dev/shm/memscape-test", O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  REQUIRE(file != -1);
  ::unlink("/dev/shm/memscape-test");
  REQUIRE(::write(file, text.data(), text.size()) == static_cast<::ssize_t>(text.size()));
  check_private("a file of a tmpfs, deleted, private", file, MAP_PRIVATE);
  check_private("a file of a tmpfs, deleted, shared", file, MAP_SHARED);
  ::close(file);
  check_private("shared anonymous", -1, MAP_SHARED | MAP_ANONYMOUS);
}

// As many huge pages more than were reserved, for as long as it lives.
class huge_pages {
 public:
  explicit huge_pages(long more) : before_{read()} {
    if (before_ >= 0) write(before_ + more);
    good_ = before_ >= 0 && read() >= before_ + more;
  }
  huge_pages(huge_pages const&) = delete;
  auto operator=(huge_pages const&) -> huge_pages& = delete;
  ~huge_pages() {
    if (before_ >= 0) write(before_);
  }
  [[nodiscard]] explicit operator bool() const { return good_; }

 private:
  static constexpr auto path = "/proc/sys/vm/nr_hugepages";
  static auto read() -> long {
    long value = -1;
    if (auto* const file = std::fopen(path, "re")) {
      if (std::fscanf(file, "%ld", &value) != 1) value = -1;
      std::fclose(file);
    }
    return value;
  }
  static void write(long value) {
    if (auto* const file = std::fopen(path, "we")) {
      std::fprintf(file, "%ld\n", value);
      std::fclose(file);
    }
  }
  long before_;
  bool good_ = false;
};

TEST_CASE(
    "memory_names: reserved huge pages are outside RSS, with a file, without, and with inode 0") {
  constexpr std::size_t size = std::size_t{4} << 20U;
  auto const reserved = std::make_unique<huge_pages>(8);
  if (!*reserved) {
    MESSAGE("skipped: no huge pages are to be reserved");
    return;
  }
  auto const outside = [&](void* at) {
    if (at == MAP_FAILED) return false;
    for (std::size_t i = 0; i < size; i += one_page) static_cast<char volatile*>(at)[i] = 1;
    bool good = true;
    for (auto const method : {page_method::scan, page_method::mincore}) {
      auto const& ledger = audit(method);
      good = good && closes(ledger) &&
             ledger.outside_rss.hugetlb.value_or(bytes{}) >= bytes{size} &&
             ledger.at(cause::shmem).resident < bytes{size};
    }
    return good;
  };
  auto const with_segment = test_support::in_child([&] {
    // The first segment of a fresh namespace has the number 0, and the mapping that inode.
    if (::unshare(CLONE_NEWIPC) != 0) return true;
    int const id = ::shmget(IPC_PRIVATE, size, IPC_CREAT | SHM_HUGETLB | 0600);
    void* const at = ::shmat(id, nullptr, 0);
    ::shmctl(id, IPC_RMID, nullptr);
    return outside(at);
  });
  CHECK(with_segment == true);
  CHECK(test_support::in_child([&] {
          return outside(::mmap(nullptr, size, PROT_READ | PROT_WRITE,
                                MAP_PRIVATE | MAP_ANONYMOUS | MAP_HUGETLB, -1, 0));
        }) == true);
  for (int const flags : {MAP_SHARED, MAP_PRIVATE}) {
    CHECK(test_support::in_child([&] {
            int const file = ::memfd_create("huge", MFD_CLOEXEC | MFD_HUGETLB);
            return ::ftruncate(file, static_cast<::off_t>(size)) == 0 &&
                   outside(::mmap(nullptr, size, PROT_READ | PROT_WRITE, flags, file, 0));
          }) == true);
  }
}

TEST_CASE("memory_names: an ordinary System V segment with inode 0 is shared memory") {
  if (sanitized) return;
  auto const good = test_support::in_child([] {
    if (::unshare(CLONE_NEWIPC) != 0) return true;
    auto const before = audit();
    constexpr std::size_t pages = 100;
    int const id = ::shmget(IPC_PRIVATE, pages * one_page, IPC_CREAT | 0600);
    auto* const at = static_cast<char volatile*>(::shmat(id, nullptr, 0));
    ::shmctl(id, IPC_RMID, nullptr);
    for (std::size_t i = 0; i < pages; ++i) at[i * one_page] = 1;
    return grew(before, audit(), cause::shmem, pages);
  });
  CHECK(good == true);
}

TEST_CASE(
    "memory_names: rings and buffers of the kernel's, and secret memory, are neither files nor "
    "shared") {
  if (sanitized) return;
  constexpr std::size_t size = 16 * 4096;
  auto const touch = [&](int descriptor, int rights) -> bool {
    auto* const at =
        static_cast<char volatile*>(::mmap(nullptr, size, rights, MAP_SHARED, descriptor, 0));
    if (at == MAP_FAILED) return false;
    for (std::size_t i = 0; i < size; i += one_page) (void)at[i];
    return true;
  };
  auto const secret = test_support::in_child([&] {
    constexpr long memfd_secret = 447;
    auto const descriptor = static_cast<int>(::syscall(memfd_secret, 0));
    if (descriptor < 0 || ::ftruncate(descriptor, size) != 0) return -1;
    auto const before = audit();
    if (!touch(descriptor, PROT_READ | PROT_WRITE)) return -1;
    auto const& after = audit();
    return grew(before, after, cause::secret, 16) && growth(before, after, cause::shmem) == 0 ? 1
                                                                                              : 0;
  });
  if (secret == -1) MESSAGE("secret memory is not to be had here");
  CHECK(secret != 0);
  auto const ring = test_support::in_child([&] {
    int const packets = ::socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC, 0);
    struct {
      unsigned block_size, blocks, frame_size, frames;
    } const how{4096, 16, 2048, 32};
    constexpr int level = 263;
    constexpr int receive_ring = 5;
    if (packets < 0 || ::setsockopt(packets, level, receive_ring, &how, sizeof how) != 0) return -1;
    auto const before = audit();
    if (!touch(packets, PROT_READ | PROT_WRITE)) return -1;
    auto const& after = audit();
    return grew(before, after, cause::device, 16, 0) && growth(before, after, cause::file_data) == 0
               ? 1
               : 0;
  });
  if (ring == -1) MESSAGE("a ring for packets is not to be had here");
  CHECK(ring != 0);
  auto const aio = test_support::in_child([&] {
    auto const before = audit();
    unsigned long context = 0;
    if (::syscall(SYS_io_setup, 1000, &context) != 0) return -1;
    // Its name is its address.
    (void)*reinterpret_cast<char volatile*>(context);
    auto const& after = audit();
    return growth(before, after, cause::device) >= static_cast<std::int64_t>(one_page) ? 1 : 0;
  });
  if (aio == -1) MESSAGE("rings for asynchronous reads are not to be had here");
  CHECK(aio != 0);
}

}  // namespace
