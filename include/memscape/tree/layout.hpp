// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memscape/tree/roots.hpp>
#include <memscape/tree/shape.hpp>
#include <string_view>
#include <type_traits>

namespace memscape::inline v0 {

/// The tree of names, flattened to a constant array in pre-order: what every exporter reads. Named by what the names
/// come to, and not by the names: see `names_digest`.
/// Cost: none at run time. Threads: constants.
template <std::uint64_t High, std::uint64_t Low>
class layout_by_digest {
  using roots = decltype(roots_of(names_id<High, Low>{}));

 public:
  /// Leaves and groups together.
  static constexpr std::size_t size = roots::size;
  /// What all keys and labels take. Units: bytes.
  static constexpr std::size_t name_bytes = roots::name_bytes;

 private:
  static constexpr std::array<char, name_bytes + 1> names = [] {
    std::array<char, name_bytes + 1> all{};
    roots::write_names(all.data());
    return all;
  }();

 public:
  static constexpr std::array<layout_node, size> nodes = [] {
    std::array<layout_node, size> all{};
    roots::build(all.data(), names.data());
    return all;
  }();

  static_assert(size <= most_nodes,
                "memscape: this tree has more than 512 nodes, groups counted: give a leaf the sum "
                "of several sources, "
                "or split the tree into two registries.");
  static_assert(name_bytes <= most_name_bytes,
                "memscape: the keys and labels of this tree have more than 32768 bytes together: "
                "shorten them, or "
                "split the tree into two registries.");

  /// Whether it is within the limits of `shape.hpp`; else the sentences above say so.
  static constexpr bool fits = size <= most_nodes && name_bytes <= most_name_bytes;

  /// The index of the node with this key, or `size` when there is none. Cost: linear.
  [[nodiscard]] static constexpr auto index_of(std::string_view key) noexcept -> std::size_t {
    std::size_t index = 0;
    while (index < size && !is_same(nodes[index].key, key)) ++index;
    return index;
  }

  /// Whether no two nodes share a key. Cost: that of a sort.
  [[nodiscard]] static constexpr auto keys_are_unique() noexcept -> bool {
    // By their hashes, in a merge sort of few steps: clang allows 2^20 of them, which std::sort is past.
    std::array<hashed_key, size> keys{};
    std::array<hashed_key, size> merged{};
    for (std::size_t i = 0; i < size; ++i) keys[i] = {hash(nodes[i].key), i};
    auto* from = keys.data();
    auto* to = merged.data();
    for (std::size_t run = 1; run < size; run *= 2) {
      for (std::size_t begin = 0; begin < size; begin += 2 * run) merge(from, to, begin, run);
      auto* const sorted = to;
      to = from;
      from = sorted;
    }
    for (std::size_t i = 1; i < size; ++i) {
      // Of different keys with one hash, which nobody has found yet, there may be more than two.
      for (std::size_t j = i; j > 0 && from[j - 1].hash == from[i].hash; --j) {
        if (is_same(nodes[from[j - 1].node].key, nodes[from[i].node].key)) return false;
      }
    }
    return true;
  }

 private:
  struct hashed_key {
    std::uint64_t hash = 0;
    std::size_t node = 0;
  };

  // Merges two runs that are sorted, the second of which may be shorter or none.
  static constexpr void merge(hashed_key const* from, hashed_key* to, std::size_t begin,
                              std::size_t run) noexcept {
    std::size_t const middle = begin + run < size ? begin + run : size;
    std::size_t const end = begin + 2 * run < size ? begin + 2 * run : size;
    std::size_t left = begin;
    std::size_t right = middle;
    for (std::size_t i = begin; i < end; ++i) {
      bool const takes_left =
          right == end || (left < middle && from[left].hash <= from[right].hash);
      to[i] = from[takes_left ? left++ : right++];
    }
  }

  // A step a character: std::string_view takes several.
  [[nodiscard]] static constexpr auto is_same(std::string_view a, std::string_view b) noexcept
      -> bool {
    auto const size_of_both = a.size();
    if (size_of_both != b.size()) return false;
    auto const* const left = a.data();
    auto const* const right = b.data();
    std::size_t i = 0;
    while (i < size_of_both && left[i] == right[i]) ++i;
    return i == size_of_both;
  }

  // FNV-1a, http://www.isthe.com/chongo/tech/comp/fnv/
  [[nodiscard]] static constexpr auto hash(std::string_view text) noexcept -> std::uint64_t {
    std::uint64_t value = 14695981039346656037U;
    for (char const c : text) value = (value ^ static_cast<unsigned char>(c)) * 1099511628211U;
    return value;
  }
};

template <class... Shapes>
struct layout_of_shapes {
  using roots = root_shapes<Shapes...>;
  using id = names_id<roots::digest.high, roots::digest.low>;
  // Its size is asked for, so that it is there, and with it what `roots_of` returns.
  using type = std::conditional_t<sizeof(named_roots<id, roots>) != 0,
                                  layout_by_digest<roots::digest.high, roots::digest.low>, void>;
};

/// The layout of the roots with these shapes.
template <class... Shapes>
using layout = typename layout_of_shapes<Shapes...>::type;

}  // namespace memscape::inline v0
