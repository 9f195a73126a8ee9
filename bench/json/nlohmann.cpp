// SPDX-License-Identifier: MIT
#include <algorithm>
#include <nlohmann/json.hpp>
#include <string>

#include "encoders.hpp"

namespace {

using json = nlohmann::ordered_json;

auto pool(memscape::usage const& usage) -> json {
  return {{"used", usage.used.value()},
          {"committed", usage.committed->value()},
          {"peak", usage.peak->value()},
          {"objects", usage.objects->value()},
          {"slots", usage.slot_count->value()}};
}

}  // namespace

auto bench::write_nlohmann(std::span<char> out, snapshot const& snap) -> std::string_view {
  json const object{{"seq", snap.sequence},
                    {"time_ms", snap.time_ms},
                    {"sample_ns", snap.sample_ns},
                    {"process",
                     {{"rss", snap.process.rss->value()},
                      {"vms", snap.process.vms->value()},
                      {"shared", snap.process.shared->value()},
                      {"data", snap.process.data->value()},
                      {"peak_rss", snap.process.peak_rss->value()},
                      {"page_faults_minor", snap.process.page_faults_minor->value()},
                      {"page_faults_major", snap.process.page_faults_major->value()}}},
                    {"breakdown",
                     {{"scratch_arena", snap.nodes[0].used.value()},
                      {"gc_heap", snap.nodes[1].used.value()},
                      {"gc_slabs", snap.nodes[2].used.value()},
                      {"gc_lval_slab", snap.nodes[3].used.value()},
                      {"gc_lenv_slab", snap.nodes[4].used.value()},
                      {"gc_malloc", snap.nodes[5].used.value()},
                      {"aio", snap.nodes[6].used.value()},
                      {"aio_slabs", snap.nodes[7].used.value()},
                      {"untracked", snap.untracked()->value()},
                      {"overcounted", snap.overcounted()->value()}}},
                    {"pools",
                     {{"scratch_arena", pool(snap.nodes[0])},
                      {"gc_lval_slab", pool(snap.nodes[3])},
                      {"gc_lenv_slab", pool(snap.nodes[4])},
                      {"gc_malloc", pool(snap.nodes[5])},
                      {"aio_slabs", pool(snap.nodes[7])}}}};
  std::string const text = "event: snapshot\ndata: " + object.dump() + "\n\n";
  std::copy(text.begin(), text.end(), out.begin());
  return {out.data(), text.size()};
}
