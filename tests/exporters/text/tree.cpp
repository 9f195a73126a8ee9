// SPDX-License-Identifier: MIT
#include <memscape/exporters/text/tree.hpp>

#include <doctest/doctest.h>
#include <memscape/exporters/decoder/snapshot.hpp>
#include <memscape/exporters/text.hpp>
#include <memscape/exporters/writer.hpp>
#include <memscape/memscape.hpp>
#include <string>
#include <vector>

#include "exporters/trees.hpp"

namespace {

using memscape::bytes;
using memscape::text;
using memscape::text_options;

template <class Layout>
auto drawn(memscape::snapshot<Layout> const& snap, text_options const& how = {}) -> std::string {
  std::array<char, text::max_size<Layout>> room;
  return std::string{text::write(room, snap, how)};
}

auto small() -> memscape::snapshot<test_support::group_first> {
  memscape::snapshot<test_support::group_first> snap;
  snap.nodes[0].used = bytes{3 << 20};
  snap.nodes[1].used = bytes{2 << 20};
  snap.nodes[2].used = bytes{1 << 20};
  snap.nodes[3].used = bytes{0};
  snap.process.rss = bytes{4 << 20};
  return snap;
}

TEST_CASE("text_tree: a row for each node, and one for what is untracked") {
  CHECK(drawn(small(), {.columns = 40})
            .starts_with("GC Heap   ###########... 3.00 MiB  75.0%\n"
                         "|- LVAL   #######....... 2.00 MiB  50.0%\n"
                         "`- LENV   ####.......... 1.00 MiB  25.0%\n"
                         "Cache     ..............      0 B   0.0%\n"
                         "Untracked ####.......... 1.00 MiB  25.0%\n"
                         "----------------------------------------\n"));
  CHECK(drawn(small(), {.columns = 40, .unicode = true})
            .starts_with("GC Heap   ██████████▌░░░ 3.00 MiB  75.0%\n"
                         "├─ LVAL   ███████░░░░░░░ 2.00 MiB  50.0%\n"
                         "└─ LENV   ███▌░░░░░░░░░░ 1.00 MiB  25.0%\n"));
}

TEST_CASE("text_tree: colours are asked for") {
  auto const plain = drawn(small());
  CHECK(plain.find('\x1b') == std::string::npos);
  auto coloured = drawn(small(), {.colour = true});
  CHECK(coloured.find("\x1b[1mGC Heap\x1b[0m") != std::string::npos);
  for (auto at = coloured.find('\x1b'); at != std::string::npos; at = coloured.find('\x1b')) {
    coloured.erase(at, coloured.find('m', at) - at + 1);
  }
  CHECK(coloured == plain);
}

TEST_CASE("text_tree: where more is tracked than is resident, shares are of that") {
  auto snap = small();
  snap.process.rss = bytes{2 << 20};
  auto const picture = drawn(snap, {.columns = 40});
  CHECK(picture.find("GC Heap   ############## 3.00 MiB 100.0%\n") == 0);
  CHECK(picture.find("Untracked ..............      0 B   0.0%\n") != std::string::npos);
  CHECK(picture.find("over-counted by 1.00 MiB:") != std::string::npos);
}

TEST_CASE("text_tree: without RSS there is nothing to be untracked of") {
  auto snap = small();
  snap.process.rss.reset();
  CHECK(drawn(snap, {.columns = 40}).find("Untracked                       -      -\n") !=
        std::string::npos);
}

TEST_CASE("text_tree: nothing of nothing is no percentage") {
  memscape::snapshot<test_support::one_leaf> snap;
  snap.process.rss = bytes{0};
  CHECK(drawn(snap, {.columns = 30})
            .starts_with("Heap           0 B      -\n"
                         "Untracked      0 B      -\n"));
}

TEST_CASE("text_tree: a deep tree keeps its innermost guides where there is little room") {
  memscape::snapshot<test_support::deep> snap;
  auto const wide = drawn(snap, {.columns = 80});
  CHECK(wide.find("\n`- G2 ") != std::string::npos);
  CHECK(wide.find("\n   |- G3 ") != std::string::npos);
  CHECK(wide.find("\n   |  `- G4 ") != std::string::npos);
  CHECK(wide.find("\n   |        `- G6 ") != std::string::npos);
  CHECK(wide.find("\n   `- L3 ") != std::string::npos);
  CHECK(drawn(snap, {.columns = 34}).find("\n      `- G6 ") != std::string::npos);
}

TEST_CASE("text_tree: a tree that was learned at run time, from a stranger") {
  struct node {
    std::string label;
    std::size_t parent, depth, end;
    bool is_group;
  };
  struct error {
    std::string step;
    int code;
  };
  std::vector<node> const nodes{{"Heap\n", memscape::layout_node::no_parent, 0, 2, true},
                                {"\x1b]0;x\x07", 0, 1, 2, false}};
  std::vector<memscape::usage> const used{{.used = bytes{5}}, {.used = bytes{5}}};
  std::vector<error> const errors{{"of\x1btomorrow", -1}};
  memscape::process_memory const process;
  std::vector<memscape::text_share> room(nodes.size());
  std::string out(2'000, '\0');
  memscape::writer to{out};
  using tree = memscape::text_tree<memscape::writer, std::vector<node>, std::vector<error>>;
  // A sender may say that it is over-counted, and yet not of what.
  tree::put(to,
            {nodes, nodes.size(), used.data(), process, bytes{1}, bytes{2}, errors, room.data()},
            {.columns = 60}, tree::label_columns(nodes, nodes.size(), false));
  CHECK(to.text() ==
        "Heap\\x0a        ############################      5 B 100.0%\n"
        "`- \\x1b]0;x\\x07 ############################      5 B 100.0%\n"
        "Untracked       ######......................      1 B   0.0%\n"
        "------------------------------------------------------------\n"
        "RSS - | peak - | VMS - | faults - minor, - major\n"
        "amounts are what subsystems say they use, in RAM or not\n"
        "- not read: of\\x1btomorrow, code -1 (percents are\n"
        "of tracked)\n");
}

}  // namespace
