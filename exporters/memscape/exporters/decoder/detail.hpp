// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <iterator>
#include <memscape/core/extended_memory.hpp>
#include <memscape/core/limit_fields.hpp>
#include <memscape/core/memory_limits.hpp>
#include <memscape/core/process_fields.hpp>
#include <memscape/exporters/decoder/report.hpp>
#include <optional>
#include <string_view>

namespace memscape::inline v0 {

/// Reads what a detailed reader adds to one frame, anew for each: members of `process` and of `limits`.
/// Errors: each step says what is wrong with it; absent means that this version does not know the name.
/// Cost: a search a key. Threads: one at a time.
class decoder_detail {
 public:
  using verdict = std::optional<decode_fault>;

  /// A member of `process`.
  [[nodiscard]] auto set_process(extended_memory& of, std::string_view key,
                                 wire_number value) noexcept -> verdict {
    return set("process: a number twice", extended_fields, of, seen_process_, key, value);
  }

  /// A number of `limits`.
  [[nodiscard]] auto set_limit(memory_limits& of, std::string_view key, wire_number value) noexcept
      -> verdict {
    return set("limits: a number twice", limit_fields, of, seen_limits_, key, value);
  }

  /// Which limit counts. A later sender may know one that this version does not: none of ours then.
  [[nodiscard]] auto set_kind(memory_limits& of, std::string_view name) noexcept -> decode_fault {
    if (seen_kind_) return "limits: two kinds";
    seen_kind_ = true;
    of.kind = limit_kind::none;
    for (std::size_t i = 0; i < std::size(limit_kind_names); ++i) {
      if (limit_kind_names[i] == name) of.kind = static_cast<limit_kind>(i);
    }
    return {};
  }

 private:
  template <class Struct, std::size_t Size>
  [[nodiscard]] static auto set(decode_fault twice, field<Struct> const (&fields)[Size], Struct& of,
                                std::uint32_t& seen, std::string_view key,
                                wire_number value) noexcept -> verdict {
    static_assert(Size <= 32);
    std::size_t const index = index_of(fields, key);
    if (index == Size) return std::nullopt;
    std::uint32_t const mark = 1U << index;
    if ((seen & mark) != 0) return twice;
    seen |= mark;
    fields[index].set(of, value);
    return decode_fault{};
  }

  std::uint32_t seen_process_ = 0;
  std::uint32_t seen_limits_ = 0;
  bool seen_kind_ = false;
};

}  // namespace memscape::inline v0
