// SPDX-License-Identifier: MIT
// expect: memscape: give this clock noexcept wall_ms() and steady_ns() that return std::uint64_t.
#include <memscape/memscape.hpp>

struct heap_source {
  [[nodiscard]] auto sample() const noexcept -> memscape::usage { return {}; }
};
struct my_clock {
  [[nodiscard]] auto wall_ms() noexcept -> std::uint64_t { return 0; }
#ifdef MEMSCAPE_PASSING_TWIN
  [[nodiscard]] auto steady_ns() noexcept -> std::uint64_t { return 0; }
#else
  [[nodiscard]] auto steady_ns() -> std::uint64_t { return 0; }
#endif
};
struct my_reader {
  using clock_type = my_clock;
  [[nodiscard]] auto read() noexcept -> memscape::process_memory { return {}; }
};

void use() {
  memscape::registry memory{my_reader{}, memscape::leaf<"heap", "Heap">(heap_source{})};
  static_cast<void>(memory.collect());
}
