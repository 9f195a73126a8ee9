// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <memscape/ledger/threads/glibc_threads.hpp>
#include <memscape/ledger/linux/own_memory.hpp>
#include <optional>

namespace memscape::inline v0 {

/// Finds stacks in what musl keeps of a thread, its `struct pthread`, to which pthread_self(3) points. They
/// are a ring, and each begins with its own address.
/// Cost: two reads of memory a thread; no allocation. Source: musl src/internal/pthread_impl.h.
template <class Read = own_memory>
class musl_threads {
 public:
  explicit musl_threads(Read read = {}) noexcept : read_{read} {}

  /// Calls `visit(stack)` for each thread, beginning with that at `self`: an optional stack_extent, absent for
  /// the main thread and where it was not found. False where the ring does not close: it changed meanwhile.
  template <class Visit>
  auto each_stack(std::uint64_t self, Visit&& visit) const noexcept -> bool {
    auto at = self;
    for (std::size_t steps = 0; steps < most_steps; ++steps) {
      std::uint64_t words[size];
      if (!read_(at, words, sizeof words) || words[0] != at) return false;
      visit(stack_in(at, words));
      // {self, dtv, prev, next}, or {self, prev, next} where the DTV stands at the end.
      auto const next = follows(words[3], at, 2)   ? words[3]
                        : follows(words[2], at, 1) ? words[2]
                                                   : 0;
      if (next == 0) return false;
      if (next == self) return true;
      at = next;
    }
    return false;
  }

 private:
  static constexpr std::size_t size = 24;
  static constexpr std::size_t most_steps = 1U << 16U;

  [[nodiscard]] auto follows(std::uint64_t next, std::uint64_t at,
                             std::size_t previous) const noexcept -> bool {
    std::uint64_t words[3];
    return next % 8 == 0 && next != 0 && read_(next, words, sizeof words) && words[0] == next &&
           words[previous] == at;
  }

  // {map_base, map_size, stack, stack_size}: the first two hold the thread, or are 0 where the program gave the
  // stack, whose end is then right below the thread.
  [[nodiscard]] static auto stack_in(std::uint64_t at, std::uint64_t const (&words)[size]) noexcept
      -> std::optional<stack_extent> {
    constexpr std::uint64_t most_above = std::uint64_t{64} << 20U;
    for (bool const given : {false, true}) {
      for (std::size_t i = 4; i + 3 < size; ++i) {
        auto const base = words[i];
        auto const length = words[i + 1];
        auto const top = words[i + 2];
        auto const stack = words[i + 3];
        bool const good = stack != 0 && stack < top && top <= at && at - top <= most_above;
        if (!good || given != (base == 0 && length == 0)) continue;
        if (given) return stack_extent{top - stack, at + size * sizeof words[0]};
        if (base <= top - stack && length > at - base && length - (at - base) <= most_above) {
          return stack_extent{base, base + length};
        }
      }
    }
    return std::nullopt;
  }

  Read read_;
};

}  // namespace memscape::inline v0
