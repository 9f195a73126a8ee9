// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memscape/memscape.hpp>
#include <utility>

/// Allocators to sample: their numbers are in memory that the compiler cannot see through.
namespace bench {

struct arena {
  std::uint64_t top = 3'407'872;
  std::uint64_t high = 4'128'768;
  std::uint64_t size = 8'388'608;

  [[nodiscard]] auto used() const noexcept -> std::uint64_t { return top; }
  [[nodiscard]] auto peak() const noexcept -> std::uint64_t { return high; }
  [[nodiscard]] auto capacity() const noexcept -> std::uint64_t { return size; }
};

struct slab {
  std::uint64_t slot = 64;
  std::uint64_t total = 262'144;
  std::uint64_t taken = 183'211;
  std::uint64_t most = 190'007;

  [[nodiscard]] auto slot_size() const noexcept -> std::uint64_t { return slot; }
  [[nodiscard]] auto slots() const noexcept -> std::uint64_t { return total; }
  [[nodiscard]] auto used_slots() const noexcept -> std::uint64_t { return taken; }
  [[nodiscard]] auto peak_slots() const noexcept -> std::uint64_t { return most; }
};

/// A small runtime: five allocators.
struct runtime {
  arena scratch;
  slab lval;
  slab lenv;
  arena heap;
  slab aio;
};

/// A tree of 5 leaves and 8 nodes: its snapshots hold 45 numbers.
template <class Reader>
[[nodiscard]] auto make_memory(Reader reader, runtime const& rt) {
  using memscape::arena_source, memscape::slab_source, memscape::group, memscape::leaf;
  return memscape::registry{
      std::move(reader), leaf<"scratch_arena", "Scratch Arena">(arena_source{&rt.scratch}),
      group<"gc_heap", "GC Heap">(
          group<"gc_slabs", "Slabs">(leaf<"gc_lval_slab", "LVAL Slab">(slab_source{&rt.lval}),
                                     leaf<"gc_lenv_slab", "LENV Slab">(slab_source{&rt.lenv})),
          leaf<"gc_malloc", "Malloc">(arena_source{&rt.heap})),
      group<"aio", "AIO">(leaf<"aio_slabs", "AIO Slabs">(slab_source{&rt.aio}))};
}

/// The tree of the demo: 5 leaves, 6 nodes.
template <class Reader>
[[nodiscard]] auto make_demo_memory(Reader reader, runtime const& rt) {
  using memscape::arena_source, memscape::slab_source, memscape::group, memscape::leaf;
  return memscape::registry{
      std::move(reader), leaf<"scratch_arena", "Scratch Arena">(arena_source{&rt.scratch}),
      group<"gc_heap", "GC Heap">(leaf<"gc_lval_slab", "LVAL Slab">(slab_source{&rt.lval}),
                                  leaf<"gc_lenv_slab", "LENV Slab">(slab_source{&rt.lenv}),
                                  leaf<"gc_malloc", "Malloc">(arena_source{&rt.heap})),
      leaf<"aio_slabs", "AIO Slabs">(slab_source{&rt.aio})};
}

/// A source that tells what is used and what is committed, and no more.
struct two_numbers {
  slab const* of;
  [[nodiscard]] auto sample() const noexcept -> memscape::usage {
    return {.used = memscape::bytes{of->taken * of->slot},
            .committed = memscape::bytes{of->total * of->slot}};
  }
};

/// Costs nothing, so that what remains is the walk.
struct null_clock {
  [[nodiscard]] static constexpr auto now_ns() noexcept -> std::uint64_t { return 0; }
};
struct null_reader {
  using clock_type = null_clock;
  memscape::process_memory last{};  // a copy: g++ 12 fills one made anew with `rep stos`, 8 ns
  [[nodiscard]] auto read() const noexcept -> memscape::process_memory { return last; }
};

}  // namespace bench
