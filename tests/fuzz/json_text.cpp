// SPDX-License-Identifier: MIT
// Any bytes become a JSON string that reads as those bytes, with U+FFFD for what is no UTF-8.
#include <memscape/exporters/json/text.hpp>
#include <vector>

#include "fuzz.hpp"
#include "json.hpp"

auto LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) -> int {
  std::vector<char> const copy(data, data + size);
  std::string_view const text{copy.data(), copy.size()};

  memscape::writer counter;
  memscape::put_json_string(counter, text);
  std::vector<char> memory(counter.size());
  memscape::writer to{memory};
  memscape::put_json_string(to, text);
  fuzz::require(to.complete() && to.size() == counter.size(), "counting and writing agree");

  fuzz::json_reader reader{to.text()};
  auto const read_back = reader.string();
  fuzz::require(read_back.has_value() && reader.rest().empty(), "it is one JSON string");
  fuzz::require(*read_back == fuzz::with_replacements(text), "it reads as what was written");

  // Any smaller room: nothing, and not a byte past the end.
  std::vector<char> tight(size % counter.size());
  memscape::writer cut{tight};
  memscape::put_json_string(cut, text);
  fuzz::require(cut.text().empty() && cut.size() == counter.size(), "a cut text is no text");
  return 0;
}
