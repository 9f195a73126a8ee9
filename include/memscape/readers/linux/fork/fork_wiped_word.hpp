// SPDX-License-Identifier: MIT
#pragma once

#include <sys/mman.h>

#include <memscape/readers/common/atomic_word.hpp>
#include <new>

namespace memscape::inline v0 {

/// A word that is 0 again in a child of fork(2): in a page that the kernel wipes there (MADV_WIPEONFORK,
/// Linux 4.14). It costs a load to look at, where getpid(2) is a system call. A child that shares its
/// parent's memory (vfork) shares the word, too.
/// Errors: false where there is no such page to be had. Cost: a page of memory.
/// Threads: as atomic_word. Do not fork in one thread while another constructs. Source: madvise(2).
class fork_wiped_word {
 public:
  explicit fork_wiped_word(bool wanted = true) noexcept {
    if (!wanted) return;
    void* const page = ::mmap(nullptr, sizeof(atomic_word), PROT_READ | PROT_WRITE,
                              MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (page == MAP_FAILED) return;
    // Both calls round the size up to the page.
    if (::madvise(page, sizeof(atomic_word), MADV_WIPEONFORK) == 0) {
      word_ = ::new (page) atomic_word{};
    } else {
      ::munmap(page, sizeof(atomic_word));
    }
  }
  fork_wiped_word(fork_wiped_word&& other) noexcept : word_{other.word_} { other.word_ = nullptr; }
  auto operator=(fork_wiped_word&&) -> fork_wiped_word& = delete;
  ~fork_wiped_word() {
    if (word_ != nullptr) ::munmap(word_, sizeof(atomic_word));
  }

  explicit operator bool() const noexcept { return word_ != nullptr; }
  [[nodiscard]] auto operator*() const noexcept -> atomic_word& { return *word_; }

 private:
  atomic_word* word_ = nullptr;
};

}  // namespace memscape::inline v0
