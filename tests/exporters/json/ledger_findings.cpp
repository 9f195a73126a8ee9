// SPDX-License-Identifier: MIT
#include <memscape/exporters/json/ledger_findings.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <doctest/doctest.h>
#include <limits>
#include <optional>
#include <string>

#include "exporters/trees.hpp"

namespace {

using memscape::bytes;
using memscape::doctor_thresholds;
using memscape::json_ledger_findings;
using test_support::group_first;

auto findings(memscape::ledger<group_first> const& of, doctor_thresholds const& when,
              std::optional<memscape::ledger_growth> const& grew = {}) -> std::string {
  std::array<char, json_ledger_findings::max_size<group_first> + 32> room{};
  memscape::writer to{room};
  json_ledger_findings::put(to, of, when, grew);
  return std::string{to.text()};
}

// With these, whatever is there is worth a word.
constexpr doctor_thresholds strict{{bytes{1}, 0}, {bytes{1}, 0}, {bytes{1}, 0},
                                   {bytes{1}, 0}, {bytes{1}, 0}, {bytes{1}, 0},
                                   {bytes{1}, 0}, {bytes{1}, 0}, {bytes{1}, 0}};

TEST_CASE("json_ledger_findings: none, one of the process, one of a source") {
  memscape::ledger<group_first> of;
  CHECK(findings(of, strict) == R"(,"findings":[])");
  of.rss = bytes{100};
  of.lazy_free = bytes{40};
  auto& source = of.sources[group_first::index_of("cache")];
  source.worth = memscape::quality::exact;
  source.resident = source.said.used = bytes{20};
  source.swapped = bytes{30};
  auto const text = findings(of, strict);
  CHECK(text.starts_with(
      R"(,"findings":[{"name":"lazily_freed","source":null,"amount":40,"whole":100,)"
      R"("text":"Freed with MADV_FREE: )"));
  CHECK(text.find(R"("},{"name":"swapped_out","source":"cache","amount":30,"whole":50,"text":")") !=
        std::string::npos);
  CHECK(text.ends_with(R"("}])"));
}

TEST_CASE("json_ledger_findings: growth comes first, with what grew in its text") {
  memscape::ledger<group_first> of;
  memscape::ledger_growth grew{.rss = bytes{3 << 20}, .unowned = bytes{2 << 20}, .span_ms = 90'000};
  grew.most = memscape::cause::file_data;
  grew.most_by = bytes{1 << 20};
  grew.part =
      memscape::grown_part{.name = memscape::clipped_name<96>{"/a\"\n"}, .by = bytes{1 << 20}};
  CHECK(findings(of, strict, grew) ==
        R"(,"findings":[{"name":"growth","source":null,"amount":2097152,"whole":3145728,"text":)"
        R"("RSS has grown by 3.00 MiB in 1 min, and 2.00 MiB of that is no subsystem's. )"
        R"(Most of it: file.data, 1.00 MiB more, of that 1.00 MiB in /a\"\u000a."}])");
  of.rss = of.lazy_free = bytes{100};
  auto const both = findings(of, strict, grew);
  CHECK(both.find(R"(u000a."},{"name":"lazily_freed")") != std::string::npos);
}

TEST_CASE("json_ledger_findings: everything at once fits") {
  memscape::ledger<group_first> of;
  of.rss = of.unexplained = of.lazy_free = of.huge = bytes::max();
  of.arena_heaps = memscape::count::max();
  of.causes.fill({bytes::max(), bytes::max()});
  of.malloc = {bytes::max(), bytes::max(), bytes::max(), memscape::count::max()};
  for (auto& source : of.sources) {
    source.worth = memscape::quality::exact;
    source.resident = source.claimed = bytes::max();
    source.swapped = bytes::max();
    source.unmapped = bytes::max();
  }
  memscape::ledger_growth grew{
      .rss = bytes::max(), .unowned = bytes::max(), .most_by = bytes::max()};
  grew.span_ms = std::numeric_limits<std::uint64_t>::max();
  grew.most = memscape::cause::stack_threads;
  grew.part = memscape::grown_part{.name = memscape::clipped_name<96>{std::string(97, '\1')},
                                   .by = bytes::max()};
  auto const text = findings(of, strict, grew);
  std::size_t found = 0;
  for (auto at = text.find("\"name\""); at != std::string::npos; at = text.find("\"name\"", at + 1))
    ++found;
  CHECK(found == 6 + 3 * group_first::size + 1);
}

}  // namespace
