// SPDX-License-Identifier: MIT
// links: simdjson
// Any bytes as a stream: they give the same reports and the same picture however they are cut, and only
// a report of a frame or a layout changes the picture. The first byte decides how the stream is cut; a
// byte 1 in it stands for a new connection.
#include <memscape/exporters/decoder/report.hpp>
#include <memscape/exporters/stream/event_id.hpp>
#include <memscape/exporters/stream_decoder.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "exporters/random.hpp"
#include "fuzz.hpp"

namespace {

using memscape::decode_outcome;
using memscape::decode_report;
using memscape::stream_decoder;

// Small enough that an input of some kilobytes passes them.
constexpr memscape::decoder_limits limits{
    .event_bytes = 2048, .nodes = 16, .key_bytes = 16, .label_bytes = 16, .errors = 4};

// Everything that a mirror shows.
struct picture {
  explicit picture(stream_decoder const& mirror)
      : tree{mirror.tree()}, interval_ms{mirror.interval_ms()}, id{mirror.last_event_id()} {
    if (mirror.snapshot() != nullptr) snapshot = *mirror.snapshot();
  }
  friend auto operator==(picture const&, picture const&) -> bool = default;

  memscape::decoded_tree tree;
  std::uint64_t interval_ms;
  std::string id;
  std::optional<memscape::decoded_snapshot> snapshot;
};

void check_tree(memscape::decoded_tree const& tree) {
  fuzz::require(tree.size() <= limits.nodes, "the tree is bounded");
  for (std::size_t i = 0; i < tree.size(); ++i) {
    auto const& node = tree[i];
    fuzz::require(node.key.size() <= limits.key_bytes && node.label.size() <= limits.label_bytes,
                  "names are bounded");
    fuzz::require(tree.find(node.key) == i, "a node is found by its key");
    fuzz::require(node.end > i && node.end <= tree.size(), "a subtree ends behind its node");
    if (node.is_root()) {
      fuzz::require(node.depth == 0, "a root has depth 0");
    } else {
      auto const& parent = tree[node.parent];
      fuzz::require(node.parent < i && node.end <= parent.end, "a subtree lies in its parent's");
      fuzz::require(parent.is_group && node.depth == parent.depth + 1, "parents are groups above");
    }
  }
}

void check_report(decode_report const& report, picture before, picture const& after) {
  switch (report.outcome) {
    case decode_outcome::layout:
      check_tree(after.tree);
      fuzz::require(!after.snapshot || after.snapshot == before.snapshot,
                    "a layout has no numbers");
      return;
    case decode_outcome::applied: {
      fuzz::require(after.snapshot.has_value(), "a frame that was applied is shown");
      fuzz::require(after.tree == before.tree && after.interval_ms == before.interval_ms,
                    "a frame leaves the tree alone");
      auto const& snapshot = *after.snapshot;
      fuzz::require(snapshot.sequence == report.sequence, "what is shown is the frame reported");
      fuzz::require(snapshot.nodes.size() == after.tree.size(), "each node has its numbers");
      fuzz::require(snapshot.errors.size() <= limits.errors, "errors are bounded");
      auto const id = memscape::event_id::parse(after.id);
      fuzz::require(id && id->sequence == report.sequence, "one resumes behind the frame shown");
      return;
    }
    case decode_outcome::other_stream:
    case decode_outcome::refused:
      fuzz::require(after.id.empty(), "one does not resume in a stream that is lost");
      before.id.clear();
      break;
    default: break;
  }
  fuzz::require(after == before, "what was not applied changes nothing");
  fuzz::require(!report.reason().empty(), "there is a reason");
}

// Reads one connection in pieces of the sizes that `next_size` gives.
template <class NextSize>
void read(stream_decoder& mirror, std::string_view connection, std::vector<decode_report>& reports,
          NextSize next_size) {
  picture before{mirror};
  while (!connection.empty()) {
    auto const piece = connection.substr(0, next_size());
    connection.remove_prefix(piece.size());
    mirror.feed(piece, [&](decode_report const& report) {
      picture after{mirror};
      check_report(report, before, after);
      before = std::move(after);
      reports.push_back(report);
    });
  }
  fuzz::require(picture{mirror} == before, "half an event changes nothing");
}

}  // namespace

auto LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) -> int {
  fuzz::input input{data, size};
  test_support::random_numbers random{input.byte()};
  stream_decoder whole{limits};
  stream_decoder cut{limits};
  std::vector<decode_report> of_whole;
  std::vector<decode_report> of_cut;
  for (auto rest = input.rest(); !rest.empty();) {
    auto const connection = rest.substr(0, rest.find('\1'));
    rest.remove_prefix(std::min(connection.size() + 1, rest.size()));
    read(whole, connection, of_whole, [&] { return connection.size(); });
    read(cut, connection, of_cut, [&] { return random.below(1 + random.below(64)); });
    fuzz::require(picture{whole} == picture{cut}, "the picture is the same in any chunking");
    fuzz::require(whole.retry_ms() == cut.retry_ms(), "the reconnection time is the same");
    whole.restart();
    cut.restart();
  }
  fuzz::require(of_whole.size() == of_cut.size(), "as many reports in any chunking");
  for (std::size_t i = 0; i < of_whole.size(); ++i) {
    fuzz::require(of_whole[i].outcome == of_cut[i].outcome &&
                      of_whole[i].fault == of_cut[i].fault &&
                      of_whole[i].sequence == of_cut[i].sequence,
                  "the same reports in any chunking");
  }
  return 0;
}
