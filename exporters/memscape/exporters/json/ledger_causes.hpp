// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <limits>
#include <memscape/core/bytes.hpp>
#include <memscape/exporters/json/member.hpp>
#include <memscape/exporters/json/text.hpp>
#include <memscape/exporters/writer.hpp>
#include <memscape/ledger/ledger.hpp>
#include <string_view>

namespace memscape::inline v0 {

/// The causes of a ledger as JSON, each with its largest parts: a part of `json_ledger`.
/// Cost: one pass, and for files a few over their table. Threads: any; nothing is kept.
class json_ledger_causes {
  static constexpr std::string_view parts_name = ",\"mappings\":[";
  static constexpr std::string_view ellipsis = "\xE2\x80\xA6";

  struct part {
    std::size_t index = 0;
    bytes resident{};
  };

  // In JSON no character takes more than this one.
  template <std::size_t Size>
  static constexpr void put_worst(writer& to, clipped_name<Size> const&) noexcept {
    for (std::size_t i = 0; i < Size; ++i) put_json_characters(to, {"\0", 1});
  }

  template <class Names>
  [[nodiscard]] static constexpr auto is_clipped(Names const& names, std::string_view name) noexcept
      -> bool {
    for (auto const& one : names) {
      if (one.name.view().data() == name.data()) return one.name.clipped();
    }
    return false;
  }

  static constexpr void put_account(writer& to, cause_account const& of) noexcept {
    json_member::put(to, "\":{\"resident\":", of.resident);
    json_member::put(to, ",\"swapped\":", of.swapped);
    put_quality(to, of.worth);
  }

  template <class Ledger>
  static constexpr void put_parts(writer& to, Ledger const& of, std::string_view name) noexcept {
    for (auto const& facts : cause_table) {
      if (facts.name != name) continue;
      if (facts.parts == cause_parts::files) put_files(to, of.files, file_part_of(facts.of));
      if (facts.parts == cause_parts::mappings) put_mappings(to, of.mappings);
    }
  }

  // The table is in order of what files hold of all kinds.
  template <class Files>
  static constexpr void put_files(writer& to, Files const& files,
                                  bytes file_account::* kind) noexcept {
    std::array<part, Files::capacity> found{};
    std::size_t size = 0;
    for (std::size_t i = 0; i < files.size(); ++i) {
      auto const resident = files[i].*kind;
      if (resident == bytes{}) continue;
      auto at = size++;
      for (; at > 0 && found[at - 1].resident < resident; --at) found[at] = found[at - 1];
      found[at] = {i, resident};
    }
    to.put(parts_name);
    for (std::size_t i = 0; i < (std::min)(size, most_parts); ++i) {
      auto const& path = files[found[i].index].path;
      put_file(to, i == 0, path.view(), path.clipped(), found[i].resident);
    }
    to.put(']');
  }

  template <class Mappings>
  static constexpr void put_mappings(writer& to, Mappings const& mappings) noexcept {
    to.put(parts_name);
    for (std::size_t i = 0; i < (std::min)(mappings.size(), most_parts); ++i) {
      put_mapping(to, i == 0, mappings[i]);
    }
    to.put(']');
  }

  static constexpr void put_file(writer& to, bool is_first, std::string_view path, bool clipped,
                                 bytes resident) noexcept {
    to.put(is_first ? "{\"name\":\"" : ",{\"name\":\"");
    if (clipped) to.put(ellipsis);
    put_json_characters(to, path);
    put_end(to, resident);
  }

  static constexpr void put_mapping(writer& to, bool is_first, mapping_account const& of) noexcept {
    to.put(is_first ? "{\"name\":\"" : ",{\"name\":\"");
    put_address(to, of.begin);
    to.put('-');
    put_address(to, of.end);
    put_end(to, of.resident);
  }

  static constexpr void put_end(writer& to, bytes resident) noexcept {
    json_member::put(to, "\",\"resident\":", resident);
    to.put('}');
  }

  // As /proc/self/maps has it.
  static constexpr void put_address(writer& to, std::uint64_t address) noexcept {
    int digits = 8;
    while (digits < 16 && address >> (4 * digits) != 0) ++digits;
    for (int i = digits - 1; i >= 0; --i) to.put("0123456789abcdef"[address >> (4 * i) & 0xF]);
  }

 public:
  /// How many parts of one cause are told.
  static constexpr std::size_t most_parts = 12;

  /// `,"quality":"exact"`.
  static constexpr void put_quality(writer& to, quality of) noexcept {
    to.put(",\"quality\":\"");
    to.put(name_of(of));
    to.put('"');
  }

  /// A member that is a name, or null where there is none.
  template <std::size_t Size>
  static constexpr void put_name(writer& to, std::string_view key,
                                 clipped_name<Size> const& of) noexcept {
    to.put(key);
    if (of.view().empty()) return to.put("null");
    to.put(of.clipped() ? "\"\u2026" : "\"");
    put_json_characters(to, of.view());
    to.put('"');
  }

  /// The member `causes`, behind others.
  template <class Ledger>
  static constexpr void put_causes(writer& to, Ledger const& of) noexcept {
    to.put(",\"causes\":");
    char separator = '{';
    of.each_cause(
        [&](std::string_view prefix, std::string_view name, cause_account const& account) noexcept {
          to.put(separator);
          separator = ',';
          to.put('"');
          to.put(prefix);
          if (!prefix.empty() && is_clipped(of.names, name)) to.put(ellipsis);
          put_json_characters(to, name);
          put_account(to, account);
          if (prefix.empty()) put_parts(to, of, name);
          to.put('}');
        });
    to.put(separator == '{' ? "{}" : "}");
  }

  /// What is enough for everything in tables: the causes that a ledger without them does not have, and the
  /// parts of those that it has. Units: bytes.
  template <class Ledger>
  static constexpr std::size_t max_size = [] {
    constexpr auto last_address = (std::numeric_limits<std::uint64_t>::max)();
    constexpr auto causes_in_files =
        std::count_if(std::begin(cause_table), std::end(cause_table),
                      [](cause_facts const& one) { return one.parts == cause_parts::files; });
    writer file;
    put_file(file, false, {}, true, (bytes::max)());
    put_worst(file, file_account{}.path);
    writer mapping;
    put_mapping(mapping, false, {last_address, last_address, (bytes::max)()});
    writer named;
    named.put(",\"anon.");
    named.put(ellipsis);
    put_worst(named, name_account{}.name);
    put_account(named, {(bytes::max)(), (bytes::max)(), quality::unavailable});
    named.put('}');
    writer object;
    put_worst(object, decltype(Ledger::malloc_object){});
    return object.size() + ellipsis.size() + 2 +
           static_cast<std::size_t>(causes_in_files) *
               (std::min)(decltype(Ledger::files)::capacity, most_parts) * file.size() +
           (std::min)(decltype(Ledger::mappings)::capacity, most_parts) * mapping.size() +
           decltype(Ledger::names)::capacity * named.size();
  }();
};

}  // namespace memscape::inline v0
