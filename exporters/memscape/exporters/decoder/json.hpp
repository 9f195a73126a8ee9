// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <memscape/core/field.hpp>
#include <memscape/exporters/decoder/draft.hpp>
#include <memscape/exporters/decoder/report.hpp>
#include <memscape/exporters/decoder/tree.hpp>
#include <optional>
#include <string_view>

namespace memscape::inline v0 {

/// Reads parsed JSON of protocol version 1 into trees and drafts. `Dom` holds simdjson's DOM types
/// `array`, `element` and `object`: an argument, so that this header does without simdjson.h, which costs
/// more to compile than all of memscape.
/// Errors: each function returns what is wrong. Members that protocol 1 does not have are skipped.
/// Cost: one walk. Threads: any; nothing is kept.
template <class Dom>
class decoder_json {
  using array = typename Dom::array;
  using element = typename Dom::element;
  using object = typename Dom::object;

 public:
  /// Whether a value is there and of the type of `to`. Negative, fractional and larger numbers than 64
  /// bits hold are no std::uint64_t.
  template <class From, class To>
  [[nodiscard]] static auto is(From const& from, To& to) -> bool {
    return !from.get(to);
  }

  /// The list `nodes` of a layout.
  [[nodiscard]] static auto read_nodes(decoded_tree& tree, object layout,
                                       decoder_limits const& limits) -> decode_fault {
    array nodes;
    if (!is(layout["nodes"], nodes)) return "layout: no list of nodes";
    for (element const node : nodes) {
      if (auto const fault = read_node(tree, node, limits); !fault.empty()) return fault;
    }
    return tree.finish();
  }

  /// All of a frame but its place in the stream.
  [[nodiscard]] static auto read_frame(decoder_draft& draft, object frame, std::uint64_t sequence,
                                       decoder_limits const& limits) -> decode_fault {
    std::uint64_t time_ms = 0;
    std::uint64_t sample_ns = 0;
    if (!is(frame["time_ms"], time_ms)) return "time_ms: no number";
    if (!is(frame["sample_ns"], sample_ns)) return "sample_ns: no number";
    draft.set_times(sequence, time_ms, sample_ns);
    for (auto const member : frame) {
      decode_fault fault;
      if (member.key == "process") {
        fault = read_numbers(member.value, "process: no object of numbers",
                             [&](auto key, auto value) { return draft.set_process(key, value); });
      } else if (member.key == "breakdown") {
        fault = read_numbers(member.value, "breakdown: no object of numbers",
                             [&](auto key, auto value) { return draft.set_breakdown(key, value); });
      } else if (member.key == "pools") {
        fault = read_pools(draft, member.value);
      } else if (member.key == "limits") {
        fault = read_limits(draft, member.value);
      } else if (member.key == "errors") {
        fault = read_errors(draft, decoded_list::errors, member.value, limits);
      } else if (member.key == "detail_errors") {
        fault = read_errors(draft, decoded_list::detail_errors, member.value, limits);
      }
      if (!fault.empty()) return fault;
    }
    return {};
  }

 private:
  [[nodiscard]] static auto read_node(decoded_tree& tree, element node,
                                      decoder_limits const& limits) -> decode_fault {
    std::string_view key;
    std::string_view label;
    std::string_view kind;
    std::string_view parent;
    element above;
    if (!is(node["key"], key)) return "layout: a node without a key";
    if (!is(node["label"], label)) return "layout: a node without a label";
    if (!is(node["kind"], kind)) return "layout: a node without a kind";
    if (kind != "leaf" && kind != "group") return "layout: a node that is neither leaf nor group";
    if (!is(node["parent"], above)) return "layout: a node without a parent";
    if (!above.is_null() && !is(above, parent)) return "layout: a parent that is no key";
    return tree.add(key, label, above.is_null() ? std::nullopt : std::optional{parent},
                    kind == "group", limits);
  }

  // Calls `take(key, number)` for each member of an object until it finds fault.
  template <class Take>
  [[nodiscard]] static auto read_numbers(element of, decode_fault no_numbers, Take take)
      -> decode_fault {
    object members;
    if (!is(of, members)) return no_numbers;
    for (auto const member : members) {
      std::uint64_t value = 0;
      bool const absent = member.value.is_null();
      if (!absent && !is(member.value, value)) return no_numbers;
      auto const fault = take(member.key, absent ? wire_number{} : wire_number{value});
      if (!fault.empty()) return fault;
    }
    return {};
  }

  [[nodiscard]] static auto read_pools(decoder_draft& draft, element of) -> decode_fault {
    object pools;
    if (!is(of, pools)) return "pools: no object";
    for (auto const pool : pools) {
      std::size_t leaf = 0;
      auto fault = draft.open_pool(pool.key, leaf);
      if (fault.empty()) {
        fault = read_numbers(pool.value, "pools: no objects of numbers", [&](auto key, auto value) {
          return draft.set_pool(leaf, key, value);
        });
      }
      if (!fault.empty()) return fault;
    }
    return {};
  }

  // Numbers, but for the name of the limit that counts.
  [[nodiscard]] static auto read_limits(decoder_draft& draft, element of) -> decode_fault {
    object members;
    if (!is(of, members)) return "limits: no object";
    for (auto const member : members) {
      std::string_view kind;
      std::uint64_t value = 0;
      bool const absent = member.value.is_null();
      decode_fault fault;
      if (member.key == "kind") {
        if (!is(member.value, kind)) return "limits: a kind that is no text";
        fault = draft.set_limit_kind(kind);
      } else if (!absent && !is(member.value, value)) {
        fault = "limits: no numbers";
      } else {
        fault = draft.set_limit(member.key, absent ? wire_number{} : wire_number{value});
      }
      if (!fault.empty()) return fault;
    }
    return {};
  }

  [[nodiscard]] static auto read_errors(decoder_draft& draft, decoded_list which, element of,
                                        decoder_limits const& limits) -> decode_fault {
    array errors;
    if (!is(of, errors)) return "errors: no list";
    draft.begin_errors(which);
    for (element const error : errors) {
      std::string_view step;
      std::int64_t code = 0;
      if (!is(error["step"], step)) return "errors: a step that is no text";
      if (!is(error["code"], code)) return "errors: a code that is no whole number";
      auto const fault = draft.add_error(which, step, code, limits);
      if (!fault.empty()) return fault;
    }
    return {};
  }
};

}  // namespace memscape::inline v0
