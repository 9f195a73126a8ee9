// SPDX-License-Identifier: MIT
#pragma once

#include <memscape/core/extended_memory.hpp>
#include <memscape/core/memory_limits.hpp>
#include <memscape/exporters/metrics/detail_families.hpp>
#include <memscape/exporters/metrics/format.hpp>
#include <memscape/exporters/metrics/limit_families.hpp>
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

  template <auto const& Rows, bool IsOpen = false>
  using rows = metric_rows<Format, Policy, Rows, IsOpen>;

 public:
  template <class Writer>
  [[nodiscard]] static constexpr auto put(Writer to, extended_memory const& of) noexcept -> Writer {
    if constexpr (Policy::with_process) {
      to = rows<detail_process_rows>::put(to, of);
      to = rows<address_space_rows>::put(to, of.limits);
    }
    to = rows<detail_rows>::put(to, of);
    auto const kind = of.limits.kind;
    if (kind != limit_kind::none && kind != limit_kind::vms) {
      to = rows<limit_rows, true>::put(to, of.limits, name_of(kind));
    }
    return rows<more_limit_rows>::put(to, of.limits);
  }
};

}  // namespace memscape::inline v0
