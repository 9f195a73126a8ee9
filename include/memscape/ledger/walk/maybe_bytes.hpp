// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <memscape/core/bytes.hpp>
#include <optional>

namespace memscape::inline v0 {

/// An amount that may not be known: a std::optional, but for `value()`, which is a plain number as that of
/// `bytes` is. Of what is not known that is the largest there is, which nobody takes for an amount, and never 0.
/// Errors: none. Threads: a plain value.
class maybe_bytes : public std::optional<bytes> {
 public:
  constexpr maybe_bytes() noexcept = default;
  constexpr maybe_bytes(bytes known) noexcept : optional{known} {}
  constexpr maybe_bytes(std::nullopt_t) noexcept {}
  constexpr maybe_bytes(std::optional<bytes> const& of) noexcept : optional{of} {}

  /// What is not known is known from here on, as this much.
  constexpr auto operator+=(bytes more) noexcept -> maybe_bytes& {
    emplace(value_or(bytes{}) + more);
    return *this;
  }

  /// Units: bytes.
  [[nodiscard]] constexpr auto value() const noexcept -> std::uint64_t {
    return value_or((bytes::max)()).value();
  }
};

}  // namespace memscape::inline v0
