// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memscape/core/fixed_string.hpp>
#include <string_view>

namespace memscape::inline v0 {

/// Whether a key has the form `[a-z][a-z0-9_]*`.
[[nodiscard]] constexpr auto is_key(std::string_view key) noexcept -> bool {
  auto const is_lower = [](char c) { return c >= 'a' && c <= 'z'; };
  if (key.empty() || !is_lower(key.front())) return false;
  for (char const c : key) {
    if (!is_lower(c) && !(c >= '0' && c <= '9') && c != '_') return false;
  }
  return true;
}

/// Whether a key is one that every breakdown holds besides the nodes.
[[nodiscard]] constexpr auto is_reserved(std::string_view key) noexcept -> bool {
  return key == "untracked" || key == "overcounted";
}

/// The most nodes that stand side by side, in a group or behind the reader: compilers limit what one fold
/// expression takes, clang to 256.
inline constexpr std::size_t most_siblings = 256;

/// The most nodes that a tree has, groups counted, and how deep its groups nest; the most bytes of a key, of a
/// label, and of all keys and labels of a tree together. Compilers limit the steps of a constant and the depth of
/// templates; within these, a registry and every exporter compile with the default limits of all that are tested.
inline constexpr std::size_t most_nodes = 512;
inline constexpr std::size_t most_levels = 128;
inline constexpr std::size_t most_key_bytes = 256;
inline constexpr std::size_t most_label_bytes = 256;
inline constexpr std::size_t most_name_bytes = 32768;

/// What names and their nesting come to, in 128 bits: it stands for them in the names of types, which else would
/// hold all names of a tree, and be written into every symbol. Two trees that came to the same would not compile
/// in one file; nobody will meet two. FNV-1a, http://www.isthe.com/chongo/tech/comp/fnv/, and the same with another
/// prime and start.
struct names_digest {
  std::uint64_t high = 14695981039346656037U;
  std::uint64_t low = 0x9e3779b97f4a7c15U;

  constexpr void add(std::uint64_t value) noexcept {
    high = (high ^ value) * 1099511628211U;
    low = ((low ^ value) * 0xd6e8feb86659fd93U) ^ (low >> 29U);
  }
  constexpr void add(std::string_view text) noexcept {
    for (char const c : text) add(std::uint64_t{static_cast<unsigned char>(c)});
    add(std::uint64_t{0x100} + text.size());
  }
  constexpr void add(names_digest const& other) noexcept {
    add(other.high);
    add(other.low);
  }
};

/// The names of a leaf, as a type. Sources are not part of it: two trees with equal names have one
/// layout, and one set of instantiations.
template <fixed_string Key, fixed_string Label>
struct leaf_shape {
  static constexpr std::size_t size = 1;
  static constexpr std::size_t levels = 1;
  static constexpr std::size_t name_bytes = Key.size() + Label.size();
  static constexpr names_digest digest = [] {
    names_digest all;
    all.add(Key.view());
    all.add(Label.view());
    return all;
  }();
};

/// The names of a group and of all below it, as a type.
template <fixed_string Key, fixed_string Label, class... Children>
struct group_shape {
  static constexpr std::size_t size = (1 + ... + Children::size);
  static constexpr std::size_t levels = 1 + (std::max)({std::size_t{0}, Children::levels...});
  static constexpr std::size_t name_bytes =
      ((Key.size() + Label.size()) + ... + Children::name_bytes);
  static constexpr names_digest digest = [] {
    names_digest all = leaf_shape<Key, Label>::digest;
    (all.add(Children::digest), ...);
    all.add(std::uint64_t{sizeof...(Children) + 1});
    return all;
  }();
};

/// How many nodes there are, of a node whose names stand elsewhere.
template <std::size_t Size>
struct nameless_shape {
  static constexpr std::size_t size = Size;
};

}  // namespace memscape::inline v0
