// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>

namespace memscape::inline v0 {

/// A piece of the address space: what a source says that it owns. Units: bytes. A null begin or a size
/// of 0 is no range.
struct address_range {
  void const* begin = nullptr;
  std::size_t size = 0;

  [[nodiscard]] friend constexpr auto operator==(address_range, address_range) noexcept
      -> bool = default;
};

}  // namespace memscape::inline v0
