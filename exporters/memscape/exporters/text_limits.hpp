// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <memscape/core/memory_limits.hpp>
#include <memscape/exporters/text/amount.hpp>
#include <memscape/exporters/text/lines.hpp>
#include <memscape/exporters/text/options.hpp>
#include <memscape/exporters/writer.hpp>
#include <span>
#include <string_view>

namespace memscape::inline v0 {

/// What a process may use, by the name of the limit that counts, as one sentence for a terminal.
/// Errors: an empty text when `out` is too small, which `max_size` rules out, and where no limit is known.
/// Cost: one pass; no allocation, no lock, no exception. Threads: any; nothing is kept.
class text_limits {
 public:
  /// Writes it; every line ends in a newline.
  [[nodiscard]] static constexpr auto write(std::span<char> out, memory_limits const& of,
                                            text_options how = {}) noexcept -> std::string_view {
    writer to{out};
    text_lines<writer> lines{to, how};
    put(lines, of, how.unicode);
    return to.text();
  }

  /// The same among other lines; nothing where no limit is known.
  static constexpr void put(text_lines<writer>& lines, memory_limits const& of,
                            bool unicode) noexcept {
    if (!is_limit(of.kind)) return;
    auto const put = [&](auto const&... parts) {
      lines.piece(unicode ? " \xE2\x94\x82 " : " | ", {}, parts...);
    };
    put("limit ", name_of(of.kind), " ", text_amount::of(of.limit).view());
    // Of the whole group, so that nobody takes it for this process's.
    if (is_of_group(of.kind)) {
      put("group uses ", text_amount::of(of.limit_used).view());
      put("reclaimable ", text_amount::of(of.cgroup_reclaimable).view());
    }
    put("headroom ", text_amount::of(of.headroom).view());
    if (of.oom_kills && of.oom_kills->value() > 0) {
      put("OOM kills ", text_amount::of(of.oom_kills).view());
    }
    lines.end();
  }

  /// What is enough for any limits and any options. Units: bytes.
  static constexpr std::size_t max_size = 256;
};

}  // namespace memscape::inline v0
