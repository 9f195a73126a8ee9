// SPDX-License-Identifier: MIT
// What a viewer receives, byte for byte, as it stands in stream.txt. A difference is a change of the
// wire format: if it is meant, run this with MEMSCAPE_WRITE_GOLDEN=1 and review the new file.
#include <array>
#include <cstdlib>
#include <doctest/doctest.h>
#include <fstream>
#include <iterator>
#include <memscape/exporters/sse_json.hpp>
#include <memscape/memscape.hpp>
#include <string>
#include <utility>

#include "golden/registry.hpp"

namespace {

using memscape::sse_json;

constexpr auto golden_file = MEMSCAPE_GOLDEN_FOLDER "/stream.txt";

auto stream() -> std::string {
  auto memory = test_support::make_golden_registry();
  using layout = decltype(memory)::layout;
  memscape::stream_id const id{0x0123'4567'89AB'CDEF};
  std::array<char, sse_json::max_layout_size<layout>> layout_frame{};
  std::array<char, sse_json::max_size<layout>> frame{};
  std::string text{sse_json::write_layout<layout>(layout_frame, id, 250)};
  for (int i = 0; i < 4; ++i) text += sse_json::write(frame, memory.collect(), id);
  text += sse_json::write(frame, memory.collect());
  return text;
}

TEST_CASE("golden: the stream is the committed one") {
  if (std::getenv("MEMSCAPE_WRITE_GOLDEN") != nullptr) std::ofstream{golden_file} << stream();
  std::ifstream file{golden_file};
  REQUIRE(file);
  std::string const expected{std::istreambuf_iterator<char>{file}, {}};
  CHECK(stream() == expected);
}

// The same stream, made by the compiler.
constexpr auto first_frame() {
  auto memory = test_support::make_golden_registry();
  std::array<char, sse_json::max_size<decltype(memory)::layout>> frame{};
  auto const size =
      sse_json::write(frame, memory.collect(), memscape::stream_id{0x0123'4567'89AB'CDEF}).size();
  return std::pair{frame, size};
}
constexpr auto compiled = first_frame();

TEST_CASE("golden: a frame written while compiling is the same") {
  CHECK(stream().find(std::string{compiled.first.data(), compiled.second}) != std::string::npos);
}

}  // namespace
