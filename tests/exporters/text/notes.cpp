// SPDX-License-Identifier: MIT
#include <memscape/exporters/text/notes.hpp>

#include <doctest/doctest.h>
#include <memscape/exporters/text.hpp>
#include <memscape/memscape.hpp>
#include <string>

#include "exporters/trees.hpp"

namespace {

using memscape::bytes;
using memscape::count;
using memscape::text;
using memscape::text_options;
using snapshot = memscape::snapshot<test_support::one_leaf>;

// What stands below the rule.
auto notes(snapshot const& snap, text_options const& how = {}) -> std::string {
  std::array<char, text::max_size<test_support::one_leaf>> room;
  std::string const all{text::write(room, snap, how)};
  return all.substr(all.find("--\n") + 3);
}

auto full() -> snapshot {
  snapshot snap;
  snap.nodes[0].used = bytes{3 << 20};
  snap.process.rss = bytes{4 << 20};
  snap.process.vms = bytes{5 << 20};
  snap.process.peak_rss = bytes{6 << 20};
  snap.process.page_faults_minor = count{18'211};
  snap.process.page_faults_major = count{3};
  return snap;
}

TEST_CASE("text_notes: what the system says of the process") {
  auto snap = full();
  CHECK(notes(snap) ==
        "RSS 4.00 MiB | peak 6.00 MiB | VMS 5.00 MiB | faults 18,211 minor, 3 major\n"
        "amounts are what subsystems say they use, in RAM or not\n");
  snap.process.footprint = bytes{7};
  snap.process.commit = bytes{8};
  CHECK(notes(snap, {.columns = 50}) ==
        "RSS 4.00 MiB | peak 6.00 MiB | VMS 5.00 MiB\n"
        "footprint 7 B | commit 8 B | faults 18,211 minor,\n"
        "3 major\n"
        "amounts are what subsystems say they use,\n"
        "in RAM or not\n");
}

TEST_CASE("text_notes: a dash has its reason") {
  auto snap = full();
  snap.process.page_faults_minor = snap.process.page_faults_major = {};
  CHECK(notes(snap).ends_with("RAM or not\n- not known on this system\n"));
  snap.process.errors.add({memscape::read_step::getrusage, -22});
  CHECK(notes(snap).ends_with("\n- not read: getrusage, code -22\n"));
  snap.process.rss.reset();
  snap.process.errors.add({memscape::read_step::open_statm, 24});
  CHECK(notes(snap) ==
        "RSS - | peak 6.00 MiB | VMS 5.00 MiB | faults - minor, - major\n"
        "amounts are what subsystems say they use, in RAM or not\n"
        "- not read: getrusage, code -22; open_statm, code 24 (percents are of tracked)\n");
}

TEST_CASE("text_notes: what is claimed beyond RSS is said") {
  auto snap = full();
  snap.process.rss = bytes{1 << 20};
  CHECK(notes(snap).ends_with(
      "RAM or not\nover-counted by 2.00 MiB: 3.00 MiB tracked, RSS 1.00 MiB (percents are\n"
      "of tracked)\n"));
  CHECK(notes(snap, {.columns = 20, .colour = true}).find("\x1b[33mRSS 1.00 MiB\x1b[0m\n") !=
        std::string::npos);
  snap.process.rss = snap.nodes[0].used;
  CHECK(notes(snap).find("over") == std::string::npos);
}

}  // namespace
