// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <memscape/exporters/metrics/format.hpp>
#include <string_view>

namespace memscape::inline v0 {

/// One media range of an Accept header, taken apart: `text/plain;version=0.0.4;q=0.5`.
/// Source: RFC 9110, 5.6 and 12.5.1.
class media_range {
 public:
  /// Takes the first range off `rest`, which becomes what is behind its comma.
  [[nodiscard]] static constexpr auto take(std::string_view& rest) noexcept -> media_range {
    auto text = cut(rest, ',');
    media_range range;
    range.type_ = trimmed(cut(text, ';'));
    while (!text.empty()) {
      auto value = cut(text, ';');
      auto const name = trimmed(cut(value, '='));
      value = unquoted(trimmed(value));
      if (is(name, "version")) {
        range.version_ = value;
      } else if (is(name, "charset")) {
        range.charset_ = value;
      } else if (is(name, "q")) {
        range.quality_ = thousandths(value);
      }
      // Others choose among names and encodings that our pages do not use.
    }
    return range;
  }

  /// How closely the range describes pages of `format`; 0 when it does not. The closest range counts.
  [[nodiscard]] constexpr auto closeness(metric_format format) const noexcept -> unsigned {
    bool const open = format == metric_format::openmetrics;
    if (quality_ == broken) return 0;
    if (is(type_, "*/*")) return 1;
    if (is(type_, open ? "application/*" : "text/*")) return 2;
    if (!is(type_, open ? "application/openmetrics-text" : "text/plain")) return 0;
    if (!charset_.empty() && !is(charset_, "utf-8")) return 0;
    if (version_.empty()) return 3;
    return version_ == (open ? "1.0.0" : "0.0.4") ? 4 : 0;
  }

  /// What such a page is worth. Units: thousandths.
  [[nodiscard]] constexpr auto quality() const noexcept -> unsigned { return quality_; }

 private:
  static constexpr unsigned broken = 1001;

  // What stands before `end`; `rest` becomes what stands behind it. Inside of quotes it is no end.
  [[nodiscard]] static constexpr auto cut(std::string_view& rest, char end) noexcept
      -> std::string_view {
    bool quoted = false;
    std::size_t size = 0;
    for (; size < rest.size() && (quoted || rest[size] != end); ++size) {
      if (rest[size] == '"') quoted = !quoted;
      if (quoted && rest[size] == '\\' && size + 1 < rest.size()) ++size;
    }
    auto const before = rest.substr(0, size);
    rest.remove_prefix(size < rest.size() ? size + 1 : size);
    return before;
  }

  [[nodiscard]] static constexpr auto trimmed(std::string_view text) noexcept -> std::string_view {
    auto const is_blank = [](char c) { return c == ' ' || c == '\t'; };
    while (!text.empty() && is_blank(text.front())) text.remove_prefix(1);
    while (!text.empty() && is_blank(text.back())) text.remove_suffix(1);
    return text;
  }

  // No value that we look for needs an escape.
  [[nodiscard]] static constexpr auto unquoted(std::string_view text) noexcept -> std::string_view {
    bool const quoted = text.size() >= 2 && text.front() == '"' && text.back() == '"';
    return quoted ? text.substr(1, text.size() - 2) : text;
  }

  // Whether a text is this lower-case one, in any case.
  [[nodiscard]] static constexpr auto is(std::string_view text, std::string_view lower) noexcept
      -> bool {
    if (text.size() != lower.size()) return false;
    for (std::size_t i = 0; i < text.size(); ++i) {
      char const c = text[i];
      if ((c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c) != lower[i]) return false;
    }
    return true;
  }

  // "0" or "1" and at most three decimals.
  [[nodiscard]] static constexpr auto thousandths(std::string_view text) noexcept -> unsigned {
    if (text.empty() || text.size() > 5 || (text.size() > 1 && text[1] != '.')) return broken;
    unsigned value = 0;
    unsigned weight = 1000;
    for (std::size_t i = 0; i < text.size(); ++i) {
      if (i == 1) continue;
      if (text[i] < '0' || text[i] > '9') return broken;
      value += static_cast<unsigned>(text[i] - '0') * weight;
      weight /= 10;
    }
    return value <= 1000 ? value : broken;
  }

  std::string_view type_{};
  std::string_view version_{};
  std::string_view charset_{};
  unsigned quality_ = 1000;
};

/// The format that an Accept header asks for: the one it gives more weight, and between equals the one
/// that it names first. Prometheus text where it names neither, because that is what a person and every
/// scraper can read; also where it takes neither, because a page in the wrong format is better than none.
/// Several Accept headers are one, joined with commas.
/// Cost: one pass. Source: RFC 9110, 12.5.1.
[[nodiscard]] constexpr auto metric_format_for(std::string_view accept) noexcept -> metric_format {
  struct wish {
    unsigned closeness = 0;
    unsigned quality = 0;
    std::size_t place = 0;
  };
  wish text;
  wish open;
  auto const hear = [](wish& of, media_range const& range, metric_format format,
                       std::size_t place) {
    auto const closeness = range.closeness(format);
    if (closeness > of.closeness) of = {closeness, range.quality(), place};
  };
  for (std::size_t place = 0; !accept.empty(); ++place) {
    auto const range = media_range::take(accept);
    hear(text, range, metric_format::prometheus, place);
    hear(open, range, metric_format::openmetrics, place);
  }
  bool const wants_open = open.quality != text.quality
                              ? open.quality > text.quality
                              : open.quality > 0 && open.place < text.place;
  return wants_open ? metric_format::openmetrics : metric_format::prometheus;
}

}  // namespace memscape::inline v0
