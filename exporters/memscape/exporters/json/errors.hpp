// SPDX-License-Identifier: MIT
#pragma once

#include <memscape/core/read_error.hpp>
#include <string_view>

namespace memscape::inline v0 {

/// Why numbers are absent, as JSON of protocol version 1: a list of steps and codes.
/// Cost: one pass. Threads: any; nothing is kept.
class json_errors {
 public:
  template <class Writer>
  static constexpr void put(Writer& to, read_errors const& errors) noexcept {
    to.put('[');
    for (auto const& error : errors) {
      to.put(&error == errors.begin() ? "{\"step\":\"" : ",{\"step\":\"");
      to.put(name_of(error.step));
      to.put("\",\"code\":");
      to.signed_number(error.code);
      to.put('}');
    }
    to.put(']');
  }

  /// The list as a member behind others, `name` being `,"errors":`; nothing where there is no error.
  template <class Writer>
  static constexpr void put_member(Writer& to, std::string_view name,
                                   read_errors const& errors) noexcept {
    if (errors.empty()) return;
    to.put(name);
    put(to, errors);
  }

  /// The same in a delta: where the list differs, even when it is empty now.
  template <class Writer>
  static constexpr void put_change(Writer& to, std::string_view name, read_errors const& base,
                                   read_errors const& now) noexcept {
    if (now == base) return;
    to.put(name);
    put(to, now);
  }
};

}  // namespace memscape::inline v0
