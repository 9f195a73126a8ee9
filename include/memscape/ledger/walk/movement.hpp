// SPDX-License-Identifier: MIT
#pragma once

#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <memscape/core/count.hpp>
#include <memscape/ledger/ledger.hpp>
#include <memscape/ledger/quality.hpp>
#include <optional>

namespace memscape::inline v0 {

/// The page faults of a process between two instants, without those of the one that looks: it calls
/// `enter()` where it begins to work and `leave()` where it gives way, each time on the thread that it works on.
/// Errors: absent where the kernel does not tell; `why()` is then the errno, or ESRCH where another process than
/// the one that began did a part of the work.
/// Cost: two getrusage(2) calls each time that it works, and one that sums over all threads at the beginning
/// and the end. Threads: one at a time. Source: getrusage(2).
class page_fault_watch {
 public:
  void begin() noexcept {
    why_ = 0;
    own_ = 0;
    process_ = ::getpid();
    begun_ = faults_of(RUSAGE_SELF);
    enter();
  }
  void enter() noexcept {
    // One that shares the memory goes on with the work (vfork, CLONE_VM): its page faults are counted apart.
    if (::getpid() != process_) another();
    entered_ = faults_of(RUSAGE_THREAD);
  }
  void leave() noexcept {
    auto const now = faults_of(RUSAGE_THREAD);
    // A count that falls is another's, in a PID namespace where the two have the same number.
    if (now < entered_) another();
    own_ += now - entered_;
    enter();
  }

  /// Those since `begin()`, or nothing.
  [[nodiscard]] auto others() noexcept -> std::optional<count> {
    auto const now = faults_of(RUSAGE_SELF);
    auto const all = now - begun_;
    if (now < begun_) another();
    leave();
    if (why_ != 0) return std::nullopt;
    return count{all > own_ ? all - own_ : 0};
  }
  [[nodiscard]] auto why() const noexcept -> int { return why_; }

 private:
  void another() noexcept {
    if (why_ == 0) why_ = ESRCH;
  }
  [[nodiscard]] auto faults_of(int whose) noexcept -> std::uint64_t {
    rusage now{};
    if (::getrusage(whose, &now) != 0) {
      why_ = errno;
      return 0;
    }
    return static_cast<std::uint64_t>(now.ru_minflt) + static_cast<std::uint64_t>(now.ru_majflt);
  }

  std::uint64_t begun_ = 0;
  std::uint64_t entered_ = 0;
  std::uint64_t own_ = 0;
  ::pid_t process_ = 0;
  int why_ = 0;
};

/// Whether the process has one thread, which then is the caller's. False where the kernel does not tell.
/// Cost: one stat(2). Source: proc(5), the number of links of /proc/self/task.
[[nodiscard]] inline auto has_one_thread() noexcept -> bool {
  struct stat status{};
  return ::stat("/proc/self/task", &status) == 0 && status.st_nlink == 3;
}

/// Brings memory into RAM before it is used, so that no page of it comes in meanwhile.
/// Cost: a write a page. Threads: nobody else may use the memory meanwhile.
inline void touch(void* memory, std::size_t size, std::uint64_t page) noexcept {
  auto* const all = static_cast<char volatile*>(memory);
  for (std::size_t i = 0; i < size; i += page) all[i] = all[i];
  if (size != 0) all[size - 1] = all[size - 1];
}

/// Whether the process moved while a walk was under way, as a fault of its ledger.
/// Cost: that of page_fault_watch and has_one_thread. Threads: one at a time.
class movement {
 public:
  /// The walk begins.
  void begin() noexcept { faults_.begin(); }
  /// The thread begins to work on it, or goes on.
  void enter() noexcept { faults_.enter(); }
  /// It gives way.
  void leave() noexcept { faults_.leave(); }

  /// The walk has ended, and RSS is read; sources changed their ranges while they were asked, or not. True where the list of mappings has to be read again: what moves
  /// them without a fault or a change of RSS is the program, in another thread or between two slices.
  template <class Layout>
  [[nodiscard]] auto judge(ledger<Layout>& of, bool ranges_differ = false) noexcept -> bool {
    auto const others = faults_.others();
    if (of.rss != of.rss_before || others.value_or(count{}) != count{} || ranges_differ) {
      tell(of, others.value_or(count{}));
    }
    if (of.slices == 0 && has_one_thread()) return false;
    if (!others) tell_unknown(of, faults_.why());
    return !of.faults.has(ledger_fault_kind::moved);
  }

  /// The list has been read again.
  template <class Layout>
  static void judge(ledger<Layout>& of, bool list_differs, int why_not_read) noexcept {
    if (list_differs && why_not_read == 0) tell(of, count{});
    if (why_not_read != 0) tell_unknown(of, why_not_read);
  }

  /// The sum is made. In a process that stands still it is RSS, to the byte: where it is not, and no list that
  /// is missing or cut says why, memory moved that no counter tells of, as another process can do it.
  template <class Layout>
  static void judge_sum(ledger<Layout>& of) noexcept {
    bool const closes = of.unexplained.value_or(bytes{}) == bytes{} &&
                        of.closure_error.value_or(bytes{}) == bytes{};
    if (closes || of.faults.has(ledger_fault_kind::maps) ||
        of.faults.has(ledger_fault_kind::maps_cut) ||
        of.faults.has(ledger_fault_kind::moves_unknown)) {
      return;
    }
    if (!of.faults.has(ledger_fault_kind::moved)) tell(of, count{});
  }

 private:
  template <class Layout>
  static void tell(ledger<Layout>& of, count faults) noexcept {
    constexpr std::uint64_t most = INT32_MAX;
    of.faults.add(ledger_fault_kind::moved,
                  static_cast<std::int32_t>(faults.value() < most ? faults.value() : most));
  }
  template <class Layout>
  static void tell_unknown(ledger<Layout>& of, int why) noexcept {
    if (of.faults.has(ledger_fault_kind::moves_unknown)) return;
    of.faults.add(ledger_fault_kind::moves_unknown, why);
  }

  page_fault_watch faults_{};
};

}  // namespace memscape::inline v0
