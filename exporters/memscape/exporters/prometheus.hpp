// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <memscape/exporters/metrics/accept.hpp>
#include <memscape/exporters/metrics/format.hpp>
#include <memscape/exporters/metrics/page.hpp>
#include <memscape/exporters/metrics/policy.hpp>
#include <memscape/registry/snapshot.hpp>
#include <span>
#include <string_view>

namespace memscape::inline v0 {

/// The exporter for Prometheus text 0.0.4, and the one for OpenMetrics 1.0.
using prometheus_text = metric_page<metric_format::prometheus>;
using openmetrics = metric_page<metric_format::openmetrics>;

/// Either, as the one who asks wants it:
///
///     auto const format = memscape::metric_format_for(accept_header);
///     std::array<char, memscape::metrics<>::max_size<decltype(memory)::layout>> page;
///     respond(memscape::content_type(format), memscape::metrics<>::write(page, snap, format));
template <class Policy = metric_policy>
struct metrics {
  template <class Layout>
  [[nodiscard]] static constexpr auto write(std::span<char> out, snapshot<Layout> const& snap,
                                            metric_format format) noexcept -> std::string_view {
    return format == metric_format::openmetrics
               ? metric_page<metric_format::openmetrics, Policy>::write(out, snap)
               : metric_page<metric_format::prometheus, Policy>::write(out, snap);
  }

  /// The most that `write` needs in either format. Units: bytes.
  template <class Layout>
  static constexpr std::size_t max_size = [] {
    constexpr auto text = metric_page<metric_format::prometheus, Policy>::template max_size<Layout>;
    constexpr auto open =
        metric_page<metric_format::openmetrics, Policy>::template max_size<Layout>;
    return open > text ? open : text;
  }();
};

}  // namespace memscape::inline v0
