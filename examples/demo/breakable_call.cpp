// SPDX-License-Identifier: MIT
#include "breakable_call.hpp"

#include <dlfcn.h>
#include <ucontext.h>

namespace demo {

namespace {

// Ignored where nobody asked for it, and of use only to sockets with urgent data.
constexpr int ending = SIGURG;

#if defined __SANITIZE_THREAD__
#define MEMSCAPE_DEMO_RUNTIME_IN_TEXT 1
#elif defined __has_feature
#if __has_feature(thread_sanitizer)
#define MEMSCAPE_DEMO_RUNTIME_IN_TEXT 1
#endif
#endif

#ifdef MEMSCAPE_DEMO_RUNTIME_IN_TEXT
extern "C" char const __executable_start;
extern "C" char const etext;

#ifdef __clang__
#define MEMSCAPE_DEMO_UNSEEN __attribute__((disable_sanitizer_instrumentation))
#else
#define MEMSCAPE_DEMO_UNSEEN __attribute__((no_sanitize_thread))
#endif

// The sanitizer's runtime is part of the program, and takes locks of its own in the middle of our code: a jump would
// leave them taken. Libraries are not part of it, and their code may be left. Who ends the call asks again.
MEMSCAPE_DEMO_UNSEEN inline auto is_in_text(void const* context) noexcept -> bool {
  auto const& machine = static_cast<ucontext_t const*>(context)->uc_mcontext;
#ifdef __x86_64__
  auto const at = static_cast<std::uintptr_t>(machine.gregs[REG_RIP]);
#else
  auto const at = static_cast<std::uintptr_t>(machine.pc);
#endif
  return at >= reinterpret_cast<std::uintptr_t>(&__executable_start) &&
         at < reinterpret_cast<std::uintptr_t>(&etext);
}

// The C library's: the sanitizer's own keeps signals back until the thread calls into it, which a loop may never do.
void handle(int signal, struct sigaction const& action) noexcept {
  using function = int (*)(int, struct sigaction const*, struct sigaction*);
  auto const libc = reinterpret_cast<function>(::dlsym(RTLD_NEXT, "sigaction"));
  libc(signal, &action, nullptr);
}
#else
#define MEMSCAPE_DEMO_UNSEEN
constexpr auto is_in_text(void const*) noexcept -> bool { return false; }
void handle(int signal, struct sigaction const& action) noexcept {
  ::sigaction(signal, &action, nullptr);
}
#endif

constinit thread_local breakable_call* of_this_thread = nullptr;

}  // namespace

breakable_call::breakable_call() noexcept {
  struct sigaction action{};
  action.sa_sigaction = &on_signal;
  action.sa_flags = SA_SIGINFO | SA_RESTART;
  ::sigemptyset(&action.sa_mask);
  handle(ending, action);
}

MEMSCAPE_DEMO_UNSEEN void breakable_call::on_signal(int, siginfo_t*, void* context) {
  if (is_in_text(context)) return;
  auto* const call = of_this_thread;
  // A signal may come late, when its call is over and the next one has begun.
  if (call != nullptr && call->held_ == 0 && call->has_to_end()) ::siglongjmp(call->before_, 1);
}

auto breakable_call::has_to_end() const noexcept -> bool {
  auto const number = number_.load();
  return number != 0 && (number == ended_ || closed_);
}

auto breakable_call::run(void (*work)(void*), void* with) noexcept -> bool {
  of_this_thread = this;
  thread_ = ::pthread_self();
  is_whole_ = false;
  // Both ways back meet behind this. What they look at is in the object: after a jump variables of this function
  // need not have their last values.
  if (sigsetjmp(before_, 1) == 0) {
    number_ = ++last_;
    // Who closes either sees the number or is seen here.
    if (!closed_) {
      work(with);
      is_whole_ = true;
    }
  }
  number_ = 0;
  return is_whole_;
}

void breakable_call::hold() noexcept { ++held_; }

void breakable_call::let_go() noexcept {
  if (--held_ == 0 && has_to_end()) ::siglongjmp(before_, 1);
}

void breakable_call::end(std::uint64_t number) noexcept {
  if (number == 0) return;
  ended_ = number;
  if (number_ == number) ::pthread_kill(thread_, ending);
}

void breakable_call::close() noexcept {
  closed_ = true;
  if (number_ != 0) ::pthread_kill(thread_, ending);
}

}  // namespace demo
