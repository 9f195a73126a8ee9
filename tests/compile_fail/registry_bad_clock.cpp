// SPDX-License-Identifier: MIT
// expect: memscape: give this clock a noexcept now_ns() that returns std::uint64_t, in nanoseconds since 1970.
#include <memscape/memscape.hpp>

struct heap_source {
  [[nodiscard]] auto sample() const noexcept -> memscape::usage { return {}; }
};
struct my_clock {
#ifdef MEMSCAPE_PASSING_TWIN
  [[nodiscard]] auto now_ns() noexcept -> std::uint64_t { return 0; }
#else
  [[nodiscard]] auto now_ns() -> std::uint64_t { return 0; }
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
