// SPDX-License-Identifier: MIT
#include <memscape/exporters/prometheus_ledger.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <doctest/doctest.h>
#include <memscape/exporters/prometheus.hpp>
#include <ostream>
#include <string>
#include <string_view>

#include "exporters/random.hpp"
#include "exporters/trees.hpp"

namespace {

using memscape::bytes;
using memscape::cause;
using memscape::ledger;
using memscape::metric_format;
using memscape::metric_ledger_page;
using memscape::metric_policy;
using memscape::metrics_with_ledger;
using memscape::quality;
using memscape::snapshot;
using test_support::deep;
using test_support::fenced;
using test_support::group_first;
using test_support::hostile;
using test_support::one_leaf;
using test_support::random_numbers;

struct rich : metric_policy {
  static constexpr std::string_view prefix = "checkout";
  static constexpr memscape::metric_label labels[] = {{"tier", "\"\n\\\xFF"}};
  static constexpr bool with_node_labels = true;
};

template <class Page = metric_ledger_page<metric_format::prometheus>, class Layout>
auto page_of(snapshot<Layout> const& snap, ledger<Layout> const& of, std::uint64_t age_ms = 0)
    -> std::string {
  static std::array<char, Page::template max_size<Layout>> room;
  return std::string{Page::write(room, snap, of, age_ms)};
}
auto has(std::string const& text, std::string_view part) -> bool {
  return text.find(part) != std::string::npos;
}
// The sum of all samples whose lines begin like this.
auto sum_of(std::string const& page, std::string const& name) -> std::int64_t {
  std::int64_t sum = 0;
  for (std::size_t at = page.find('\n' + name); at != std::string::npos;
       at = page.find('\n' + name, at + 1)) {
    auto const end = page.find('\n', at + 1);
    auto const number = page.rfind(' ', end);
    sum += static_cast<std::int64_t>(std::stoull(page.substr(number + 1, end - number - 1)));
  }
  return sum;
}

template <class Layout>
auto named(std::initializer_list<std::string_view> names) -> ledger<Layout> {
  ledger<Layout> of;
  std::uint64_t resident = 1'000;
  for (auto const name : names) {
    of.names.add({memscape::clipped_name<96>{name}, bytes{resident}});
    of.causes[static_cast<std::size_t>(cause::anon_named)].resident += bytes{resident};
    resident -= 1;
  }
  return of;
}

TEST_CASE("metric_ledger: sources with ranges and every cause, leaves only") {
  ledger<group_first> of;
  auto& source = of.sources[group_first::index_of("lval")];
  source.resident = bytes{100};
  source.worth = quality::exact;
  of.causes[static_cast<std::size_t>(cause::file_text)].resident = bytes{7};
  auto const page = page_of(snapshot<group_first>{}, of, 1'234);
  CHECK(has(page,
            "\nmemscape_memory_attributed_bytes{cause=\"subsystem\",subsystem=\"lval\",parent="
            "\"gc_heap\"} 100\n"));
  CHECK_FALSE(has(page, "attributed_bytes{cause=\"subsystem\",subsystem=\"lenv\""));
  CHECK_FALSE(has(page, "attributed_bytes{cause=\"subsystem\",subsystem=\"gc_heap\""));
  CHECK(has(page, "\nmemscape_memory_attributed_bytes{cause=\"file.text\"} 7\n"));
  CHECK(has(page, "\nmemscape_memory_attributed_bytes{cause=\"bss\"} 0\n"));
  CHECK(has(page, "\nmemscape_memory_ledger_age_seconds 1.234\n"));
}

TEST_CASE("metric_ledger: what was not measured is not there") {
  ledger<one_leaf> of;
  auto page = page_of(snapshot<one_leaf>{}, of);
  CHECK_FALSE(has(page, "unattributed"));
  CHECK_FALSE(has(page, "closure_error"));
  CHECK_FALSE(has(page, "malloc_"));
  CHECK(has(page, "{cause=\"malloc.heap\"} 0\n"));
  // Mappings could not be read: causes are not known, and no more is the metric.
  for (auto& one : of.causes) one.worth = quality::unavailable;
  page = page_of(snapshot<one_leaf>{}, of);
  CHECK_FALSE(has(page, "attributed_bytes"));
}

TEST_CASE("metric_ledger: the snapshot's page stands in front, unchanged") {
  using plain = memscape::openmetrics;
  using page_type = metric_ledger_page<metric_format::openmetrics>;
  random_numbers random{3};
  auto const snap = test_support::random_snapshot<group_first>(random);
  std::array<char, plain::max_size<group_first>> room{};
  std::string alone{plain::write(room, snap)};
  alone.resize(alone.size() - plain::end.size());
  auto const page = page_of<page_type>(snap, ledger<group_first>{});
  CHECK(page.starts_with(alone));
  CHECK(page.ends_with("\n# EOF\n"));
  CHECK(page.find("# EOF") == page.size() - 6);
}

// A ledger that closes, as every ledger does, and an RSS that moved since.
TEST_CASE("metric_ledger: the page's own RSS is the sum of what stands on it") {
  random_numbers random{11};
  for (int i = 0; i < 200; ++i) {
    auto of = named<group_first>({"a", "b \xFE", "b \xFF"});
    for (auto& one : of.causes) one.resident += bytes{random.below(1U << 30U)};
    for (std::size_t node = 0; node < group_first::size; ++node) {
      if (group_first::nodes[node].is_group || random.below(3) == 0) continue;
      of.sources[node].resident = bytes{random.below(1U << 30U)};
      of.sources[node].worth = quality::exact;
    }
    of.rss = bytes{of.attributed().value() + random.below(1U << 20U)};
    if (i % 2 == 0) of.rss = of.attributed() - bytes{random.below(1U << 20U)};
    of.unexplained = *of.rss - of.attributed();
    of.closure_error = of.attributed() - *of.rss;
    snapshot<group_first> snap;
    snap.process.rss = bytes{random.below(std::uint64_t{1} << 34U)};

    auto const page = page_of(snap, of);
    auto const attributed = sum_of(page, "memscape_memory_attributed_bytes{");
    CHECK(attributed == static_cast<std::int64_t>(of.attributed().value()));
    CHECK(sum_of(page, "memscape_memory_unattributed_bytes{part=\"ledger\"}") ==
          static_cast<std::int64_t>(of.unexplained->value()));
    CHECK(static_cast<std::int64_t>(snap.process.rss->value()) ==
          attributed + sum_of(page, "memscape_memory_unattributed_bytes{") -
              sum_of(page, "memscape_memory_closure_error_bytes{"));
  }
}

TEST_CASE("metric_ledger: names hold any bytes, and no series stands there twice") {
  std::string const long_name = std::string(100, 'x') + "end";
  auto const page =
      page_of(snapshot<one_leaf>{},
              named<one_leaf>({"quote \" back \\ line \n", "a\xFF", "a\xFE", "a\uFFFD", long_name,
                               "", "\"} 1\n# EOF\n", std::string_view{"nul\0", 4}}));
  CHECK(has(page, "{cause=\"anon.quote \\\" back \\\\ line \\n\"} 1000\n"));
  // Three names that read alike are one series.
  CHECK(has(page, "{cause=\"anon.a\uFFFD\"} 2994\n"));
  CHECK(page.find("anon.a\uFFFD") == page.rfind("anon.a\uFFFD"));
  CHECK(has(page, "{cause=\"anon.\u2026" + std::string(93, 'x') + "end\"} 996\n"));
  CHECK(has(page, "{cause=\"anon.\"} 995\n"));
  CHECK(has(page, "{cause=\"anon.\\\"} 1\\n# EOF\\n\"} 994\n"));
  CHECK(has(page, "{cause=\"anon.nul\uFFFD\"} 993\n"));
  CHECK(has(page, "{cause=\"anon\"} 0\n"));
}

TEST_CASE("metric_ledger: a name that looks clipped and one that is are one series") {
  std::string long_name = "y";
  std::string alike = "\u2026";
  for (int i = 0; i < 32; ++i) {
    long_name += "\uFFFD";
    alike += '\xFF';
  }
  auto of = named<one_leaf>({long_name, alike});
  CHECK(of.names[0].name.clipped());
  auto const page = page_of(snapshot<one_leaf>{}, of);
  auto const at = page.find("{cause=\"anon.\u2026");
  CHECK(at == page.rfind("{cause=\"anon."));
  CHECK(has(page, "\uFFFD\"} 1999\n"));
}

TEST_CASE("metric_ledger: the file that has malloc, where that is not the C library") {
  ledger<one_leaf> of;
  CHECK_FALSE(has(page_of(snapshot<one_leaf>{}, of), "memory_malloc_object"));
  of.malloc_object = "/usr/lib/libjemalloc.so.2";
  CHECK(has(page_of(snapshot<one_leaf>{}, of),
            "memscape_memory_malloc_object{object=\"/usr/lib/libjemalloc.so.2\"} 1\n"));
}

// Every table full of the longest that it can hold.
template <class Layout>
auto largest() -> ledger<Layout> {
  auto of = memscape::longest_ledger<Layout>();
  for (auto& one : of.causes) one.worth = quality::exact;
  for (std::size_t i = 0; i < decltype(of.names)::capacity; ++i) {
    // No UTF-8, and long enough to be clipped; names of many bytes differ in what is one all the same.
    std::string name(97, '\xFF');
    name[50] = static_cast<char>('a' + i);
    of.names.add({memscape::clipped_name<96>{name}, bytes::max()});
  }
  of.malloc_object = std::string(97, '\xFF');
  return of;
}

template <class Page, class Layout>
void never_passes_max_size() {
  constexpr auto size = Page::template max_size<Layout>;
  auto snap = memscape::longest_snapshot<Layout>();
  auto const of = largest<Layout>();
  fenced<size> memory;
  std::string const page{Page::write(memory.first(size), snap, of, UINT64_MAX)};
  REQUIRE_FALSE(page.empty());
  REQUIRE(memory.intact_behind(size));
  // The bound counts some heads twice, and each name as if none of its bytes were ASCII.
  CHECK(page.size() + 2'000 > size);
  fenced<size> tight;
  CHECK(Page::write(tight.first(page.size()), snap, of, UINT64_MAX) == page);
  for (std::size_t room = 0; room < page.size(); room += 7) {
    REQUIRE(Page::write(tight.first(room), snap, of, UINT64_MAX).empty());
    REQUIRE(tight.intact_behind(page.size()));
  }
}
TEST_CASE(
    "metric_ledger: the largest fits what is said to be enough, and a smaller room is empty") {
  never_passes_max_size<metric_ledger_page<metric_format::prometheus>, one_leaf>();
  never_passes_max_size<metric_ledger_page<metric_format::openmetrics>, group_first>();
  never_passes_max_size<metric_ledger_page<metric_format::openmetrics, rich>, hostile>();
  never_passes_max_size<metric_ledger_page<metric_format::prometheus, rich>, deep>();
}

TEST_CASE("metric_ledger: either format, as it is asked for") {
  using both = metrics_with_ledger<rich>;
  std::array<char, both::max_size<one_leaf>> room{};
  auto const of = named<one_leaf>({"pool"});
  snapshot<one_leaf> const snap;
  CHECK(both::write(room, snap, of, 5, metric_format::openmetrics) ==
        page_of<metric_ledger_page<metric_format::openmetrics, rich>>(snap, of, 5));
  std::string const text{both::write(room, snap, of, 5, metric_format::prometheus)};
  CHECK(text == page_of<metric_ledger_page<metric_format::prometheus, rich>>(snap, of, 5));
  CHECK(has(text,
            "checkout_memory_attributed_bytes{tier=\"\\\"\\n\\\\\uFFFD\",cause=\"anon.pool\"} "
            "1000\n"));
  CHECK_FALSE(has(text, "memscape_"));
  CHECK(room.size() >= metric_ledger_page<metric_format::prometheus, rich>::max_size<one_leaf>);
}

}  // namespace
