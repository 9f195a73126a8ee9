// SPDX-License-Identifier: MIT
#include <memscape/exporters/common/unchecked_writer.hpp>

#include <array>
#include <cstdint>
#include <doctest/doctest.h>
#include <limits>
#include <span>
#include <string_view>

#include <memscape/exporters/writer.hpp>

namespace {

using memscape::unchecked_writer;
using memscape::writer;

template <class Writer>
void put_everything(Writer& to) {
  to.put("abc");
  to.put("");
  to.put(std::array<char, 3>{'d', 'e', 'f'});
  to.put('g');
  to.number(0);
  to.number(std::numeric_limits<std::uint64_t>::max());
  to.signed_number(-1);
  to.signed_number(12);
  to.signed_number(std::numeric_limits<std::int64_t>::min());
}

TEST_CASE("unchecked_writer: writes what a writer writes") {
  std::array<char, 200> checked{};
  std::array<char, 200> unchecked{};
  writer slow{checked};
  put_everything(slow);
  unchecked_writer fast{unchecked.data()};
  put_everything(fast);
  CHECK(std::string_view{unchecked.data(), fast.next()} == slow.text());
}

TEST_CASE("unchecked_writer: a writer lends one where the size fits, and else does nothing") {
  std::array<char, 40> memory{};
  writer to{memory};
  to.put("ab");
  auto const put = [](unchecked_writer& fast) { fast.put("cd"); };
  CHECK(!to.unchecked(memory.size() - 1, put));
  CHECK(to.text() == "ab");
  CHECK(to.unchecked(memory.size() - 2, put) == memscape::digits::works_here);
  if (memscape::digits::works_here) CHECK(to.text() == "abcd");
}

}  // namespace
