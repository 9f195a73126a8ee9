// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <memscape/readers/common/atomic_word.hpp>
#include <optional>

namespace memscape::inline v0 {

/// Carries the wraps of a count that Windows keeps in 32 bits. What had wrapped before the first reading
/// is not known, nor is a second wrap between two readings: read more often than every 2^31 faults.
/// Threads: any number at once; one that comes late with an older reading is no wrap.
class windows_faults {
 public:
  /// The whole count after the reading `now`. Absent while every reading was 0, which a process that runs
  /// cannot have: the system does not count.
  auto carry(std::uint32_t now) noexcept -> std::optional<std::uint64_t> {
    for (;;) {
      auto const total = total_.load();
      if (total == 0) {
        if (now == 0) return std::nullopt;
        if (total_.replace(0, now)) return now;
        continue;
      }
      auto const ahead = now - static_cast<std::uint32_t>(total);
      bool const is_older = ahead > UINT32_MAX / 2;
      if (is_older || ahead == 0) return total;
      if (total_.replace(total, total + ahead)) return total + ahead;
    }
  }

 private:
  atomic_word total_{};
};

}  // namespace memscape::inline v0
