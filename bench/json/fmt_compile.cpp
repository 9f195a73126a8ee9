// SPDX-License-Identifier: MIT
#include <cstddef>
#include <fmt/compile.h>

#include "encoders.hpp"

auto bench::write_fmt_compile(std::span<char> out, snapshot const& snap) -> std::string_view {
  // clang-format off: a line a number
  char const* const end = fmt::format_to(
      out.data(),
      FMT_COMPILE(
          "event: snapshot\ndata: "
          R"({{"seq":{})"
          R"(,"time_ms":{})"
          R"(,"sample_ns":{})"
          R"(,"process":{{"rss":{})"
          R"(,"vms":{})"
          R"(,"shared":{})"
          R"(,"data":{})"
          R"(,"peak_rss":{})"
          R"(,"page_faults_minor":{})"
          R"(,"page_faults_major":{})"
          R"(}},"breakdown":{{"scratch_arena":{})"
          R"(,"gc_heap":{})"
          R"(,"gc_slabs":{})"
          R"(,"gc_lval_slab":{})"
          R"(,"gc_lenv_slab":{})"
          R"(,"gc_malloc":{})"
          R"(,"aio":{})"
          R"(,"aio_slabs":{})"
          R"(,"untracked":{})"
          R"(,"overcounted":{})"
          R"(}},"pools":{{"scratch_arena":{{"used":{})"
          R"(,"committed":{})"
          R"(,"peak":{})"
          R"(,"objects":{})"
          R"(,"slots":{})"
          R"(}},"gc_lval_slab":{{"used":{})"
          R"(,"committed":{})"
          R"(,"peak":{})"
          R"(,"objects":{})"
          R"(,"slots":{})"
          R"(}},"gc_lenv_slab":{{"used":{})"
          R"(,"committed":{})"
          R"(,"peak":{})"
          R"(,"objects":{})"
          R"(,"slots":{})"
          R"(}},"gc_malloc":{{"used":{})"
          R"(,"committed":{})"
          R"(,"peak":{})"
          R"(,"objects":{})"
          R"(,"slots":{})"
          R"(}},"aio_slabs":{{"used":{})"
          R"(,"committed":{})"
          R"(,"peak":{})"
          R"(,"objects":{})"
          R"(,"slots":{})"
          "}}}}}}\n\n"),
      snap.sequence,
      snap.time_ms,
      snap.sample_ns,
      snap.process.rss->value(),
      snap.process.vms->value(),
      snap.process.shared->value(),
      snap.process.data->value(),
      snap.process.peak_rss->value(),
      snap.process.page_faults_minor->value(),
      snap.process.page_faults_major->value(),
      snap.nodes[0].used.value(),
      snap.nodes[1].used.value(),
      snap.nodes[2].used.value(),
      snap.nodes[3].used.value(),
      snap.nodes[4].used.value(),
      snap.nodes[5].used.value(),
      snap.nodes[6].used.value(),
      snap.nodes[7].used.value(),
      snap.untracked()->value(),
      snap.overcounted()->value(),
      snap.nodes[0].used.value(),
      snap.nodes[0].committed->value(),
      snap.nodes[0].peak->value(),
      snap.nodes[0].objects->value(),
      snap.nodes[0].slot_count->value(),
      snap.nodes[3].used.value(),
      snap.nodes[3].committed->value(),
      snap.nodes[3].peak->value(),
      snap.nodes[3].objects->value(),
      snap.nodes[3].slot_count->value(),
      snap.nodes[4].used.value(),
      snap.nodes[4].committed->value(),
      snap.nodes[4].peak->value(),
      snap.nodes[4].objects->value(),
      snap.nodes[4].slot_count->value(),
      snap.nodes[5].used.value(),
      snap.nodes[5].committed->value(),
      snap.nodes[5].peak->value(),
      snap.nodes[5].objects->value(),
      snap.nodes[5].slot_count->value(),
      snap.nodes[7].used.value(),
      snap.nodes[7].committed->value(),
      snap.nodes[7].peak->value(),
      snap.nodes[7].objects->value(),
      snap.nodes[7].slot_count->value());
  // clang-format on
  return {out.data(), end};
}
