// SPDX-License-Identifier: MIT
#include <memscape/exporters/text/environment.hpp>

#include <cstdlib>
#include <doctest/doctest.h>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace {

using memscape::text_environment;

// Sets variables, null for none, and puts back what was there.
class environment {
 public:
  explicit environment(std::vector<std::pair<char const*, char const*>> const& wanted) {
    for (auto const* name : {"NO_COLOR", "TERM", "LC_ALL", "LC_CTYPE", "LANG", "COLUMNS"}) {
      char const* const value = std::getenv(name);
      before_.emplace_back(name,
                           value == nullptr ? std::nullopt : std::optional<std::string>{value});
      ::unsetenv(name);
    }
    for (auto const& [name, value] : wanted) ::setenv(name, value, 1);
  }
  environment(environment const&) = delete;
  auto operator=(environment const&) -> environment& = delete;
  ~environment() {
    for (auto const& [name, value] : before_) {
      value ? ::setenv(name, value->c_str(), 1) : ::unsetenv(name);
    }
  }

 private:
  std::vector<std::pair<char const*, std::optional<std::string>>> before_;
};

TEST_CASE("text_environment: colours want a terminal, and nobody who does not want them") {
  {
    environment const set{{{"TERM", "xterm"}}};
    CHECK(text_environment::colour(true));
    CHECK_FALSE(text_environment::colour(false));
  }
  {
    environment const set{{{"TERM", "xterm"}, {"NO_COLOR", "1"}}};
    CHECK_FALSE(text_environment::colour(true));
  }
  {
    // Empty is as good as not set: https://no-color.org
    environment const set{{{"TERM", "xterm"}, {"NO_COLOR", ""}}};
    CHECK(text_environment::colour(true));
  }
  {
    environment const set{{{"TERM", "dumb"}}};
    CHECK_FALSE(text_environment::colour(true));
  }
  environment const none{{}};
  CHECK_FALSE(text_environment::colour(true));
}

TEST_CASE("text_environment: the first of the locale's variables that is set decides") {
  auto const unicode = [](std::vector<std::pair<char const*, char const*>> const& wanted) {
    environment const set{wanted};
    return text_environment::unicode();
  };
  CHECK(unicode({{"LANG", "en_US.UTF-8"}}));
  CHECK(unicode({{"LANG", "C.utf8"}}));
  CHECK(unicode({{"LC_CTYPE", "de_DE.utf8@euro"}, {"LANG", "C"}}));
  CHECK(unicode({{"LC_ALL", ""}, {"LANG", "C.UTF-8"}}));
  CHECK_FALSE(unicode({{"LC_ALL", "C"}, {"LANG", "en_US.UTF-8"}}));
  CHECK_FALSE(unicode({{"LANG", "ja_JP.eucJP"}}));
  CHECK_FALSE(unicode({{"LANG", "utf-8"}}));
  CHECK_FALSE(unicode({{"LANG", "x.UTF-80"}}));
  CHECK_FALSE(unicode({}));
}

TEST_CASE("text_environment: COLUMNS where it is a number") {
  auto const columns = [](char const* text) {
    environment const set{{{"COLUMNS", text}}};
    return text_environment::columns();
  };
  CHECK(columns("132") == 132);
  for (auto const* text : {"", "0", "wide", "80 ", "-1", "99999999999999999999"}) {
    CAPTURE(text);
    CHECK(columns(text) == 80);
  }
  environment const set{{{"COLUMNS", "100"}, {"LANG", "C.UTF-8"}, {"TERM", "xterm"}}};
  auto const all = text_environment::options(true);
  CHECK(all.columns == 100);
  CHECK(all.unicode);
  CHECK(all.colour);
}

}  // namespace
