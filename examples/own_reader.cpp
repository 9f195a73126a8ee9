// SPDX-License-Identifier: MIT
// A reader is any movable type with a noexcept read(). This one knows only a limit that its sandbox
// tells, and says why it knows nothing else.
#include <cstdio>
#include <cstdlib>
#include <memscape/memscape.hpp>

struct sandbox_reader {
  std::uint64_t resident_pages;

  [[nodiscard]] auto read() noexcept -> memscape::process_memory {
    memscape::process_memory memory;
    memory.rss = memscape::bytes{65'536} * resident_pages;
    // What cannot be read stays absent, with its reason: it is never 0.
    memory.errors.add({.step = memscape::read_step::unsupported, .code = 0});
    return memory;
  }
};

auto main() -> int {
  static_assert(memscape::memory_reader<sandbox_reader>);
  memscape::registry memory{
      sandbox_reader{.resident_pages = 160},
      memscape::leaf<"heap", "Heap">(memscape::callable_source{
          []() noexcept -> memscape::usage { return {.used = memscape::bytes{4 << 20}}; }})};

  auto const snap = memory.collect();
  std::printf("rss %ju, untracked %ju\n", snap.process.rss->value(), snap.untracked()->value());
  std::printf("vms %s", snap.process.vms ? "known" : "absent");
  for (auto const& error : snap.process.errors) std::printf(": %s", name_of(error.step).data());
  std::printf("\n");
}
