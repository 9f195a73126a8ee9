// SPDX-License-Identifier: MIT
#pragma once

#include <elf.h>
#include <link.h>

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace memscape::inline v0 {

/// The table of dynamic symbols of an object that is loaded: the program or one of its libraries. dlsym(3)
/// and dladdr(3) would say the same under the loader's lock.
/// Errors: an object without such a table has no symbols.
/// Cost: a name defined is one look into a hash table, a name imported a pass over the imports; no allocation,
/// no lock. Threads: any, as long as the object stays loaded.
/// Source: elf(5); the GNU hash section, https://sourceware.org/gnu-gabi/program-loading-and-dynamic-linking.txt
class loaded_object {
 public:
  using symbol = ElfW(Sym);

  explicit loaded_object(link_map const& of) noexcept : base_{of.l_addr} {
    for (auto const* one = of.l_ld; one != nullptr && one->d_tag != DT_NULL; ++one) {
      switch (one->d_tag) {
        case DT_SYMTAB: symbols_ = at<symbol>(one->d_un.d_ptr); break;
        case DT_STRTAB: names_ = at<char>(one->d_un.d_ptr); break;
        case DT_GNU_HASH: gnu_ = at<std::uint32_t>(one->d_un.d_ptr); break;
        case DT_HASH: plain_ = at<std::uint32_t>(one->d_un.d_ptr); break;
        default: break;
      }
    }
  }

  /// The address that the object gives the name, or 0 where it does not define it for others.
  [[nodiscard]] auto defined(std::string_view name) const noexcept -> std::uintptr_t {
    auto const* const found = find(name);
    return found == nullptr || found->st_shndx == SHN_UNDEF ? 0 : address_of(*found);
  }
  /// The address of the object's stub for a name that it imports, where that is the name's address for all
  /// others; else 0. A program that is not position-independent has such.
  [[nodiscard]] auto stub(std::string_view name) const noexcept -> std::uintptr_t {
    auto const* const found = find(name);
    return found == nullptr || found->st_shndx != SHN_UNDEF ? 0 : address_of(*found);
  }
  /// Whether the object has the name from another one.
  [[nodiscard]] auto imports(std::string_view name) const noexcept -> bool {
    if (stub(name) != 0) return true;
    // Those that have no address stand before all that the GNU table finds.
    auto const end = gnu_ != nullptr ? gnu_[1] : all();
    for (std::uint32_t i = 1; i < end && is_whole(); ++i) {
      if (symbols_[i].st_shndx == SHN_UNDEF && is_named(symbols_[i], name)) return true;
    }
    return false;
  }

 private:
  // The loader adds the base to what stands there, but for objects whose table cannot be written to.
  template <class T>
  [[nodiscard]] auto at(std::uintptr_t address) const noexcept -> T const* {
    return reinterpret_cast<T const*>(address < base_ ? address + base_ : address);
  }

  [[nodiscard]] auto is_named(symbol const& one, std::string_view name) const noexcept -> bool {
    return names_ + one.st_name == name;
  }
  [[nodiscard]] auto address_of(symbol const& one) const noexcept -> std::uintptr_t {
    bool const is_local = (one.st_info >> 4U) == STB_LOCAL;
    return one.st_value == 0 || is_local ? 0 : base_ + one.st_value;
  }
  [[nodiscard]] auto is_whole() const noexcept -> bool {
    return symbols_ != nullptr && names_ != nullptr;
  }

  [[nodiscard]] auto find(std::string_view name) const noexcept -> symbol const* {
    if (!is_whole()) return nullptr;
    if (gnu_ == nullptr) {
      for (std::uint32_t i = 1; i < all(); ++i) {
        if (symbols_[i].st_value != 0 && is_named(symbols_[i], name)) return symbols_ + i;
      }
      return nullptr;
    }
    std::uint32_t hash = 5381;
    for (char const c : name) hash = hash * 33 + static_cast<unsigned char>(c);
    auto const buckets = gnu_[0];
    if (buckets == 0) return nullptr;
    constexpr auto words_of_bloom = sizeof(ElfW(Addr)) / sizeof(std::uint32_t);
    auto const* const first = gnu_ + 4 + gnu_[2] * words_of_bloom;
    auto const* const chain = first + buckets;
    for (auto i = first[hash % buckets]; i >= gnu_[1] && i != 0; ++i) {
      auto const other = chain[i - gnu_[1]];
      if ((other | 1U) == (hash | 1U) && is_named(symbols_[i], name)) return symbols_ + i;
      if ((other & 1U) != 0) break;
    }
    return nullptr;
  }

  [[nodiscard]] auto all() const noexcept -> std::uint32_t {
    return plain_ == nullptr ? 0 : plain_[1];
  }

  std::uintptr_t base_;
  symbol const* symbols_ = nullptr;
  char const* names_ = nullptr;
  std::uint32_t const* gnu_ = nullptr;
  std::uint32_t const* plain_ = nullptr;
};

}  // namespace memscape::inline v0
