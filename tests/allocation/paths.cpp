// SPDX-License-Identifier: MIT
// No path of the library touches the heap: not the first time, when statics and thread locals come to
// life, not in the steady state, and not when the system says no.
#include <sys/resource.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <doctest/doctest.h>
#include <memory_resource>
#include <memscape/exporters/delta_stream.hpp>
#include <memscape/exporters/frame_ring.hpp>
#include <memscape/exporters/prometheus.hpp>
#include <memscape/exporters/sse_json.hpp>
#include <memscape/exporters/text.hpp>
#include <memscape/exporters/text/environment.hpp>
#include <memscape/memscape.hpp>
#include <memscape/readers/extended.hpp>
#include <memscape/sources/counted.hpp>
#include <memscape/sources/pmr.hpp>
#include <memscape/sources/sharded.hpp>
#include <new>
#include <span>
#include <thread>
#include <vector>

#include "support/heap_counter.hpp"

namespace {

using memscape::bytes;
using memscape::count;
using memscape::group;
using memscape::leaf;
using memscape::sse_json;
using test_support::heap_calls_in;

// Once for the first use, and then for the steady state.
template <class Work>
void never_allocates(Work&& work) {
  auto const first = heap_calls_in(work);
  CHECK(first.allocations == 0);
  CHECK(first.frees == 0);
  auto const later = heap_calls_in([&] {
    for (int i = 0; i < 1000; ++i) work();
  });
  CHECK(later.allocations == 0);
  CHECK(later.frees == 0);
}

struct arena {
  [[nodiscard]] auto used() const noexcept -> std::uint64_t { return 3; }
  [[nodiscard]] auto capacity() const noexcept -> std::uint64_t { return 4; }
};
struct slab {
  [[nodiscard]] auto slot_size() const noexcept -> std::uint64_t { return 64; }
  [[nodiscard]] auto slots() const noexcept -> std::uint64_t { return 8; }
  [[nodiscard]] auto used_slots() const noexcept -> std::uint64_t { return 5; }
};

TEST_CASE("allocation: a reader, from its construction to its end") {
  never_allocates([] {
    memscape::native_reader reader;
    (void)reader.read();
  });
  memscape::native_reader held;
  never_allocates([&] { (void)held.read(); });
  memscape::native_reader opening{{.descriptors = memscape::descriptor_policy::per_call}};
  never_allocates([&] { (void)opening.read(); });
  memscape::native_reader seldom{{.faults_every = 10}};
  never_allocates([&] { (void)seldom.read(); });
}

TEST_CASE("allocation: the detail, whether all of it is due or nothing") {
  never_allocates([] {
    memscape::extended_reader reader;
    (void)reader.read();
  });
  memscape::extended_reader held;
  never_allocates([&] { (void)held.read(); });
}

// Lets no descriptor be opened while it lives.
class no_descriptors {
 public:
  no_descriptors() {
    REQUIRE(::getrlimit(RLIMIT_NOFILE, &before_) == 0);
    auto none = before_;
    none.rlim_cur = 0;
    REQUIRE(::setrlimit(RLIMIT_NOFILE, &none) == 0);
  }
  no_descriptors(no_descriptors const&) = delete;
  auto operator=(no_descriptors const&) -> no_descriptors& = delete;
  ~no_descriptors() { ::setrlimit(RLIMIT_NOFILE, &before_); }

