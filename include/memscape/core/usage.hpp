// SPDX-License-Identifier: MIT
#pragma once

#include <memscape/core/bytes.hpp>
#include <memscape/core/count.hpp>
#include <optional>

namespace memscape::inline v0 {

/// What one allocator says of itself at one instant. Only `used` is owed; what an allocator does not
/// know stays absent, is `null` on the wire, and is never shown as zero.
/// used ≤ committed is the allocator's to keep: memscape reports what it is told.
/// Threads: a plain value.
struct usage {
  /// Handed out to the program and not yet given back. Units: bytes.
  // No initializer: with one, g++ 12 leaves it uninitialised in a constant array of usages.
  bytes used;
  /// Obtained from the operating system for it, free lists and metadata included. Units: bytes.
  /// Not residency: a committed page that nobody touched is not in RAM.
  std::optional<bytes> committed{};
  /// The highest `used` since the allocator began. Units: bytes.
  std::optional<bytes> peak{};
  /// Allocations that live now. Units: objects.
  std::optional<count> objects{};
  /// Places for objects, taken or free; `slots` on the wire, which is a macro where Qt is included.
  /// Units: slots.
  std::optional<count> slot_count{};

  [[nodiscard]] friend constexpr auto operator==(usage const&, usage const&) noexcept
      -> bool = default;
};

}  // namespace memscape::inline v0
