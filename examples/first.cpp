// SPDX-License-Identifier: MIT
#include <cstdio>
#include <memscape/exporters/sse_json.hpp>
#include <memscape/memscape.hpp>
#include <vector>

struct cache_source {  // a source: any copyable type with a noexcept sample()
  std::vector<char> const* pages;
  [[nodiscard]] auto sample() const noexcept -> memscape::usage {
    return {.used = memscape::bytes{pages->size()},
            .committed = memscape::bytes{pages->capacity()}};
  }
};

auto main() -> int {
  std::vector<char> pages(48 << 20, 'x');
  memscape::registry memory{memscape::native_reader{},
                            memscape::leaf<"cache", "Page Cache">(cache_source{&pages})};

  auto const snap = memory.collect();  // no allocation, no lock, no exception
  std::printf("cache %ju bytes\n", snap.at<"cache">().used.value());
  if (auto const rest = snap.untracked()) std::printf("untracked %ju bytes\n", rest->value());

  std::array<char, memscape::sse_json::max_size<decltype(memory)::layout>> frame;
  std::fwrite(frame.data(), 1, memscape::sse_json::write(frame, snap).size(), stdout);
}
