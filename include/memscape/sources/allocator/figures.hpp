// SPDX-License-Identifier: MIT
#pragma once

#include <memscape/core/bytes.hpp>
#include <memscape/core/usage.hpp>
#include <optional>

namespace memscape::inline v0 {

/// All that a general allocator tells of itself at one instant; what it does not tell is absent.
/// Units: bytes. Threads: a plain value.
struct allocator_figures {
  /// Handed out to the program, in the allocator's size classes: no less than what was asked for.
  std::optional<bytes> used{};
  /// Obtained from the system and not given back: what is used, what is free, and metadata.
  std::optional<bytes> committed{};
  /// Address space that it holds on to, committed memory included.
  std::optional<bytes> reserved{};
  /// What the allocator itself calls resident or physical. It is an upper bound by its own count, and never what
  /// the kernel counts.
  std::optional<bytes> own_resident{};
  /// The highest `used`.
  std::optional<bytes> peak{};

  /// What goes into a leaf. Where `used` is absent it is 0 there, which has no other way to say so.
  [[nodiscard]] constexpr auto usage() const noexcept -> memscape::usage {
    return {.used = used.value_or(bytes{}), .committed = committed, .peak = peak};
  }
};

}  // namespace memscape::inline v0
