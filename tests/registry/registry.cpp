// SPDX-License-Identifier: MIT
#include <cstdint>
#include <type_traits>
#include <utility>

#include <doctest/doctest.h>

#include <memscape/readers/fixed.hpp>
#include <memscape/registry/registry.hpp>
#include <memscape/sources/callable.hpp>
#include <memscape/tree/group.hpp>
#include <memscape/tree/leaf.hpp>

namespace {

using memscape::bytes;
using memscape::count;
using memscape::fixed_clock;
using memscape::fixed_reader;
using memscape::group;
using memscape::leaf;
using memscape::process_memory;
using memscape::read_step;
using memscape::registry;
using memscape::usage;

struct constant {
  usage value;
  [[nodiscard]] constexpr auto sample() const noexcept -> usage { return value; }
};

constexpr auto used(std::uint64_t size) -> constant { return {{.used = bytes{size}}}; }

constexpr auto rss_of(std::uint64_t size) -> fixed_reader<1> {
  return fixed_reader{process_memory{.rss = bytes{size}, .vms = bytes{size * 10}}};
}

constexpr auto tree_over(auto reader) {
  return registry{reader, leaf<"arena", "Arena">(used(1)),
                  group<"heap", "Heap">(
                      leaf<"small", "Small">(used(20)),
                      leaf<"large", "Large">(constant{{.used = bytes{300}, .objects = count{3}}}))};
}

TEST_CASE("registry: collects the reader and every source") {
  constexpr auto test = [] {
    auto memory = tree_over(rss_of(1000));
    auto const snap = memory.collect();
    return snap.process == process_memory{.rss = bytes{1000}, .vms = bytes{10000}} &&
           snap.at<"arena">().used == bytes{1} && snap.at<"heap">().used == bytes{320} &&
           snap.at<"small">().used == bytes{20} &&
           snap.at<"large">() == usage{.used = bytes{300}, .objects = count{3}} &&
           snap.tracked() == bytes{321} && snap.untracked() == bytes{679} &&
           snap.overcounted() == bytes{0};
  };
  static_assert(test());
  CHECK(test());
}

TEST_CASE("registry: names its layout and its snapshot") {
  using memory = decltype(tree_over(rss_of(1)));
  static_assert(memory::layout::size == 4);
  static_assert(memory::layout::nodes[1].key == "heap" && memory::layout::nodes[1].end == 4);
  static_assert(std::is_same_v<memory::snapshot_type, memscape::snapshot<memory::layout>>);
  static_assert(std::is_same_v<memory::snapshot_type, decltype(tree_over(rss_of(1)).collect())>);
  static_assert(std::is_trivially_copyable_v<memory::snapshot_type>);
  static_assert(noexcept(std::declval<memory&>().collect()));
  CHECK(memory::layout::size == 4);
}

TEST_CASE("registry: counts its snapshots from one") {
  constexpr auto test = [] {
    auto memory = tree_over(rss_of(1000));
    auto const first = memory.collect().sequence;
    auto const second = memory.collect().sequence;
    return first == 1 && second == 2 && memory.collect().sequence == 3;
  };
  static_assert(test());
  CHECK(test());
}

TEST_CASE("registry: reads the process anew each time") {
  constexpr auto test = [] {
    registry memory{fixed_reader{process_memory{.rss = bytes{10}}, process_memory{.rss = bytes{1}},
                                 process_memory{}},
                    leaf<"heap", "Heap">(used(3))};
    auto const more = memory.collect();
    auto const less = memory.collect();
    auto const unknown = memory.collect();
    return more.untracked() == bytes{7} && more.overcounted() == bytes{0} &&
           less.untracked() == bytes{0} && less.overcounted() == bytes{2} && !unknown.untracked() &&
           !unknown.overcounted() && unknown.tracked() == bytes{3};
  };
  static_assert(test());
  CHECK(test());
}

TEST_CASE("registry: tells the time of the clock given between reader and nodes") {
  constexpr auto test = [] {
    fixed_clock const clock{
        .next_ns = 1'764'000'000'000'999'999, .interval_ns = 250'000'000, .sample_ns = 700};
    registry memory{rss_of(10), clock, leaf<"heap", "Heap">(used(3))};
    auto const first = memory.collect();
    auto const second = memory.collect();
    return first.time_ms == 1'764'000'000'000 && second.time_ms == 1'764'000'000'250 &&
           first.sample_ns == 700 && second.sample_ns == 700;
  };
  static_assert(test());
  CHECK(test());
}

TEST_CASE("registry: a reader that names a clock brings it") {
  constexpr auto test = [] {
    auto memory = tree_over(rss_of(10));
    auto const snap = memory.collect();
    return snap.time_ms == 0 && snap.sample_ns == 0;
  };
  static_assert(test());
  CHECK(test());
}

// A third party's reader and clock need nothing but the concepts.
struct third_party_reader {
  int* reads;
  [[nodiscard]] auto read() noexcept -> process_memory {
    ++*reads;
    return {.rss = bytes{5000}};
  }
};
struct third_party_clock {
  std::uint64_t now = 42'000'000;
  [[nodiscard]] auto now_ns() noexcept -> std::uint64_t { return now += 9; }
};

TEST_CASE("registry: a reader that names none gets the platform's clock") {
  auto reads = 0;
  registry memory{third_party_reader{&reads}, leaf<"heap", "Heap">(used(3))};
  auto const has_platforms = []<class Reader, class Clock, class... Rest>(
                                 registry<Reader, Clock, Rest...> const&) {
    return std::is_same_v<Clock, memscape::native_clock>;
  };
  CHECK(has_platforms(memory));
  auto const before = memscape::native_clock::now_ns() / 1'000'000;
  auto const snap = memory.collect();
  auto const after = memscape::native_clock::now_ns() / 1'000'000;
  CHECK(snap.time_ms >= before);
  CHECK(snap.time_ms <= after);
  CHECK(snap.untracked() == bytes{4997});
  CHECK(reads == 1);
}

TEST_CASE("registry: a third party's reader and clock serve together") {
  auto reads = 0;
  registry memory{third_party_reader{&reads}, third_party_clock{}, leaf<"heap", "Heap">(used(3))};
  auto const snap = memory.collect();
  CHECK(snap.time_ms == 42);
  CHECK(snap.sample_ns == 9);
  CHECK(snap.process.rss == bytes{5000});
}

TEST_CASE("registry: a clock that is set back meanwhile gives no wrapped cost") {
  struct clock_set_back {
    std::uint64_t now = 10'000'000;
    [[nodiscard]] constexpr auto now_ns() noexcept -> std::uint64_t { return now -= 1'000'000; }
  };
  constexpr auto test = [] {
    registry memory{rss_of(10), clock_set_back{}, leaf<"heap", "Heap">(used(3))};
    auto const snap = memory.collect();
    return snap.time_ms == 9 && snap.sample_ns == 0;
  };
  static_assert(test());
  CHECK(test());
}

TEST_CASE("registry: a reader that can only be moved is moved") {
  struct move_only_reader {
    explicit constexpr move_only_reader(std::uint64_t size) noexcept : rss{size} {}
    move_only_reader(move_only_reader&&) = default;
    using clock_type = fixed_clock;
    [[nodiscard]] constexpr auto read() noexcept -> process_memory { return {.rss = bytes{rss}}; }
    std::uint64_t rss;
  };
  constexpr auto test = [] {
    registry memory{move_only_reader{77}, leaf<"heap", "Heap">(used(70))};
    auto moved = std::move(memory);
    return moved.collect().untracked() == bytes{7};
  };
  static_assert(test());
  CHECK(test());
}

TEST_CASE("registry: a reader that fails leaves the breakdown whole, and its reason stands there") {
  constexpr auto test = [] {
    process_memory failed;
    failed.errors.add({read_step::open_statm, 24});
    auto memory = tree_over(fixed_reader{failed});
    auto const snap = memory.collect();
    return !snap.process.rss && !snap.untracked() && !snap.overcounted() &&
           snap.tracked() == bytes{321} && snap.at<"large">().objects == count{3} &&
           snap.process.errors.size() == 1 &&
           *snap.process.errors.begin() == memscape::read_error{read_step::open_statm, 24};
  };
  static_assert(test());
  CHECK(test());
}

TEST_CASE("registry: samples each source once a snapshot, and before the process is read") {
  auto samples = 0;
  auto samples_before_the_read = 0;
  struct watching_reader {
    int const* samples;
    int* seen;
    [[nodiscard]] auto read() noexcept -> process_memory {
      *seen = *samples;
      return {};
    }
  };
  auto const source = memscape::callable_source{[&samples]() noexcept -> usage {
    ++samples;
    return {};
  }};
  registry memory{watching_reader{&samples, &samples_before_the_read}, leaf<"a">(source),
                  group<"g">(leaf<"b">(source), leaf<"c">(source))};
  CHECK(samples == 0);
  static_cast<void>(memory.collect());
  CHECK(samples == 3);
  CHECK(samples_before_the_read == 3);
}

struct empty_source {
  [[nodiscard]] constexpr auto sample() const noexcept -> usage { return {}; }
};
struct empty_reader {
  [[nodiscard]] constexpr auto read() noexcept -> process_memory { return {}; }
};
static_assert(sizeof(registry{empty_reader{}, memscape::native_clock{},
                              leaf<"heap">(empty_source{})}) == sizeof(std::uint64_t),
              "empty classes take no room: what is left is the sequence");

struct process_and_mood : process_memory {
  int mood = 0;
  [[nodiscard]] friend constexpr auto operator==(process_and_mood const&,
                                                 process_and_mood const&) noexcept
      -> bool = default;
};
struct moody_reader {
  [[nodiscard]] constexpr auto read() noexcept -> process_and_mood {
    return {process_memory{.rss = bytes{5}}, 7};
  }
};

TEST_CASE("registry: a snapshot holds all that its reader says") {
  constexpr auto test = [] {
    registry memory{moody_reader{}, fixed_clock{}, leaf<"heap">(used(2))};
    auto const snap = memory.collect();
    auto other = snap;
    other.process.mood = 8;
    return snap != other && snap.process.mood == 7 && snap.process.rss == bytes{5} &&
           snap.untracked() == bytes{3} && decltype(memory)::layout::index_of("heap") == 0;
  };
  static_assert(test());
  CHECK(test());

  registry plain{empty_reader{}, leaf<"heap">(used(2))};
  static_assert(std::is_same_v<decltype(plain.collect().process), process_memory>);
}

struct owner : empty_source {
  template <class Visit>
  constexpr void ranges(Visit visit) const noexcept {
    visit(memscape::address_range{"", 5});
  }
};

TEST_CASE("registry: ranges come with the index of their node in the layout") {
  registry const memory{empty_reader{}, leaf<"a">(empty_source{}), group<"g">(leaf<"b">(owner{})),
                        leaf<"c">(owner{})};
  std::size_t visits = 0;
  memory.ranges([&](std::size_t index, memscape::address_range range) noexcept {
    using layout = decltype(memory)::layout;
    CHECK(index == (visits < 2 ? layout::index_of("b") : layout::index_of("c")));
    CHECK_MESSAGE(range.size == (visits % 2 == 0 ? 0 : 5), "first that it offers them, then each");
    ++visits;
  });
  CHECK(visits == 4);
}

TEST_CASE("registry: samples into a place of the caller's") {
  registry const memory{empty_reader{},
                        group<"g">(leaf<"a">(memscape::callable_source{
                            []() noexcept -> usage { return {.used = bytes{3}}; }}))};
  usage nodes[2];
  memory.sample_into(nodes);
  CHECK(nodes[0].used == bytes{3});
  CHECK(nodes[1].used == bytes{3});
}

}  // namespace
