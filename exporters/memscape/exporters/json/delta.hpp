// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstddef>
#include <iterator>
#include <memscape/core/process_fields.hpp>
#include <memscape/core/usage_fields.hpp>
#include <memscape/exporters/common/joined.hpp>
#include <memscape/exporters/json/detail.hpp>
#include <memscape/exporters/json/errors.hpp>
#include <memscape/exporters/json/node_blocks.hpp>
#include <memscape/exporters/json/snapshot.hpp>
#include <memscape/exporters/writer.hpp>
#include <memscape/registry/snapshot.hpp>
#include <string_view>
#include <utility>

namespace memscape::inline v0 {

/// What turns one snapshot into another, as one JSON object of protocol version 1: `seq`, `base`,
/// `time_ms`, `sample_ns`, and every field of `process`, `breakdown`, `pools`, `limits`, `errors` and
/// `detail_errors` that differs.
/// A viewer that holds the snapshot `base` and puts these over it holds the snapshot `seq`, exactly.
/// Cost: one comparison a field, and writing those that differ. Threads: any; nothing is kept.
class json_delta {
 public:
  template <class Writer, class Layout>
  static constexpr void put(Writer& to, snapshot<Layout> const& base,
                            snapshot<Layout> const& now) noexcept {
    to.put("{\"seq\":");
    to.number(now.sequence);
    to.put(",\"base\":");
    to.number(base.sequence);
    to.put(",\"time_ms\":");
    to.number(now.time_ms);
    to.put(",\"sample_ns\":");
    to.number(now.sample_ns);
    put_process(to, base.process, now.process);
    put_breakdown(to, base, now);
    put_pools(to, base, now);
    put_limits(to, base.process, now.process);
    json_errors::put_change(to, ",\"errors\":", base.process.errors, now.process.errors);
    if constexpr (detailed<typename snapshot<Layout>::process_type>) {
      json_errors::put_change(to, ",\"detail_errors\":", base.process.detail_errors,
                              now.process.detail_errors);
    }
    to.put('}');
  }

 private:
  // Compilers bound a fold expression, clang to 256 operands.
  static constexpr std::size_t at_once = 128;

  // An object that stands only where it has a member. `open` is what stands before its first one.
  template <class Writer>
  struct members {
    Writer& to;
    std::string_view open;
    bool any = false;

    constexpr void next() noexcept {
      to.put(any ? std::string_view{","} : open);
      any = true;
    }
    constexpr void close() noexcept {
      if (any) to.put('}');
    }
  };

  // `"key":`
  template <auto const& Fields, std::size_t Index>
  struct field_name {
    static constexpr auto parts() noexcept {
      return std::array<std::string_view, 3>{"\"", Fields[Index].key, "\":"};
    }
  };
  template <class Layout, std::size_t Index>
  struct node_name {
    static constexpr auto parts() noexcept {
      return std::array<std::string_view, 3>{"\"", Layout::nodes[Index].key, "\":"};
    }
  };

  template <auto const& Fields, class Writer, class Struct>
  static constexpr void put_changed(members<Writer>& object, Struct const& base,
                                    Struct const& now) noexcept {
    [&]<std::size_t... Index>(std::index_sequence<Index...>) {
      (put_one<Fields, Index>(object, base, now), ...);
    }(std::make_index_sequence<std::size(Fields)>{});
  }

  template <auto const& Fields, std::size_t Index, class Writer, class Struct>
  static constexpr void put_one(members<Writer>& object, Struct const& base,
                                Struct const& now) noexcept {
    auto const value = Fields[Index].get(now);
    if (value == Fields[Index].get(base)) return;
    object.next();
    object.to.put(joined<field_name<Fields, Index>>);
    json_snapshot::put_value(object.to, value);
  }

  template <class Writer, class Process>
  static constexpr void put_process(Writer& to, Process const& base, Process const& now) noexcept {
    members<Writer> process{to, ",\"process\":{"};
    put_changed<process_fields>(process, static_cast<process_memory const&>(base),
                                static_cast<process_memory const&>(now));
    if constexpr (detailed<Process>) json_detail::put_process_changes(process, base, now);
    process.close();
  }

  template <class Writer, class Process>
  static constexpr void put_limits(Writer& to, Process const& base, Process const& now) noexcept {
    if constexpr (detailed<Process>) {
      members<Writer> limits{to, ",\"limits\":{"};
      json_detail::put_limit_changes(limits, base.limits, now.limits);
      limits.close();
    }
  }

  template <class Writer, class Layout>
  static constexpr void put_breakdown(Writer& to, snapshot<Layout> const& base,
                                      snapshot<Layout> const& now) noexcept {
    members<Writer> breakdown{to, ",\"breakdown\":{"};
    each_node_block<Layout::size, at_once>([&]<std::size_t Begin, std::size_t End>() {
      [&]<std::size_t... Index>(std::index_sequence<Index...>) {
        (put_node<Layout, Begin + Index>(breakdown, base.nodes[Begin + Index],
                                         now.nodes[Begin + Index]),
         ...);
      }(std::make_index_sequence<End - Begin>{});
    });
    put_changed<balance_fields>(breakdown, balance_of(base), balance_of(now));
    breakdown.close();
  }

  template <class Layout, std::size_t Index, class Writer>
  static constexpr void put_node(members<Writer>& breakdown, usage const& base,
                                 usage const& now) noexcept {
    if (now.used == base.used) return;
    breakdown.next();
    breakdown.to.put(joined<node_name<Layout, Index>>);
    breakdown.to.number(now.used.value());
  }

  template <class Writer, class Layout>
  static constexpr void put_pools(Writer& to, snapshot<Layout> const& base,
                                  snapshot<Layout> const& now) noexcept {
    members<Writer> pools{to, ",\"pools\":{"};
    each_node_block<Layout::size, at_once>([&]<std::size_t Begin, std::size_t End>() {
      [&]<std::size_t... Index>(std::index_sequence<Index...>) {
        (put_pool<Layout, Begin + Index>(pools, base.nodes[Begin + Index],
                                         now.nodes[Begin + Index]),
         ...);
      }(std::make_index_sequence<End - Begin>{});
    });
    pools.close();
  }

  template <class Layout, std::size_t Index, class Writer>
  static constexpr void put_pool(members<Writer>& pools, usage const& base,
                                 usage const& now) noexcept {
    if constexpr (!Layout::nodes[Index].is_group) {
      if (now == base) return;
      pools.next();
      pools.to.put(joined<node_name<Layout, Index>>);
      members<Writer> pool{pools.to, "{"};
      put_changed<usage_fields>(pool, base, now);
      pool.close();
    }
  }
};

}  // namespace memscape::inline v0
