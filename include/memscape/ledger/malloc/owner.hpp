// SPDX-License-Identifier: MIT
#pragma once

#include <link.h>
#include <sys/auxv.h>
#include <unistd.h>

#include <cstddef>
#include <cstdint>
#include <memscape/ledger/walk/clipped_name.hpp>
#include <memscape/ledger/linux/loaded_object.hpp>
#include <string_view>

namespace memscape::inline v0 {

extern "C" {
// Under names of our own, so that headers which rename or define them do no harm.
auto memscape_malloc(std::size_t) noexcept -> void* __asm__("malloc");
// What the loader tells debuggers; a static program has none.
extern r_debug memscape_r_debug __asm__("_r_debug") __attribute__((weak));
// Of the object that this is compiled into.
extern ElfW(Dyn) memscape_dynamic[] __asm__("_DYNAMIC") __attribute__((weak, visibility("hidden")));
}

/// Whose malloc it is that the process calls: the C library's, or that of another object, which the program is
/// linked with or which is preloaded, or the program's own. The answer is the same for as long as it runs.
///
/// An object that wraps the C library's malloc has a malloc, too. That it passes calls on cannot be seen, but
/// that it cannot do so: where it has no way to reach the other malloc, or is known as an allocator by other
/// names, `may_pass_on` is false.
/// Errors: where nothing can be found out, as in a static program, malloc is taken for the C library's, which
/// is right there: only one can be linked into it.
/// Cost: the symbols of the objects up to the C library, once: some µs; no allocation, no lock.
/// Threads: any. Source: ld.so(8), elf(5); link.h and malloc/malloc.c of glibc.
class malloc_owner {
 public:
  malloc_owner() noexcept {
    auto const* const loader = &memscape_r_debug;
    if (loader == nullptr || loader->r_map == nullptr) return;
    auto const& program = *loader->r_map;
    link_map const* has_malloc = nullptr;
    link_map const* has_numbers = nullptr;
    std::uintptr_t address = 0;
    // No further than to the C library: what is loaded later comes behind it, and may go.
    for (auto const* one = &program; one != nullptr; one = one->l_next) {
      loaded_object const object{*one};
      if (has_malloc == nullptr && (address = object.defined("malloc")) != 0) has_malloc = one;
      if (has_numbers == nullptr && object.defined("mallinfo2") != 0) has_numbers = one;
      if (object.defined("gnu_get_libc_version") == 0) continue;
      numbers_are_libcs_ = has_numbers == one;
      // One that is kept from other objects is called here all the same.
      auto const here = reinterpret_cast<std::uintptr_t>(&memscape_malloc);
      if (here != address && here != loaded_object{program}.stub("malloc"))
        has_malloc = holder(one);
      is_libcs_ = has_malloc == one;
      if (!is_libcs_ && has_malloc != nullptr) tell(*has_malloc, has_malloc == &program);
      return;
    }
  }

  /// Whether it is the C library's.
  [[nodiscard]] auto is_libcs() const noexcept -> bool { return is_libcs_; }
  /// Whether `mallinfo2` is the C library's, and tells of its malloc.
  [[nodiscard]] auto numbers_are_libcs() const noexcept -> bool { return numbers_are_libcs_; }
  /// Whether another's may pass calls on to the C library's.
  [[nodiscard]] auto may_pass_on() const noexcept -> bool { return may_pass_on_; }
  /// The file that has it, where it is not the C library's; empty where that is not known.
  [[nodiscard]] auto object() const noexcept -> clipped_name<96> const& { return object_; }

 private:
  // The object that this is compiled into, if it was loaded before the C library.
  [[nodiscard]] static auto holder(link_map const* libc) noexcept -> link_map const* {
    for (auto const* one = libc; one != nullptr; one = one->l_prev) {
      if (one->l_ld == static_cast<ElfW(Dyn) const*>(memscape_dynamic)) return one;
    }
    return nullptr;
  }

  void tell(link_map const& owner, bool is_program) noexcept {
    loaded_object const object{owner};
    constexpr std::string_view ways[] = {"__libc_malloc", "dlsym", "dlvsym"};
    constexpr std::string_view allocators[] = {"mallctl", "mi_malloc", "tc_malloc", "rpmalloc",
                                               "__sanitizer_get_ownership"};
    for (auto const name : ways) may_pass_on_ = may_pass_on_ || object.imports(name);
    for (auto const name : allocators) may_pass_on_ = may_pass_on_ && object.defined(name) == 0;
    char path[512];
    auto const length = is_program ? ::readlink("/proc/self/exe", path, sizeof path) : -1;
    if (length > 0) {
      object_ = std::string_view{path, static_cast<std::size_t>(length)};
    } else if (!is_program) {
      object_ = owner.l_name;
    } else if (auto const started = ::getauxval(AT_EXECFN); started != 0) {
      object_ = reinterpret_cast<char const*>(started);
    }
  }

  clipped_name<96> object_{};
  bool is_libcs_ = true;
  bool numbers_are_libcs_ = true;
  bool may_pass_on_ = false;
};

}  // namespace memscape::inline v0
