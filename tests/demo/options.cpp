// SPDX-License-Identifier: MIT
#include "options.hpp"

#include <doctest/doctest.h>

#include <stdexcept>
#include <string>
#include <vector>

namespace {

auto parse(std::vector<char const*> const& arguments) -> demo::options {
  return demo::parse_options(arguments);
}

auto complaint(std::vector<char const*> const& arguments) -> std::string {
  try {
    (void)parse(arguments);
  } catch (std::runtime_error const& error) {
    return error.what();
  }
  return "none";
}

}  // namespace

TEST_CASE("options are read in either form") {
  auto const chosen = parse({"--port", "0", "--script=a.lua", "--script", "b.lua", "--interval=10",
                             "--host", "::1", "--leak", "--clients", "3"});
  CHECK(chosen.port == 0);
  CHECK(chosen.scripts == std::vector<std::string>{"a.lua", "b.lua"});
  CHECK(chosen.interval == std::chrono::milliseconds{10});
  CHECK(chosen.host == "::1");
  CHECK(chosen.leak);
  CHECK(chosen.clients == 3);
  CHECK(parse({"--ledger", "0"}).ledger == std::chrono::milliseconds{0});
  CHECK(parse({}).host == "127.0.0.1");
}

TEST_CASE("each mistake is one sentence that says what to do") {
  CHECK(complaint({"--nonsense"}) == "unknown option '--nonsense'; try --help");
  CHECK(complaint({"file.lua"}) == "unknown option 'file.lua'; try --help");
  CHECK(complaint({"-p"}) == "unknown option '-p'; try --help");
  CHECK(complaint({"--script"}) == "--script needs a value; try --help");
  CHECK(complaint({"--script", "--leak"}) == "--script needs a value; try --help");
  CHECK(complaint({"--script="}) == "--script needs a value; try --help");
  CHECK(complaint({"--leak=1"}) == "--leak takes no value");
  for (auto const* bad :
       {"-1", "65536", "1x", "x", "0x10", " 1", "1.5", "99999999999999999999999"}) {
    CAPTURE(bad);
    CHECK(complaint({"--port", bad}) ==
          "--port takes a whole number from 0 to 65535, not '" + std::string{bad} + "'");
  }
  CHECK(complaint({"--interval", "9"}) ==
        "--interval takes a whole number from 10 to 60000, not '9'");
  CHECK(complaint({"--ledger", "3600001"}) ==
        "--ledger takes a whole number from 0 to 3600000, not '3600001'");
  CHECK(complaint({"--interval", "60001"}) ==
        "--interval takes a whole number from 10 to 60000, not '60001'");
}
