// SPDX-License-Identifier: MIT
#pragma once

#include <fmt/format.h>

#include <array>
#include <cstddef>
#include <memscape/core/field.hpp>
#include <memscape/core/process_fields.hpp>
#include <memscape/core/process_memory.hpp>
#include <memscape/core/quantity.hpp>
#include <memscape/core/usage.hpp>
#include <memscape/core/usage_fields.hpp>
#include <memscape/exporters/text.hpp>
#include <memscape/exporters/text/amount.hpp>
#include <memscape/exporters/text/options.hpp>
#include <memscape/exporters/writer.hpp>
#include <memscape/registry/snapshot.hpp>
#include <span>
#include <string_view>

// What fmt::print("{}", x) shows, and what may stand behind the colon:
//
//   bytes, count     1.50 MiB, 1,234     fill, alignment and width as for a string; with a final `d` the
//                                        number itself, as for an integer: {:d}, {:>20d}
//   usage            used 1.50 MiB, committed 2.00 MiB, peak -, objects 12, slots -
//   process_memory   RSS 70.0 MiB, peak -, …; not read: getrusage, code 1
//                                        fill, alignment, width and precision as for a string
//   snapshot         the picture of `text`, with its last newline: {:120uc} is 120 columns wide, in
//                                        Unicode, in colours; each of the three may be left out
//
// Anything else does not compile, or throws fmt::format_error where the format is no constant.

namespace memscape::inline v0 {

/// Numbers of a struct in one line, into memory of its own.
/// Errors: none; the room is that of the longest. Cost: one pass; no allocation. Threads: a plain value.
class text_line {
 public:
  constexpr explicit text_line(usage const& of) noexcept {
    for (auto const& field : usage_fields) put_field(field, of);
  }

  constexpr explicit text_line(process_memory const& of) noexcept {
    put("RSS ", of.rss);
    put(", peak ", of.peak_rss);
    put(", VMS ", of.vms);
    put(", shared ", of.shared);
    put(", data ", of.data);
    for (auto const& field : process_fields) {
      if (!field.always && field.get(of)) put_field(field, of);
    }
    put(", faults ", of.page_faults_minor);
    put(" minor, ", of.page_faults_major);
    to_.put(" major");
    for (auto const& error : of.errors) {
      to_.put("; not read: ");
      to_.put(name_of(error.step));
      to_.put(", code ");
      to_.signed_number(error.code);
    }
  }

  text_line(text_line const&) = delete;
  auto operator=(text_line const&) -> text_line& = delete;

  [[nodiscard]] constexpr auto view() const noexcept -> std::string_view { return to_.text(); }

 private:
  template <class Struct>
  constexpr void put_field(field<Struct> const& field, Struct const& of) noexcept {
    if (to_.size() > 0) to_.put(", ");
    to_.put(field.label);
    to_.put(' ');
    to_.put(text_amount::of(field, of).view());
  }

  constexpr void put(std::string_view name, auto const& amount) noexcept {
    to_.put(name);
    to_.put(text_amount::of(amount).view());
  }

  std::array<char, 512> room_{};
  writer to_{std::span{room_}};
};

/// The format specification of a snapshot: `[columns][u][c]`.
class text_spec {
 public:
  constexpr auto parse(fmt::format_parse_context& context) noexcept {
    auto at = context.begin();
    auto const end = context.end();
    std::size_t columns = 0;
    for (; at != end && *at >= '0' && *at <= '9'; ++at) {
      // No text is wider than that, whatever is asked for.
      if (columns < 100'000) columns = columns * 10 + static_cast<std::size_t>(*at - '0');
    }
    if (columns > 0) options.columns = columns;
    for (; at != end && *at == 'u'; ++at) options.unicode = true;
    for (; at != end && *at == 'c'; ++at) options.colour = true;
    return at;  // what fmt does not find to be the end is an error
  }

  text_options options{};
};

}  // namespace memscape::inline v0

template <class Unit>
struct fmt::formatter<memscape::quantity<Unit>> {
  constexpr auto parse(format_parse_context& context) {
    auto last = '\0';
    int open = 0;  // braces of a width that is an argument
    for (auto at = context.begin(); at != context.end() && (*at != '}' || open > 0); ++at) {
      open += *at == '{' ? 1 : *at == '}' ? -1 : 0;
      last = *at;
    }
    is_exact_ = last == 'd';
    return is_exact_ ? number_.parse(context) : text_.parse(context);
  }

  template <class Context>
  auto format(memscape::quantity<Unit> amount, Context& context) const {
    if (is_exact_) return number_.format(amount.value(), context);
    return text_.format(memscape::text_amount::of(amount).view(), context);
  }

 private:
  fmt::formatter<std::string_view> text_;
  fmt::formatter<typename memscape::quantity<Unit>::rep> number_;
  bool is_exact_ = false;
};

template <>
struct fmt::formatter<memscape::usage> : fmt::formatter<std::string_view> {
  template <class Context>
  auto format(memscape::usage const& of, Context& context) const {
    return fmt::formatter<std::string_view>::format(memscape::text_line{of}.view(), context);
  }
};

template <>
struct fmt::formatter<memscape::process_memory> : fmt::formatter<std::string_view> {
  template <class Context>
  auto format(memscape::process_memory const& of, Context& context) const {
    return fmt::formatter<std::string_view>::format(memscape::text_line{of}.view(), context);
  }
};

template <class Layout>
struct fmt::formatter<memscape::snapshot<Layout>> {
  constexpr auto parse(format_parse_context& context) { return spec_.parse(context); }

  template <class Context>
  auto format(memscape::snapshot<Layout> const& of, Context& context) const {
    std::array<char, memscape::text::max_size<Layout>> room;
    return fmt::formatter<std::string_view>{}.format(memscape::text::write(room, of, spec_.options),
                                                     context);
  }

 private:
  memscape::text_spec spec_;
};
