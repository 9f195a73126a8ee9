// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memscape/core/bytes.hpp>
#include <memscape/core/memory_home.hpp>
#include <memscape/exporters/common/node_path.hpp>
#include <memscape/exporters/text/shares.hpp>
#include <memscape/ledger/cause.hpp>
#include <memscape/ledger/ledger.hpp>
#include <memscape/ledger/quality.hpp>
#include <optional>
#include <string_view>

namespace memscape::inline v0 {

/// A row of an account; `parent` and `end` are places in it.
struct text_account_row {
  static constexpr std::uint32_t no_parent = UINT32_MAX;

  std::string_view label{};
  std::optional<bytes> amount{};  ///< what is resident; absent where that is not known of it
  std::optional<bytes> used{};
  std::uint32_t parent = no_parent;
  std::uint32_t depth = 0;
  std::uint32_t end = 0;
  bool is_group = false;
  bool is_path = false;  ///< the label says also what it is in
};

/// A ledger as a tree of rows, each resident byte in one root: the owners as they stand in the layout, then the
/// causes, the largest first, with what lies in them. A source without ranges stands under malloc if it says
/// that its memory lies there, else under a row of its own, with the labels of what it is in, and adds nothing to
/// any sum.
/// Cost: one pass and a sort of a few rows. Threads: a plain value. It points into the ledger.
template <class Layout>
class text_account {
  using row = text_account_row;
  using ledger_type = ledger<Layout>;
  static constexpr std::string_view malloc_label = "malloc";
  static constexpr std::string_view unplaced_label = "place unknown";

 public:
  /// Rows at most.
  static constexpr std::size_t capacity =
      Layout::size + cause_count + decltype(ledger_type::names)::capacity + 2;

  constexpr explicit text_account(ledger_type const& of) noexcept : of_{&of} {
    add_owners();
    add_causes();
    add_unmeasured(row::no_parent, unplaced_label, memory_home::unknown);
    auto const amount = [this](std::size_t i) noexcept {
      return rows_[i].amount.value_or(bytes{});
    };
    for (std::size_t i = 0; i < size_; i = rows_[i].end) whole_ += amount(i);
    whole_ += unexplained();
    unexplained_tenths_ = text_shares::deal(rows_, size_, amount, unexplained(), shares_.data());
  }

  [[nodiscard]] constexpr auto size() const noexcept -> std::size_t { return size_; }
  [[nodiscard]] constexpr auto operator[](std::size_t i) const noexcept -> row const& {
    return rows_[i];
  }
  /// What a row has of the whole. Units: tenths of a percent.
  [[nodiscard]] constexpr auto tenths(std::size_t i) const noexcept -> unsigned {
    return shares_[i].tenths;
  }
  [[nodiscard]] constexpr auto unexplained_tenths() const noexcept -> unsigned {
    return unexplained_tenths_;
  }
  /// The sum of the roots and what is unexplained: RSS, and the closure error where there is one.
  [[nodiscard]] constexpr auto whole() const noexcept -> bytes { return whole_; }

 private:
  [[nodiscard]] constexpr auto unexplained() const noexcept -> bytes {
    return of_->unexplained.value_or(bytes{});
  }

  constexpr auto add(row of) noexcept -> std::uint32_t {
    auto const at = static_cast<std::uint32_t>(size_++);
    if (of.parent != row::no_parent) of.depth = rows_[of.parent].depth + 1;
    rows_[at] = of;
    for (auto i = at; i != row::no_parent; i = rows_[i].parent) rows_[i].end = at + 1;
    return at;
  }

  [[nodiscard]] constexpr auto is_measured(std::size_t i) const noexcept -> bool {
    return !Layout::nodes[i].is_group && of_->sources[i].resident.has_value();
  }
  [[nodiscard]] constexpr auto owns(std::size_t i) const noexcept -> bool {
    for (auto at = i; at < Layout::nodes[i].end; ++at) {
      if (is_measured(at)) return true;
    }
    return false;
  }

