// SPDX-License-Identifier: MIT
#pragma once

#include <signal.h>

#include <algorithm>
#include <charconv>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <deque>
#include <memory_resource>
#include <memscape/exporters/common/stream_id.hpp>
#include <memscape/memscape.hpp>
#include <memscape/sources/pmr.hpp>
#include <optional>
#include <random>
#include <set>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>

/// What the servers in this folder share, none of it about serving: a little runtime that has memory to
/// show, a command line, and ticks.
namespace toy {

/// Keeps the latest texts and an index of them. One thread works; any may look at the memory.
class runtime {
 public:
  /// A text comes, the oldest goes.
  void work() {
    auto const size = std::size_t{1024} + random_() % (64 * 1024);
    texts_.emplace_back(size, 'x');
    by_size_.insert(size);
    if (texts_.size() <= 16) return;
    by_size_.erase(by_size_.find(texts_.front().size()));
    texts_.pop_front();
  }

  [[nodiscard]] auto memory() const {
    using memscape::group, memscape::leaf;
    return memscape::registry{
        memscape::native_reader{},
        group<"store", "Store">(leaf<"texts", "Texts">(texts_memory_.source()),
                                leaf<"index", "Index">(index_memory_.source()))};
  }

 private:
  memscape::counting_resource texts_memory_;
  memscape::counting_resource index_memory_;
  std::pmr::deque<std::pmr::string> texts_{&texts_memory_};
  std::pmr::multiset<std::size_t> by_size_{&index_memory_};
  std::minstd_rand random_;
};

using layout = decltype(std::declval<runtime>().memory())::layout;

[[nodiscard]] inline auto random_stream_id() -> memscape::stream_id {
  std::random_device device;
  return memscape::stream_id{std::uint64_t{device()} << 32U | device()};
}

struct options {
  std::uint16_t port = 8788;
  std::chrono::milliseconds interval{250};
};

/// Says what is wrong in one line, and ends the program with status 2.
[[nodiscard]] inline auto parse_options(int count, char const* const* words) -> options {
  options chosen;
  for (int i = 1; i < count; i += 2) {
    std::string_view const name = words[i];
    std::string_view const text = i + 1 < count ? words[i + 1] : "";
    unsigned value = 0;
    auto const [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    bool const whole = error == std::errc{} && end == text.data() + text.size();
    if (name == "--port" && whole && value <= 65535) {
      chosen.port = static_cast<std::uint16_t>(value);
    } else if (name == "--interval" && whole && value >= 1 && value <= 60000) {
      chosen.interval = std::chrono::milliseconds{value};
    } else {
      std::fprintf(stderr, "usage: %s [--port 0..65535] [--interval 1..60000 (milliseconds)]\n",
                   words[0]);
      std::exit(2);
    }
  }
  return chosen;
}

/// Ticks until SIGINT or SIGTERM comes. To be made before any thread: threads inherit that nothing
/// interrupts them.
class ticker {
 public:
  ticker() {
    ::sigemptyset(&signals_);
    ::sigaddset(&signals_, SIGINT);
    ::sigaddset(&signals_, SIGTERM);
    ::pthread_sigmask(SIG_BLOCK, &signals_, nullptr);
  }

  /// Waits for the next tick and says when that is, in milliseconds; nothing when a signal came.
  [[nodiscard]] auto next(std::chrono::milliseconds interval) -> std::optional<std::uint64_t> {
    using namespace std::chrono;
    auto const now = steady_clock::now();
    // From the last tick, or the rate drifts; but after a pause nothing is made up for.
    due_ = std::max(due_ + interval, now);
    auto const left = duration_cast<nanoseconds>(due_ - now).count();
    timespec const timeout{.tv_sec = static_cast<time_t>(left / 1'000'000'000),
                           .tv_nsec = static_cast<long>(left % 1'000'000'000)};
    if (::sigtimedwait(&signals_, nullptr, &timeout) > 0) return std::nullopt;
    return static_cast<std::uint64_t>(duration_cast<milliseconds>(due_.time_since_epoch()).count());
  }

 private:
  sigset_t signals_{};
  std::chrono::steady_clock::time_point due_{};
};

}  // namespace toy
