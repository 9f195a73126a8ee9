// SPDX-License-Identifier: MIT
#pragma once

#include <features.h>
#include <unistd.h>

#include <cstdint>
#include <memscape/readers/linux/fork/fork_wiped_word.hpp>
#include <new>

namespace memscape::inline v0 {

extern "C" {
// What pthread_atfork(3) calls; that is in a library of its own before glibc 2.34. It takes a place in a
// table of the C library's, and no memory of malloc's for the first 48 of them.
auto memscape_register_atfork(void (*prepare)(), void (*parent)(), void (*child)(),
                              void* object) noexcept -> int __asm__("__register_atfork")
    __attribute__((weak));
extern char memscape_single_threaded __asm__("__libc_single_threaded") __attribute__((weak));
extern void* memscape_dso_handle __asm__("__dso_handle") __attribute__((visibility("hidden")));
}

/// Knows whether every lock of malloc's will be released. A thread that held one when the process was copied
/// is not in the copy, and fork(3) releases its locks there; clone(2), the bare system call and `_Fork` do
/// not. So a word is set as the program starts, the kernel wipes it in each copy, and a handler of fork(3)
/// sets it again.
/// Errors: of a process that it cannot be known of, false: where the kernel wipes no page (before Linux 4.14),
/// it goes by the process's number.
/// Cost: a load; one page of memory, and a handler of fork(3), from the start of the program on.
/// Threads: any. Source: madvise(2), pthread_atfork(3), _Fork(3).
class malloc_locks {
 public:
  malloc_locks() noexcept {
    ::new (&place_) fork_wiped_word{};
    set();
#if defined(__GLIBC__)
    // Through a variable, because compilers know that a function's address is not null.
    auto* const enroll = &memscape_register_atfork;
    if (enroll != nullptr) (void)enroll(nullptr, nullptr, after_fork, &memscape_dso_handle);
#endif
  }
  malloc_locks(malloc_locks const&) = delete;
  auto operator=(malloc_locks const&) -> malloc_locks& = delete;

  /// Whether who takes one of them gets it.
  [[nodiscard]] auto are_alive() const noexcept -> bool {
    auto const& mark = word();
    if (mark ? (*mark).load() != 0 : process_ > 0 && process_ == ::getpid()) return true;
    // Who copies the only thread there is copies no lock of another's.
    char const* const single = &memscape_single_threaded;
    return single != nullptr && *single != 0;
  }

 private:
  static void after_fork() noexcept;

  void set() noexcept {
    if (auto const& mark = word()) (*mark).store(1);
    process_ = ::getpid();
  }
  [[nodiscard]] auto word() const noexcept -> fork_wiped_word const& {
    return *std::launder(reinterpret_cast<fork_wiped_word const*>(&place_));
  }

  // Never destroyed: it is asked until the process ends.
  alignas(fork_wiped_word) unsigned char place_[sizeof(fork_wiped_word)]{};
  ::pid_t process_ = 0;
};

/// This program's.
inline malloc_locks locks_of_malloc{};

inline void malloc_locks::after_fork() noexcept { locks_of_malloc.set(); }

}  // namespace memscape::inline v0
