// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <memscape/ledger/ledger.hpp>

namespace memscape::inline v0 {

/// The ledger whose numbers need the most digits that any can, with nothing in its tables: what exporters
/// measure to know the size of what they write.
template <class Layout>
[[nodiscard]] constexpr auto longest_ledger() noexcept -> ledger<Layout> {
  constexpr auto most = (std::numeric_limits<std::uint64_t>::max)();
  ledger<Layout> worst;
  worst.rss = worst.rss_before = worst.unexplained = worst.closure_error = (bytes::max)();
  worst.sources.fill(
      {{(bytes::max)(), (bytes::max)(), (bytes::max)(), (count::max)(), (count::max)()},
       (bytes::max)(),
       (bytes::max)(),
       (bytes::max)(),
       (bytes::max)(),
       (bytes::max)(),
       quality::upper_bound,
       memory_home::malloc});
  // 20 digits, and far enough below what is used for 19 digits of fragmentation behind a sign.
  for (auto& source : worst.sources) source.resident = bytes{17'000'000'000'000'000'000U};
  worst.causes.fill({(bytes::max)(), (bytes::max)(), quality::unavailable});
  worst.malloc = {(bytes::max)(),       (bytes::max)(), (bytes::max)(), (count::max)(),
                  quality::unavailable, most,           (bytes::max)()};
  worst.outside_rss = {(bytes::max)(), (bytes::max)(), (bytes::max)(), (bytes::max)(),
                       (bytes::max)()};
  worst.lazy_free = worst.huge = (bytes::max)();
  worst.mapping_count = worst.thread_stacks = worst.arena_heaps = (count::max)();
  worst.method = page_method::pagemap;
  for (std::size_t i = 0; i < ledger_faults::capacity; ++i) {
    worst.faults.add(static_cast<ledger_fault_kind>(i), (std::numeric_limits<std::int32_t>::min)());
  }
  worst.sequence = worst.time_ms = worst.duration_ns = worst.cost_ns = most;
  worst.longest_slice_ns = worst.slices = most;
  return worst;
}

}  // namespace memscape::inline v0
