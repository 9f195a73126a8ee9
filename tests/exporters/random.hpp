// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <limits>
#include <memscape/core/fixed_string.hpp>
#include <memscape/core/limit_fields.hpp>
#include <memscape/core/process_fields.hpp>
#include <memscape/core/read_error.hpp>
#include <memscape/core/usage_fields.hpp>
#include <memscape/exporters/json/detail.hpp>
#include <memscape/registry/snapshot.hpp>
#include <memscape/tree/layout.hpp>
#include <memscape/tree/shape.hpp>
#include <span>

namespace test_support {

/// Numbers that are the same in every run, also while compiling. Source: splitmix64, Steele et al.
/// 2014.
class random_numbers {
 public:
  constexpr explicit random_numbers(std::uint64_t seed) noexcept : state_{seed} {}

  constexpr auto next() noexcept -> std::uint64_t {
    auto z = (state_ += 0x9E3779B97F4A7C15U);
    z = (z ^ (z >> 30U)) * 0xBF58476D1CE4E5B9U;
    z = (z ^ (z >> 27U)) * 0x94D049BB133111EBU;
    return z ^ (z >> 31U);
  }
  constexpr auto below(std::uint64_t limit) noexcept -> std::uint64_t { return next() % limit; }

  /// Any number of digits is as likely as any other, and so are the ends of each range.
  constexpr auto with_any_digits() noexcept -> std::uint64_t {
    std::uint64_t low = 1;
    auto const digits = 1 + below(20);
    for (std::uint64_t i = 1; i < digits; ++i) low *= 10;
    auto const high = digits == 20 ? std::numeric_limits<std::uint64_t>::max() : low * 10 - 1;
    if (digits == 1) low = 0;
    switch (below(4)) {
      case 0: return low;
      case 1: return high;
      default: return low + below(high - low);
    }
  }

 private:
  std::uint64_t state_;
};

/// Every number of a table; a fourth of those that may be is absent.
template <auto const& Fields, class Struct>
constexpr void randomize(Struct& of, random_numbers& random) noexcept {
  for (auto const& field : Fields) {
    field.set(of, random.with_any_digits());
    if (random.below(4) == 0) field.set(of, {});
  }
}

/// What a detailed reader adds.
constexpr void randomize_detail(memscape::extended_memory& of, random_numbers& random) noexcept {
  randomize<memscape::extended_fields>(of, random);
  randomize<memscape::limit_fields>(of.limits, random);
  of.limits.kind =
      static_cast<memscape::limit_kind>(random.below(std::size(memscape::limit_kind_names)));
  of.detail_errors = {};
  if (random.below(4) == 0) of.detail_errors.add({memscape::read_step{}, -1});
}

/// A snapshot that no program can have, of every number that a program could: groups are not sums.
template <class Layout>
constexpr auto random_snapshot(random_numbers& random) noexcept -> memscape::snapshot<Layout> {
  memscape::snapshot<Layout> snap;
  snap.sequence = random.with_any_digits();
  snap.time_ms = random.with_any_digits();
  snap.sample_ns = random.with_any_digits();
  auto& process = snap.process;
  randomize<memscape::process_fields>(process, random);
  for (auto n = random.below(memscape::read_errors::capacity + 1); n > 0; --n) {
    auto const step = random.below(std::size(memscape::read_step_names));
    auto const code = static_cast<std::uint32_t>(random.with_any_digits());
    process.errors.add({static_cast<memscape::read_step>(step), static_cast<std::int32_t>(code)});
  }
  if constexpr (memscape::detailed<typename memscape::snapshot<Layout>::process_type>) {
    randomize_detail(process, random);
  }
  for (auto& node : snap.nodes) {
    randomize<memscape::usage_fields>(node, random);
  }
  return snap;
}

template <std::size_t Index>
consteval auto random_key() noexcept -> memscape::fixed_string<4> {
  char const text[5] = {'n', static_cast<char>('0' + Index / 100 % 10),
                        static_cast<char>('0' + Index / 10 % 10),
                        static_cast<char>('0' + Index % 10), '\0'};
  return memscape::fixed_string<4>{text};
}

/// Any bytes: controls, quotes, halves of UTF-8 sequences.
template <std::uint64_t Seed>
consteval auto random_label() noexcept -> memscape::fixed_string<8> {
  char text[9] = {};
  random_numbers random{Seed};
  for (std::size_t i = 0; i < 8; ++i) text[i] = static_cast<char>(random.next() & 0xFFU);
  return memscape::fixed_string<8>{text};
}

template <std::uint64_t Seed, std::size_t Index, std::size_t Depth>
struct random_shape;

/// `Collect<shape...>` of `Count` random shapes whose keys are numbered from `Index` on.
template <template <class...> class Collect, std::uint64_t Seed, std::size_t Index,
          std::size_t Depth, std::size_t Count, class... Done>
struct random_shapes {
  using first = typename random_shape<Seed, Index, Depth>::type;
  using type = typename random_shapes<Collect, Seed, Index + first::size, Depth, Count - 1, Done...,
                                      first>::type;
};
template <template <class...> class Collect, std::uint64_t Seed, std::size_t Index,
          std::size_t Depth, class... Done>
struct random_shapes<Collect, Seed, Index, Depth, 0, Done...> {
  using type = Collect<Done...>;
};

template <std::uint64_t Seed, std::size_t Index, std::size_t Depth>
struct random_shape {
  static constexpr std::uint64_t choice = random_numbers{Seed + 1000 * Index}.next();
  static constexpr std::uint64_t label_seed = Seed * 1000 + Index;

  template <class... Children>
  using group = memscape::group_shape<random_key<Index>(), random_label<label_seed>(), Children...>;

  template <bool IsGroup, int = 0>
  struct pick {
    using type = memscape::leaf_shape<random_key<Index>(), random_label<label_seed>()>;
  };
  template <int Unused>
  struct pick<true, Unused> {
    using type =
        typename random_shapes<group, Seed, Index + 1, Depth + 1, 1 + choice / 8 % 4>::type;
  };

  using type = typename pick<(Depth < 6 && choice % 8 < 3)>::type;
};

/// A tree of any form, the same for the same seed: 1 to 5 roots, at most 7 deep.
template <std::uint64_t Seed>
using random_layout =
    typename random_shapes<memscape::layout, Seed, 0, 0, 1 + random_numbers{Seed}.next() % 5>::type;

/// Memory with a fence behind it: shows a write past the end where no sanitizer watches, and while
/// compiling.
template <std::size_t Size>
class fenced {
 public:
  constexpr fenced() noexcept { memory_.fill('#'); }

  [[nodiscard]] constexpr auto first(std::size_t size) noexcept -> std::span<char> {
    return std::span{memory_}.first(size);
  }
  /// Whether nothing was written behind the first `size` characters.
  [[nodiscard]] constexpr auto intact_behind(std::size_t size) const noexcept -> bool {
    return std::all_of(memory_.begin() + static_cast<std::ptrdiff_t>(size), memory_.end(),
                       [](char c) { return c == '#'; });
  }

 private:
  std::array<char, Size + 32> memory_{};
};

}  // namespace test_support
