// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>

#include <memscape/memscape.hpp>
#include <memscape/readers/extended.hpp>

#include "allocators/fixed_slab.hpp"
#include "allocators/gc_heap.hpp"
#include "allocators/scratch_arena.hpp"

namespace demo {

/// What the HTTP server keeps per client: a connection for as long as it lasts, and a buffer while a
/// request is read or a response is on its way to somebody who reads slowly.
struct aio_slabs {
  static constexpr std::size_t connection_size = 512;
  static constexpr std::size_t buffer_size = 8192;

  explicit aio_slabs(std::size_t clients)
      : connections{connection_size, clients}, buffers{buffer_size, clients} {}

  fixed_slab connections;
  fixed_slab buffers;
};

/// The subsystems of this program that own memory. All but the heap are the server's thread's own; who looks at
/// the heap holds its lock.
struct runtime {
  static constexpr std::size_t scratch_size = 80 * 1024;

  runtime(std::size_t heap_limit, std::size_t clients) : heap{heap_limit}, aio{clients} {}

  scratch_arena scratch{scratch_size};
  gc_heap heap;
  aio_slabs aio;
};

/// A source written by hand: any copyable type whose `sample()` is const and noexcept will do.
/// Here one node stands for two slabs.
struct aio_source {
  aio_slabs const* aio;

  [[nodiscard]] auto sample() const noexcept -> memscape::usage {
    auto sum = memscape::slab_source{&aio->connections}.sample();
    auto const buffers = memscape::slab_source{&aio->buffers}.sample();
    sum.used += buffers.used;
    *sum.committed += *buffers.committed;
    *sum.objects += *buffers.objects;
    *sum.slot_count += *buffers.slot_count;
    // The two peaks were not reached at the same time: their sum was never measured.
    sum.peak.reset();
    return sum;
  }

  /// Where its memory lies, for a ledger.
  template <class Visit>
  void ranges(Visit visit) const noexcept {
    memscape::slab_source{&aio->connections}.ranges(visit);
    memscape::slab_source{&aio->buffers}.ranges(visit);
  }
};

/// A source for an allocator that counts under names of its own.
struct malloc_source {
  malloc_count const* tier;

  /// It does not know where its blocks are; they are among malloc's.
  static constexpr auto lies_in = memscape::memory_home::malloc;

  [[nodiscard]] auto sample() const noexcept -> memscape::usage {
    return {.used = memscape::bytes{tier->used()},
            .committed = memscape::bytes{tier->committed()},
            .peak = memscape::bytes{tier->peak()},
            .objects = memscape::count{tier->objects()}};
  }
};

/// Where this program's memory is: its subsystems, listed once. Collect between two turns, with the heap's
/// lock held (`heap.look()`), and all numbers are of one instant.
inline auto make_memory(runtime const& of) {
  using memscape::group, memscape::leaf;
  return memscape::registry{
      memscape::extended_reader{memscape::native_reader{}},
      leaf<"scratch_arena", "Scratch Arena">(memscape::arena_source{&of.scratch}),
      group<"gc_heap", "GC Heap">(
          leaf<"gc_lval_slab", "LVAL Slab">(memscape::slab_source{&of.heap.lval()}),
          leaf<"gc_lenv_slab", "LENV Slab">(memscape::slab_source{&of.heap.lenv()}),
          leaf<"gc_malloc", "Malloc">(malloc_source{&of.heap.malloc()})),
      leaf<"aio_slabs", "AIO Slabs">(aio_source{&of.aio})};
}

using memory_registry = decltype(make_memory(std::declval<runtime const&>()));

}  // namespace demo
