// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <thread>
#include <utility>

#include <memscape/ledger/auditor.hpp>

#include "runtime.hpp"

namespace demo {

using memory_ledger = memscape::ledger<memory_registry::layout>;

/// Makes ledgers on a thread of its own, since the kernel's part of one takes milliseconds per GiB.
///
/// No allocator is touched by that thread. When the audit asks the sources what they use and where it lies, `wake`
/// is called, and the thread that owns them answers in `serve`, with the heap's lock held; so it is for handing over
/// the ledger. The audit waits meanwhile, and the owner waits for nothing: the programs, which may never come back,
/// have that lock for as long as one allocation takes, or a collection. A ledger's `cost_ns` and
/// `longest_slice_ns` are of the audit's own work, without that waiting, which is a part of `duration_ns`.
class audit_thread {
 public:
  /// Audits that nobody asks for take at most one part in so many of the time, as long as that makes no pause
  /// longer than `longest_pause`.
  static constexpr unsigned share = 10;
  static constexpr auto longest_pause = std::chrono::milliseconds{30'000};
  /// One that is asked for begins at once, but so long after the one before, unless they are due more often
  /// anyway: every viewer is sent each of them.
  static constexpr auto pause = std::chrono::milliseconds{1000};

  /// The time until the next one is due, where nobody asks and `every` is not 0, behind one that cost that much.
  [[nodiscard]] static constexpr auto pause_after(std::chrono::nanoseconds cost,
                                                  std::chrono::milliseconds every) noexcept
      -> std::chrono::nanoseconds {
    // Before it is multiplied, for it may be anything.
    std::chrono::nanoseconds const most = longest_pause;
    auto const of_cost = std::min(cost, most) * (share - 1);
    return std::max<std::chrono::nanoseconds>(every, std::min(of_cost, most));
  }

  /// An audit `every` so often, or, if that is 0, only when asked for. `wake` has the owner call `serve` soon:
  /// it is called on the audit's thread. `take` gets each ledger, within `serve`.
  audit_thread(runtime const& of, std::chrono::milliseconds every, std::function<void()> wake,
               std::function<void(memory_ledger const&)> take);
  audit_thread(audit_thread&&) = delete;
  ~audit_thread();

  /// Starts with an audit. Throws std::system_error when there can be no thread.
  void start();

  /// Does for the audit what it waits for.
  void serve();

  /// Asks for an audit now.
  void request() noexcept;

  /// Ends it soon; the owner need not serve any more.
  void stop() noexcept;

 private:
  // The sources, asked on the thread that owns them: what an auditor needs of a registry.
  class distant_memory {
   public:
    using layout = memory_registry::layout;

    distant_memory(runtime const& of, audit_thread& by)
        : heap_{of.heap}, registry_{make_memory(of)}, by_{by} {}

    void sample_into(memscape::usage* next) const noexcept {
      ask([&] { registry_.sample_into(next); });
    }
    template <class Visit>
    void ranges(Visit&& visit) const noexcept {
      ask([&] { registry_.ranges(visit); });
    }
    // What they say of themselves does not change.
    template <class Visit>
    void homes(Visit&& visit) const noexcept {
      registry_.homes(visit);
    }

    // How long was waited for the owner and the heap since this was asked last.
    [[nodiscard]] auto take_waited() noexcept -> std::chrono::nanoseconds {
      return std::exchange(waited_, {});
    }

   private:
    template <class Work>
    void ask(Work const& work) const noexcept {
      using clock = std::chrono::steady_clock;
      auto const start = clock::now();
      auto worked = clock::duration{};
      by_.at_the_owner([&] {
        auto const lock = heap_.look();
        auto const since = clock::now();
        work();
        worked = clock::now() - since;
      });
      waited_ += clock::now() - start - worked;
    }

    gc_heap const& heap_;
    memory_registry registry_;
    audit_thread& by_;
    mutable std::chrono::nanoseconds waited_{};  // an auditor sees a registry that does not change
  };

  void at_the_owner(std::function<void()> const& work);
  void run();
  [[nodiscard]] auto audit() noexcept -> memory_ledger const&;
  [[nodiscard]] auto wait(std::chrono::nanoseconds cost) -> bool;

  std::chrono::milliseconds every_;
  std::function<void()> wake_;
  std::function<void(memory_ledger const&)> take_;
  distant_memory memory_;
  memscape::auditor<distant_memory> auditor_;
  memory_ledger made_{};

  std::mutex mutex_;
  std::condition_variable changed_;
  std::function<void()> const* work_ = nullptr;  // what the audit waits for
  bool requested_ = false;
  bool stopping_ = false;
  std::thread thread_;
};

}  // namespace demo
