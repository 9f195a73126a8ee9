// SPDX-License-Identifier: MIT
#include <cstddef>
#include <doctest/doctest.h>
#include <iterator>
#include <memscape/exporters/decoder/report.hpp>
#include <string_view>

using memscape::decode_action;
using memscape::decode_outcome;
using memscape::decode_outcome_names;
using memscape::decode_report;

namespace {

// Every outcome has a name and a sentence of its own.
constexpr auto outcomes_are_told_apart() -> bool {
  constexpr auto size = std::size(decode_outcome_names);
  for (std::size_t i = 0; i < size; ++i) {
    auto const outcome = static_cast<decode_outcome>(i);
    if (name_of(outcome) != decode_outcome_names[i]) return false;
    auto const reason = decode_report{outcome}.reason();
    if (reason.empty() || reason.back() != '.') return false;
    for (std::size_t j = 0; j < i; ++j) {
      if (reason == decode_report{static_cast<decode_outcome>(j)}.reason()) return false;
      if (decode_outcome_names[i] == decode_outcome_names[j]) return false;
    }
  }
  return name_of(decode_outcome::refused) == decode_outcome_names[size - 1] &&
         name_of(static_cast<decode_outcome>(size)) == "unknown" &&
         decode_report{static_cast<decode_outcome>(size)}.reason().empty();
}
static_assert(outcomes_are_told_apart());

// A sentence that asks for a reconnect stands where the action does.
constexpr auto sentences_say_what_to_do() -> bool {
  for (std::size_t i = 0; i < std::size(decode_outcome_names); ++i) {
    decode_report const report{static_cast<decode_outcome>(i)};
    bool const says = report.reason().find("reconnect") != std::string_view::npos;
    if (says != (report.action() == decode_action::reconnect)) return false;
  }
  return decode_report{decode_outcome::refused}.action() == decode_action::stop &&
         decode_report{decode_outcome::applied}.action() == decode_action::go_on &&
         decode_report{decode_outcome::too_large}.action() == decode_action::go_on;
}
static_assert(sentences_say_what_to_do());

}  // namespace

TEST_CASE("every outcome has a name, a sentence and an action") {
  CHECK(outcomes_are_told_apart());
  CHECK(sentences_say_what_to_do());
}
