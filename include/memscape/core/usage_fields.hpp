// SPDX-License-Identifier: MIT
#pragma once

#include <memscape/core/bytes.hpp>
#include <memscape/core/field.hpp>
#include <memscape/core/usage.hpp>
#include <optional>

namespace memscape::inline v0 {

/// What a leaf says of its allocator, in the order of the wire.
inline constexpr field<usage> usage_fields[] = {
    make_field<&usage::used>(
        {.key = "used",
         .label = "used",
         .always = true,
         .metric = {"memory_used_bytes",
                    "Memory that a subsystem has handed out and not got back."}}),
    make_field<&usage::committed>({.key = "committed",
                                   .label = "committed",
                                   .always = true,
                                   .metric = {"memory_committed_bytes",
                                              "Memory obtained from the system for a subsystem, "
                                              "free lists and metadata included."}}),
    make_field<&usage::peak>(
        {.key = "peak",
         .label = "peak",
         .always = true,
         .metric = {"memory_peak_bytes", "The most memory that a subsystem has had in use."}}),
    make_field<&usage::objects>({.key = "objects", .label = "objects", .always = true}),
    make_field<&usage::slot_count>({.key = "slots", .label = "slots", .always = true}),
};

/// What a snapshot computes from its nodes and RSS, and a breakdown holds besides its nodes.
struct memory_balance {
  std::optional<bytes> untracked{};
  std::optional<bytes> overcounted{};

  [[nodiscard]] friend constexpr auto operator==(memory_balance const&,
                                                 memory_balance const&) noexcept -> bool = default;
};

inline constexpr field<memory_balance> balance_fields[] = {
    make_field<&memory_balance::untracked>(
        {.key = "untracked",
         .always = true,
         .metric = {"memory_untracked_bytes", "Resident memory that no subsystem accounts for."}}),
    make_field<&memory_balance::overcounted>(
        {.key = "overcounted",
         .always = true,
         .metric = {"memory_overcounted_bytes",
                    "What the subsystems have in use beyond resident memory."}}),
};

/// The balance of a snapshot.
template <class Snapshot>
[[nodiscard]] constexpr auto balance_of(Snapshot const& of) noexcept -> memory_balance {
  return {of.untracked(), of.overcounted()};
}

}  // namespace memscape::inline v0
