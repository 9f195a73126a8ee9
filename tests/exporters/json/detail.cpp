// SPDX-License-Identifier: MIT
#include <array>
#include <cstdint>
#include <string_view>

#include <doctest/doctest.h>

#include <memscape/exporters/delta_stream.hpp>
#include <memscape/exporters/json/delta.hpp>
#include <memscape/exporters/json/detail.hpp>
#include <memscape/exporters/json/snapshot.hpp>
#include <memscape/exporters/sse_json.hpp>

#include "exporters/trees.hpp"

namespace {

using memscape::basis_points;
using memscape::bytes;
using memscape::count;
using memscape::extended_memory;
using memscape::limit_kind;
using memscape::process_memory;
using memscape::snapshot;
using layout = memscape::layout_with<test_support::one_leaf, extended_memory>;

constexpr auto make_snapshot() -> snapshot<layout> {
  snapshot<layout> snap;
  snap.sequence = 4;
  snap.process.rss = bytes{900};
  snap.process.rss_anon = bytes{600};
  snap.process.threads = count{3};
  snap.process.limits.kind = limit_kind::cgroup_max;
  snap.process.limits.limit = bytes{5000};
  snap.process.limits.pressure_some_avg10_bp = basis_points{25};
  return snap;
}

template <std::size_t Size, class Put>
constexpr auto says(char const (&expected)[Size], Put const& put) -> bool {
  std::array<char, 2000> memory{};
  memscape::writer to{memory};
  put(to);
  return to.text().find(expected) != std::string_view::npos;
}

TEST_CASE("json_detail: what is there stands in process and limits; what is absent does not") {
  constexpr auto test = [] {
    auto const snap = make_snapshot();
    auto const put = [&](memscape::writer& to) { memscape::json_snapshot::put(to, snap); };
    return says("\"page_faults_major\":null,\"rss_anon\":600,\"threads\":3},\"breakdown\"", put) &&
           says(
               "},\"limits\":{\"kind\":\"cgroup memory.max\",\"limit\":5000,"
               "\"pressure_some_avg10_bp\":25}}",
               put);
  };
  static_assert(test());
  CHECK(test());
}

TEST_CASE("json_detail: reasons stand in a list of their own") {
  auto snap = make_snapshot();
  auto const put = [&](memscape::writer& to) { memscape::json_snapshot::put(to, snap); };
  CHECK_FALSE(says("detail_errors", put));
  snap.process.detail_errors.add({memscape::read_step{}, 13});
  CHECK(says(",\"detail_errors\":[{\"step\":", put));
}

TEST_CASE("json_detail: a delta has what differs, and null for what became absent") {
  auto const base = make_snapshot();
  auto now = base;
  auto const put = [&](memscape::writer& to) { memscape::json_delta::put(to, base, now); };
  CHECK_FALSE(says("limits", put));
  now.process.rss_anon = bytes{601};
  now.process.threads.reset();
  now.process.limits.kind = limit_kind::ram;
  now.process.limits.limit = bytes{7000};
  now.process.detail_errors.add({memscape::read_step{}, 13});
  CHECK(says("\"process\":{\"rss_anon\":601,\"threads\":null}", put));
  CHECK(says("\"limits\":{\"kind\":\"MemTotal\",\"limit\":7000}", put));
  CHECK(says("\"detail_errors\":[{", put));
}

TEST_CASE("json_detail: bytes of the process are news, what bounds it waits for the next frame") {
  memscape::delta_stream<layout> stream{memscape::stream_id{1}};
  std::array<char, decltype(stream)::max_size> memory{};
  auto snap = make_snapshot();
  CHECK(stream.next(memory, snap, 0).kind == memscape::frame_kind::keyframe);
  snap.process.limits.limit = bytes{1};
  snap.process.status_age_ms = memscape::milliseconds{80};
  CHECK(stream.next(memory, snap, 1).kind == memscape::frame_kind::none);
  snap.process.swap = bytes{1};
  auto const frame = stream.next(memory, snap, 2);
  CHECK(frame.kind == memscape::frame_kind::delta);
  CHECK(frame.text.find("\"limits\":{\"limit\":1}") != std::string_view::npos);
}

TEST_CASE("json_detail: a plain reader's frames know nothing of it, and are no longer for it") {
  using plain = test_support::one_leaf;
  static_assert(memscape::sse_json::max_size<layout> > memscape::sse_json::max_size<plain> + 1000);
  snapshot<plain> snap;
  CHECK_FALSE(
      says("limits", [&](memscape::writer& to) { memscape::json_snapshot::put(to, snap); }));
}

}  // namespace
