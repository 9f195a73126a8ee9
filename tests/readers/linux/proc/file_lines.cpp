// SPDX-License-Identifier: MIT
#include <memscape/readers/linux/proc/file_lines.hpp>

#include <cerrno>
#include <doctest/doctest.h>
#include <string>
#include <vector>

#include "readers/fake_root.hpp"

namespace {

using memscape::file_lines;
using test_support::fake_root;

auto lines_of(std::string const& text) -> std::vector<std::string> {
  fake_root const root;
  root.put("file", text);
  file_lines lines{(root.path() + "/file").c_str()};
  std::vector<std::string> all;
  while (auto const line = lines.next()) all.emplace_back(*line);
  CHECK(lines.open_errno() == 0);
  CHECK(lines.read_errno() == 0);
  return all;
}

TEST_CASE("file_lines: gives every line that ends, of a file of any length") {
  CHECK(lines_of("").empty());
  CHECK(lines_of("one\n\ntwo\ncut") == std::vector<std::string>{"one", "", "two"});
  std::string text;
  std::vector<std::string> expected;
  for (std::size_t i = 0; i < 3000; ++i) {
    expected.push_back(std::string(i % 97, 'x') + std::to_string(i));
    text += expected.back() + "\n";
  }
  CHECK(lines_of(text) == expected);
}

TEST_CASE("file_lines: a line that the buffer does not hold is left out whole") {
  for (std::size_t const size : {4095U, 4096U, 4097U, 8191U, 8192U, 20000U}) {
    CAPTURE(size);
    auto const all = lines_of("one\n" + std::string(size, 'x') + "\ntwo\n");
    if (size <= 4095) {
      CHECK(all == std::vector<std::string>{"one", std::string(size, 'x'), "two"});
    } else {
      CHECK(all == std::vector<std::string>{"one", "two"});
    }
  }
}

TEST_CASE("file_lines: says why there are no lines") {
  file_lines missing{"/nonexistent/file"};
  CHECK_FALSE(missing.next());
  CHECK(missing.open_errno() == ENOENT);
  file_lines folder{"/"};
  CHECK_FALSE(folder.next());
  CHECK(folder.open_errno() == 0);
  CHECK(folder.read_errno() == EISDIR);
}

}  // namespace
