// SPDX-License-Identifier: MIT
#pragma once

#include <sys/sysinfo.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memscape/core/bytes.hpp>
#include <memscape/ledger/cause.hpp>
#include <memscape/ledger/ledger.hpp>
#include <memscape/ledger/linux/page_method.hpp>
#include <memscape/ledger/quality.hpp>
#include <optional>

namespace memscape::inline v0 {

/// Whether this machine has anything in swap; absent where sysinfo(2) is denied.
/// Cost: one sysinfo(2). Threads: any.
[[nodiscard]] inline auto swap_in_use() noexcept -> std::optional<bool> {
  struct sysinfo machine{};
  if (::sysinfo(&machine) != 0) return std::nullopt;
  return machine.freeswap < machine.totalswap;
}

/// Holds what was found in swap against VmSwap. Page tables have entries that look like swap and are none:
/// markers of userfaultfd, pages that migrate, memory of devices. Where more is found than the kernel
/// counts, which of it is swap is not known, and is absent; where the kernel counts none, none is.
/// Cost: a look at each figure. Threads: any.
template <class Layout>
void check_swap(ledger<Layout>& of) noexcept {
  auto const shared = static_cast<std::size_t>(cause::shmem);
  // Of a mapping's a source's share is not known to mincore(2); and which ranges are shared is not without mappings.
  bool const unmapped =
      of.faults.has(ledger_fault_kind::maps) || of.faults.has(ledger_fault_kind::maps_cut);
  if (of.method >= page_method::mincore || (unmapped && swap_in_use().value_or(true))) {
    for (auto& source : of.sources) source.swapped = std::nullopt;
  }
  bytes found{};
  auto const each = [&of](auto const& visit) noexcept {
    for (auto& source : of.sources) visit(source.swapped);
    for (std::size_t i = 0; i < cause_count; ++i) {
      // VmSwap leaves shared memory out.
      if (i != shared) visit(of.causes[i].swapped);
    }
  };
  each(
      [&found](std::optional<bytes> const& amount) noexcept { found += amount.value_or(bytes{}); });
  auto const counted = of.outside_rss.swap;
  if (found == bytes{} || (counted && found <= *counted)) return;
  bool const none = counted == bytes{};
  each([none](maybe_bytes& amount) noexcept {
    if (amount && *amount != bytes{}) amount = none ? maybe_bytes{bytes{}} : maybe_bytes{};
  });
  if (none) return;
  auto const more = (found - counted.value_or(bytes{})).value() >> 10U;
  of.faults.add(ledger_fault_kind::swap_differs,
                static_cast<std::int32_t>((std::min<std::uint64_t>)(more, INT32_MAX)));
}

/// Holds shared memory against the kernel's RssShmem, give or take what RSS moved and 64 pages that the
/// kernel may not have added up yet. Where they differ, files of a tmpfs that is not seen as one stand under files,
/// or the other way round, and neither is exact.
template <class Layout>
void check_shmem(ledger<Layout>& of) noexcept {
  auto const& told = of.outside_rss.shmem_witness;
  if (!told || !of.rss || !of.rss_before || of.method != page_method::scan) return;
  auto const found = of.at(cause::shmem).resident + of.shmem_of_sources;
  auto const off = (found - *told) + (*told - found);
  auto const moved = (*of.rss - *of.rss_before) + (*of.rss_before - *of.rss);
  if (off <= moved + bytes{std::uint64_t{256} << 10U}) return;
  of.faults.add(
      ledger_fault_kind::shmem_differs,
      static_cast<std::int32_t>((std::min<std::uint64_t>)(off.value() >> 10U, INT32_MAX)));
  auto const lower = [&of](cause which, quality to) noexcept {
    auto& worth = of.causes[static_cast<std::size_t>(which)].worth;
    if (worth == quality::exact) worth = to;
  };
  bool const missing = found < *told;
  lower(cause::shmem, missing ? quality::estimate : quality::upper_bound);
  for (auto const& one : cause_table) {
    if (one.parts != cause_parts::files) continue;
    lower(one.of, missing ? quality::upper_bound : quality::estimate);
  }
}

}  // namespace memscape::inline v0
