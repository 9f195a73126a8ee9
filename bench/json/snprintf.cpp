// SPDX-License-Identifier: MIT
// The way that C programs do it: one printf a number, with a check of space each.
#include <cstdarg>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstring>

#include "encoders.hpp"

namespace {

struct buffer {
  char* data;
  std::size_t size;
  std::size_t capacity;
};

void append(buffer& to, char const* text) {
  std::size_t const size = std::strlen(text);
  if (to.size + size >= to.capacity) return;
  std::memcpy(to.data + to.size, text, size);
  to.size += size;
}

[[gnu::format(printf, 2, 3)]] void append_fmt(buffer& to, char const* format, ...) {
  va_list arguments;
  va_start(arguments, format);
  int const size = std::vsnprintf(to.data + to.size, to.capacity - to.size, format, arguments);
  va_end(arguments);
  if (size > 0) to.size += static_cast<std::size_t>(size);
}

auto plain(std::uint64_t value) -> unsigned long long { return value; }

}  // namespace

auto bench::write_snprintf(std::span<char> out, snapshot const& snap) -> std::string_view {
  buffer to{out.data(), 0, out.size()};
  append(to, "event: snapshot\ndata: {");
  append_fmt(to, R"("seq":%llu)", plain(snap.sequence));
  append_fmt(to, R"(,"time_ms":%llu)", plain(snap.time_ms));
  append_fmt(to, R"(,"sample_ns":%llu)", plain(snap.sample_ns));
  append(to, R"(,"process":{)");
  append_fmt(to, R"("rss":%llu)", plain(snap.process.rss->value()));
  append_fmt(to, R"(,"vms":%llu)", plain(snap.process.vms->value()));
  append_fmt(to, R"(,"shared":%llu)", plain(snap.process.shared->value()));
  append_fmt(to, R"(,"data":%llu)", plain(snap.process.data->value()));
  append_fmt(to, R"(,"peak_rss":%llu)", plain(snap.process.peak_rss->value()));
  append_fmt(to, R"(,"page_faults_minor":%llu)", plain(snap.process.page_faults_minor->value()));
  append_fmt(to, R"(,"page_faults_major":%llu)", plain(snap.process.page_faults_major->value()));
  append(to, R"(},"breakdown":{)");
  append_fmt(to, R"("scratch_arena":%llu)", plain(snap.nodes[0].used.value()));
  append_fmt(to, R"(,"gc_heap":%llu)", plain(snap.nodes[1].used.value()));
  append_fmt(to, R"(,"gc_slabs":%llu)", plain(snap.nodes[2].used.value()));
  append_fmt(to, R"(,"gc_lval_slab":%llu)", plain(snap.nodes[3].used.value()));
  append_fmt(to, R"(,"gc_lenv_slab":%llu)", plain(snap.nodes[4].used.value()));
  append_fmt(to, R"(,"gc_malloc":%llu)", plain(snap.nodes[5].used.value()));
  append_fmt(to, R"(,"aio":%llu)", plain(snap.nodes[6].used.value()));
  append_fmt(to, R"(,"aio_slabs":%llu)", plain(snap.nodes[7].used.value()));
  append_fmt(to, R"(,"untracked":%llu)", plain(snap.untracked()->value()));
  append_fmt(to, R"(,"overcounted":%llu)", plain(snap.overcounted()->value()));
  append(to, R"(},"pools":{"scratch_arena":{)");
  append_fmt(to, R"("used":%llu)", plain(snap.nodes[0].used.value()));
  append_fmt(to, R"(,"committed":%llu)", plain(snap.nodes[0].committed->value()));
  append_fmt(to, R"(,"peak":%llu)", plain(snap.nodes[0].peak->value()));
  append_fmt(to, R"(,"objects":%llu)", plain(snap.nodes[0].objects->value()));
  append_fmt(to, R"(,"slots":%llu)", plain(snap.nodes[0].slot_count->value()));
  append(to, R"(},"gc_lval_slab":{)");
  append_fmt(to, R"("used":%llu)", plain(snap.nodes[3].used.value()));
  append_fmt(to, R"(,"committed":%llu)", plain(snap.nodes[3].committed->value()));
  append_fmt(to, R"(,"peak":%llu)", plain(snap.nodes[3].peak->value()));
  append_fmt(to, R"(,"objects":%llu)", plain(snap.nodes[3].objects->value()));
  append_fmt(to, R"(,"slots":%llu)", plain(snap.nodes[3].slot_count->value()));
  append(to, R"(},"gc_lenv_slab":{)");
  append_fmt(to, R"("used":%llu)", plain(snap.nodes[4].used.value()));
  append_fmt(to, R"(,"committed":%llu)", plain(snap.nodes[4].committed->value()));
  append_fmt(to, R"(,"peak":%llu)", plain(snap.nodes[4].peak->value()));
  append_fmt(to, R"(,"objects":%llu)", plain(snap.nodes[4].objects->value()));
  append_fmt(to, R"(,"slots":%llu)", plain(snap.nodes[4].slot_count->value()));
  append(to, R"(},"gc_malloc":{)");
  append_fmt(to, R"("used":%llu)", plain(snap.nodes[5].used.value()));
  append_fmt(to, R"(,"committed":%llu)", plain(snap.nodes[5].committed->value()));
  append_fmt(to, R"(,"peak":%llu)", plain(snap.nodes[5].peak->value()));
  append_fmt(to, R"(,"objects":%llu)", plain(snap.nodes[5].objects->value()));
  append_fmt(to, R"(,"slots":%llu)", plain(snap.nodes[5].slot_count->value()));
  append(to, R"(},"aio_slabs":{)");
  append_fmt(to, R"("used":%llu)", plain(snap.nodes[7].used.value()));
  append_fmt(to, R"(,"committed":%llu)", plain(snap.nodes[7].committed->value()));
  append_fmt(to, R"(,"peak":%llu)", plain(snap.nodes[7].peak->value()));
  append_fmt(to, R"(,"objects":%llu)", plain(snap.nodes[7].objects->value()));
  append_fmt(to, R"(,"slots":%llu)", plain(snap.nodes[7].slot_count->value()));
  append(to, "}}}\n\n");
  return {to.data, to.size};
}
