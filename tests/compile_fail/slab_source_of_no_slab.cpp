// SPDX-License-Identifier: MIT
// expect: memscape: give this slab noexcept slot_size() in bytes, slot_count() and used_slots(), or describe it with callable_source.
#include <cstddef>
#include <memscape/memscape.hpp>

struct slab {
  [[nodiscard]] auto slot_size() const noexcept -> std::size_t { return 64; }
  [[nodiscard]] auto slot_count() const noexcept -> std::size_t { return 0; }
#ifdef MEMSCAPE_PASSING_TWIN
  [[nodiscard]] auto used_slots() const noexcept -> std::size_t { return 0; }
#else
#endif
};

slab const cells;
auto node = memscape::leaf<"cells", "Cells">(memscape::slab_source{&cells});