 private:
  rlimit before_{};
};

TEST_CASE("allocation: a read that fails") {
  memscape::registry memory{memscape::native_reader{}, leaf<"arena", "Arena">([] {
                              static constexpr arena only;
                              return memscape::arena_source{&only};
                            }())};
  std::array<char, sse_json::max_size<decltype(memory)::layout>> frame{};
  std::size_t failures = 0;
  std::size_t snapshots = 0;
  {
    no_descriptors const limit;
    never_allocates([&] {
      auto const snap = memory.collect();
      ++snapshots;
      failures += snap.process.errors.empty() ? 0U : 1U;
      (void)sse_json::write(frame, snap);
    });
  }
  CHECK(failures == snapshots);
  CHECK(memory.collect().process.errors.empty());
}

TEST_CASE("allocation: collect over every kind of source") {
  static constexpr arena scratch;
  static constexpr slab cells;
  memscape::counted strings;
  memscape::sharded_counted<4> nodes;
  memscape::counting_resource documents{std::pmr::null_memory_resource()};
  memscape::registry memory{
      memscape::native_reader{}, leaf<"scratch", "Scratch">(memscape::arena_source{&scratch}),
      group<"heap", "Heap">(leaf<"cells", "Cells">(memscape::slab_source{&cells}),
                            leaf<"strings", "Strings">(strings.source()),
                            leaf<"nodes", "Nodes">(nodes.source())),
      leaf<"documents", "Documents">(documents.source()),
      leaf<"cache", "Cache">(memscape::callable_source{
          []() noexcept -> memscape::usage { return {.used = bytes{7}}; }})};
  never_allocates([&] {
    auto const snap = memory.collect();
    (void)snap.at<"heap">();
    (void)snap.tracked();
    (void)snap.untracked();
    (void)snap.overcounted();
  });
}

TEST_CASE("allocation: the counters, on the hot path") {
  memscape::counted strings;
  memscape::sharded_counted<4> nodes;
  never_allocates([&] {
    strings.add(bytes{100});
    nodes.add(bytes{100}, count{2});
    (void)strings.sample();
    (void)nodes.sample();
    strings.remove(bytes{100});
    nodes.remove(bytes{100}, count{2});
  });
  // A shard is given out when a thread first writes.
  std::thread{[&] {
    never_allocates([&] {
      nodes.add(bytes{1});
      nodes.remove(bytes{1});
    });
  }}.join();
}

TEST_CASE("allocation: a counting resource adds nothing to its upstream") {
  never_allocates([] {
    std::array<std::byte, 4096> room;
    std::pmr::monotonic_buffer_resource arena{room.data(), room.size(),
                                              std::pmr::null_memory_resource()};
    memscape::counting_resource counting{&arena};
    std::pmr::vector<int> numbers{&counting};
    for (int i = 0; i < 100; ++i) numbers.push_back(i);
    (void)counting.sample();
  });
}

TEST_CASE("allocation: every function of the exporter, with room and without") {
  memscape::counted strings;
  memscape::registry memory{memscape::native_reader{},
                            group<"heap", "Heap">(leaf<"strings", "Strings">(strings.source()))};
  using layout = decltype(memory)::layout;
  std::array<char, sse_json::max_size<layout>> frame{};
  std::array<char, sse_json::max_layout_size<layout>> layout_frame{};
  memscape::stream_id const stream{1};
  std::size_t written = 0;
  std::size_t calls = 0;
  never_allocates([&] {
    auto const snap = memory.collect();
    written += sse_json::write(frame, snap).empty() ? 0U : 1U;
    written += sse_json::write(frame, snap, stream).empty() ? 0U : 1U;
    written += sse_json::write_data(frame, snap).empty() ? 0U : 1U;
    written += sse_json::write_layout<layout>(layout_frame, stream, 250).empty() ? 0U : 1U;
    written += sse_json::write(std::span{frame}.first(50), snap).empty() ? 1U : 0U;
    written += sse_json::write({}, snap).empty() ? 1U : 0U;
    calls += 6;
  });
  CHECK(written == calls);
}

TEST_CASE("allocation: a page of metrics, with room and without, and the choice of its format") {
  memscape::counted strings;
  memscape::registry memory{memscape::native_reader{},
                            group<"heap", "Heap">(leaf<"strings", "Strings">(strings.source()))};
  std::array<char, memscape::metrics<>::max_size<decltype(memory)::layout>> page{};
  std::size_t written = 0;
  std::size_t calls = 0;
  never_allocates([&] {
    auto const snap = memory.collect();
    for (auto const* accept :
         {"text/plain;version=0.0.4", "application/openmetrics-text;q=\"1\""}) {
      auto const format = memscape::metric_format_for(accept);
      written += memscape::metrics<>::write(page, snap, format).empty() ? 0U : 1U;
      written +=
          memscape::metrics<>::write(std::span{page}.first(50), snap, format).empty() ? 1U : 0U;
      calls += 2;
    }
  });
  CHECK(written == calls);
}

TEST_CASE("allocation: a picture, of good readings and of none") {
  memscape::counted strings;
  memscape::registry memory{
      memscape::native_reader{},
      group<"heap", "Heap \x1b \u5185 \xFF">(leaf<"strings", "Strings">(strings.source()))};
  memscape::registry blind{memscape::fixed_reader{memscape::process_memory{}},
                           leaf<"strings", "Strings">(strings.source())};
  std::array<char, memscape::text::max_size<decltype(memory)::layout>> room{};
  std::size_t written = 0;
  std::size_t calls = 0;
  never_allocates([&] {
    for (auto const& how :
         {memscape::text_options{}, memscape::text_environment::options(true),
          memscape::text_options{.columns = 30, .unicode = true, .colour = true}}) {
      written += memscape::text::write(room, memory.collect(), how).empty() ? 0U : 1U;
      written += memscape::text::write(room, blind.collect(), how).empty() ? 0U : 1U;
      written += memscape::text::write({}, blind.collect(), how).empty() ? 1U : 0U;
      calls += 3;
    }
  });
  CHECK(written == calls);
}

TEST_CASE("allocation: a stream and its ring, for every kind of frame and on both sides") {
  static std::uint64_t used = 1'000;
  memscape::registry memory{
      memscape::native_reader{},
      leaf<"cache", "Cache">(memscape::callable_source{
          []() noexcept -> memscape::usage { return {.used = bytes{used}}; }})};
  using layout = decltype(memory)::layout;
  memscape::delta_stream<layout> stream{memscape::stream_id{1}};
  static memscape::frame_ring<8, memscape::delta_stream<layout>::max_size> ring;
  std::array<char, decltype(ring)::slot_size> buffer{};
  std::array<char, decltype(ring)::slot_size> copied{};
  std::array<std::uint64_t, 4> kinds{};
  std::uint64_t now_ms = 0;
  memscape::frame_cursor in_place;
  memscape::frame_cursor elsewhere;
  never_allocates([&] {
    used += now_ms % 5 == 0 ? used / 50 : 0;
    now_ms += 1'701;
    ++kinds[static_cast<std::size_t>(ring.publish_next(stream, buffer, memory.collect(), now_ms))];
    auto const view = ring.view(in_place);
    if (!view.text.empty()) ring.advance(in_place, view.text.size());
    (void)ring.copy(elsewhere, copied);
    (void)ring.resume("0000000000000001-7", stream.id());
  });
  for (auto const frames : kinds) CHECK(frames > 0);
}

// A test that counts nothing passes too: a source that does allocate has to be seen.
TEST_CASE("allocation: a source that allocates is seen") {
  auto const collect_with = [](auto source) {
    memscape::registry memory{memscape::native_reader{}, leaf<"leaky", "Leaky">(source)};
    return heap_calls_in([&] { (void)memory.collect(); });
  };
  auto const in_c = collect_with(memscape::callable_source{[]() noexcept -> memscape::usage {
    void* const volatile block = std::malloc(100);
    std::free(block);
    return {};
  }});
  CHECK(in_c.allocations == 1);
  CHECK(in_c.frees == 1);
  CHECK(in_c.bytes == 100);
  auto const aligned = collect_with(memscape::callable_source{[]() noexcept -> memscape::usage {
    void* const volatile block = ::operator new(128, std::align_val_t{64});
    ::operator delete(block, std::align_val_t{64});
    return {};
  }});
  CHECK(aligned.allocations == 1);
  CHECK(aligned.frees == 1);
}

}  // namespace
