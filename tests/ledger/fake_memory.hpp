// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <memscape/ledger/linux/own_memory.hpp>

namespace test_support {

/// What a made-up memory has besides its reads: heads are read one by one, and all of it is mapped.
template <class Memory>
struct fake_memory {
  [[nodiscard]] auto heads(std::uint64_t const* places, memscape::own_memory::head* into,
                           std::size_t n) const noexcept -> std::size_t {
    auto const& read = static_cast<Memory const&>(*this);
    for (std::size_t i = 0; i < n; ++i) {
      if (!read(places[i], into + i, sizeof into[i])) return i;
    }
    return n;
  }
  [[nodiscard]] auto is_mapped(std::uint64_t, std::uint64_t) const noexcept -> bool { return true; }
  [[nodiscard]] auto why() const noexcept -> int { return 0; }
  void restart() noexcept {}
};

}  // namespace test_support
