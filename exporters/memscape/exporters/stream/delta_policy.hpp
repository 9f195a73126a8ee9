// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <memscape/core/bytes.hpp>
#include <memscape/core/field.hpp>

namespace memscape::inline v0 {

/// When a stream sends what. Times are in milliseconds.
struct delta_policy {
  /// A byte field has to move by more than this share of its last sent value, in thousandths …
  std::uint32_t ratio_per_mille = 10;
  /// … and by more than this amount, for a tick to be sent. The ratio alone chatters near 0.
  bytes floor{};
  /// A whole snapshot at least this often: it bounds how long an error can last.
  std::uint64_t keyframe_every_ms = 10'000;
  /// A sign of life when nothing else was sent for this long. Proxies cut at 60 s.
  std::uint64_t alive_every_ms = 5'000;

  /// Whether a byte field that was last sent as `sent` and now reads `now` is worth a frame: it moved by
  /// more than ratio and floor, or left or reached 0 by more than the floor, or appeared or vanished.
  [[nodiscard]] constexpr auto is_news(wire_number sent, wire_number now) const noexcept -> bool {
    if (sent == now) return false;
    if (!sent || !now) return true;
    std::uint64_t const moved = *now > *sent ? *now - *sent : *sent - *now;
    if (moved <= floor.value()) return false;
    if (*now == 0 || *sent == 0) return true;
    // ⌊sent × ratio⌋, saturating; `moved` is whole, so the rounding does not show.
    bytes const share =
        bytes{*sent / 1000} * ratio_per_mille + bytes{*sent % 1000 * ratio_per_mille / 1000};
    return moved > share.value();
  }
};

}  // namespace memscape::inline v0
