// SPDX-License-Identifier: MIT
#include <array>
#include <cstdint>
#include <cstring>
#include <memscape/tree/layout.hpp>
#include <rapidjson/stringbuffer.h>
#include <rapidjson/writer.h>

#include "encoders.hpp"

namespace {

using writer = rapidjson::Writer<rapidjson::StringBuffer>;

template <std::size_t Size>
void member(writer& to, char const (&key)[Size], std::uint64_t value) {
  to.Key(key, Size - 1);
  to.Uint64(value);
}

void pool(writer& to, memscape::usage const& usage) {
  to.StartObject();
  member(to, "used", usage.used.value());
  member(to, "committed", usage.committed->value());
  member(to, "peak", usage.peak->value());
  member(to, "objects", usage.objects->value());
  member(to, "slots", usage.slot_count->value());
  to.EndObject();
}

void put(rapidjson::StringBuffer& to, std::string_view text) {
  std::memcpy(to.Push(text.size()), text.data(), text.size());
}

}  // namespace

auto bench::write_rapidjson(std::span<char>, snapshot const& snap) -> std::string_view {
  // Kept, as its users do: after the first frame it allocates nothing.
  static rapidjson::StringBuffer buffer;
  static writer to{buffer};
  buffer.Clear();
  to.Reset(buffer);

  put(buffer, "event: snapshot\ndata: ");
  to.StartObject();
  member(to, "seq", snap.sequence);
  member(to, "time_ms", snap.time_ms);
  member(to, "sample_ns", snap.sample_ns);
  to.Key("process", 7);
  to.StartObject();
  member(to, "rss", snap.process.rss->value());
  member(to, "vms", snap.process.vms->value());
  member(to, "shared", snap.process.shared->value());
  member(to, "data", snap.process.data->value());
  member(to, "peak_rss", snap.process.peak_rss->value());
  member(to, "page_faults_minor", snap.process.page_faults_minor->value());
  member(to, "page_faults_major", snap.process.page_faults_major->value());
  to.EndObject();
  to.Key("breakdown", 9);
  to.StartObject();
  member(to, "scratch_arena", snap.nodes[0].used.value());
  member(to, "gc_heap", snap.nodes[1].used.value());
  member(to, "gc_slabs", snap.nodes[2].used.value());
  member(to, "gc_lval_slab", snap.nodes[3].used.value());
  member(to, "gc_lenv_slab", snap.nodes[4].used.value());
  member(to, "gc_malloc", snap.nodes[5].used.value());
  member(to, "aio", snap.nodes[6].used.value());
  member(to, "aio_slabs", snap.nodes[7].used.value());
  member(to, "untracked", snap.untracked()->value());
  member(to, "overcounted", snap.overcounted()->value());
  to.EndObject();
  to.Key("pools", 5);
  to.StartObject();
  to.Key("scratch_arena", 13);
  pool(to, snap.nodes[0]);
  to.Key("gc_lval_slab", 12);
  pool(to, snap.nodes[3]);
  to.Key("gc_lenv_slab", 12);
  pool(to, snap.nodes[4]);
  to.Key("gc_malloc", 9);
  pool(to, snap.nodes[5]);
  to.Key("aio_slabs", 9);
  pool(to, snap.nodes[7]);
  to.EndObject();
  to.EndObject();
  put(buffer, "\n\n");
  return {buffer.GetString(), buffer.GetSize()};
}
