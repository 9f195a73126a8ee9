// SPDX-License-Identifier: MIT
// What the reader makes of the system's answers is tried in macos_memory.cpp, on any machine.
#if defined(__APPLE__)
#include <memscape/readers/macos.hpp>

#include <doctest/doctest.h>
#include <memscape/core/concepts.hpp>
#include <type_traits>
#include <vector>

namespace {

using memscape::macos_reader;

static_assert(memscape::memory_reader<macos_reader>);
static_assert(std::is_trivially_copyable_v<macos_reader>);

TEST_CASE("macos: tells everything of this process") {
  auto const memory = macos_reader{}.read_extended();
  CHECK(memory.errors.empty());
  REQUIRE(memory.rss);
  CHECK(memory.rss->value() > 0);
  CHECK(memory.vms.value() > *memory.rss);
  CHECK(memory.peak_rss.value() >= *memory.rss);
  CHECK(memory.footprint.value().value() > 0);
  CHECK(memory.footprint_peak.value() >= *memory.footprint);
  CHECK(memory.compressed.has_value());
  CHECK(memory.page_faults_minor.value().value() > 0);
  CHECK(memory.page_faults_major.has_value());
}

TEST_CASE("macos: resident memory and footprint follow what is touched") {
  macos_reader reader;
  auto const before = reader.read();
  std::vector<char> const touched(std::size_t{64} << 20U, 'x');
  auto const after = reader.read();
  CHECK((*after.rss - *before.rss).value() > std::size_t{48} << 20U);
  CHECK((*after.footprint - *before.footprint).value() > std::size_t{48} << 20U);
  CHECK(*after.page_faults_minor > *before.page_faults_minor);
}

}  // namespace
#endif
