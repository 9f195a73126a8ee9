// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <memscape/core/bytes.hpp>
#include <memscape/core/count.hpp>
#include <memscape/core/quantity.hpp>
#include <memscape/core/units.hpp>
#include <optional>
#include <string_view>
#include <type_traits>
#include <utility>

namespace memscape::inline v0 {

/// A number as the wire has it: absent is `null`.
using wire_number = std::optional<std::uint64_t>;

/// What a number is measured in.
enum class field_unit : std::uint8_t { memory, events, time_ms, time_us, share_bp };

[[nodiscard]] constexpr auto unit_of(bytes) noexcept { return field_unit::memory; }
[[nodiscard]] constexpr auto unit_of(count) noexcept { return field_unit::events; }
[[nodiscard]] constexpr auto unit_of(milliseconds) noexcept { return field_unit::time_ms; }
[[nodiscard]] constexpr auto unit_of(microseconds) noexcept { return field_unit::time_us; }
[[nodiscard]] constexpr auto unit_of(basis_points) noexcept { return field_unit::share_bp; }

/// How a number stands on a page of metrics; without a name it does not. A name that begins with
/// `process_` is one that others use too, and gets no prefix. It ends in the unit, which is a base unit.
struct field_metric {
  std::string_view name{};
  std::string_view help{};  ///< empty for a further sample of the metric before it
  bool is_counter = false;
  std::uint8_t place = 0;          ///< metrics of a lower place stand first
  std::string_view label{};        ///< the name of its sample's label, if it has one
  std::string_view label_value{};  ///< its value; empty where only the snapshot knows it
};

/// The words about a number.
struct field_words {
  std::string_view key{};    ///< its name on the wire
  std::string_view label{};  ///< its name for people; it stands before the number
  bool always = false;  ///< stands in every snapshot, as `null` where absent; else it is left out
  field_metric metric{};
};

/// One number of a struct: all that exporters, decoders and documentation know of it.
template <class Struct>
struct field : field_words {
  using owner = Struct;

  field_unit unit = field_unit::memory;
  wire_number (*get)(Struct const&) noexcept = nullptr;
  /// Writes it; false where the struct has no place for an absent one.
  bool (*set)(Struct&, wire_number) noexcept = nullptr;
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

/// Writes an amount from a wire number; false where an absent one has no place.
template <class Unit>
[[nodiscard]] constexpr auto set_wire_value(quantity<Unit>& amount, wire_number value) noexcept
    -> bool {
  if (value) amount = quantity<Unit>{*value};
  return value.has_value();
}
template <class Unit>
[[nodiscard]] constexpr auto set_wire_value(std::optional<quantity<Unit>>& amount,
                                            wire_number value) noexcept -> bool {
  amount = value ? std::optional{quantity<Unit>{*value}} : std::nullopt;
  return true;
}

template <class Unit>
[[nodiscard]] constexpr auto unit_of(std::optional<quantity<Unit>> const&) noexcept -> field_unit {
  return unit_of(quantity<Unit>{});
}

template <class Struct, class Amount>
auto struct_of(Amount Struct::*) noexcept -> Struct;  // to be named, not called

/// The field of a member, which is an amount, or an optional one.
template <auto Member, class Struct = decltype(struct_of(Member))>
[[nodiscard]] consteval auto make_field(field_words const& words) noexcept -> field<Struct> {
  using amount = std::remove_cvref_t<decltype(std::declval<Struct&>().*Member)>;
  return {words, unit_of(amount{}), wire_value<Member, Struct>,
          [](Struct& of, wire_number value) noexcept { return set_wire_value(of.*Member, value); }};
}

/// The index of the field with this key, or the number of fields where there is none.
template <class Struct, std::size_t Size>
[[nodiscard]] constexpr auto index_of(field<Struct> const (&fields)[Size],
                                      std::string_view key) noexcept -> std::size_t {
  std::size_t index = 0;
  while (index < Size && fields[index].key != key) ++index;
  return index;
}

}  // namespace memscape::inline v0
