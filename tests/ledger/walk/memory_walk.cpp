// SPDX-License-Identifier: MIT
// Random layouts of real mappings, of which it is known what is in RAM and whose it is.
#include <algorithm>
#include <array>
#include <cstdint>
#include <doctest/doctest.h>
#include <memory>
#include <memscape/ledger/auditor.hpp>
#include <memscape/ledger/walk/memory_walk.hpp>
#include <memscape/memscape.hpp>
#include <random>
#include <vector>

#include "ledger/support.hpp"
#include "readers/support.hpp"

namespace {

using memscape::address_range;
using memscape::bytes;
using memscape::leaf;
using memscape::page_method;
using test_support::one_page;
using test_support::owner;

// One mapping of ours, and which of its pages are its own.
struct area {
  char* begin;
  std::vector<bool> resident;
};

class random_layout {
 public:
  explicit random_layout(unsigned seed) : random_{seed} {
    for (auto n = 1 + below(6); n > 0; --n) map();
    for (auto n = below(40); n > 0; --n) change(areas_[below(areas_.size())]);
    for (auto n = below(12); n > 0; --n) claim();
  }
  random_layout(random_layout const&) = delete;
  auto operator=(random_layout const&) -> random_layout& = delete;
  ~random_layout() {
    for (auto const& one : areas_) ::munmap(one.begin, one.resident.size() * one_page);
  }

  [[nodiscard]] auto claim_window(std::size_t source) const -> std::vector<address_range> const& {
    return claims_[source];
  }

  /// What of the source's ranges is in RAM and no earlier source's.
  [[nodiscard]] auto expected(std::size_t source) const -> std::uint64_t {
    std::uint64_t sum = 0;
    for (auto const& one : areas_) {
      for (std::size_t i = 0; i < one.resident.size() * one_page; i += grain) {
        if (one.resident[i / one_page] && owner_of(one.begin + i) == source) sum += grain;
      }
    }
    return sum;
  }

 private:
  static constexpr std::size_t grain = 512;

  auto below(std::size_t n) -> std::size_t {
    return std::uniform_int_distribution<std::size_t>{0, n - 1}(random_);
  }

  void map() {
    auto const pages = 1 + below(60);
    auto* const begin = ::mmap(nullptr, pages * one_page, PROT_READ | PROT_WRITE,
                               MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    REQUIRE(begin != MAP_FAILED);
    ::madvise(begin, pages * one_page, MADV_NOHUGEPAGE);
    areas_.push_back({static_cast<char*>(begin), std::vector<bool>(pages)});
  }

  void change(area& of) {
    auto const from = below(of.resident.size());
    auto const to = from + 1 + below(of.resident.size() - from);
    auto* const begin = of.begin + from * one_page;
    auto const size = (to - from) * one_page;
    switch (below(6)) {
      case 0:
      case 1:
        ::mprotect(begin, size, PROT_READ | PROT_WRITE);
        for (auto i = from; i < to; ++i) {
          *static_cast<char volatile*>(of.begin + i * one_page) = 1;
          of.resident[i] = true;
        }
        break;
      case 2:
        ::madvise(begin, size, MADV_DONTNEED);
        std::fill(of.resident.begin() + static_cast<std::ptrdiff_t>(from),
                  of.resident.begin() + static_cast<std::ptrdiff_t>(to), false);
        break;
      case 3:  // splits the mapping, and brings in the zero page where nothing was written
        ::mprotect(begin, size, PROT_READ);
        for (auto i = from; i < to; ++i) {
          (void)*static_cast<char volatile*>(of.begin + i * one_page);
          if (test_support::reading_takes_memory()) of.resident[i] = true;
        }
        break;
      case 4: {  // moves it to elsewhere; a mapping that was split cannot be, and stays
        auto const pages = of.resident.size() + below(20);
        auto* const moved =
            ::mremap(of.begin, of.resident.size() * one_page, pages * one_page, MREMAP_MAYMOVE);
        if (moved == MAP_FAILED) break;
        of.begin = static_cast<char*>(moved);
        of.resident.resize(pages);
        break;
      }
      default:  // cuts its end off
        if (from == 0) break;
        ::munmap(begin, (of.resident.size() - from) * one_page);
        of.resident.resize(from);
    }
  }

  void claim() {
    auto const& in = areas_[below(areas_.size())];
    auto const pieces = in.resident.size() * one_page / grain;
    auto const from = below(pieces);
    claims_[below(claims_.size())].push_back(
        {in.begin + from * grain, (1 + below(pieces - from)) * grain});
  }

  [[nodiscard]] auto owner_of(char const* at) const -> std::size_t {
    for (std::size_t source = 0; source < claims_.size(); ++source) {
      for (auto const& range : claims_[source]) {
        auto const* const begin = static_cast<char const*>(range.begin);
        if (at >= begin && at < begin + range.size) return source;
      }
    }
    return claims_.size();
  }

  std::mt19937 random_;
  std::vector<area> areas_;
  std::array<std::vector<address_range>, 3> claims_;
};

struct verdict {
  bool closes = true;
  bool matches = true;
};

// A ledger by this method, held against what is known.
auto judge(random_layout const& layout, page_method method, bool in_steps) -> verdict {
  memscape::registry const memory{
      memscape::native_reader{}, leaf<"a">(owner{layout.claim_window(0)}),
      leaf<"b">(owner{layout.claim_window(1)}), leaf<"c">(owner{layout.claim_window(2)})};
  static auto const place = std::make_unique<std::array<std::byte, 64 * 1024>>();
  using auditor_type = memscape::auditor<std::remove_const_t<decltype(memory)>>;
  static_assert(sizeof(auditor_type) <= sizeof *place);
  auto& auditor = *::new (place->data()) auditor_type{memory, {.best = method}};
  if (in_steps) {
    while (!auditor.step(0)) {
    }
  }
  auto const& ledger = test_support::quiet_audit(auditor);
  verdict found{.closes = test_support::closes(ledger)};
  if (ledger.method == page_method::scan) {
    for (std::size_t i = 0; i < 3; ++i) {
      found.matches = found.matches && ledger.sources[i].resident == bytes{layout.expected(i)} &&
                      ledger.sources[i].unmapped == bytes{};
    }
  }
  auditor.~auditor_type();
  return found;
}

TEST_CASE("memory_walk: random layouts close, and every source has what is its own") {
  auto const seeds = test_support::sanitized ? 20U : 100U;
  for (unsigned seed = 0; seed < seeds; ++seed) {
    CAPTURE(seed);
    random_layout const layout{seed};
    for (auto const method : {page_method::scan, page_method::pagemap, page_method::mincore}) {
      CAPTURE(method);
      auto const found = judge(layout, method, seed % 2 == 0);
      CHECK(found.closes);
      CHECK(found.matches);
    }
  }
}

TEST_CASE("memory_walk: a child of fork has its own ledger of the same layout") {
  for (unsigned seed = 1000; seed < 1010; ++seed) {
    CAPTURE(seed);
    random_layout const layout{seed};
    auto const found =
        test_support::in_child([&] { return judge(layout, page_method::scan, true); });
    REQUIRE(found);
    CHECK(found->closes);
    CHECK(found->matches);
  }
}

}  // namespace
