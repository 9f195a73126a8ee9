// SPDX-License-Identifier: MIT
#include <memscape/exporters/text/table.hpp>

#include <doctest/doctest.h>
#include <memscape/exporters/writer.hpp>
#include <string>

#include "exporters/trees.hpp"

namespace {

using memscape::bytes;
using memscape::text_options;
using memscape::writer;
using table = memscape::text_table<writer>;

auto rows(text_options const& how, bool beside) -> std::string {
  std::string out(1'000, '\0');
  writer to{out};
  table all{to, how, 8, beside};
  all.put_head("resident", "used", "of RSS");
  all.put_node(test_support::group_first::nodes, 1, bytes{4}, {bytes{2}, bytes{3}, 500, {}});
  all.put_row("rest", bytes{4}, {{}, {}, 0, {}});
  all.put_rule();
  return std::string{to.text()};
}

TEST_CASE("text_table: a second amount has a column, where the screen has room") {
  CHECK(rows({.columns = 40}, true) ==
        "                resident     used of RSS\n"
        "|- LVAL  ###...      2 B      3 B  50.0%\n"
        "rest                   -               -\n"
        "----------------------------------------\n");
  CHECK(rows({.columns = 39}, true) ==
        "                        resident of RSS\n"
        "|- LVAL  #######.......      2 B  50.0%\n"
        "rest                           -      -\n"
        "---------------------------------------\n");
  CHECK(rows({.columns = 39}, true) == rows({.columns = 39}, false));
}

}  // namespace
