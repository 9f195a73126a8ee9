// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <memscape/core/quantity.hpp>
#include <memscape/exporters/writer.hpp>
#include <optional>
#include <string_view>

namespace memscape::inline v0 {

/// A number as a member of a JSON object, its name given with all punctuation: `,"rss":`. What is absent is
/// `null`.
/// Cost: two pieces. Threads: any; nothing is kept.
class json_member {
 public:
  static constexpr void put(writer& to, std::string_view name, std::uint64_t value) noexcept {
    to.put(name);
    to.number(value);
  }
  template <class Unit>
  static constexpr void put(writer& to, std::string_view name, quantity<Unit> value) noexcept {
    put(to, name, value.value());
  }
  template <class Unit>
  static constexpr void put(writer& to, std::string_view name,
                            std::optional<quantity<Unit>> const& value) noexcept {
    if (value) return put(to, name, value->value());
    to.put(name);
    to.put("null");
  }
};

}  // namespace memscape::inline v0
