// SPDX-License-Identifier: MIT
#include "script.hpp"

#include <doctest/doctest.h>

#include <stdexcept>
#include <string>

TEST_CASE("a script that cannot be read is refused with a reason") {
  auto const complaint = [](std::string const& path) -> std::string {
    try {
      (void)demo::script::read(path);
    } catch (std::runtime_error const& error) {
      return error.what();
    }
    return "none";
  };
  CHECK(complaint("/nonexistent/x.lua") ==
        "cannot read the script '/nonexistent/x.lua': No such file or directory");
  CHECK(complaint("/") == "cannot read the script '/': it is a directory");
  CHECK(complaint("/dev/zero") == "cannot read the script '/dev/zero': it is longer than 1 MiB");
}
