// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstddef>
#include <iterator>
#include <memscape/exporters/fields.hpp>
#include <memscape/exporters/joined.hpp>
#include <memscape/exporters/writer.hpp>
#include <memscape/registry/snapshot.hpp>
#include <string_view>
#include <utility>

namespace memscape::inline v0 {

/// A snapshot as one JSON object of protocol version 1: `seq`, `time_ms`, `sample_ns`, `process`,
/// `breakdown`, `pools`, and `errors` where a read failed. What is absent is `null`.
/// Cost: one pass. Threads: any; nothing is kept. Source: RFC 8259.
class json_snapshot {
 public:
  template <class Layout>
  static constexpr void put(writer& to, snapshot<Layout> const& snap) noexcept {
    to.put("{\"seq\":");
    to.number(snap.sequence);
    to.put(",\"time_ms\":");
    to.number(snap.time_ms);
    to.put(",\"sample_ns\":");
    to.number(snap.sample_ns);
    put_process(to, snap.process);
    put_breakdown(to, snap);
    put_pools(to, snap);
    if (!snap.process.errors.empty()) {
      to.put(",\"errors\":");
      put_errors(to, snap.process.errors);
    }
    to.put('}');
  }

  /// A number, or `null` where it is absent.
  static constexpr void put_value(writer& to, wire_number value) noexcept {
    if (value) {
      to.number(*value);
    } else {
      to.put("null");
    }
  }

  /// Why numbers are absent, as an array.
  static constexpr void put_errors(writer& to, read_errors const& errors) noexcept {
    to.put('[');
    for (auto const& error : errors) {
      to.put(&error == errors.begin() ? "{\"step\":\"" : ",{\"step\":\"");
      to.put(name_of(error.step));
      to.put("\",\"code\":");
      to.signed_number(error.code);
      to.put('}');
    }
    to.put(']');
  }

 private:
  // `,"key":`, and no comma where the member is the first of its object.
  template <auto const& Fields, std::size_t Index>
  struct field_name {
    static constexpr auto parts() noexcept {
      return std::array<std::string_view, 3>{Index == 0 ? "\"" : ",\"", Fields[Index].key, "\":"};
    }
  };
  template <class Layout, std::size_t Index>
  struct node_name {
    static constexpr auto parts() noexcept {
      return std::array<std::string_view, 3>{Index == 0 ? "\"" : ",\"", Layout::nodes[Index].key,
                                             "\":"};
    }
  };
  template <class Layout, std::size_t Index>
  struct pool_name {
    static constexpr bool is_first = [] {
      std::size_t first = 0;
      while (Layout::nodes[first].is_group) ++first;
      return Index == first;
    }();
    static constexpr auto parts() noexcept {
      return std::array<std::string_view, 3>{is_first ? "\"" : ",\"", Layout::nodes[Index].key,
                                             "\":{"};
    }
  };

  // Each member is written by code of its own: names of constant size are a third of the time.
  template <auto const& Fields, class Struct>
  static constexpr void put_fields(writer& to, Struct const& of) noexcept {
    [&]<std::size_t... Index>(std::index_sequence<Index...>) {
      ((to.put(joined<field_name<Fields, Index>>), put_value(to, Fields[Index].get(of))), ...);
    }(std::make_index_sequence<std::size(Fields)>{});
  }

  static constexpr void put_process(writer& to, process_memory const& process) noexcept {
    to.put(",\"process\":{");
    put_fields<process_fields>(to, process);
    for (auto const& field : platform_fields) {
      if (auto const value = field.get(process)) {
        to.put(",\"");
        to.put(field.key);
        to.put("\":");
        to.number(*value);
      }
    }
    to.put('}');
  }

  template <class Layout>
  static constexpr void put_breakdown(writer& to, snapshot<Layout> const& snap) noexcept {
    to.put(",\"breakdown\":{");
    [&]<std::size_t... Index>(std::index_sequence<Index...>) {
      ((to.put(joined<node_name<Layout, Index>>), to.number(snap.nodes[Index].used.value())), ...);
    }(std::make_index_sequence<Layout::size>{});
    for (auto const& field : balance_fields<Layout>) {
      to.put(",\"");
      to.put(field.key);
      to.put("\":");
      put_value(to, field.get(snap));
    }
    to.put('}');
  }

  template <class Layout>
  static constexpr void put_pools(writer& to, snapshot<Layout> const& snap) noexcept {
    to.put(",\"pools\":{");
    [&]<std::size_t... Index>(std::index_sequence<Index...>) {
      (put_pool<Layout, Index>(to, snap.nodes[Index]), ...);
    }(std::make_index_sequence<Layout::size>{});
    to.put('}');
  }

  template <class Layout, std::size_t Index>
  static constexpr void put_pool(writer& to, usage const& pool) noexcept {
    if constexpr (!Layout::nodes[Index].is_group) {
      to.put(joined<pool_name<Layout, Index>>);
      put_fields<usage_fields>(to, pool);
      to.put('}');
    }
  }
};

}  // namespace memscape::inline v0
