// SPDX-License-Identifier: MIT
// An exporter is a type of static functions over snapshots. This one writes CSV, knows no file and no
// socket, and needs no change to any header of memscape.
#include <cstdio>
#include <memscape/exporters/concepts.hpp>
#include <memscape/exporters/writer.hpp>
#include <memscape/memscape.hpp>

struct csv {
  static constexpr std::string_view content_type = "text/csv; charset=utf-8";

  template <class Layout>
  static constexpr std::size_t max_size = Layout::size * (memscape::writer::max_digits + 1);

  template <class Layout>
  [[nodiscard]] static auto write(std::span<char> out,
                                  memscape::snapshot<Layout> const& snap) noexcept
      -> std::string_view {
    memscape::writer to{out};
    for (std::size_t i = 0; i < Layout::size; ++i) {
      to.number(snap.nodes[i].used.value());
      to.put(i + 1 < Layout::size ? ',' : '\n');
    }
    return to.text();
  }
};

auto main() -> int {
  auto const fixed = [](std::uint64_t used) {
    return memscape::callable_source{
        [used]() noexcept -> memscape::usage { return {.used = memscape::bytes{used}}; }};
  };
  using memscape::group, memscape::leaf;
  memscape::registry memory{memscape::native_reader{},
                            group<"heap", "Heap">(leaf<"small", "Small">(fixed(64)),
                                                  leaf<"large", "Large">(fixed(4096)))};
  static_assert(memscape::exporter<csv, decltype(memory)::snapshot_type>);

  std::array<char, csv::max_size<decltype(memory)::layout>> row;
  std::fwrite(row.data(), 1, csv::write(row, memory.collect()).size(), stdout);
}
