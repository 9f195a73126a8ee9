// SPDX-License-Identifier: MIT
// Two slabs of a program that uses Qt: one declared before <QObject>, one behind it.
#include <cstdint>

#undef slots

struct slab_before {
  [[nodiscard]] constexpr auto slot_size() const noexcept -> std::uint64_t { return 64; }
  [[nodiscard]] constexpr auto slots() const noexcept -> std::uint64_t { return 8; }
  [[nodiscard]] constexpr auto used_slots() const noexcept -> std::uint64_t { return 2; }
};

#define slots

#include <memscape/memscape.hpp>

#ifndef slots
#error "a macro that the program had is gone"
#endif

struct slab_behind {
  [[nodiscard]] constexpr auto slot_size() const noexcept -> std::uint64_t { return 64; }
  [[nodiscard]] constexpr auto slot_count() const noexcept -> std::uint64_t { return 8; }
  [[nodiscard]] constexpr auto used_slots() const noexcept -> std::uint64_t { return 2; }
};

constexpr slab_before before;
constexpr slab_behind behind;
static_assert(memscape::slab_source{&before}.sample() == memscape::slab_source{&behind}.sample());
static_assert(memscape::slab_source{&before}.sample().slot_count == memscape::count{8});
