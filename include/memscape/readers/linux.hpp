// SPDX-License-Identifier: MIT
#pragma once

#include <sys/resource.h>
#include <unistd.h>

#include <cerrno>
#include <cstdint>
#include <memscape/core/process_memory.hpp>
#include <memscape/readers/common/atomic_word.hpp>
#include <memscape/readers/common/posix_clock.hpp>
#include <memscape/readers/linux/fork/fork_detector.hpp>
#include <memscape/readers/linux/fork/held_descriptor.hpp>
#include <memscape/readers/linux/proc/proc_file.hpp>
#include <memscape/readers/linux/proc/statm.hpp>

namespace memscape::inline v0 {

/// How a linux_reader reads.
struct linux_reader_options {
  /// Call getrusage(2) at every nth read, and repeat its last answer in between. The call takes 0.7 µs
  /// in a process of one thread and 20 µs at 1,000: it sums over all of them.
  std::uint32_t faults_every = 1;
  /// How the descriptor of statm is kept between two reads.
  descriptor_policy descriptors = descriptor_policy::checked;
};

/// Reads what Linux knows of this process: /proc/self/statm and getrusage(2).
/// Gives rss, vms, shared, data, peak_rss, page_faults_minor, page_faults_major.
/// Errors: open_statm, read_statm, parse_statm, page_size and getrusage, each with errno; the numbers
/// of the other step are there all the same. Once the main thread has ended by pthread_exit(3), and others
/// go on, statm tells nothing: parse_statm, with ESRCH.
/// Cost: three system calls, about 2 µs, and two with a trusted descriptor; no allocation, no lock.
/// Threads: any number may read at once; a reader each is faster, because they share no descriptor.
/// Source: proc(5), getrusage(2).
class linux_reader {
 public:
  explicit linux_reader(linux_reader_options options = {}) noexcept
      : options_{options},
        page_size_{::sysconf(_SC_PAGESIZE)},
        statm_{"/proc/self/statm", options.descriptors},
        answered_{options.faults_every > 1} {}

  [[nodiscard]] auto read() noexcept -> process_memory {
    process_memory memory;
    read_statm(memory);
    read_usage(memory);
    return memory;
  }

 private:
  void read_statm(process_memory& memory) noexcept {
    if (page_size_ <= 0) return memory.errors.add({read_step::page_size, EINVAL});
    // Seven 64-bit numbers fit; a text that fills the buffer was cut and does not parse.
    char buffer[160];
    for (bool const last_try : {false, true}) {
      auto const [text, open_errno, read_errno] = statm_.read(buffer, sizeof buffer);
      if (open_errno != 0) return memory.errors.add({read_step::open_statm, open_errno});
      if (read_errno != 0) return memory.errors.add({read_step::read_statm, read_errno});
      if (auto const pages = parse_statm(text)) {
        // Every address space has pages: the main thread has ended, and /proc/self is what is left of it.
        if (pages->size == 0) return memory.errors.add({read_step::parse_statm, ESRCH});
        return fill(memory, *pages, static_cast<std::uint64_t>(page_size_));
      }
      // Perhaps a trusted descriptor was closed, and its number names another file.
      if (!last_try) statm_.forget();
    }
    memory.errors.add({read_step::parse_statm, 0});
  }

  void read_usage(process_memory& memory) noexcept {
    if (options_.faults_every > 1 && repeat_usage(memory)) return;
    rusage usage;
    if (::getrusage(RUSAGE_SELF, &usage) != 0) {
      answered_.clear();
      return memory.errors.add({read_step::getrusage, errno});
    }
    auto const minor = static_cast<std::uint64_t>(usage.ru_minflt);
    auto const major = static_cast<std::uint64_t>(usage.ru_majflt);
    auto const peak = static_cast<std::uint64_t>(usage.ru_maxrss);
    if (options_.faults_every > 1) {
      last_minor_.store(minor);
      last_major_.store(major);
      last_peak_.store(peak);
      answered_.set();
    }
    fill_usage(memory, minor, major, peak);
  }

  // False when it is time to ask again, or when the last answer was a parent's.
  [[nodiscard]] auto repeat_usage(process_memory& memory) noexcept -> bool {
    bool const due = reads_.fetch_add(1) % options_.faults_every == 0;
    if (due || !answered_.is_set()) return false;
    fill_usage(memory, last_minor_.load(), last_major_.load(), last_peak_.load());
    return true;
  }

  static void fill_usage(process_memory& memory, std::uint64_t minor, std::uint64_t major,
                         std::uint64_t peak_kib) noexcept {
    memory.page_faults_minor = count{minor};
    memory.page_faults_major = count{major};
    // ru_maxrss is in kB here (bytes on macOS), and the kernel brings it up to date late: an RSS seen
    // above it is the higher peak.
    auto const told = bytes{1024} * peak_kib;
    auto const seen = memory.rss.value_or(bytes{});
    memory.peak_rss = told > seen ? told : seen;
  }

  linux_reader_options options_;
  long page_size_;
  proc_file statm_;
  fork_detector answered_;  // set where there is an answer of this process
  atomic_word reads_{};
  atomic_word last_minor_{};
  atomic_word last_major_{};
  atomic_word last_peak_{};
};

}  // namespace memscape::inline v0
