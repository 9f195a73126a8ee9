// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <iterator>
#include <memscape/core/process_fields.hpp>
#include <memscape/core/usage_fields.hpp>
#include <memscape/exporters/decoder/detail.hpp>
#include <memscape/exporters/decoder/report.hpp>
#include <memscape/exporters/decoder/snapshot.hpp>
#include <memscape/exporters/decoder/sums.hpp>
#include <memscape/exporters/decoder/tree.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

namespace memscape::inline v0 {

/// A snapshot that is being read from one frame. It becomes the mirror's only as a whole: a frame that
/// turns out to be wrong half way leaves no trace.
/// Errors: each step says what is wrong with it. Cost: a search a key; memory is kept between frames.
/// Threads: one at a time.
class decoder_draft {
 public:
  /// Begins from nothing: `finish` finds what the frame leaves out. The tree must outlive the draft.
  void begin_keyframe(decoded_tree const& tree) { begin(tree, nullptr); }

  /// Begins from the snapshot that the frame is put over.
  void begin_delta(decoded_tree const& tree, decoded_snapshot const& base) { begin(tree, &base); }

  void set_times(std::uint64_t sequence, std::uint64_t time_ms, std::uint64_t sample_ns) noexcept {
    snapshot_.sequence = sequence;
    snapshot_.time_ms = time_ms;
    snapshot_.sample_ns = sample_ns;
  }

  /// A member of `process`.
  [[nodiscard]] auto set_process(std::string_view key, wire_number value) noexcept -> decode_fault {
    if (auto const fault = detail_.set_process(snapshot_.process, key, value)) return *fault;
    return set("process: a number twice", "process: an unknown name",
               "process: null for a number that is owed", process_fields, snapshot_.process,
               seen_process_, key, value);
  }

  /// A number of `limits`.
  [[nodiscard]] auto set_limit(std::string_view key, wire_number value) noexcept -> decode_fault {
    auto const fault = detail_.set_limit(snapshot_.process.limits, key, value);
    return fault ? *fault : skip("limits: an unknown name");
  }

  /// The name of the limit that counts.
  [[nodiscard]] auto set_limit_kind(std::string_view name) noexcept -> decode_fault {
    return detail_.set_kind(snapshot_.process.limits, name);
  }

  /// A member of `breakdown`.
  [[nodiscard]] auto set_breakdown(std::string_view key, wire_number value) noexcept
      -> decode_fault {
    if (key == "untracked") return set_balance(snapshot_.untracked, 1, value);
    if (key == "overcounted") return set_balance(snapshot_.overcounted, 2, value);
    std::size_t const node = tree_->find(key);
    if (node == tree_->size()) return "breakdown: a key that the layout does not have";
    auto& seen = seen_nodes_[node];
    if ((seen & in_breakdown) != 0) return "breakdown: a key twice";
    if (!value) return "breakdown: null for a node";
    if ((seen & used_in_pool) != 0 && snapshot_.nodes[node].used != bytes{*value}) {
      return two_values;
    }
    seen |= in_breakdown;
    snapshot_.nodes[node].used = bytes{*value};
    return {};
  }

  /// The leaf whose members follow, as its index in the tree.
  [[nodiscard]] auto open_pool(std::string_view key, std::size_t& leaf) noexcept -> decode_fault {
    leaf = tree_->find(key);
    if (leaf == tree_->size()) return "pools: a key that the layout does not have";
    if ((*tree_)[leaf].is_group) return "pools: a group";
    if ((seen_nodes_[leaf] & in_pools) != 0) return "pools: a key twice";
    seen_nodes_[leaf] |= in_pools;
    return {};
  }

  /// A member of one leaf's pool.
  [[nodiscard]] auto set_pool(std::size_t leaf, std::string_view key, wire_number value) noexcept
      -> decode_fault {
    auto& node = snapshot_.nodes[leaf];
    auto& seen = seen_nodes_[leaf];
    bytes const used = node.used;
    auto const fault = set("pools: a number twice", "pools: an unknown name",
                           "pools: null for used", usage_fields, node, seen, key, value);
    bool const differs = (seen & in_breakdown) != 0 && node.used != used;
    return fault.empty() && differs ? two_values : fault;
  }

  /// A list of errors follows, and replaces the one before.
  void begin_errors(decoded_list which) noexcept { snapshot_.list(which).clear(); }

