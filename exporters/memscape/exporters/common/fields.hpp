// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <memscape/core/process_memory.hpp>
#include <memscape/core/usage.hpp>
#include <memscape/registry/snapshot.hpp>
#include <optional>
#include <string_view>

namespace memscape::inline v0 {

/// A number as the wire has it: absent is `null`.
using wire_number = std::optional<std::uint64_t>;

/// What a number counts.
enum class wire_unit : std::uint8_t { memory, events };

/// One number of a struct, by its name on the wire.
template <class Struct>
struct wire_field {
  std::string_view key{};
  wire_number (*get)(Struct const&) noexcept = nullptr;
  wire_unit unit = wire_unit::memory;
};

/// An amount as a wire number.
template <class Unit>
[[nodiscard]] constexpr auto wire_value(quantity<Unit> amount) noexcept -> wire_number {
  return amount.value();
}
template <class Unit>
[[nodiscard]] constexpr auto wire_value(std::optional<quantity<Unit>> const& amount) noexcept
    -> wire_number {
  return amount ? wire_number{amount->value()} : wire_number{};
}

/// A member as a wire number.
template <auto Member, class Struct>
[[nodiscard]] constexpr auto wire_value(Struct const& of) noexcept -> wire_number {
  return wire_value(of.*Member);
}

/// What every snapshot says of the process, in the order of the wire: absent values are `null`.
inline constexpr wire_field<process_memory> process_fields[] = {
    {"rss", wire_value<&process_memory::rss, process_memory>},
    {"vms", wire_value<&process_memory::vms, process_memory>},
    {"shared", wire_value<&process_memory::shared, process_memory>},
    {"data", wire_value<&process_memory::data, process_memory>},
    {"peak_rss", wire_value<&process_memory::peak_rss, process_memory>},
    {"page_faults_minor", wire_value<&process_memory::page_faults_minor, process_memory>,
     wire_unit::events},
    {"page_faults_major", wire_value<&process_memory::page_faults_major, process_memory>,
     wire_unit::events},
};

/// What some platforms know besides: absent values are left out.
inline constexpr wire_field<process_memory> platform_fields[] = {
    {"footprint", wire_value<&process_memory::footprint, process_memory>},
    {"commit", wire_value<&process_memory::commit, process_memory>},
};

/// What a leaf says of its allocator.
inline constexpr wire_field<usage> usage_fields[] = {
    {"used", wire_value<&usage::used, usage>},
    {"committed", wire_value<&usage::committed, usage>},
    {"peak", wire_value<&usage::peak, usage>},
    {"objects", wire_value<&usage::objects, usage>, wire_unit::events},
    {"slots", wire_value<&usage::slot_count, usage>, wire_unit::events},
};

/// What a breakdown holds besides its nodes.
template <class Layout>
inline constexpr wire_field<snapshot<Layout>> balance_fields[] = {
    {"untracked", [](snapshot<Layout> const& of) noexcept { return wire_value(of.untracked()); }},
    {"overcounted",
     [](snapshot<Layout> const& of) noexcept { return wire_value(of.overcounted()); }},
};

}  // namespace memscape::inline v0
