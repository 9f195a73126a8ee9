// SPDX-License-Identifier: MIT
// A ledger of this program, as text: who owns what is resident, and what the rest is there for.
#include <array>
#include <cstdio>
#include <cstring>
#include <memory>

#include <memscape/exporters/text_ledger.hpp>
#include <memscape/ledger/auditor.hpp>
#include <memscape/ledger/baselines.hpp>
#include <memscape/ledger/ledger_growth.hpp>
#include <memscape/memscape.hpp>

struct page_cache {  // as arena_source wants it: how much is used, and where it lies
  static constexpr std::size_t size = 64 << 20;
  std::unique_ptr<char[]> pages{new char[size]};
  std::size_t taken = 0;

  [[nodiscard]] auto used() const noexcept -> std::size_t { return taken; }
  [[nodiscard]] auto capacity() const noexcept -> std::size_t { return size; }
  [[nodiscard]] auto data() const noexcept -> void const* { return pages.get(); }
};

auto main() -> int {
  page_cache cache;
  std::memset(cache.pages.get(), 1, cache.taken = 16 << 20);
  memscape::registry memory{memscape::native_reader{},
                            memscape::leaf<"page_cache", "Page Cache">(memscape::arena_source{&cache})};
  memscape::auditor auditor{memory};
  using layout = decltype(memory)::layout;
  static std::array<char, memscape::text_ledger::max_size<layout>> room;

  memscape::baselines<layout> earlier;               // six ledgers, 8 KiB each
  auto const grew = earlier.grown(auditor.audit());  // nothing, or how much, in what time and where
  earlier.keep(auditor.last());
  auto const text =
      memscape::text_ledger::write(room, auditor.last(), memory.collect(), 0, {}, {}, grew);
  std::fwrite(text.data(), 1, text.size(), stdout);
}
