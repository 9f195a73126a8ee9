// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstddef>
#include <memscape/core/process_fields.hpp>
#include <memscape/core/usage_fields.hpp>
#include <memscape/exporters/common/joined.hpp>
#include <memscape/exporters/common/longest.hpp>
#include <memscape/exporters/json/detail.hpp>
#include <memscape/exporters/json/errors.hpp>
#include <memscape/exporters/json/node_blocks.hpp>
#include <memscape/exporters/writer.hpp>
#include <memscape/registry/snapshot.hpp>
#include <string_view>
#include <utility>

namespace memscape::inline v0 {

/// A snapshot as one JSON object of protocol version 1: `seq`, `time_ms`, `sample_ns`, `process`,
/// `breakdown`, `pools`, and `errors` where a read failed. What is absent is `null`. A detailed reader adds
/// members of `process`, `limits` and `detail_errors`, without what is absent.
/// Cost: one pass. Threads: any; nothing is kept. Source: RFC 8259.
class json_snapshot {
 public:
  template <class Layout>
  static constexpr void put(writer& to, snapshot<Layout> const& snap) noexcept {
    // Whatever a number touches behind its end is set aside here for its other digits, or for the names
    // behind it.
    constexpr std::size_t size = largest<Layout>();
    bool const done =
        to.unchecked(size, [&snap](unchecked_writer& fast) { put_object(fast, snap); });
    if (!done) put_object(to, snap);
  }

  /// A number, or `null` where it is absent.
  template <class Writer>
  static constexpr void put_value(Writer& to, wire_number value) noexcept {
    if (value) {
      to.number(*value);
    } else {
      to.put("null");
    }
  }

 private:
  template <class Layout>
  using process_type = typename process_of<Layout>::type;

  template <class Layout>
  [[nodiscard]] static constexpr auto largest() noexcept -> std::size_t {
    writer counter;
    put_object(counter, longest_snapshot<Layout>());
    return counter.size();
  }

  // `,"key":`, and no comma where the member is the first of its object.
  template <auto const& Fields, std::size_t Index, bool IsFirst = false>
  struct field_name {
    static constexpr auto parts() noexcept {
      return std::array<std::string_view, 3>{IsFirst ? "\"" : ",\"", Fields[Index].key, "\":"};
    }
  };
  // The fields of a struct are written by code each, because names of constant size are a third of the time;
  // nodes by a loop over one constant text, so that a large tree takes no more code, and a quarter of the
  // compile time of a text each.
  // Every node is a member of `breakdown`, and every leaf one of `pools`.
  enum class member { number, pool };

  template <class Layout, member Kind>
  [[nodiscard]] static constexpr auto has_name(std::size_t i) noexcept -> bool {
    return Kind == member::number || !Layout::nodes[i].is_group;
  }

  template <class Layout, member Kind>
  static constexpr std::size_t first_name = [] {
    std::size_t i = 0;
    while (i < Layout::size && !has_name<Layout, Kind>(i)) ++i;
    return i;
  }();

  template <class Layout, member Kind>
  struct node_name {
    static constexpr void put(writer& to, std::size_t i) noexcept {
      if (!has_name<Layout, Kind>(i)) return;
      to.put(i == first_name<Layout, Kind> ? "\"" : ",\"");
      to.put(Layout::nodes[i].key);
      to.put(Kind == member::number ? "\":" : "\":{");
    }
  };

  template <class Layout, member Kind>
  using names = node_texts<Layout::size, node_name<Layout, Kind>>;

  // Always inline: a writer whose address is given away lives in memory instead of a register.
  template <class Writer, class Layout>
  [[gnu::always_inline]] static constexpr void put_object(Writer& to,
                                                          snapshot<Layout> const& snap) noexcept {
    to.put("{\"seq\":");
    to.number(snap.sequence);
    to.put(",\"time_ms\":");
    to.number(snap.time_ms);
    to.put(",\"sample_ns\":");
    to.number(snap.sample_ns);
    put_process(to, snap.process);
    put_breakdown(to, snap);
    put_pools(to, snap);
    if constexpr (detailed<process_type<Layout>>) json_detail::put_limits(to, snap.process.limits);
    json_errors::put_member(to, ",\"errors\":", snap.process.errors);
    if constexpr (detailed<process_type<Layout>>) {
      json_errors::put_member(to, ",\"detail_errors\":", snap.process.detail_errors);
    }
    to.put('}');
  }

  template <auto const& Fields, std::size_t Index, bool IsFirst, class Writer>
  [[gnu::always_inline]] static constexpr void put_field(Writer& to, wire_number value) noexcept {
    if (!Fields[Index].always && !value) return;
    to.put(joined<field_name<Fields, Index, IsFirst>>);
    put_value(to, value);
  }

  template <auto const& Fields, bool IsFirst, class Writer, class Struct, std::size_t... Index>
  [[gnu::always_inline]] static constexpr void put_fields(Writer& to, Struct const& of,
                                                          std::index_sequence<Index...>) noexcept {
    (put_field < Fields, Index, IsFirst && Index == 0 > (to, Fields[Index].get(of)), ...);
  }

  template <class Writer, class Process>
  [[gnu::always_inline]] static constexpr void put_process(Writer& to,
                                                           Process const& process) noexcept {
    to.put(",\"process\":{");
    process_memory const& base = process;
    put_fields<process_fields, true>(to, base,
                                     std::make_index_sequence<std::size(process_fields)>{});
    if constexpr (detailed<Process>) json_detail::put_process(to, process);
    to.put('}');
  }

  template <class Writer, class Layout>
  [[gnu::always_inline]] static constexpr void put_breakdown(
      Writer& to, snapshot<Layout> const& snap) noexcept {
    to.put(",\"breakdown\":{");
    for (std::size_t i = 0; i < Layout::size; ++i) {
      to.put(names<Layout, member::number>::of(i));
      to.number(snap.nodes[i].used.value());
    }
    put_fields<balance_fields, false>(to, balance_of(snap),
                                      std::make_index_sequence<std::size(balance_fields)>{});
    to.put('}');
  }

  template <class Writer, class Layout>
  [[gnu::always_inline]] static constexpr void put_pools(Writer& to,
                                                         snapshot<Layout> const& snap) noexcept {
    to.put(",\"pools\":{");
    for (std::size_t i = 0; i < Layout::size; ++i) {
      if (!has_name<Layout, member::pool>(i)) continue;
      to.put(names<Layout, member::pool>::of(i));
      put_fields<usage_fields, true>(to, snap.nodes[i],
                                     std::make_index_sequence<std::size(usage_fields)>{});
      to.put('}');
    }
    to.put('}');
  }
};

}  // namespace memscape::inline v0
