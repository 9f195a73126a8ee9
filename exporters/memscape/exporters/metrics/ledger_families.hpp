// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <memscape/core/bytes.hpp>
#include <memscape/core/count.hpp>
#include <memscape/core/field.hpp>
#include <memscape/exporters/metrics/head.hpp>
#include <memscape/exporters/metrics/rows.hpp>
#include <memscape/ledger/ledger.hpp>
#include <optional>

namespace memscape::inline v0 {

/// What a ledger says besides its sources and causes, at the time of a later RSS.
struct ledger_figures {
  std::optional<bytes> unexplained{};    ///< by the ledger
  std::optional<bytes> grown{};          ///< RSS since the ledger; 0 if it has shrunk
  std::optional<bytes> closure_error{};  ///< of the ledger
  std::optional<bytes> shrunk{};         ///< RSS since the ledger; 0 if it has grown
  std::uint64_t age_ms = 0;
  std::uint64_t cost_ns = 0;
  std::uint64_t faults = 0;
  std::optional<malloc_account> malloc{};
  outside_account outside{};
};

/// The figures of `of` beside an RSS that was read later.
template <class Layout>
[[nodiscard]] constexpr auto make_ledger_figures(ledger<Layout> const& of,
                                                 std::optional<bytes> const& rss,
                                                 std::uint64_t age_ms) noexcept -> ledger_figures {
  ledger_figures made{.unexplained = of.unexplained,
                      .closure_error = of.closure_error,
                      .age_ms = age_ms,
                      .cost_ns = of.cost_ns,
                      .faults = of.faults.size(),
                      .malloc = of.malloc,
                      .outside = of.outside_rss};
  if (rss && of.rss) {
    made.grown = *rss - *of.rss;
    made.shrunk = *of.rss - *rss;
  }
  return made;
}

/// Where resident memory is: a sample for each source with ranges, and for each cause.
inline constexpr metric_head attributed_head{
    .name = "memory_attributed_bytes",
    .help =
        "Resident memory by what it is there for, as the last ledger found it: each byte once."};

/// The file that has malloc, where that is not the C library: a sample of 1 with its name.
inline constexpr metric_head malloc_object_head{
    .name = "memory_malloc_object",
    .help =
        "The file that has malloc, which is not the C library: its figures of malloc are absent, "
        "or of "
        "what that passes on.",
    .unit = ""};

inline constexpr metric_row<ledger_figures> ledger_rows[] = {
    {{.name = "memory_unattributed_bytes",
      .help = "Resident memory that the last ledger could not explain, and what has come since."},
     wire_value<&ledger_figures::unexplained, ledger_figures>,
     0,
     {"part", "ledger"}},
    {{.name = "memory_unattributed_bytes"},
     wire_value<&ledger_figures::grown, ledger_figures>,
     0,
     {"part", "since_ledger"}},
    {{.name = "memory_closure_error_bytes",
      .help = "What the last ledger attributed beyond resident memory, and what has gone since."},
     wire_value<&ledger_figures::closure_error, ledger_figures>,
     0,
     {"part", "ledger"}},
    {{.name = "memory_closure_error_bytes"},
     wire_value<&ledger_figures::shrunk, ledger_figures>,
     0,
     {"part", "since_ledger"}},
    {{.name = "memory_ledger_age_seconds",
      .help = "How old the last ledger is.",
      .unit = "seconds"},
     [](ledger_figures const& of) noexcept { return wire_number{of.age_ms}; },
     3},
    {{.name = "memory_ledger_cost_seconds",
      .help = "What the last ledger took.",
      .unit = "seconds"},
     [](ledger_figures const& of) noexcept { return wire_number{of.cost_ns}; },
     9},
    {{.name = "memory_ledger_faults",
      .help = "Kinds of faults that make figures of the last ledger worse than exact.",
      .unit = ""},
     [](ledger_figures const& of) noexcept { return wire_number{of.faults}; }},
    {{.name = "memory_malloc_in_use_bytes",
      .help = "Blocks of malloc that the program holds, over all arenas."},
     [](ledger_figures const& of) noexcept {
       return of.malloc ? wire_value(of.malloc->in_use) : wire_number{};
     }},
    {{.name = "memory_malloc_free_bytes",
      .help = "Blocks that the program gave back and malloc keeps: its fragmentation."},
     [](ledger_figures const& of) noexcept {
       return of.malloc ? wire_value(of.malloc->free) : wire_number{};
     }},
    {{.name = "memory_cgroup_kernel_bytes",
      .help = "The kernel's memory for all of the control group, which is not in resident memory."},
     [](ledger_figures const& of) noexcept { return wire_value(of.outside.cgroup_kernel); }},
    {{.name = "memory_cgroup_socket_bytes",
      .help = "Socket buffers of all of the control group, which are not in resident memory."},
     [](ledger_figures const& of) noexcept { return wire_value(of.outside.cgroup_socket); }},
};

}  // namespace memscape::inline v0
