// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <memscape/exporters/decoder/snapshot.hpp>
#include <memscape/exporters/decoder/tree.hpp>
#include <memscape/exporters/text/options.hpp>
#include <string>
#include <string_view>
#include <vector>

namespace watch {

/// The state of the connection, as a word and what there is to say of it.
struct link_text {
  enum class mood { good, waiting, bad };
  mood how = mood::good;
  std::string word{};
  std::string detail{};
};

/// A text of a stranger for a terminal, at most `columns` wide.
[[nodiscard]] auto printable(std::string_view text, std::size_t columns, bool unicode)
    -> std::string;

/// 2.10 us
[[nodiscard]] auto nanoseconds_text(std::uint64_t ns, bool unicode) -> std::string;

/// A snapshot as the library draws it, line by line. A null snapshot has no numbers yet.
[[nodiscard]] auto draw(memscape::decoded_tree const& tree,
                        memscape::decoded_snapshot const* snapshot,
                        memscape::text_options const& on) -> std::vector<std::string>;

/// The line below it.
[[nodiscard]] auto draw_link(link_text const& link, memscape::decoded_snapshot const* snapshot,
                             memscape::text_options const& on) -> std::string;

}  // namespace watch
