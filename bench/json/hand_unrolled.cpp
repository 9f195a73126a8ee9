// SPDX-License-Identifier: MIT
// The best a person would write for this one tree: no check of space, no absent number.
#include <charconv>
#include <cstddef>
#include <cstdint>
#include <cstring>

#include "encoders.hpp"

auto bench::write_hand_unrolled(std::span<char> out, snapshot const& snap) -> std::string_view {
  char* next = out.data();
  char* const end = out.data() + out.size();
  auto const text = [&next]<std::size_t Size>(char const(&literal)[Size]) {
    std::memcpy(next, literal, Size - 1);
    next += Size - 1;
  };
  auto const number = [&next, end](std::uint64_t value) {
    next = std::to_chars(next, end, value).ptr;
  };
  text("event: snapshot\ndata: {\"seq\":");
  number(snap.sequence);
  text(R"(,"time_ms":)");
  number(snap.time_ms);
  text(R"(,"sample_ns":)");
  number(snap.sample_ns);
  text(R"(,"process":{"rss":)");
  number(snap.process.rss->value());
  text(R"(,"vms":)");
  number(snap.process.vms->value());
  text(R"(,"shared":)");
  number(snap.process.shared->value());
  text(R"(,"data":)");
  number(snap.process.data->value());
  text(R"(,"peak_rss":)");
  number(snap.process.peak_rss->value());
  text(R"(,"page_faults_minor":)");
  number(snap.process.page_faults_minor->value());
  text(R"(,"page_faults_major":)");
  number(snap.process.page_faults_major->value());
  text(R"(},"breakdown":{"scratch_arena":)");
  number(snap.nodes[0].used.value());
  text(R"(,"gc_heap":)");
  number(snap.nodes[1].used.value());
  text(R"(,"gc_slabs":)");
  number(snap.nodes[2].used.value());
  text(R"(,"gc_lval_slab":)");
  number(snap.nodes[3].used.value());
  text(R"(,"gc_lenv_slab":)");
  number(snap.nodes[4].used.value());
  text(R"(,"gc_malloc":)");
  number(snap.nodes[5].used.value());
  text(R"(,"aio":)");
  number(snap.nodes[6].used.value());
  text(R"(,"aio_slabs":)");
  number(snap.nodes[7].used.value());
  text(R"(,"untracked":)");
  number(snap.untracked()->value());
  text(R"(,"overcounted":)");
  number(snap.overcounted()->value());
  text(R"(},"pools":{"scratch_arena":{"used":)");
  number(snap.nodes[0].used.value());
  text(R"(,"committed":)");
  number(snap.nodes[0].committed->value());
  text(R"(,"peak":)");
  number(snap.nodes[0].peak->value());
  text(R"(,"objects":)");
  number(snap.nodes[0].objects->value());
  text(R"(,"slots":)");
  number(snap.nodes[0].slot_count->value());
  text(R"(},"gc_lval_slab":{"used":)");
  number(snap.nodes[3].used.value());
  text(R"(,"committed":)");
  number(snap.nodes[3].committed->value());
  text(R"(,"peak":)");
  number(snap.nodes[3].peak->value());
  text(R"(,"objects":)");
  number(snap.nodes[3].objects->value());
  text(R"(,"slots":)");
  number(snap.nodes[3].slot_count->value());
  text(R"(},"gc_lenv_slab":{"used":)");
  number(snap.nodes[4].used.value());
  text(R"(,"committed":)");
  number(snap.nodes[4].committed->value());
  text(R"(,"peak":)");
  number(snap.nodes[4].peak->value());
  text(R"(,"objects":)");
  number(snap.nodes[4].objects->value());
  text(R"(,"slots":)");
  number(snap.nodes[4].slot_count->value());
  text(R"(},"gc_malloc":{"used":)");
  number(snap.nodes[5].used.value());
  text(R"(,"committed":)");
  number(snap.nodes[5].committed->value());
  text(R"(,"peak":)");
  number(snap.nodes[5].peak->value());
  text(R"(,"objects":)");
  number(snap.nodes[5].objects->value());
  text(R"(,"slots":)");
  number(snap.nodes[5].slot_count->value());
  text(R"(},"aio_slabs":{"used":)");
  number(snap.nodes[7].used.value());
  text(R"(,"committed":)");
  number(snap.nodes[7].committed->value());
  text(R"(,"peak":)");
  number(snap.nodes[7].peak->value());
  text(R"(,"objects":)");
  number(snap.nodes[7].objects->value());
  text(R"(,"slots":)");
  number(snap.nodes[7].slot_count->value());
  text("}}}\n\n");
  return {out.data(), next};
}
