// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <limits>
#include <memscape/core/read_error.hpp>
#include <memscape/exporters/longest.hpp>
#include <memscape/exporters/text_label.hpp>
#include <memscape/exporters/text_options.hpp>
#include <memscape/exporters/text_shares.hpp>
#include <memscape/exporters/text_tree.hpp>
#include <memscape/exporters/writer.hpp>
#include <memscape/registry/snapshot.hpp>
#include <memscape/tree/layout.hpp>
#include <span>
#include <string_view>

namespace memscape::inline v0 {

/// A snapshot as a picture for a terminal, a log or a bug report.
///
///     std::array<char, memscape::text::max_size<decltype(memory)::layout>> room;
///     fputs_of(memscape::text::write(room, memory.collect()));
///     memscape::text::write(room, snap, memscape::text_environment::options(isatty(1) == 1));
///
/// Percentages are of RSS and sum to 100.0 over the roots and what is untracked; where RSS is absent or
/// smaller than what is tracked they are of that, and a line says so. What was not measured is a dash, and
/// a line says why. Labels may hold any bytes: no control reaches the terminal.
/// Errors: an empty text when `out` is too small, which `max_size` rules out; never a part of a picture.
/// Cost: one pass; no allocation, no lock, no exception. Threads: any; nothing is kept.
class text {
  using errors = read_errors;

  template <class Layout>
  using tree = text_tree<writer, std::array<layout_node, Layout::size>, errors>;

  template <class Layout>
  static constexpr void put(writer& to, snapshot<Layout> const& snap, text_options how) noexcept {
    std::array<text_share, Layout::size> room;
    auto const longest = label_columns<Layout>[how.unicode ? 1 : 0];
    tree<Layout>::put(to,
                      {Layout::nodes, Layout::size, snap.nodes.data(), snap.process,
                       snap.untracked(), snap.overcounted(), snap.process.errors, room.data()},
                      how, longest);
  }

  template <class Layout>
  static constexpr std::array<std::size_t, 2> label_columns = {
      tree<Layout>::label_columns(Layout::nodes, Layout::size, false),
      tree<Layout>::label_columns(Layout::nodes, Layout::size, true),
  };

 public:
  static constexpr std::string_view content_type = "text/plain; charset=utf-8";

  /// Writes the picture; every line of it ends in a newline.
  template <class Layout>
  [[nodiscard]] static constexpr auto write(std::span<char> out, snapshot<Layout> const& snap,
                                            text_options how = {}) noexcept -> std::string_view {
    writer to{out};
    put(to, snap, how);
    return to.text();
  }

  /// What is enough for any snapshot and any options. Units: bytes.
  template <class Layout>
  static constexpr std::size_t max_size = [] {
    constexpr auto any = (std::numeric_limits<std::size_t>::max)();
    auto snap = longest_snapshot<Layout>();
    std::size_t most = 0;
    for (bool const has_rss : {true, false}) {
      if (!has_rss) snap.process.rss.reset();
      for (bool const unicode : {true, false}) {
        writer counter;
        text::put(counter, snap, {.columns = any, .unicode = unicode, .colour = true});
        most = (std::max)(most, counter.size());
      }
    }
    // On a narrower screen a row has less, but for the ellipsis of a label that was cut.
    constexpr std::size_t notes = 16;
    return most + text_label::cut_bytes * (Layout::size + notes);
  }();
};

}  // namespace memscape::inline v0
