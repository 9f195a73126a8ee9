// SPDX-License-Identifier: MIT
#include <cstddef>
#include <doctest/doctest.h>
#include <iterator>
#include <memscape/exporters/mirror_report.hpp>
#include <string_view>

using memscape::mirror_action;
using memscape::mirror_outcome;
using memscape::mirror_outcome_names;
using memscape::mirror_report;

namespace {

// Every outcome has a name and a sentence of its own.
constexpr auto outcomes_are_told_apart() -> bool {
  constexpr auto size = std::size(mirror_outcome_names);
  for (std::size_t i = 0; i < size; ++i) {
    auto const outcome = static_cast<mirror_outcome>(i);
    if (name_of(outcome) != mirror_outcome_names[i]) return false;
    auto const reason = mirror_report{outcome}.reason();
    if (reason.empty() || reason.back() != '.') return false;
    for (std::size_t j = 0; j < i; ++j) {
      if (reason == mirror_report{static_cast<mirror_outcome>(j)}.reason()) return false;
      if (mirror_outcome_names[i] == mirror_outcome_names[j]) return false;
    }
  }
  return name_of(mirror_outcome::refused) == mirror_outcome_names[size - 1] &&
         name_of(static_cast<mirror_outcome>(size)) == "unknown" &&
         mirror_report{static_cast<mirror_outcome>(size)}.reason().empty();
}
static_assert(outcomes_are_told_apart());

// A sentence that asks for a reconnect stands where the action does.
constexpr auto sentences_say_what_to_do() -> bool {
  for (std::size_t i = 0; i < std::size(mirror_outcome_names); ++i) {
    mirror_report const report{static_cast<mirror_outcome>(i)};
    bool const says = report.reason().find("reconnect") != std::string_view::npos;
    if (says != (report.action() == mirror_action::reconnect)) return false;
  }
  return mirror_report{mirror_outcome::refused}.action() == mirror_action::stop &&
         mirror_report{mirror_outcome::applied}.action() == mirror_action::go_on &&
         mirror_report{mirror_outcome::too_large}.action() == mirror_action::go_on;
}
static_assert(sentences_say_what_to_do());

}  // namespace

TEST_CASE("every outcome has a name, a sentence and an action") {
  CHECK(outcomes_are_told_apart());
  CHECK(sentences_say_what_to_do());
}
