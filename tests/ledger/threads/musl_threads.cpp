// SPDX-License-Identifier: MIT
#include <cstdint>
#include <cstring>
#include <doctest/doctest.h>
#include <map>
#include <memscape/ledger/threads/musl_threads.hpp>
#include <optional>
#include <vector>

namespace {

// Threads as musl lays them out, at addresses of the test's choice.
std::map<std::uint64_t, std::vector<std::uint64_t>> placed;

struct fake_memory {
  auto operator()(std::uint64_t from, void* into, std::size_t size) const noexcept -> bool {
    auto const found = placed.find(from);
    if (found == placed.end() || size > found->second.size() * 8) return false;
    std::memcpy(into, found->second.data(), size);
    return true;
  }
};

struct given {
  std::uint64_t at, map_base, map_size, stack, stack_size;
};

void place(std::vector<given> const& threads, bool dtv_first) {
  placed.clear();
  for (std::size_t i = 0; i < threads.size(); ++i) {
    auto const& one = threads[i];
    std::vector<std::uint64_t> words{one.at};
    if (dtv_first) words.push_back(0x4242);
    words.push_back(threads[(i + threads.size() - 1) % threads.size()].at);
    words.push_back(threads[(i + 1) % threads.size()].at);
    for (auto const word : {std::uint64_t{0x7ff0}, std::uint64_t{77}, std::uint64_t{}, std::uint64_t{},
                            std::uint64_t{}, one.map_base, one.map_size, one.stack, one.stack_size,
                            std::uint64_t{4096}}) {
      words.push_back(word);
    }
    words.resize(40);
    placed[one.at] = words;
  }
}

TEST_CASE("musl_threads: every thread of the ring, with the stack that holds it") {
  for (bool const dtv_first : {true, false}) {
    place({{0x5000, 0, 0, 0, 0},
           {0x9ff00, 0x80000, 0x20000, 0x9f000, 0x1e000},
           {0xbfe00, 0, 0, 0xbf000, 0x8000}},
          dtv_first);
    std::vector<std::optional<memscape::stack_extent>> found;
    CHECK(memscape::musl_threads<fake_memory>{}.each_stack(
        0x9ff00, [&](auto const& stack) { found.push_back(stack); }));
    REQUIRE(found.size() == 3);
    REQUIRE(found[0]);
    CHECK(found[0]->begin == 0x80000);
    CHECK(found[0]->end == 0xa0000);
    REQUIRE_MESSAGE(found[1], "a stack of the program's");
    CHECK(found[1]->begin == 0xb7000);
    CHECK(found[1]->end > 0xbfe00);
    CHECK_FALSE_MESSAGE(found[2], "the main thread");
  }
}

TEST_CASE("musl_threads: a ring that is broken ends, and says so") {
  place({{0x5000, 0, 0, 0, 0}, {0x9ff00, 0x80000, 0x20000, 0x9f000, 0x1e000}}, true);
  placed.erase(0x9ff00);
  int seen = 0;
  CHECK_FALSE(
      memscape::musl_threads<fake_memory>{}.each_stack(0x5000, [&](auto const&) { ++seen; }));
  CHECK(seen == 1);
  CHECK_FALSE(memscape::musl_threads<fake_memory>{}.each_stack(0x6000, [](auto const&) {}));
}

}  // namespace
