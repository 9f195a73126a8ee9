// SPDX-License-Identifier: MIT
// A source that says where its memory lies, in pieces: an audit in slices need not wait for all of its chunks.
#include <array>
#include <cstddef>
#include <cstdio>
#include <cstdlib>
#include <memscape/ledger/auditor.hpp>
#include <memscape/memscape.hpp>

/// An allocator of chunks. A chunk that stays keeps its place, so that none is missed or told twice while others
/// come and go.
struct chunk_list {
  std::array<memscape::address_range, 100'000> places{};
  std::size_t used = 0;
};

struct chunk_source {
  chunk_list const* chunks;

  [[nodiscard]] auto sample() const noexcept -> memscape::usage {
    return {.used = memscape::bytes{chunks->used}};
  }

  template <class Visit>
  auto ranges(Visit&& visit, std::size_t from) const noexcept -> std::size_t {
    while (from < chunks->places.size() && visit(chunks->places[from])) ++from;
    return from;  // visit answered false here, and is asked about this one again
  }
};

auto main() -> int {
  static_assert(memscape::owns_ranges_in_pieces<chunk_source>);
  static chunk_list chunks;
  for (auto& place : chunks.places) {
    constexpr std::size_t size = 200;
    void* const chunk = std::calloc(size, 1);
    if (chunk == nullptr) return 1;
    place = {chunk, size};
    chunks.used += size;
  }
  static memscape::registry const memory{memscape::native_reader{},
                                         memscape::leaf<"chunks">(chunk_source{&chunks})};
  static memscape::auditor auditor{memory};
  while (!auditor.step(1'000'000)) {
    // The program's own work.
  }
  auto const& own = auditor.last().at<"chunks">();
  std::printf("chunks: used %ju, claimed %ju, resident %ju\n", own.said.used.value(),
              own.claimed.value(), own.resident.value());
  for (auto& place : chunks.places) std::free(const_cast<void*>(place.begin));
}
