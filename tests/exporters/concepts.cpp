// SPDX-License-Identifier: MIT
// An exporter that a third party wrote: it stands outside exporters/, touches no file there, and is
// used the way the library's own are.
#include <memscape/exporters/concepts.hpp>

#include <array>
#include <charconv>
#include <cstddef>
#include <doctest/doctest.h>
#include <memscape/exporters/sse_json.hpp>
#include <memscape/memscape.hpp>
#include <ostream>
#include <span>
#include <string_view>

namespace third_party {

/// Lines of `key,used`. Knows nothing of the library but layouts and snapshots.
struct csv {
  static constexpr std::string_view content_type = "text/csv; charset=utf-8";

  template <class Layout>
  static constexpr std::size_t max_size = [] {
    std::size_t size = 0;
    for (auto const& node : Layout::nodes) size += node.key.size() + 1 + 20 + 1;
    return size;
  }();

  template <class Layout>
  [[nodiscard]] static auto write(std::span<char> out,
                                  memscape::snapshot<Layout> const& snap) noexcept
      -> std::string_view {
    std::size_t size = 0;
    for (std::size_t i = 0; i < Layout::size; ++i) {
      std::array<char, 20> digits{};
      auto const* const end =
          std::to_chars(digits.data(), digits.data() + digits.size(), snap.nodes[i].used.value())
              .ptr;
      std::string_view const number{digits.data(), static_cast<std::size_t>(end - digits.data())};
      auto const key = Layout::nodes[i].key;
      if (out.size() - size < key.size() + number.size() + 2) return {};
      size += key.copy(out.data() + size, key.size());
      out[size++] = ',';
      size += number.copy(out.data() + size, number.size());
      out[size++] = '\n';
    }
    return {out.data(), size};
  }
};

// Each lacks one thing.
struct without_size {
  static constexpr std::string_view content_type = "text/plain";
  template <class Snapshot>
  static auto write(std::span<char>, Snapshot const&) noexcept -> std::string_view {
    return {};
  }
};
struct without_type {
  template <class Layout>
  static constexpr std::size_t max_size = 1;
  template <class Snapshot>
  static auto write(std::span<char>, Snapshot const&) noexcept -> std::string_view {
    return {};
  }
};
struct may_throw {
  static constexpr std::string_view content_type = "text/plain";
  template <class Layout>
  static constexpr std::size_t max_size = 1;
  template <class Snapshot>
  static auto write(std::span<char>, Snapshot const&) -> std::string_view {
    return {};
  }
};
struct returns_a_size {
  static constexpr std::string_view content_type = "text/plain";
  template <class Layout>
  static constexpr std::size_t max_size = 1;
  template <class Snapshot>
  static auto write(std::span<char>, Snapshot const&) noexcept -> std::size_t {
    return 0;
  }
};

}  // namespace third_party

namespace {

using memscape::bytes;
using memscape::group;
using memscape::leaf;
using memscape::usage;

struct fixed_source {
  usage now;
  [[nodiscard]] constexpr auto sample() const noexcept -> usage { return now; }
};

constexpr auto make_memory() {
  return memscape::registry{
      memscape::fixed_reader{memscape::process_memory{.rss = bytes{1000}}},
      leaf<"cache", "Cache">(fixed_source{{.used = bytes{100}}}),
      group<"heap", "Heap">(leaf<"small", "Small">(fixed_source{{.used = bytes{20}}}),
                            leaf<"large", "Large">(fixed_source{{.used = bytes{3}}}))};
}
using snapshot = decltype(make_memory())::snapshot_type;

static_assert(memscape::exporter<third_party::csv, snapshot>);
static_assert(memscape::exporter<memscape::sse_json, snapshot>);

// What a server does with an exporter that it does not know.
template <class Exporter, class Registry, class Send>
  requires memscape::exporter<Exporter, typename Registry::snapshot_type>
void serve(Registry& memory, Send send) {
  std::array<char, Exporter::template max_size<typename Registry::layout>> out{};
  send(Exporter::content_type, Exporter::write(out, memory.collect()));
}

TEST_CASE("concepts: an exporter of a third party serves a registry") {
  auto memory = make_memory();
  bool sent = false;
  serve<third_party::csv>(memory, [&](std::string_view type, std::string_view text) {
    CHECK(type == "text/csv; charset=utf-8");
    CHECK(text == "cache,100\nheap,23\nsmall,20\nlarge,3\n");
    sent = true;
  });
  CHECK(sent);
}

TEST_CASE("concepts: the library's exporter is served by the same code") {
  auto memory = make_memory();
  bool sent = false;
  serve<memscape::sse_json>(memory, [&](std::string_view type, std::string_view text) {
    CHECK(type == "text/event-stream; charset=utf-8");
    CHECK(text.starts_with("event: snapshot\ndata: {\"seq\":1,"));
    sent = true;
  });
  CHECK(sent);
}

// Each atom fails alone.
static_assert(!memscape::exporter<third_party::without_size, snapshot>);
static_assert(!memscape::bounds_its_size<third_party::without_size, snapshot>);
static_assert(memscape::writes_snapshots<third_party::without_size, snapshot>);
static_assert(!memscape::exporter<third_party::without_type, snapshot>);
static_assert(!memscape::names_its_content_type<third_party::without_type>);
static_assert(!memscape::exporter<third_party::may_throw, snapshot>);
static_assert(!memscape::writes_snapshots<third_party::may_throw, snapshot>);
static_assert(!memscape::exporter<third_party::returns_a_size, snapshot>);
static_assert(!memscape::writes_snapshots<third_party::returns_a_size, snapshot>);
static_assert(!memscape::exporter<int, snapshot>);

}  // namespace
