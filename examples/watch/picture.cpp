// SPDX-License-Identifier: MIT
#include "picture.hpp"

#include <algorithm>
#include <cstdint>
#include <optional>

namespace watch {

namespace {

using memscape::bytes;
using memscape::mirror_snapshot;
using memscape::mirror_tree;

constexpr std::string_view bold = "1";
constexpr std::string_view dim = "2";
constexpr std::string_view red = "31";
constexpr std::string_view green = "32";
constexpr std::string_view yellow = "33";
constexpr std::string_view cyan = "36";

auto painted(std::string text, std::string_view how, canvas const& on) -> std::string {
  if (!on.colours || text.empty()) return text;
  return "\x1b[" + std::string{how} + "m" + std::move(text) + "\x1b[0m";
}

template <class Amount>
auto number(std::optional<Amount> const& amount) -> std::optional<std::uint64_t> {
  return amount ? std::optional{amount->value()} : std::nullopt;
}

// Label, bar, amount and share in columns of one width for all rows.
class table {
 public:
  table(mirror_tree const& tree, mirror_snapshot const* snapshot, canvas const& on) : on_{on} {
    std::size_t longest = std::string_view{"Overcounted"}.size();
    for (auto const& node : tree) {
      longest = std::max(longest, indent(node.depth) + columns_of(node.label, on.set));
    }
    constexpr std::size_t fixed = 1 + amount_columns + 1 + share_columns;
    auto const rest = on.columns > fixed ? on.columns - fixed : 0;
    label_columns_ = std::min(longest, rest >= 24 ? rest * 3 / 5 : rest);
    bar_columns_ =
        rest > label_columns_ + 5 ? std::min(rest - label_columns_ - 1, std::size_t{60}) : 0;
    if (snapshot == nullptr) return;
    bytes tracked;
    for (std::size_t i = 0; i < tree.size(); i = tree[i].end) tracked += snapshot->nodes[i].used;
    // More may be claimed than is resident: bars then are of what is claimed.
    rss_ = number(snapshot->process.rss);
    whole_ = std::max(tracked.value(), rss_.value_or(0));
  }

  [[nodiscard]] auto row(std::string_view label, std::size_t depth, std::uint64_t amount,
                         std::string_view colour, std::string_view label_style = {}) const
      -> std::string {
    auto const shift = std::min(indent(depth), label_columns_ / 2);
    auto name = std::string(shift, ' ') + printable(label, label_columns_ - shift, on_.set);
    name = left(std::move(name), label_columns_, on_.set);
    std::string line = label_style.empty() ? name : painted(name, label_style, on_);
    if (bar_columns_ > 0) {
      line += ' ' + painted(bar(amount, whole_, bar_columns_, on_.set), colour, on_);
    }
    line += ' ' + right(bytes_text(amount), amount_columns, on_.set);
    line += ' ' + right(percent_text(amount, rss_), share_columns, on_.set);
    return line;
  }

 private:
  static constexpr std::size_t amount_columns = 9;  // 1023 KiB, and a blank
  static constexpr std::size_t share_columns = 6;   // 100.0%

  static auto indent(std::size_t depth) -> std::size_t { return 2 * depth; }

  canvas const& on_;
  std::size_t label_columns_ = 0;
  std::size_t bar_columns_ = 0;
  std::uint64_t whole_ = 0;
  std::optional<std::uint64_t> rss_;
};

// As many of the parts as fit, whole ones.
auto joined(std::vector<std::string> const& parts, canvas const& on) -> std::string {
  std::string line;
  for (auto const& part : parts) {
    auto longer = line.empty() ? part : line + "  " + part;
    if (columns_of(longer, on.set) > on.columns) break;
    line = std::move(longer);
  }
  return line;
}

}  // namespace

auto draw(mirror_tree const& tree, mirror_snapshot const* snapshot, canvas const& on)
    -> std::vector<std::string> {
  std::vector<std::string> lines;
  if (snapshot == nullptr) {
    lines.push_back(
        printable(tree.size() == 0 ? "no layout yet" : "no snapshot yet", on.columns, on.set));
    return lines;
  }
  auto const& process = snapshot->process;
  lines.push_back(painted(
      joined(
          {"RSS " + bytes_text(number(process.rss)), "peak " + bytes_text(number(process.peak_rss)),
           "VMS " + bytes_text(number(process.vms)),
           "faults " + count_text(number(process.page_faults_minor)) + " minor, " +
               count_text(number(process.page_faults_major)) + " major"},
          on),
      bold, on));
  table const rows{tree, snapshot, on};
  for (std::size_t i = 0; i < tree.size(); ++i) {
    auto const& node = tree[i];
    auto const style = node.is_group ? bold : std::string_view{};
    lines.push_back(rows.row(node.label, node.depth, snapshot->nodes[i].used.value(), cyan, style));
  }
  if (snapshot->untracked) {
    lines.push_back(rows.row("Untracked", 0, snapshot->untracked->value(), dim, dim));
  }
  if (snapshot->overcounted && snapshot->overcounted->value() > 0) {
    lines.push_back(rows.row("Overcounted", 0, snapshot->overcounted->value(), yellow, yellow));
  }
  for (auto const& error : snapshot->errors) {
    auto const text = "not read: " + error.step + ", code " + std::to_string(error.code);
    lines.push_back(painted(printable(text, on.columns, on.set), yellow, on));
  }
  return lines;
}

auto draw_link(link_text const& link, mirror_snapshot const* snapshot, canvas const& on)
    -> std::string {
  auto const colour = link.how == link_text::mood::good      ? green
                      : link.how == link_text::mood::waiting ? yellow
                                                             : red;
  std::string rest = link.detail.empty() ? "" : "  " + link.detail;
  if (snapshot != nullptr) {
    rest += "  snapshot " + count_text(snapshot->sequence) + ", sampled in " +
            nanoseconds_text(snapshot->sample_ns, on.set);
  }
  auto const word = printable(link.word, on.columns, on.set);
  return painted(word, colour, on) + printable(rest, on.columns - columns_of(word, on.set), on.set);
}

}  // namespace watch
