// SPDX-License-Identifier: MIT
#include <cstdint>
#include <type_traits>

#include <doctest/doctest.h>

#include <memscape/readers/macos/memory.hpp>
#include <memscape/readers/reads_extended.hpp>

namespace {

using memscape::bytes;
using memscape::mach_basic_info;
using memscape::mach_usage;
using memscape::mach_vm_info;

struct some_mac {
  static constexpr auto task_info(mach_basic_info& into, std::uint32_t&) noexcept -> int {
    into.resident_size = 4096;
    return 0;
  }
  static constexpr auto task_info(mach_vm_info& into, std::uint32_t&) noexcept -> int {
    into.phys_footprint = 8192;
    into.compressed = 16'384;
    return 0;
  }
  static constexpr auto getrusage(mach_usage&) noexcept -> int { return 0; }
};

TEST_CASE("reads_extended: a registry reads the detail of a reader that knows it at once") {
  constexpr auto test = [] {
    memscape::reads_extended reader{memscape::basic_macos_reader<some_mac>{}};
    static_assert(memscape::memory_reader<decltype(reader)>);
    static_assert(std::is_same_v<decltype(reader.read()), memscape::extended_memory>);
    auto const process = reader.read();
    return process.rss == bytes{4096} && process.footprint == bytes{8192} &&
           process.compressed == bytes{16'384} && !process.swap && !process.limits.limit;
  };
  static_assert(test());
  CHECK(test());
}

}  // namespace
