// SPDX-License-Identifier: MIT
#include <memscape/exporters/stream_decoder.hpp>  // brings the parser whose DOM is read

#include <cstdint>
#include <doctest/doctest.h>
#include <memscape/exporters/decoder/draft.hpp>
#include <memscape/exporters/decoder/json.hpp>
#include <memscape/exporters/decoder/tree.hpp>
#include <string>
#include <string_view>

namespace {

struct dom {
  using array = simdjson::dom::array;
  using element = simdjson::dom::element;
  using object = simdjson::dom::object;
};
using json = memscape::decoder_json<dom>;

class document {
 public:
  explicit document(std::string const& text) { REQUIRE(json::is(parser_.parse(text), root_)); }
  [[nodiscard]] auto root() const -> dom::object { return root_; }

 private:
  simdjson::dom::parser parser_;
  dom::object root_;
};

}  // namespace

TEST_CASE("a number is a whole one that 64 bits hold") {
  document const json_of{R"({"a":18446744073709551615,"b":-1,"c":1.0,"d":"1","e":null,"f":0})"};
  std::uint64_t number = 0;
  CHECK(json::is(json_of.root()["a"], number));
  CHECK(number == 18446744073709551615U);
  for (auto const* key : {"b", "c", "d", "e", "missing"}) {
    CHECK_FALSE(json::is(json_of.root()[key], number));
  }
  CHECK(json::is(json_of.root()["f"], number));
  CHECK(number == 0);
}

TEST_CASE("nodes are read in the order of the list") {
  memscape::decoded_tree tree;
  document const layout{
      R"({"nodes":[{"key":"g","label":"\u0000\"","parent":null,"kind":"group","new":1},)"
      R"({"kind":"leaf","parent":"g","label":"","key":"a"}]})"};
  CHECK(json::read_nodes(tree, layout.root(), {}) == "");
  REQUIRE(tree.size() == 2);
  CHECK(tree[0].label == std::string_view{"\0\"", 2});
  CHECK(tree.find("a") == 1);
  memscape::decoded_tree none;
  CHECK(json::read_nodes(none, document{R"({"nodes":[]})"}.root(), {}) == "");
  CHECK(none.size() == 0);
}

TEST_CASE("a frame's members are read in any order, and unknown ones are skipped") {
  memscape::decoded_tree tree;
  CHECK(json::read_nodes(
            tree,
            document{R"({"nodes":[{"key":"a","label":"","parent":null,"kind":"leaf"}]})"}.root(),
            {}) == "");
  memscape::decoded_snapshot snapshot;
  snapshot.nodes.resize(1);
  memscape::decoder_draft draft;
  draft.begin_delta(tree, snapshot);
  document const frame{
      R"({"pools":{"a":{"peak":9,"used":3}},"new":-1.5,"errors":[{"code":-2,"step":"x"}],)"
      R"("breakdown":{"a":3},"sample_ns":2,"process":{"rss":4},"time_ms":1})"};
  CHECK(json::read_frame(draft, frame.root(), 8, {}) == "");
  CHECK(draft.finish() == "");
  draft.commit(snapshot);
  CHECK(snapshot.sequence == 8);
  CHECK(snapshot.time_ms == 1);
  CHECK(snapshot.sample_ns == 2);
  CHECK(snapshot.process.rss->value() == 4);
  CHECK(snapshot.nodes[0].used.value() == 3);
  CHECK(snapshot.nodes[0].peak->value() == 9);
  REQUIRE(snapshot.errors.size() == 1);
  CHECK(snapshot.errors[0].code == -2);
}
