// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <thread>

namespace test_support {

/// Runs `work(thread)` on so many threads at once, and `watch()` on this one again and again until
/// they are done.
template <std::size_t Threads, class Work, class Watch>
void while_working(Work work, Watch watch) {
  std::atomic<std::size_t> ready{0};
  std::atomic<std::size_t> done{0};
  std::array<std::thread, Threads> threads;
  for (std::size_t i = 0; i < Threads; ++i) {
    threads[i] = std::thread{[&, i] {
      // All begin together, so that even short work overlaps.
      ++ready;
      while (ready < Threads) std::this_thread::yield();
      work(i);
      ++done;
    }};
  }
  do {
    watch();
  } while (done < Threads);
  for (auto& thread : threads) thread.join();
}

}  // namespace test_support
