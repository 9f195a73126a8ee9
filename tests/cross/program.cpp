// SPDX-License-Identifier: MIT
// A program as a user of the library writes it, for each platform: it links the native reader and clock,
// and nothing of the C++ library but what is inline. Exit status 0: every number that it owes is there.
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <memscape/exporters/delta_stream.hpp>
#include <memscape/exporters/sse_json.hpp>
#include <memscape/memscape.hpp>
#include <string_view>

namespace {

struct pages_source {
  std::size_t const* size;
  [[nodiscard]] auto sample() const noexcept -> memscape::usage {
    return {.used = memscape::bytes{*size}};
  }
};

constexpr std::size_t size = std::size_t{32} << 20U;
char pages[size];

}  // namespace

auto main() -> int {
  std::size_t touched = 0;
  memscape::registry memory{memscape::native_reader{},
                            memscape::leaf<"pages", "Pages">(pages_source{&touched})};
  using layout = decltype(memory)::layout;
  auto const before = memory.collect();
  for (std::size_t i = 0; i < size; i += 512) static_cast<char volatile*>(pages)[i] = 1;
  touched = size;
  auto const after = memory.collect();
  if (!before.process.rss || !after.process.rss || !after.process.vms || !after.process.peak_rss) {
    std::puts("a number is absent");
    return 1;
  }
  auto const grown = (*after.process.rss - *before.process.rss).value();
  if (grown < size / 4 * 3 || *after.process.peak_rss < *after.process.rss) {
    std::printf("of %zu bytes touched, RSS shows %ju\n", size, std::uintmax_t{grown});
    return 1;
  }
  memscape::delta_stream<layout> stream{memscape::stream_id{1}};
  static std::array<char, decltype(stream)::max_size> frame;
  auto const keyframe = stream.next(frame, after, 0);
  if (!keyframe.text.starts_with("id: 0000000000000001-")) {
    std::puts("no keyframe");
    return 1;
  }
  static std::array<char, memscape::sse_json::max_size<layout>> event;
  auto const text = memscape::sse_json::write(event, after);
  std::fwrite(text.data(), 1, text.size(), stdout);
  return text.empty() ? 1 : 0;
}
