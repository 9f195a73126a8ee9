// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <string_view>

namespace memscape::inline v0 {

/// The two texts that monitoring systems scrape. They differ in how a counter is named, in units, in
/// escapes and in how they end.
enum class metric_format : std::uint8_t {
  prometheus,   ///< Prometheus text, version 0.0.4
  openmetrics,  ///< OpenMetrics text, version 1.0
};

/// The media type of a format. Without its version a scraper may take a page for another format. Ends in
/// a NUL, for C.
[[nodiscard]] constexpr auto content_type(metric_format format) noexcept -> std::string_view {
  return format == metric_format::openmetrics
             ? "application/openmetrics-text; version=1.0.0; charset=utf-8"
             : "text/plain; version=0.0.4; charset=utf-8";
}

}  // namespace memscape::inline v0
