// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <memscape/core/concepts.hpp>
#include <memscape/core/extended_memory.hpp>
#include <memscape/core/steady_time.hpp>
#include <memscape/readers/common/monotonic_clock.hpp>
#include <memscape/readers/common/tightest.hpp>
#include <memscape/readers/common/trend.hpp>
#include <memscape/readers/limits.hpp>
#include <memscape/readers/linux/fork/fork_detector.hpp>
#include <memscape/readers/linux/fork/held_descriptor.hpp>
#include <memscape/readers/native.hpp>
#include <memscape/readers/smaps_rollup.hpp>
#include <memscape/readers/status.hpp>
#include <optional>
#include <string_view>
#include <utility>

namespace memscape::inline v0 {

/// How often an extended_reader reads what, in milliseconds; 0 is never.
struct extended_options {
  std::uint32_t status_ms = 1'000;
  std::uint32_t rollup_ms = 10'000;
  std::uint32_t limits_ms = 1'000;
  /// Look for the control group again, and for its ancestors' limits.
  std::uint32_t walk_ms = 10'000;
  /// smaps_rollup takes at most one part in so many of the time: a large process is asked more seldom.
  std::uint32_t rollup_share = 100;
  /// A limit that is further off is not forecast.
  milliseconds horizon{86'400'000};
  /// How the descriptors of all these files are kept between two reads.
  descriptor_policy descriptors = descriptor_policy::checked;
  /// What stands before the paths of meminfo and control groups. Must outlive the reader.
  std::string_view root = "";
};

/// Brings the clock that a reader brings, for its snapshots.
template <class Reader>
struct brings_clock_of {};
template <class Reader>
  requires requires { typename Reader::clock_type; }
struct brings_clock_of<Reader> {
  using clock_type = typename Reader::clock_type;
};

/// A fast reader, and beside it what is worth knowing less often: /proc/self/status, smaps_rollup, and the
/// limits of this process. Between two cadences a read repeats the last answers, with their ages.
///
///     memscape::registry memory{memscape::extended_reader{memscape::native_reader{}}, …};
///     memory.collect().process.limits.limit
///
/// Errors: those of the fast reader in `errors`; in `detail_errors` those of the last time each part was
/// read, and its numbers are then absent until it succeeds.
/// Cost: the fast reader's, and about 150 ns; when a part is due, also that part's. The first read reads
/// everything. No allocation, no lock. Threads: one at a time. A child of fork(2) begins anew.
/// Source: proc(5).
template <memory_reader Fast = native_reader, class Clock = monotonic_clock>
class extended_reader : public brings_clock_of<Fast> {
 public:
  extended_reader() noexcept : extended_reader(Fast{}) {}
  explicit extended_reader(Fast fast, extended_options options = {}, Clock clock = {}) noexcept
      : fast_{std::move(fast)},
        clock_{std::move(clock)},
        options_{options},
        status_{options.descriptors},
        rollup_{options.descriptors},
        limits_{{options.descriptors, options.root}} {}

  [[nodiscard]] auto read() noexcept -> extended_memory {
    auto const memory = fast_.read();
    if (mark_.is_new()) begin_anew();
    auto const now = clock_.coarse_ns();
    if (status_time_.take(now, options_.status_ms)) read_status();
    if (rollup_time_.take(now, options_.rollup_ms)) read_rollup();
    if (limits_time_.take(now, options_.limits_ms)) read_limits(memory, now);

    extended_memory detail = last_;
    static_cast<process_memory&>(detail) = memory;
    if (status_is_known_) detail.status_age_ms = status_time_.age(now);
    if (last_.pss) detail.rollup_age_ms = rollup_time_.age(now);
    if (limits_are_known_) {
      // What counts towards the limit is known from now, and not only from when the limit was read.
      choose_tightest(detail.limits, memory, limits_.group_kind());
      detail.limits.limits_age_ms = limits_time_.age(now);
    }
    for (auto const& error : {status_error_, rollup_error_}) {
      if (error) detail.detail_errors.add(*error);
    }
    for (auto const& error : limits_errors_) detail.detail_errors.add(error);
    return detail;
  }

