// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstddef>
#include <string_view>

namespace memscape::inline v0 {

/// A label that every sample carries. The value may hold any bytes.
struct metric_label {
  std::string_view name{};
  std::string_view value{};
};

/// What is a matter of taste on a page of metrics. Derive from it and hide what you want otherwise:
///
///     struct my_metrics : memscape::metric_policy {
///       static constexpr std::string_view prefix = "checkout";
///       static constexpr memscape::metric_label labels[] = {{"tier", "frontend"}};
///     };
///
/// Prometheus adds `job` and `instance` by itself; what differs from process to process belongs there.
struct metric_policy {
  /// What the names of the tree's metrics begin with: `<prefix>_memory_used_bytes`.
  static constexpr std::string_view prefix = "memscape";
  /// Labels of every sample.
  static constexpr std::array<metric_label, 0> labels{};
  /// Whether samples of the tree carry `label`, the text for people, besides `subsystem`, the key.
  static constexpr bool with_node_labels = false;
  /// Whether the page holds `process_*`; not, where something else on that page already does.
  static constexpr bool with_process = true;
  /// Whether the page holds what a detailed reader knows besides: about forty samples.
  static constexpr bool with_detail = true;
  /// The HELP of a metric: `text` is ours, `name` is the metric's, without prefix and `_total`.
  [[nodiscard]] static constexpr auto help(std::string_view name, std::string_view text) noexcept
      -> std::string_view {
    (void)name;
    return text;
  }
};

/// Whether a name has the form `[a-zA-Z_][a-zA-Z0-9_]*` and does not begin with two underscores, which
/// are Prometheus' own.
/// Source: OpenMetrics 1.0, ABNF `label-name`; Prometheus' data model.
[[nodiscard]] constexpr auto is_metric_name(std::string_view name) noexcept -> bool {
  if (name.empty() || (name.front() >= '0' && name.front() <= '9')) return false;
  for (char const c : name) {
    bool const letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    if (!letter && !(c >= '0' && c <= '9') && c != '_') return false;
  }
  return !name.starts_with("__");
}

/// Whether every label of a policy has a name that a label may have.
template <class Policy>
[[nodiscard]] constexpr auto labels_have_names() noexcept -> bool {
  for (auto const& label : Policy::labels) {
    if (!is_metric_name(label.name)) return false;
  }
  return true;
}

/// Whether a policy sets this label.
template <class Policy>
[[nodiscard]] constexpr auto has_label(std::string_view name) noexcept -> bool {
  for (auto const& label : Policy::labels) {
    if (label.name == name) return true;
  }
  return false;
}

/// Whether no label of a policy is there twice, counting those that the page sets itself.
template <class Policy>
[[nodiscard]] constexpr auto labels_are_unique() noexcept -> bool {
  for (auto const& label : Policy::labels) {
    if (label.name == "subsystem" || label.name == "parent") return false;
    if (Policy::with_node_labels && label.name == "label") return false;
    for (auto const& other : Policy::labels) {
      if (&label != &other && label.name == other.name) return false;
    }
  }
  return true;
}

}  // namespace memscape::inline v0
