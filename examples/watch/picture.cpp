// SPDX-License-Identifier: MIT
#include "picture.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstdio>
#include <memscape/exporters/text/amount.hpp>
#include <memscape/exporters/text/label.hpp>
#include <memscape/exporters/text/lines.hpp>
#include <memscape/exporters/text/tree.hpp>
#include <memscape/exporters/writer.hpp>

namespace watch {

namespace {

using memscape::decoded_error;
using memscape::decoded_snapshot;
using memscape::decoded_tree;
using memscape::text_label;
using memscape::text_options;
using memscape::writer;

constexpr std::string_view red = "\x1b[31m";
constexpr std::string_view green = "\x1b[32m";

auto painted(std::string text, std::string_view how, text_options const& on) -> std::string {
  if (!on.colour) return text;
  return std::string{how} + std::move(text) + std::string{memscape::text_style::off};
}

// What `write(writer&)` writes.
template <class Write>
auto written(Write const& write) -> std::string {
  writer counter;
  write(counter);
  std::string text(counter.size(), '\0');
  writer to{text};
  write(to);
  return text;
}

}  // namespace

auto printable(std::string_view text, std::size_t columns, bool unicode) -> std::string {
  return written([&](writer& to) { text_label::put(to, text, columns, unicode); });
}

auto nanoseconds_text(std::uint64_t ns, bool unicode) -> std::string {
  if (ns < 1000) return std::to_string(ns) + " ns";
  auto value = static_cast<double>(ns) / 1e3;
  auto const* unit = unicode ? "µs" : "us";
  if (value >= 999.5) {
    value /= 1e3;
    unit = "ms";
  }
  if (value >= 999.5) {
    value /= 1e3;
    unit = "s";
  }
  std::array<char, 48> text{};
  int const decimals = value < 9.995 ? 2 : value < 99.95 ? 1 : 0;
  std::snprintf(text.data(), text.size(), "%.*f %s", decimals, value, unit);
  return text.data();
}

auto draw(decoded_tree const& tree, decoded_snapshot const* snapshot, text_options const& on)
    -> std::vector<std::string> {
  if (snapshot == nullptr) {
    return {
        printable(tree.size() == 0 ? "no layout yet" : "no snapshot yet", on.columns, on.unicode)};
  }
  using picture = memscape::text_tree<writer, decoded_tree, std::vector<decoded_error>>;
  auto const labels = picture::label_columns(tree, tree.size(), on.unicode);
  std::vector<memscape::text_share> room(tree.size());
  auto const text = written([&](writer& to) {
    picture::put(to,
                 {tree, tree.size(), snapshot->nodes.data(), snapshot->process, snapshot->untracked,
                  snapshot->overcounted, snapshot->errors, room.data()},
                 on, labels);
  });
  std::vector<std::string> lines;
  for (std::size_t at = 0; at < text.size();) {
    auto const end = text.find('\n', at);
    lines.push_back(text.substr(at, end - at));
    at = end + 1;
  }
  return lines;
}

auto draw_link(link_text const& link, decoded_snapshot const* snapshot, text_options const& on)
    -> std::string {
  auto const colour = link.how == link_text::mood::good      ? green
                      : link.how == link_text::mood::waiting ? memscape::text_style::yellow
                                                             : red;
  std::string rest = link.detail.empty() ? "" : "  " + link.detail;
  if (snapshot != nullptr) {
    auto const sequence = memscape::text_amount::of(memscape::count{snapshot->sequence});
    rest += "  snapshot " + std::string{sequence.view()} + ", sampled in " +
            nanoseconds_text(snapshot->sample_ns, on.unicode);
  }
  auto const word = printable(link.word, on.columns, on.unicode);
  auto const left = on.columns - text_label::columns_of(word, on.unicode);
  return painted(word, colour, on) + printable(rest, left, on.unicode);
}

}  // namespace watch
