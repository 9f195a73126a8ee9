// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <limits>
#include <memscape/core/read_error.hpp>
#include <memscape/exporters/common/longest.hpp>
#include <memscape/exporters/json/node_blocks.hpp>
#include <memscape/exporters/text/label.hpp>
#include <memscape/exporters/text/options.hpp>
#include <memscape/exporters/text/shares.hpp>
#include <memscape/exporters/text/table.hpp>
#include <memscape/exporters/text/tree.hpp>
#include <memscape/exporters/text/widest_label.hpp>
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
      (std::max)(tree<Layout>::label_columns(Layout::nodes, 0, false), widest_label<Layout, false>),
      (std::max)(tree<Layout>::label_columns(Layout::nodes, 0, true), widest_label<Layout, true>),
  };

  // What is written where there is room for everything, in two parts: the rows of nodes, whatever their numbers,
  // and what stands below them.
  static constexpr auto widest(bool unicode) noexcept -> text_options {
    return {
        .columns = (std::numeric_limits<std::size_t>::max)(), .unicode = unicode, .colour = true};
  }
  template <class Layout, bool Unicode, std::size_t Begin, std::size_t End>
  static constexpr std::size_t rows_size = [] {
    writer counter;
    auto const how = widest(Unicode);
    text_table<writer> rows{counter, how, label_columns<Layout>[Unicode ? 1 : 0], false};
    for (std::size_t i = Begin; i < End; ++i) {
      rows.put_node(Layout::nodes, i, (bytes::max)(),
                    {(bytes::max)(), {}, text_shares::whole, text_style::cyan});
    }
    return counter.size();
  }();
  template <class Layout, bool Unicode>
  static constexpr std::size_t below_size = [] {
    auto snap = longest_snapshot<Layout>();
    std::size_t most = 0;
    for (bool const has_rss : {true, false}) {
      if (!has_rss) snap.process.rss.reset();
      writer counter;
      text_share none{};
      tree<Layout>::put(counter,
                        {Layout::nodes, 0, nullptr, snap.process, snap.untracked(),
                         snap.overcounted(), snap.process.errors, &none},
                        widest(Unicode), label_columns<Layout>[Unicode ? 1 : 0]);
      most = (std::max)(most, counter.size());
    }
    return most;
  }();
  template <class Layout, bool Unicode>
  static constexpr std::size_t size_of = [] {
    auto sum = below_size<Layout, Unicode>;
    each_node_block<Layout::size, node_block / 2>([&sum]<std::size_t Begin, std::size_t End>() {
      sum += rows_size<Layout, Unicode, Begin, End>;
    });
    return sum;
  }();

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
    constexpr auto most = (std::max)(size_of<Layout, true>, size_of<Layout, false>);
    // On a narrower screen a row has less, but for the ellipsis of a label that was cut.
    constexpr std::size_t notes = 16;
    return most + text_label::cut_bytes * (Layout::size + notes);
  }();
};

}  // namespace memscape::inline v0
