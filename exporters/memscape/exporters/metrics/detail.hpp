// SPDX-License-Identifier: MIT
#pragma once

#include <memscape/core/extended_memory.hpp>
#include <memscape/core/limit_fields.hpp>
#include <memscape/core/memory_limits.hpp>
#include <memscape/core/process_fields.hpp>
#include <memscape/exporters/metrics/format.hpp>
#include <memscape/exporters/metrics/head.hpp>
#include <memscape/exporters/metrics/policy.hpp>
#include <memscape/exporters/metrics/rows.hpp>

namespace memscape::inline v0 {

/// What a detailed reader knows, as a part of a page of metrics. The limit that counts is named by the
/// label `limit`: `memscape_memory_limit_bytes{limit="cgroup memory.max"}`.
/// Cost: a comparison a number. Threads: any; nothing is kept.
template <metric_format Format, class Policy>
class metric_detail {
  static_assert(!has_label<Policy>("limit") && !has_label<Policy>("reading"),
                "memscape: give this policy's labels other names than 'limit' and 'reading', which "
                "metrics of a detailed reader set themselves.");

  template <auto const& Fields, bool (*IsWanted)(field_metric const&) noexcept, bool IsOpen = false>
  using rows = metric_rows<Format, Policy, metric_table<Fields, IsWanted>, IsOpen>;

  [[nodiscard]] static constexpr auto is_of_tightest(field_metric const& of) noexcept -> bool {
    return of.label == "limit";
  }
  [[nodiscard]] static constexpr auto is_of_others(field_metric const& of) noexcept -> bool {
    return is_own_metric(of) && !is_of_tightest(of);
  }

 public:
  template <class Writer>
  [[nodiscard]] static constexpr auto put(Writer to, extended_memory const& of) noexcept -> Writer {
    if constexpr (Policy::with_process) {
      to = rows<extended_fields, is_common_metric>::put(to, of);
      to = rows<limit_fields, is_common_metric>::put(to, of.limits);
    }
    to = rows<extended_fields, is_own_metric>::put(to, of);
    to = rows<process_fields, is_own_metric>::put(to, of);
    if (is_limit(of.limits.kind)) {
      to = rows<limit_fields, is_of_tightest, true>::put(to, of.limits, name_of(of.limits.kind));
    }
    return rows<limit_fields, is_of_others>::put(to, of.limits);
  }
};

}  // namespace memscape::inline v0
