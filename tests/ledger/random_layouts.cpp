// SPDX-License-Identifier: MIT
// A second walker, which shares no line with the library: the text of maps, and pagemap page by page. It
// says where each resident page of a random layout belongs, and the ledger has to say the same.
#include <fcntl.h>
#include <pthread.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <doctest/doctest.h>
#include <fstream>
#include <map>
#include <memscape/ledger/auditor.hpp>
#include <memscape/memscape.hpp>
#include <random>
#include <sstream>
#include <string>
#include <vector>

#include "ledger/support.hpp"
#include "ledger/waiting_threads.hpp"
#include "readers/support.hpp"

namespace {

using memscape::bytes;
using memscape::cause;

struct nothing {
  [[nodiscard]] auto sample() const noexcept -> memscape::usage { return {}; }
};

constexpr std::uint64_t page = 4096;

struct stretch {
  std::uint64_t begin, end;
};

auto frame_of(std::uint64_t entry) -> std::uint64_t {
  return entry & ((std::uint64_t{1} << 55U) - 1);
}

// Where the page of zeros is that stands for what was read and never written to; 0 where it is not told.
auto zero_frame() -> std::uint64_t {
  auto* const at = ::mmap(nullptr, page, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  (void)*static_cast<char volatile*>(at);
  int const pagemap = ::open("/proc/self/pagemap", O_RDONLY | O_CLOEXEC);
  std::uint64_t entry = 0;
  auto const place = reinterpret_cast<std::uintptr_t>(at) / page * 8;
  auto const got = ::pread(pagemap, &entry, sizeof entry, static_cast<off_t>(place));
  ::close(pagemap);
  ::munmap(at, page);
  return got == sizeof entry ? frame_of(entry) : 0;
}

// Bytes in RAM by kind, as a person would count them.
std::map<std::string, std::uint64_t> walk(std::vector<stretch> const& stacks) {
  auto const zero = zero_frame();
  std::map<std::string, std::uint64_t> found;
  std::vector<std::string> lines;
  {
    std::ifstream maps{"/proc/self/maps"};
    for (std::string line; std::getline(maps, line);) lines.push_back(line);
  }
  int const pagemap = ::open("/proc/self/pagemap", O_RDONLY | O_CLOEXEC);
  auto const inside = [](std::vector<stretch> const& all, std::uint64_t at) {
    for (auto const& one : all) {
      if (one.begin <= at && at < one.end) return true;
    }
    return false;
  };
  for (auto const& line : lines) {
    std::istringstream words{line};
    std::string range, rights, offset, device, inode, name;
    words >> range >> rights >> offset >> device >> inode;
    std::getline(words >> std::ws, name);
    auto const dash = range.find('-');
    auto const begin = std::stoull(range.substr(0, dash), nullptr, 16);
    auto const end = std::stoull(range.substr(dash + 1), nullptr, 16);
    if (name.rfind("[vvar", 0) == 0 || name == "[vsyscall]") continue;
    for (auto at = begin; at < end; at += 512 * page) {
      std::uint64_t entries[512];
      auto const n = std::min<std::uint64_t>(512, (end - at) / page);
      if (::pread(pagemap, entries, n * 8, static_cast<off_t>(at / page * 8)) !=
          static_cast<ssize_t>(n * 8))
        break;
      for (std::uint64_t i = 0; i < n; ++i) {
        auto const here = at + i * page;
        if ((entries[i] >> 63U) == 0 || frame_of(entries[i]) == zero) continue;
        bool const is_file = (entries[i] >> 61U & 1U) != 0;
        bool const shared_kind = name.rfind("/memfd:", 0) == 0 || name.rfind("/dev/zero", 0) == 0 ||
                                 name.rfind("/dev/shm/", 0) == 0;
        std::string kind;
        if (is_file) {
          kind = shared_kind ? "shmem" : name == "[vdso]" ? "vdso" : "file";
        } else if (inside(stacks, here)) {
          kind = "stacks";
        } else if (!name.empty() && name[0] == '/' && !shared_kind) {
          kind = "file";  // written to
        } else if (name == "[heap]" || name == "[stack]") {
          kind = name;
        } else {
          kind = "anonymous";
        }
        found[kind] += page;
      }
    }
  }
  ::close(pagemap);
  return found;
}

template <class Ledger>
auto by_ledger(Ledger const& of) -> std::map<std::string, std::uint64_t> {
  auto const at = [&of](cause what) { return of.at(what).resident.value(); };
  return {{"file", at(cause::file_text) + at(cause::file_rodata) + at(cause::file_data)},
          {"shmem", at(cause::shmem)},
          {"vdso", at(cause::vdso)},
          {"stacks", at(cause::stack_threads)},
          {"[heap]", at(cause::malloc_heap)},
          {"[stack]", at(cause::stack_main)},
          {"anonymous or stacks", at(cause::stack_threads) + at(cause::anonymous) + at(cause::bss) +
                                      at(cause::malloc_mmap) + at(cause::malloc_arena) +
                                      at(cause::anon_named)}};
}

/// Memory of a process that does at random what programs do to theirs.
class random_memory {
 public:
  explicit random_memory(std::uint32_t seed) : random_{seed} {
    file_ = open_unlinked("/var/tmp/memscape-test-XXXXXX");
    shm_ = open_unlinked("/dev/shm/memscape-test-XXXXXX");
    memfd_ = ::memfd_create("random", MFD_CLOEXEC);
    zero_ = ::open("/dev/zero", O_RDWR | O_CLOEXEC);
    std::vector<char> const text(most * page, 'x');
    for (int const one : {file_, shm_, memfd_}) {
      if (::write(one, text.data(), text.size()) < 0) std::abort();
    }
  }
  random_memory(random_memory const&) = delete;
  auto operator=(random_memory const&) -> random_memory& = delete;

  void step() {
    switch (upto(12)) {
      case 0:
      case 1: map(-1, MAP_PRIVATE | MAP_ANONYMOUS); break;
      case 2: map(-1, MAP_SHARED | MAP_ANONYMOUS); break;
      case 3: map(file_, any_flags()); break;
      case 4: map(memfd_, any_flags()); break;
      case 5: map(zero_, any_flags()); break;
      case 6: map(shm_, any_flags()); break;
      case 7: unmap(); break;
      case 8: remap(); break;
      case 9: protect(); break;
      case 10: advise(); break;
      default: block(); break;
    }
  }

 private:
  static constexpr std::uint64_t most = 64;

  static auto open_unlinked(std::string path) -> int {
    int const descriptor = ::mkstemp(path.data());
    ::unlink(path.c_str());
    return descriptor;
  }
  auto upto(std::uint64_t n) -> std::uint64_t { return random_() % n; }
  auto any_flags() -> int { return upto(2) == 0 ? MAP_SHARED : MAP_PRIVATE; }

  void touch(stretch of) {
    for (auto at = of.begin; at < of.end; at += page) {
      auto* const here = reinterpret_cast<char volatile*>(at);
      switch (upto(3)) {
        case 0: *here = 1; break;
        case 1: (void)*here; break;
        default: break;
      }
    }
  }
  void map(int descriptor, int flags) {
    auto const size = (1 + upto(most)) * page;
    void* const at = ::mmap(nullptr, size, PROT_READ | PROT_WRITE, flags, descriptor, 0);
    if (at == MAP_FAILED) return;
    auto const begin = reinterpret_cast<std::uintptr_t>(at);
    stretch const all{begin, begin + size};
    if (upto(3) == 0) ::madvise(at, size, MADV_NOHUGEPAGE);
    touch(all);
    mapped_.push_back(all);
  }
  void unmap() {
    if (mapped_.empty()) return;
    auto& one = mapped_[upto(mapped_.size())];
    auto const part = (1 + upto((one.end - one.begin) / page)) * page;
    ::munmap(reinterpret_cast<void*>(one.end - part), part);
    one.end -= part;
    if (one.begin == one.end) {
      one = mapped_.back();
      mapped_.pop_back();
    }
  }
  void remap() {
    if (mapped_.empty()) return;
    auto& one = mapped_[upto(mapped_.size())];
    auto const size = (1 + upto(most)) * page;
    void* const at =
        ::mremap(reinterpret_cast<void*>(one.begin), one.end - one.begin, size, MREMAP_MAYMOVE);
    if (at == MAP_FAILED) return;
    one.begin = reinterpret_cast<std::uintptr_t>(at);
    one.end = one.begin + size;
  }
  // A page or more in the middle.
  auto middle() -> stretch {
    auto const& one = mapped_[upto(mapped_.size())];
    auto const begin = one.begin + upto((one.end - one.begin) / page) * page;
    return {begin, begin + (1 + upto((one.end - begin) / page)) * page};
  }
  void protect() {
    if (mapped_.empty()) return;
    auto const part = middle();
    ::mprotect(reinterpret_cast<void*>(part.begin), part.end - part.begin,
               upto(2) == 0 ? PROT_READ : PROT_READ | PROT_WRITE | PROT_EXEC);
    ::mprotect(reinterpret_cast<void*>(part.begin), part.end - part.begin, PROT_READ | PROT_WRITE);
  }
  void advise() {
    if (mapped_.empty()) return;
    auto const part = middle();
    constexpr int all[] = {MADV_DONTNEED,   MADV_DONTDUMP, MADV_HUGEPAGE, MADV_NOHUGEPAGE,
                           MADV_SEQUENTIAL, MADV_DONTFORK, MADV_WILLNEED};
    ::madvise(reinterpret_cast<void*>(part.begin), part.end - part.begin,
              all[upto(std::size(all))]);
    if (upto(4) == 0) ::mlock(reinterpret_cast<void*>(part.begin), part.end - part.begin);
  }
  void block() {
    if (!blocks_.empty() && upto(2) == 0) {
      std::free(blocks_.back());
      blocks_.pop_back();
      return;
    }
    auto const size = 1000 + upto(400'000);
    auto* const at = static_cast<char*>(std::malloc(size));
    std::memset(at, 1, size / 2);
    blocks_.push_back(at);
  }

  std::mt19937 random_;
  int file_, shm_, memfd_, zero_;
  std::vector<stretch> mapped_{};
  std::vector<void*> blocks_{};
};

// A thread's stack, by the C library's own word, with its guard.
auto stack_of(pthread_t thread) -> stretch {
  pthread_attr_t how;
  void* begin = nullptr;
  std::size_t size = 0;
  ::pthread_getattr_np(thread, &how);
  ::pthread_attr_getstack(&how, &begin, &size);
  ::pthread_attr_destroy(&how);
  auto const at = reinterpret_cast<std::uintptr_t>(begin);
  return {at, at + size};
}

TEST_CASE("random_layouts: the ledger says of a thousand what a second walker says") {
  if (test_support::sanitized || !test_support::can_scan()) {
    MESSAGE("skipped: a sanitizer maps and touches memory of its own, or the kernel has no scan");
    return;
  }
  if (zero_frame() == 0) {
    MESSAGE(
        "skipped: page frames are told to root alone, and with them which is the page of zeros");
    return;
  }
  constexpr std::uint32_t children = 20;
  constexpr int layouts = 50;
  for (std::uint32_t seed = 1; seed <= children; ++seed) {
    CAPTURE(seed);
    auto const bad = test_support::in_child([seed] {
      memscape::registry const registry{memscape::native_reader{}, memscape::leaf<"x">(nothing{})};
      static memscape::auditor auditor{registry};
      random_memory memory{seed};
      auto const threads =
          std::make_unique<test_support::waiting_threads>(static_cast<int>(seed % 4));
      std::vector<stretch> stacks;
      for (auto const handle : threads->handles()) stacks.push_back(stack_of(handle));
      int wrong = 0;
      // The first is not judged: its code comes in from the file meanwhile, sixteen pages at a time.
      for (int i = -1; i < layouts; ++i) {
        for (int steps = 0; steps < 12; ++steps) memory.step();
        // The walker goes first once, so that its own memory is there.
        (void)walk(stacks);
        auto const& ledger = test_support::quiet_audit(auditor);
        auto const told = by_ledger(ledger);
        auto seen = walk(stacks);
        // The C library keeps stacks of threads that ended, of which no attribute tells.
        seen["anonymous or stacks"] = seen["anonymous"] + seen["stacks"];
        if (i < 0) continue;
        bool const closed = ledger.rss != ledger.rss_before ||
                            (*ledger.unexplained == bytes{} && *ledger.closure_error == bytes{});
        bool good = closed;
        for (auto const& [kind, amount] : told) {
          auto const other = seen.count(kind) != 0 ? seen.at(kind) : 0;
          // The walker allocates a little in the heap.
          auto const slack = kind == "[heap]" || kind == "[stack]" ? 32 * page : page;
          auto const off = amount > other ? amount - other : other - amount;
          if (off <= slack || (kind == "stacks" && amount > other)) continue;
          good = false;
          std::fprintf(stderr, "seed %u layout %d: %s is %ju, and %ju by the walker\n", seed, i,
                       kind.c_str(), static_cast<std::uintmax_t>(amount),
                       static_cast<std::uintmax_t>(other));
        }
        if (!closed) {
          std::fprintf(stderr, "seed %u layout %d: unexplained %ju, closure error %ju\n", seed, i,
                       static_cast<std::uintmax_t>(ledger.unexplained->value()),
                       static_cast<std::uintmax_t>(ledger.closure_error->value()));
        }
        wrong += good ? 0 : 1;
      }
      return wrong;
    });
    CHECK(bad == 0);
  }
}

}  // namespace
