// SPDX-License-Identifier: MIT
#include <memscape/exporters/prometheus.hpp>

#include "encoders.hpp"

auto bench::metrics::write_memscape(std::span<char> out, snapshot const& snap) -> std::string_view {
  return memscape::prometheus_text::write(out, snap);
}

auto bench::metrics::write_memscape_openmetrics(std::span<char> out, snapshot const& snap)
    -> std::string_view {
  return memscape::openmetrics::write(out, snap);
}
