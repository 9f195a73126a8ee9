// SPDX-License-Identifier: MIT
#include <memscape/exporters/metrics/rows.hpp>

#include <array>
#include <cstdint>
#include <doctest/doctest.h>
#include <limits>
#include <ostream>
#include <string_view>

namespace {

using memscape::metric_format;
using memscape::metric_policy;
using memscape::metric_row;
using memscape::metric_rows;
using memscape::wire_number;
using memscape::writer;

constexpr auto number(std::uint64_t value, unsigned decimals, std::string_view expected) -> bool {
  std::array<char, 40> memory{};
  writer to{memory};
  memscape::put_metric_number(to, value, decimals);
  return to.text() == expected;
}
constexpr auto numbers_are_exact() -> bool {
  return number(0, 0, "0") && number(7, 0, "7") && number(0, 3, "0.000") && number(7, 3, "0.007") &&
         number(1234, 3, "1.234") && number(10'000, 4, "1.0000") && number(25, 4, "0.0025") &&
         number(800'000, 9, "0.000800000") &&
         number(std::numeric_limits<std::uint64_t>::max(), 3, "18446744073709551.615");
}
static_assert(numbers_are_exact());
TEST_CASE("metric_rows: a number with decimals loses none") { CHECK(numbers_are_exact()); }

struct clock {
  wire_number first{};
  wire_number second{};
  wire_number ticks{};
};
constexpr metric_row<clock> clock_rows[] = {
    {{.name = "age_seconds", .help = "Ages.", .unit = "seconds"},
     [](clock const& of) noexcept { return of.first; },
     3,
     {"of", "a \"b\""}},
    {{.name = "age_seconds", .help = "", .unit = "seconds"},
     [](clock const& of) noexcept { return of.second; },
     3,
     {"of", "c"}},
    {{.name = "ticks", .help = "Ticks.", .unit = "", .is_counter = true, .prefixed = false},
     [](clock const& of) noexcept { return of.ticks; }},
};
constexpr metric_row<clock> open_rows[] = {
    {{.name = "age_seconds", .help = "Ages.", .unit = "seconds"},
     [](clock const& of) noexcept { return of.first; },
     3,
     {"of", ""}},
};
struct rich : metric_policy {
  static constexpr memscape::metric_label labels[] = {{"tier", "front"}};
};

template <class Rows>
constexpr auto writes(clock const& of, std::string_view expected, std::string_view label = {})
    -> bool {
  std::array<char, 500> memory{};
  writer to{memory};
  to = Rows::put(to, of, label);
  return to.text() == expected;
}

using text = metric_rows<metric_format::prometheus, metric_policy, clock_rows>;
using open = metric_rows<metric_format::openmetrics, rich, clock_rows>;

constexpr auto both_formats() -> bool {
  return writes<text>({5, 1'500, 9},
                      "# HELP memscape_age_seconds Ages.\n# TYPE memscape_age_seconds gauge\n"
                      "memscape_age_seconds{of=\"a \\\"b\\\"\"} 0.005\n"
                      "memscape_age_seconds{of=\"c\"} 1.500\n"
                      "# HELP ticks_total Ticks.\n# TYPE ticks_total counter\nticks_total 9\n") &&
         writes<open>({5, {}, 9},
                      "# HELP memscape_age_seconds Ages.\n# TYPE memscape_age_seconds gauge\n"
                      "# UNIT memscape_age_seconds seconds\n"
                      "memscape_age_seconds{tier=\"front\",of=\"a \\\"b\\\"\"} 0.005\n"
                      "# HELP ticks Ticks.\n# TYPE ticks counter\nticks_total{tier=\"front\"} 9\n");
}
static_assert(both_formats());
TEST_CASE("metric_rows: HELP, TYPE and UNIT once for the samples of one metric") {
  CHECK(both_formats());
}

constexpr auto absent_is_left_out() -> bool {
  return writes<text>({{}, 2, {}},
                      "# HELP memscape_age_seconds Ages.\n# TYPE memscape_age_seconds gauge\n"
                      "memscape_age_seconds{of=\"c\"} 0.002\n") &&
         writes<text>({}, "");
}
static_assert(absent_is_left_out());
TEST_CASE("metric_rows: what is absent is left out, and its metric where nothing is left") {
  CHECK(absent_is_left_out());
}

constexpr auto open_labels_are_closed() -> bool {
  using one = metric_rows<metric_format::prometheus, rich, open_rows, true>;
  return writes<one>({5, {}, {}},
                     "# HELP memscape_age_seconds Ages.\n# TYPE memscape_age_seconds gauge\n"
                     "memscape_age_seconds{tier=\"front\",of=\"now\"} 0.005\n",
                     "now");
}
static_assert(open_labels_are_closed());
TEST_CASE("metric_rows: a label that is known at run time only") {
  CHECK(open_labels_are_closed());
}

}  // namespace
