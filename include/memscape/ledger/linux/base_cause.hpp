// SPDX-License-Identifier: MIT
#pragma once

#include <memscape/ledger/cause.hpp>
#include <memscape/ledger/linux/mapping.hpp>
#include <string_view>

namespace memscape::inline v0 {

/// What memory with this name is there for. glibc names its own where it is told to
/// (glibc.mem.decorate_maps), and so does Android.
[[nodiscard]] constexpr auto named_cause(std::string_view name) noexcept -> cause {
  if (name.starts_with("glibc: malloc arena")) return cause::malloc_arena;
  if (name.starts_with("glibc: malloc")) return cause::malloc_mmap;
  if (name.starts_with("glibc: pthread stack")) return cause::stack_threads;
  return name == ".bss" ? cause::bss : cause::anon_named;
}

/// The cause of a mapping's pages, as far as its kind, name and rights tell.
[[nodiscard]] inline auto base_cause(mapping const& of) noexcept -> cause {
  switch (of.kind) {
    case mapping_kind::heap: return cause::malloc_heap;
    case mapping_kind::stack: return cause::stack_main;
    case mapping_kind::vdso:
    case mapping_kind::kernel: return cause::vdso;
    case mapping_kind::hugetlb:
    case mapping_kind::shmem: return cause::shmem;
    case mapping_kind::secret: return cause::secret;
    case mapping_kind::device: return cause::device;
    case mapping_kind::named: return named_cause(of.name.view());
    case mapping_kind::file:
      if (of.executable) return cause::file_text;
      return of.writable ? cause::file_data : cause::file_rodata;
    case mapping_kind::anonymous: break;
  }
  return cause::anonymous;
}

/// The same of those pages in it that are the process's own: what was written to a private mapping of
/// shared memory is not shared.
[[nodiscard]] constexpr auto own_cause(cause base, bool shared_mapping) noexcept -> cause {
  return facts_of(base).is_shared && !shared_mapping ? cause::anonymous : base;
}

}  // namespace memscape::inline v0