  // What of the tree lies where it says; groups are the sums of that, on both axes.
  constexpr void add_owners() noexcept {
    std::array<std::uint32_t, Layout::size> places{};
    for (std::size_t i = 0; i < Layout::size; ++i) {
      if (!owns(i)) continue;
      auto const& node = Layout::nodes[i];
      auto const parent = node.is_root() ? row::no_parent : places[node.parent];
      row of{.label = node.label, .parent = parent, .is_group = node.is_group};
      places[i] = add(of);
      if (node.is_group) continue;
      auto const& source = of_->sources[i];
      for (auto at = places[i]; at != row::no_parent; at = rows_[at].parent) {
        rows_[at].amount = rows_[at].amount.value_or(bytes{}) + *source.resident;
        rows_[at].used = rows_[at].used.value_or(bytes{}) + source.said.used;
      }
    }
  }

  constexpr void add_causes() noexcept {
    constexpr auto all_of_malloc = cause_count;
    bytes amounts[cause_count + 1];
    for (std::size_t i = 0; i < cause_count; ++i) {
      amounts[i] = of_->causes[i].resident;
      if (is_of_malloc(cause_table[i].of)) amounts[all_of_malloc] += amounts[i];
    }
    bool is_done[cause_count + 1]{};
    // The largest that is left, and the first of equals.
    auto const next = [&](auto const& wanted) noexcept {
      std::size_t most = cause_count + 1;
      for (std::size_t i = 0; i <= cause_count; ++i) {
        bool const is_left = !is_done[i] && amounts[i] != bytes{} && wanted(i);
        if (is_left && (most > cause_count || amounts[i] > amounts[most])) most = i;
      }
      if (most <= cause_count) is_done[most] = true;
      return most;
    };
    auto const is_part = [](std::size_t i) {
      return i != all_of_malloc && is_of_malloc(cause_table[i].of);
    };
    auto const is_root = [&](std::size_t i) { return i == all_of_malloc || !is_part(i); };
    for (auto i = next(is_root); i <= cause_count; i = next(is_root)) {
      if (i != all_of_malloc) {
        auto const at = add({.label = cause_table[i].name, .amount = amounts[i]});
        if (cause_table[i].parts == cause_parts::names) add_names(at);
        continue;
      }
      auto const group = add({.label = malloc_label, .amount = amounts[i], .is_group = true});
      for (auto part = next(is_part); part <= cause_count; part = next(is_part)) {
        add({.label = cause_table[part].name, .amount = amounts[part], .parent = group});
      }
      add_unmeasured(group, {}, memory_home::malloc);
    }
    // They say that they lie there, and there it could not be measured.
    if (amounts[all_of_malloc] == bytes{}) {
      add_unmeasured(row::no_parent, malloc_label, memory_home::malloc);
    }
  }

  constexpr void add_names(std::uint32_t parent) noexcept {
    for (auto const& one : of_->names) {
      if (one.resident == bytes{}) continue;
      rows_[parent].is_group = true;
      add({.label = one.name.view(), .amount = one.resident, .parent = parent});
    }
  }

  // The sources of which nobody knows what is resident, below `parent`, or below a new row of that label.
  constexpr void add_unmeasured(std::uint32_t parent, std::string_view label,
                                memory_home home) noexcept {
    for (std::size_t i = 0; i < Layout::size; ++i) {
      auto const& source = of_->sources[i];
      if (Layout::nodes[i].is_group || is_measured(i) || source.lies_in != home) continue;
      if (parent == row::no_parent) parent = add({.label = label, .is_group = true});
      add({.label = node_path<Layout>::of(i),
           .used = source.said.used,
           .parent = parent,
           .is_path = true});
      if (!rows_[parent].amount) {
        rows_[parent].used = rows_[parent].used.value_or(bytes{}) + source.said.used;
      }
    }
  }

  ledger_type const* of_;
  std::array<row, capacity> rows_{};
  std::array<text_share, capacity> shares_{};
  std::size_t size_ = 0;
  bytes whole_{};
  unsigned unexplained_tenths_ = 0;
};

}  // namespace memscape::inline v0
