// SPDX-License-Identifier: MIT
// What a program answers to Prometheus.
#include <array>
#include <cstdio>
#include <memscape/exporters/prometheus.hpp>
#include <memscape/memscape.hpp>
#include <string_view>
#include <vector>

namespace {

struct cache_source {
  std::vector<char> const* pages;
  [[nodiscard]] auto sample() const noexcept -> memscape::usage {
    return {.used = memscape::bytes{pages->size()},
            .committed = memscape::bytes{pages->capacity()}};
  }
};

}  // namespace

auto main() -> int {
  std::vector<char> const pages(8 << 20, 'x');
  std::vector<char> const plans(1 << 20, 'x');
  memscape::registry memory{memscape::native_reader{},
                            memscape::group<"caches", "Caches">(
                                memscape::leaf<"page_cache", "Pages">(cache_source{&pages}),
                                memscape::leaf<"plan_cache", "Plans">(cache_source{&plans}))};

  std::string_view const accept = "text/plain;version=0.0.4;q=1,*/*;q=0.1";  // of the request
  auto const format = memscape::metric_format_for(accept);
  std::array<char, memscape::metrics<>::max_size<decltype(memory)::layout>> page;
  auto const body = memscape::metrics<>::write(page, memory.collect(), format);
  std::printf("Content-Type: %s\n\n", memscape::content_type(format).data());
  std::fwrite(body.data(), 1, body.size(), stdout);
}
