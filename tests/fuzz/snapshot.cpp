// SPDX-License-Identifier: MIT
// Any numbers: the frame fits max_size, is JSON on one line, and reads as the snapshot.
#include <memscape/exporters/sse_json.hpp>
#include <string>
#include <vector>

#include "exporters/trees.hpp"
#include "fuzz.hpp"
#include "json.hpp"

namespace {

using memscape::sse_json;
using layout = test_support::group_first;

template <class Quantity>
void fill(Quantity& value, fuzz::input& input) {
  value = Quantity{input.number()};
}
template <class Quantity>
void fill(std::optional<Quantity>& value, fuzz::input& input) {
  if (input.byte() % 4 != 0) value = Quantity{input.number()};
}

auto snapshot_from(fuzz::input& input) -> memscape::snapshot<layout> {
  memscape::snapshot<layout> snap;
  snap.sequence = input.number();
  snap.time_ms = input.number();
  snap.sample_ns = input.number();
  auto& process = snap.process;
  fill(process.rss, input), fill(process.vms, input), fill(process.shared, input);
  fill(process.data, input), fill(process.peak_rss, input), fill(process.footprint, input);
  fill(process.commit, input), fill(process.page_faults_minor, input);
  fill(process.page_faults_major, input);
  for (auto n = input.byte() % 6; n > 0; --n) {
    process.errors.add({static_cast<memscape::read_step>(input.byte()),
                        static_cast<std::int32_t>(input.number())});
  }
  for (auto& node : snap.nodes) {
    fill(node.used, input), fill(node.committed, input), fill(node.peak, input);
    fill(node.objects, input), fill(node.slot_count, input);
  }
  return snap;
}

template <class Quantity>
auto text_of(std::optional<Quantity> const& value) -> std::string {
  return value ? std::to_string(value->value()) : "null";
}

}  // namespace

auto LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) -> int {
  fuzz::input input{data, size};
  auto const snap = snapshot_from(input);
  memscape::stream_id const stream{input.number()};

  std::vector<char> memory(sse_json::max_size<layout>);
  std::string const frame{sse_json::write(memory, snap, stream)};
  fuzz::require(!frame.empty(), "max_size is enough");
  auto const start = frame.find("data: ") + 6;
  std::string_view const json{frame.data() + start, frame.size() - start - 2};
  fuzz::require(frame.ends_with("}\n\n") && json.find('\n') == json.npos, "one line of data");
  fuzz::require(sse_json::write_data(memory, snap) == json, "the event's data stands alone too");

  fuzz::json_reader reader{json};
  fuzz::require(reader.read_all(), "the data is JSON");
  auto& read = reader.values;
  fuzz::require(read["/seq"] == std::to_string(snap.sequence), "seq");
  fuzz::require(read["/process/rss"] == text_of(snap.process.rss), "rss");
  fuzz::require(read["/process/vms"] == text_of(snap.process.vms), "vms");
  fuzz::require(read["/breakdown/untracked"] == text_of(snap.untracked()), "untracked");
  fuzz::require(read["/breakdown/overcounted"] == text_of(snap.overcounted()), "overcounted");
  for (std::size_t i = 0; i < layout::size; ++i) {
    std::string const key{layout::nodes[i].key};
    auto const& node = snap.nodes[i];
    fuzz::require(read["/breakdown/" + key] == std::to_string(node.used.value()), "used");
    if (layout::nodes[i].is_group) continue;
    fuzz::require(read["/pools/" + key + "/committed"] == text_of(node.committed), "committed");
    fuzz::require(read["/pools/" + key + "/slots"] == text_of(node.slot_count), "slots");
  }

  std::vector<char> tight(input.number() % frame.size());
  fuzz::require(sse_json::write(tight, snap, stream).empty(), "no part of a frame");
  return 0;
}