 private:
  // When a part was read last, and when it is to be read next.
  struct part_time {
    std::uint64_t read_ns = 0;
    std::uint64_t wait_ns = 0;
    bool any = false;

    // A clock that fails says 0, and one that a program replaced may go back: nothing is repeated then, because
    // its age would not be known.
    [[nodiscard]] auto take(std::uint64_t now, std::uint32_t every_ms) noexcept -> bool {
      if (every_ms == 0 || (any && now != 0 && now >= read_ns && now - read_ns < wait_ns))
        return false;
      read_ns = now;
      wait_ns = std::uint64_t{every_ms} * 1'000'000;
      any = true;
      return true;
    }
    [[nodiscard]] auto age(std::uint64_t now) const noexcept -> milliseconds {
      return milliseconds{passed_between(read_ns, now) / 1'000'000};
    }
  };

  void begin_anew() noexcept {
    last_ = {};
    status_time_ = rollup_time_ = limits_time_ = walk_time_ = {};
    status_is_known_ = limits_are_known_ = false;
    status_error_ = rollup_error_ = std::nullopt;
    limits_errors_ = {};
    trend_.clear();
    limits_.walk_again();
  }

  void read_status() noexcept {
    auto const [status, why] = status_.read();
    status_is_known_ = status.has_value();
    status_error_ = status ? std::nullopt : std::optional{why};
    fill(last_, status.value_or(status_text{}));
    if (!status) last_.threads = std::nullopt;  // which every text has
  }

  void read_rollup() noexcept {
    auto const start = clock_.now_ns();
    auto const [rollup, why] = rollup_.read();
    rollup_error_ = rollup ? std::nullopt : std::optional{why};
    if (!rollup) {
      last_.pss = last_.uss = last_.swap_pss = last_.lazy_free = std::nullopt;
      last_.anon_huge_pages = last_.locked = std::nullopt;
      last_.rollup_cost_us = std::nullopt;
      return;
    }
    fill(last_, *rollup);
    auto const end = clock_.now_ns();
    auto const cost = passed_between(start, end);
    last_.rollup_cost_us = end < start ? std::nullopt : std::optional{microseconds{cost / 1000}};
    auto const wait = bytes{cost} * options_.rollup_share;
    if (wait.value() > rollup_time_.wait_ns) rollup_time_.wait_ns = wait.value();
  }

  void read_limits(process_memory const& memory, std::uint64_t now) noexcept {
    if (walk_time_.take(now, options_.walk_ms)) limits_.walk_again();
    auto const kind_before = last_.limits.kind;
    auto const changes_before = limits_.group_changes();
    limits_errors_ = {};
    limits_.read(memory, last_.limits, limits_errors_);
    limits_are_known_ = true;
    forecast(now, kind_before != last_.limits.kind || changes_before != limits_.group_changes());
  }

  // Of what counts towards the limit; another limit may count something else.
  void forecast(std::uint64_t now, bool is_another) noexcept {
    auto& limits = last_.limits;
    if (is_another || !limits.limit_used || !limits.headroom) trend_.clear();
    if (!limits.limit_used || !limits.headroom) return;
    trend_.add(now, *limits.limit_used);
    auto const steady = trend_.steady();
    if (!steady) return;
    limits.growth_per_second = steady->per_second;
    limits.forecast_window_ms = steady->window;
    limits.time_to_limit_ms = time_to_limit(*limits.headroom, *steady, options_.horizon);
  }

  Fast fast_;
  [[no_unique_address]] Clock clock_;
  extended_options options_;
  fork_detector mark_{};
  status_reader status_;
  smaps_rollup_reader rollup_;
  limits_reader limits_;
  trend trend_{};
  extended_memory last_{};
  part_time status_time_{};
  part_time rollup_time_{};
  part_time limits_time_{};
  part_time walk_time_{};
  bool status_is_known_ = false;
  bool limits_are_known_ = false;
  std::optional<read_error> status_error_{};
  std::optional<read_error> rollup_error_{};
  read_errors limits_errors_{};
};

}  // namespace memscape::inline v0