  [[nodiscard]] auto add_error(decoded_list which, std::string_view step, std::int64_t code,
                               decoder_limits const& limits) -> decode_fault {
    auto const code32 = static_cast<std::int32_t>(code);
    if (code32 != code) return "errors: a code that 32 bits do not hold";
    auto& errors = snapshot_.list(which);
    if (errors.size() >= limits.errors) return "errors: more than the limit allows";
    if (step.size() > limits.key_bytes) return "errors: a step longer than the limit allows";
    errors.push_back({std::string{step}, code32});
    return {};
  }

  /// Ends the frame: a keyframe has to have brought everything.
  [[nodiscard]] auto finish() noexcept -> decode_fault {
    if (keyframe_) {
      for (std::size_t i = 0; i < std::size(process_fields); ++i) {
        bool const seen = (seen_process_ & (1U << i)) != 0;
        if (process_fields[i].always && !seen) return "process: a number is missing";
      }
      if (seen_balance_ != 3) return "breakdown: untracked or overcounted is missing";
      for (std::size_t i = 0; i < tree_->size(); ++i) {
        auto const seen = seen_nodes_[i];
        if ((seen & in_breakdown) == 0) return "breakdown: a node is missing";
        if (!(*tree_)[i].is_group && (seen & whole_pool) != whole_pool) {
          return "pools: a leaf or one of its numbers is missing";
        }
      }
    }
    sum_groups(*tree_, snapshot_.nodes);
    snapshot_.process.errors = known_of(snapshot_.errors);
    snapshot_.process.detail_errors = known_of(snapshot_.detail_errors);
    return {};
  }

  /// Exchanges the finished draft with the mirror's snapshot.
  void commit(decoded_snapshot& into) noexcept {
    known_extras_ = extras_;
    std::swap(into, snapshot_);
  }

 private:
  // The low bits of a node's marks are the fields of its pool that the frame brought.
  static constexpr std::uint32_t used_in_pool = 1U;
  static constexpr std::uint32_t in_pools = 1U << std::size(usage_fields);
  static constexpr std::uint32_t in_breakdown = in_pools << 1U;
  static constexpr std::uint32_t whole_pool = in_breakdown - 1;
  static constexpr decode_fault two_values =
      "a leaf has one value in breakdown and another in pools";

  void begin(decoded_tree const& tree, decoded_snapshot const* base) {
    tree_ = &tree;
    snapshot_ = base != nullptr ? *base : decoded_snapshot{};
    snapshot_.nodes.resize(tree.size());
    seen_nodes_.assign(tree.size(), 0);
    seen_process_ = seen_balance_ = 0;
    detail_ = {};
    keyframe_ = base == nullptr;
    extras_ = !keyframe_ && known_extras_;
  }

  // A later sender may say more of a process or a pool than this version knows. Its keyframes show
  // that it does; in a delta of one that does not, an unknown name hides a change that would be lost.
  [[nodiscard]] auto skip(decode_fault unknown) noexcept -> decode_fault {
    if (keyframe_) extras_ = true;
    return extras_ ? decode_fault{} : unknown;
  }

  template <class Struct, std::size_t Size>
  [[nodiscard]] auto set(decode_fault twice, decode_fault unknown, decode_fault null,
                         field<Struct> const (&fields)[Size], std::type_identity_t<Struct>& of,
                         std::uint32_t& seen, std::string_view key, wire_number value) noexcept
      -> decode_fault {
    std::size_t const index = index_of(fields, key);
    if (index == Size) return skip(unknown);
    std::uint32_t const mark = 1U << index;
    if ((std::exchange(seen, seen | mark) & mark) != 0) return twice;
    return fields[index].set(of, value) ? decode_fault{} : null;
  }

  [[nodiscard]] auto set_balance(std::optional<bytes>& of, std::uint32_t mark,
                                 wire_number value) noexcept -> decode_fault {
    if ((seen_balance_ & mark) != 0) return "breakdown: a key twice";
    seen_balance_ |= mark;
    of = value ? std::optional{bytes{*value}} : std::nullopt;
    return {};
  }

  decoded_tree const* tree_ = nullptr;
  decoded_snapshot snapshot_;
  std::vector<std::uint32_t> seen_nodes_;
  decoder_detail detail_;
  std::uint32_t seen_process_ = 0;
  std::uint32_t seen_balance_ = 0;
  bool keyframe_ = false;
  bool extras_ = false;
  bool known_extras_ = false;
};

}  // namespace memscape::inline v0
