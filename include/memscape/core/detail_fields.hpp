// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <memscape/core/extended_memory.hpp>
#include <memscape/core/memory_limits.hpp>
#include <memscape/core/quantity.hpp>
#include <memscape/core/units.hpp>
#include <optional>
#include <string_view>
#include <type_traits>

namespace memscape::inline v0 {

/// What a number of the detail is measured in.
enum class detail_unit : std::uint8_t { memory, events, time_ms, time_us, share_bp };

[[nodiscard]] constexpr auto detail_unit_of(bytes) noexcept { return detail_unit::memory; }
[[nodiscard]] constexpr auto detail_unit_of(count) noexcept { return detail_unit::events; }
[[nodiscard]] constexpr auto detail_unit_of(milliseconds) noexcept { return detail_unit::time_ms; }
[[nodiscard]] constexpr auto detail_unit_of(microseconds) noexcept { return detail_unit::time_us; }
[[nodiscard]] constexpr auto detail_unit_of(basis_points) noexcept { return detail_unit::share_bp; }

/// One number of the detail, by its name on the wire: to be read and, by a mirror, to be written.
template <class Struct>
struct detail_field {
  using number = std::optional<std::uint64_t>;

  std::string_view key{};
  detail_unit unit = detail_unit::memory;
  number (*get)(Struct const&) noexcept = nullptr;
  void (*set)(Struct&, number) noexcept = nullptr;
};

/// The field of a member, which is an optional quantity.
template <class Struct, auto Member>
[[nodiscard]] consteval auto make_detail_field(std::string_view key) noexcept
    -> detail_field<Struct> {
  using amount = typename std::remove_cvref_t<decltype(Struct{}.*Member)>::value_type;
  using number = typename detail_field<Struct>::number;
  return {key, detail_unit_of(amount{}),
          [](Struct const& of) noexcept {
            return of.*Member ? number{(of.*Member)->value()} : number{};
          },
          [](Struct& of, number value) noexcept {
            of.*Member = value ? std::optional{amount{*value}} : std::nullopt;
          }};
}

/// What `process` may hold besides: members of extended_memory, in the order of the wire.
inline constexpr detail_field<extended_memory> detail_fields[] = {
    make_detail_field<extended_memory, &extended_memory::rss_anon>("rss_anon"),
    make_detail_field<extended_memory, &extended_memory::rss_file>("rss_file"),
    make_detail_field<extended_memory, &extended_memory::rss_shmem>("rss_shmem"),
    make_detail_field<extended_memory, &extended_memory::swap>("swap"),
    make_detail_field<extended_memory, &extended_memory::page_tables>("page_tables"),
    make_detail_field<extended_memory, &extended_memory::hugetlb>("hugetlb"),
    make_detail_field<extended_memory, &extended_memory::peak_rss_since_exec>(
        "peak_rss_since_exec"),
    make_detail_field<extended_memory, &extended_memory::threads>("threads"),
    make_detail_field<extended_memory, &extended_memory::status_age_ms>("status_age_ms"),
    make_detail_field<extended_memory, &extended_memory::pss>("pss"),
    make_detail_field<extended_memory, &extended_memory::uss>("uss"),
    make_detail_field<extended_memory, &extended_memory::swap_pss>("swap_pss"),
    make_detail_field<extended_memory, &extended_memory::lazy_free>("lazy_free"),
    make_detail_field<extended_memory, &extended_memory::anon_huge_pages>("anon_huge_pages"),
    make_detail_field<extended_memory, &extended_memory::locked>("locked"),
    make_detail_field<extended_memory, &extended_memory::rollup_age_ms>("rollup_age_ms"),
    make_detail_field<extended_memory, &extended_memory::rollup_cost_us>("rollup_cost_us"),
    make_detail_field<extended_memory, &extended_memory::footprint_peak>("footprint_peak"),
    make_detail_field<extended_memory, &extended_memory::compressed>("compressed"),
    make_detail_field<extended_memory, &extended_memory::page_faults>("page_faults"),
};

/// What `limits` may hold besides the name of its `kind`, in the order of the wire.
inline constexpr detail_field<memory_limits> limit_fields[] = {
    make_detail_field<memory_limits, &memory_limits::limit>("limit"),
    make_detail_field<memory_limits, &memory_limits::limit_used>("limit_used"),
    make_detail_field<memory_limits, &memory_limits::headroom>("headroom"),
    make_detail_field<memory_limits, &memory_limits::cgroup_limit>("cgroup_limit"),
    make_detail_field<memory_limits, &memory_limits::cgroup_high>("cgroup_high"),
    make_detail_field<memory_limits, &memory_limits::cgroup_current>("cgroup_current"),
    make_detail_field<memory_limits, &memory_limits::cgroup_reclaimable>("cgroup_reclaimable"),
    make_detail_field<memory_limits, &memory_limits::cgroup_limit_hits>("cgroup_limit_hits"),
    make_detail_field<memory_limits, &memory_limits::oom_kills>("oom_kills"),
    make_detail_field<memory_limits, &memory_limits::pressure_some_avg10_bp>(
        "pressure_some_avg10_bp"),
    make_detail_field<memory_limits, &memory_limits::pressure_full_avg10_bp>(
        "pressure_full_avg10_bp"),
    make_detail_field<memory_limits, &memory_limits::pressure_some_us>("pressure_some_us"),
    make_detail_field<memory_limits, &memory_limits::pressure_full_us>("pressure_full_us"),
    make_detail_field<memory_limits, &memory_limits::address_space_limit>("address_space_limit"),
    make_detail_field<memory_limits, &memory_limits::data_limit>("data_limit"),
    make_detail_field<memory_limits, &memory_limits::data_used>("data_used"),
    make_detail_field<memory_limits, &memory_limits::ram_total>("ram_total"),
    make_detail_field<memory_limits, &memory_limits::ram_available>("ram_available"),
    make_detail_field<memory_limits, &memory_limits::time_to_limit_ms>("time_to_limit_ms"),
    make_detail_field<memory_limits, &memory_limits::growth_per_second>("growth_per_second"),
    make_detail_field<memory_limits, &memory_limits::forecast_window_ms>("forecast_window_ms"),
    make_detail_field<memory_limits, &memory_limits::limits_age_ms>("limits_age_ms"),
};

}  // namespace memscape::inline v0
