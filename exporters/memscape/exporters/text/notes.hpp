// SPDX-License-Identifier: MIT
#pragma once

#include <memscape/core/process_fields.hpp>
#include <memscape/core/process_memory.hpp>
#include <memscape/core/read_error.hpp>
#include <memscape/exporters/text/amount.hpp>
#include <memscape/exporters/text/lines.hpp>
#include <memscape/exporters/writer.hpp>
#include <span>
#include <string_view>

namespace memscape::inline v0 {

/// The lines below a tree: what the system says of the process, and what has to be known of the numbers:
/// why some are absent, and that more is claimed than is resident.
/// Cost: one pass. Threads: any; nothing is kept.
template <class Writer>
class text_notes {
 public:
  template <class View>
  static constexpr void put(text_lines<Writer>& to, View const& of, bool unicode) noexcept {
    put_process(to, of.process, unicode);
    // Without a ledger nobody knows what of it is in RAM.
    for (auto const* part : {"amounts are", "what subsystems", "say they use,", "in RAM or not"}) {
      to.piece(" ", text_style::dim, std::string_view{part});
    }
    to.end();
    if (of.is_overcounted()) {
      word(to, "over-counted by ", text_amount::of(of.overcounted).view(), ":");
      word(to, text_amount::of(*of.process.rss + *of.overcounted).view(), " tracked,");
      word(to, "RSS ", text_amount::of(of.process.rss).view());
      put_basis(to);
      to.end();
    }
    put_reasons(to, of.process, of.errors, put_basis);
    to.end();
  }

  /// What the system says of the process, as a line. `first` stands before it.
  static constexpr void put_process(text_lines<Writer>& to, process_memory const& process,
                                    bool unicode, std::string_view first = "") noexcept {
    auto const separator = unicode ? std::string_view{" \xE2\x94\x82 "} : std::string_view{" | "};
    auto const put = [&](auto const&... parts) { to.piece(separator, {}, parts...); };
    put(first, "RSS ", text_amount::of(process.rss).view());
    put("peak ", text_amount::of(process.peak_rss).view());
    put("VMS ", text_amount::of(process.vms).view());
    for (auto const& field : process_fields) {
      if (field.always || !field.get(process)) continue;
      put(field.label, " ", text_amount::of(field, process).view());
    }
    put("faults ", text_amount::of(process.page_faults_minor).view(), " minor,");
    to.piece(" ", {}, text_amount::of(process.page_faults_major).view(), " major");
    to.end();
  }

  /// What the dashes in it mean. `without_rss` adds what follows where RSS is one of them.
  template <class Errors>
  static constexpr void put_reasons(
      text_lines<Writer>& to, process_memory const& process, Errors const& errors,
      void (*without_rss)(text_lines<Writer>&) noexcept = [](text_lines<Writer>&) noexcept {
      }) noexcept {
    bool const has_errors = errors.begin() != errors.end();
    bool const lacks = !process.rss || !process.vms || !process.peak_rss ||
                       !process.page_faults_minor || !process.page_faults_major;
    if (!has_errors && !lacks) return;
    word(to, text_amount::absent, has_errors ? " not read:" : " not known on this system");
    for (auto left = errors.end() - errors.begin(); auto const& error : errors) {
      put_error(to, error, --left == 0 ? "" : ";");
    }
    if (!process.rss) without_rss(to);
    to.end();
  }

 private:
  static constexpr void put_basis(text_lines<Writer>& to) noexcept {
    word(to, "(percents are");
    word(to, "of tracked)");
  }

  template <class Error>
  static constexpr void put_error(text_lines<Writer>& to, Error const& error,
                                  std::string_view end) noexcept {
    char room[writer::max_digits + 1]{};
    writer code{std::span{room}};
    code.signed_number(error.code);
    word(to, name(error.step), ",");
    word(to, "code ", code.text(), end);
  }

  [[nodiscard]] static constexpr auto name(read_step step) noexcept { return name_of(step); }
  // Of another version: any text.
  [[nodiscard]] static constexpr auto name(std::string_view step) noexcept { return step; }

  template <class... Parts>
  static constexpr void word(text_lines<Writer>& to, Parts const&... parts) noexcept {
    to.piece(" ", text_style::yellow, std::string_view{parts}...);
  }
};

}  // namespace memscape::inline v0
