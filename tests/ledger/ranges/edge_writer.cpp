// SPDX-License-Identifier: MIT
#include <memscape/ledger/ranges/edge_writer.hpp>

#include <array>
#include <cstdint>
#include <doctest/doctest.h>

namespace {

TEST_CASE("edge_writer: begins and ends with their source, and the bits that differ") {
  std::array<std::uint64_t, 6> words{};
  memscape::edge_writer to;
  to.begin(words.data(), 3);
  to.add({0x1000, 0x1100, 5});
  CHECK(to.differing_begins() == 0);
  to.add({0x3000, 0x3100, 4});
  CHECK(to.size() == 2);
  CHECK(words ==
        std::array<std::uint64_t, 6>{0x1000'0005, 0x3000'0004, 0, 0x1100'0005, 0x3100'0004, 0});
  CHECK(to.differing_begins() == 0x2000'0001);
  CHECK(to.differing_ends() == 0x2000'0001);
  CHECK(to.fits());
}

TEST_CASE("edge_writer: what does not fit is left out, and told") {
  std::array<std::uint64_t, 2> words{};
  memscape::edge_writer to;
  to.begin(words.data(), 1);
  to.add({1, std::uint64_t{1} << 48U, 0});
  CHECK_FALSE(to.fits());
  CHECK(to.size() == 0);
  to.begin(words.data(), 1);
  to.add({1, 2, 0});
  CHECK(to.fits());
  to.add({3, 4, 0});
  CHECK_FALSE(to.fits());
  CHECK(to.size() == 1);
}

}  // namespace
