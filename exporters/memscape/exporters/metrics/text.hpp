// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <memscape/exporters/json/text.hpp>
#include <memscape/exporters/metrics/format.hpp>
#include <memscape/exporters/writer.hpp>
#include <string_view>

namespace memscape::inline v0 {

/// Writes any bytes as the inside of a label value, without its quotes: backslash, quote and line feed
/// are escaped, alike in both formats. A byte that is no UTF-8 becomes U+FFFD, and so does NUL, at which
/// Prometheus' lexer stops: one bad label must not cost a scrape.
/// Source: OpenMetrics 1.0, ABNF `escaped-string`; Prometheus' promlex.l.
constexpr void put_metric_label(writer& to, std::string_view text, bool quotes = true) noexcept {
  while (true) {
    auto const plain = plain_start(text);
    to.put(text.substr(0, plain));
    text.remove_prefix(plain);
    if (text.empty()) return;
    std::size_t const size = utf8_sequence(text);
    char const c = text.front();
    if (size == 0 || c == '\0') {
      to.put("\uFFFD");
    } else if (c == '\\' || (c == '"' && quotes)) {
      to.put('\\');
      to.put(c);
    } else if (c == '\n') {
      to.put("\\n");
    } else {
      to.put(text.substr(0, size));
    }
    text.remove_prefix(size == 0 ? 1 : size);
  }
}

/// Writes any bytes as a HELP text: like a label, but Prometheus 0.0.4 takes a quote as it stands, and a
/// backslash before it as one more character.
constexpr void put_metric_help(writer& to, std::string_view text, metric_format format) noexcept {
  put_metric_label(to, text, format == metric_format::openmetrics);
}

/// Writes a label with its value.
constexpr void put_metric_pair(writer& to, std::string_view name, std::string_view value) noexcept {
  to.put(name);
  to.put("=\"");
  put_metric_label(to, value);
  to.put('"');
}

}  // namespace memscape::inline v0
