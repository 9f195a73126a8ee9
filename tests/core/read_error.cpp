// SPDX-License-Identifier: MIT
#include <array>
#include <cstddef>
#include <iterator>
#include <string_view>
#include <type_traits>

#include <doctest/doctest.h>

#include <memscape/core/read_error.hpp>

namespace {

using memscape::longest_step;
using memscape::name_of;
using memscape::read_error;
using memscape::read_errors;
using memscape::read_step;

static_assert(std::is_trivially_copyable_v<read_errors>);

TEST_CASE("read_error: each step bears the name of its enumerator") {
  constexpr auto test = [] {
    return name_of(read_step::open_statm) == "open_statm" &&
           name_of(read_step::read_statm) == "read_statm" &&
           name_of(read_step::parse_statm) == "parse_statm" &&
           name_of(read_step::page_size) == "page_size" &&
           name_of(read_step::getrusage) == "getrusage" &&
           name_of(read_step::task_info) == "task_info" &&
           name_of(read_step::task_vm_info) == "task_vm_info" &&
           name_of(read_step::process_memory) == "process_memory" &&
           name_of(read_step::virtual_size) == "virtual_size" &&
           name_of(read_step::unsupported) == "unsupported";
  };
  static_assert(test());
  CHECK(test());
}

TEST_CASE("read_error: a step from elsewhere has a name too, and reads nothing out of range") {
  constexpr auto test = [] {
    return name_of(static_cast<read_step>(255)) == "unknown" &&
           name_of(static_cast<read_step>(std::size(memscape::read_step_names))) == "unknown";
  };
  static_assert(test());
  CHECK(test());
}

TEST_CASE("read_error: names go onto the wire as they are: lower case, no escapes, no two alike") {
  constexpr auto test = [] {
    for (auto const& name : memscape::read_step_names) {
      if (name.empty()) return false;
      for (char const c : name) {
        if (!(c >= 'a' && c <= 'z') && c != '_') return false;
      }
      for (auto const* other = &name + 1; other != std::end(memscape::read_step_names); ++other) {
        if (*other == name) return false;
      }
    }
    return true;
  };
  static_assert(test());
  CHECK(test());
}

TEST_CASE("read_error: no step has a longer name than the longest, nor the name for what is none") {
  constexpr auto test = [] {
    auto const longest = name_of(longest_step()).size();
    for (auto const& name : memscape::read_step_names) {
      if (name.size() > longest) return false;
    }
    return longest >= name_of(static_cast<read_step>(255)).size();
  };
  static_assert(test());
  CHECK(test());
}

TEST_CASE("read_error: errors stand in the order they were met") {
  constexpr auto test = [] {
    read_errors errors;
    bool const empty_at_first =
        errors.empty() && errors.size() == 0 && errors.begin() == errors.end();
    errors.add({read_step::open_statm, 24});
    errors.add({read_step::getrusage, 22});
    return empty_at_first && !errors.empty() && errors.size() == 2 &&
           errors.begin()[0] == read_error{read_step::open_statm, 24} &&
           errors.begin()[1] == read_error{read_step::getrusage, 22} &&
           errors.end() - errors.begin() == 2;
  };
  static_assert(test());
  CHECK(test());
}

TEST_CASE("read_error: what does not fit is dropped, and the first ones stay") {
  constexpr auto test = [] {
    read_errors errors;
    for (auto i = 0; i < 100; ++i) errors.add({read_step::unsupported, i});
    auto expected = 0;
    for (auto const& error : errors) {
      if (error.code != expected++) return false;
    }
    return errors.size() == read_errors::capacity && expected == int{read_errors::capacity};
  };
  static_assert(test());
  CHECK(test());
}

TEST_CASE("read_error: the same failure stands there once") {
  constexpr auto test = [] {
    read_errors errors;
    errors.add({read_step::open_statm, 24});
    errors.add({read_step::open_status, 24});
    errors.add({read_step::open_statm, 24});
    errors.add({read_step::open_statm, 2});
    return errors.size() == 3;
  };
  static_assert(test());
  CHECK(test());
}

TEST_CASE("read_error: errors are equal when steps, codes and their number are") {
  constexpr auto test = [] {
    read_errors none;
    read_errors one;
    one.add({read_step::open_statm, 0});  // the bytes of an unused place
    read_errors other;
    other.add({read_step::open_statm, 1});
    return none == read_errors{} && one != none && one != other && one == read_errors{one};
  };
  static_assert(test());
  CHECK(test());
}

}  // namespace
