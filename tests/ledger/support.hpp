// SPDX-License-Identifier: MIT
#pragma once

#include <sys/mman.h>
#include <unistd.h>

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <memscape/ledger/linux/page_states.hpp>
#include <memscape/ledger/quality.hpp>
#include <memscape/memscape.hpp>
#include <span>
#include <vector>

namespace test_support {

inline auto const one_page = static_cast<std::size_t>(::sysconf(_SC_PAGESIZE));

/// Address space of the calling process, its pages in no state yet.
class region {
 public:
  explicit region(std::size_t pages, int flags = MAP_PRIVATE | MAP_ANONYMOUS, int file = -1)
      : size_{pages * one_page},
        begin_{static_cast<char*>(::mmap(nullptr, size_, PROT_READ | PROT_WRITE, flags, file, 0))} {
    // A huge page arrives with one fault and brings its neighbours along.
    ::madvise(begin_, size_, MADV_NOHUGEPAGE);
  }
  region(region const&) = delete;
  auto operator=(region const&) -> region& = delete;
  ~region() { ::munmap(begin_, size_); }

  [[nodiscard]] explicit operator bool() const { return begin_ != MAP_FAILED; }
  [[nodiscard]] auto at(std::size_t page_index) const -> char* {
    return begin_ + page_index * one_page;
  }
  [[nodiscard]] auto address(std::size_t page_index = 0) const -> std::uint64_t {
    return reinterpret_cast<std::uintptr_t>(at(page_index));
  }
  [[nodiscard]] auto size() const -> std::size_t { return size_; }
  [[nodiscard]] auto pages() const -> std::size_t { return size_ / one_page; }

  /// Writes to pages [from, to).
  void write(std::size_t from, std::size_t to) const {
    for (auto i = from; i < to; ++i) *static_cast<char volatile*>(at(i)) = 1;
  }
  void write() const { write(0, pages()); }
  /// Reads pages [from, to), which maps the zero page where nothing is; see `reading_takes_memory`.
  void read(std::size_t from, std::size_t to) const {
    for (auto i = from; i < to; ++i) (void)*static_cast<char volatile*>(at(i));
  }

 private:
  std::size_t size_;
  char* begin_;
};

/// Whether the kernel has no page of zeros to lend, so that a page that was only read is the process's own, and
/// counts. By RSS, before and after.
inline auto reading_takes_memory() -> bool {
  static bool const takes = [] {
    auto const resident = [] {
      unsigned long all = 0;
      unsigned long in_ram = 0;
      auto* const file = std::fopen("/proc/self/statm", "r");
      auto const got = std::fscanf(file, "%lu %lu", &all, &in_ram);
      std::fclose(file);
      return got == 2 ? in_ram : 0;
    };
    region const memory{1000};
    auto const before = resident();
    memory.read(0, memory.pages());
    return resident() > before + 500;
  }();
  return takes;
}

/// A source that owns given ranges.
struct owner {
  std::span<memscape::address_range const> owned;
  std::uint64_t used = 0;

  [[nodiscard]] auto sample() const noexcept -> memscape::usage {
    return {.used = memscape::bytes{used}};
  }
  template <class Visit>
  void ranges(Visit visit) const noexcept {
    for (auto const range : owned) visit(range);
  }
};

/// The same, asked in pieces. Counts how many ranges were asked for.
struct owner_in_pieces {
  std::vector<memscape::address_range> const* owned;
  std::size_t* visits = nullptr;

  [[nodiscard]] auto sample() const noexcept -> memscape::usage { return {}; }
  template <class Visit>
  auto ranges(Visit&& visit, std::size_t from) const noexcept -> std::size_t {
    for (; from < owned->size(); ++from) {
      if (visits != nullptr) ++*visits;
      if (!visit((*owned)[from])) break;
    }
    return from;
  }
};

#if defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define MEMSCAPE_TEST_SANITIZED
#endif
#endif
#if defined(MEMSCAPE_TEST_SANITIZED) || defined(__SANITIZE_ADDRESS__) || \
    defined(__SANITIZE_THREAD__)
/// Sanitizers have a heap and stacks of their own.
inline constexpr bool sanitized = true;
#else
inline constexpr bool sanitized = false;
#endif

/// A ledger of a moment in which the process did not move, where there is one within a few tries.
template <class Auditor>
auto quiet_audit(Auditor& auditor) -> decltype(auditor.audit()) {
  for (int tries = 0; tries < 20; ++tries) {
    auto const& ledger = auditor.audit();
    if (!ledger.faults.has(memscape::ledger_fault_kind::moved)) return ledger;
  }
  return auditor.last();
}

/// Whether RSS is the sum of its parts, to the byte, or as near as RSS moved meanwhile.
template <class Ledger>
auto closes(Ledger const& ledger) -> bool {
  if (!ledger.rss || !ledger.rss_before || !ledger.unexplained || !ledger.closure_error)
    return false;
  auto const moved = *ledger.rss - *ledger.rss_before + (*ledger.rss_before - *ledger.rss);
  return *ledger.rss + *ledger.closure_error == ledger.attributed() + *ledger.unexplained &&
         *ledger.unexplained <= moved && *ledger.closure_error <= moved;
}

/// A block of malloc's that is in RAM, though the optimiser sees nobody read it.
inline auto written_block(std::size_t size) -> void* {
  void* const block = std::malloc(size);
  std::memset(block, 1, size);
  asm volatile("" : : "r"(block) : "memory");
  return block;
}

/// Whether the kernel has PAGEMAP_SCAN and lets us use it.
inline auto can_scan() -> bool {
  memscape::page_states pages;
  pages.open();
  return pages.method() == memscape::page_method::scan;
}

}  // namespace test_support
