// SPDX-License-Identifier: MIT
// expect: memscape: make this reader movable: the registry keeps it.
#include <memscape/memscape.hpp>

struct heap_source {
  [[nodiscard]] auto sample() const noexcept -> memscape::usage { return {}; }
};
struct my_reader {
  my_reader() = default;
#ifdef MEMSCAPE_PASSING_TWIN
  my_reader(my_reader&&) = default;
#else
  my_reader(my_reader&&) = delete;
#endif
  [[nodiscard]] auto read() noexcept -> memscape::process_memory { return {}; }
};

using memory = memscape::registry<my_reader, memscape::native_clock,
                                  memscape::layout<memscape::leaf_shape<"heap", "heap">>,
                                  memscape::source_node<heap_source>>;
auto size = sizeof(memory);
