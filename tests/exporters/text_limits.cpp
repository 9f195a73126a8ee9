// SPDX-License-Identifier: MIT
#include <memscape/exporters/text_limits.hpp>

#include <array>
#include <cstddef>
#include <doctest/doctest.h>
#include <iterator>
#include <string>

namespace {

using memscape::bytes;
using memscape::memory_limits;
using memscape::text_limits;
using memscape::text_options;

auto sentence(memory_limits const& of, text_options how = {}) -> std::string {
  std::array<char, text_limits::max_size> room{};
  return std::string{text_limits::write(room, of, how)};
}

TEST_CASE("text_limits: the limit that counts, by its name, and what is left of it") {
  memory_limits limits;
  CHECK(sentence(limits).empty());
  limits.kind = memscape::limit_kind::ram;
  CHECK(sentence(limits) == "limit MemTotal - | headroom -\n");
  limits.limit = bytes{256 << 20};
  limits.headroom = bytes{100 << 20};
  limits.oom_kills = memscape::count{0};
  CHECK(sentence(limits) == "limit MemTotal 256 MiB | headroom 100 MiB\n");
  limits.oom_kills = memscape::count{1'234};
  CHECK(sentence(limits) == "limit MemTotal 256 MiB | headroom 100 MiB | OOM kills 1,234\n");
  CHECK(sentence(limits, {.columns = 20}) ==
        "limit MemTotal 256 ~\nheadroom 100 MiB\nOOM kills 1,234\n");
}

TEST_CASE("text_limits: the size of the address space is no limit") {
  memory_limits limits;
  limits.kind = memscape::limit_kind::vms;
  limits.limit = bytes{4U << 30U};
  CHECK(sentence(limits).empty());
}

TEST_CASE(
    "text_limits: of a group's limit what the group uses, and what of that can be taken back") {
  memory_limits limits;
  limits.kind = memscape::limit_kind::cgroup_v1;
  limits.limit = bytes{512 << 20};
  limits.limit_used = bytes{260 << 20};
  limits.cgroup_reclaimable = bytes{40 << 20};
  limits.headroom = bytes{252 << 20};
  CHECK(sentence(limits, {.columns = 100}) ==
        "limit cgroup memory.limit_in_bytes 512 MiB | group uses 260 MiB | reclaimable 40.0 MiB\n"
        "headroom 252 MiB\n");
  limits.cgroup_reclaimable = {};
  CHECK(sentence(limits, {.columns = 200}) ==
        "limit cgroup memory.limit_in_bytes 512 MiB | group uses 260 MiB | reclaimable - | "
        "headroom 252 MiB\n");
}

TEST_CASE("text_limits: the longest fits, however narrow or wide") {
  memory_limits limits;
  limits.limit = limits.limit_used = limits.cgroup_reclaimable = limits.headroom = bytes::max();
  limits.oom_kills = memscape::count::max();
  for (std::size_t i = 1; i < std::size(memscape::limit_kind_names); ++i) {
    limits.kind = static_cast<memscape::limit_kind>(i);
    if (!memscape::is_limit(limits.kind)) continue;
    for (std::size_t const columns : {std::size_t{0}, std::size_t{30}, std::size_t{1000}}) {
      CHECK_FALSE(sentence(limits, {.columns = columns, .unicode = true, .colour = true}).empty());
    }
  }
}

}  // namespace
