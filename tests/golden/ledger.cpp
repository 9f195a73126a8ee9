// SPDX-License-Identifier: MIT
// The event of a ledger that says all it can, and of one that says nothing, as they stand in ledger.txt. If
// a difference is meant, run this with MEMSCAPE_WRITE_GOLDEN=1 and review the new file.
#include "golden/ledger.hpp"

#include <array>
#include <cstdlib>
#include <doctest/doctest.h>
#include <fstream>
#include <iterator>
#include <memscape/exporters/json_ledger.hpp>
#include <string>

namespace {

using memscape::json_ledger;
using test_support::golden_layout;

constexpr auto golden_file = MEMSCAPE_GOLDEN_FOLDER "/ledger.txt";

auto events() -> std::string {
  std::array<char, json_ledger::max_event_size<golden_layout>> room{};
  std::string all{json_ledger::write_event(room, test_support::make_golden_ledger(), 250)};
  all += json_ledger::write_event(room, memscape::ledger<golden_layout>{}, 0);
  return all;
}

TEST_CASE("golden: the ledger's event is the committed one") {
  if (std::getenv("MEMSCAPE_WRITE_GOLDEN") != nullptr) std::ofstream{golden_file} << events();
  std::ifstream file{golden_file};
  REQUIRE(file);
  std::string const expected{std::istreambuf_iterator<char>{file}, {}};
  CHECK(events() == expected);
}

}  // namespace
