// SPDX-License-Identifier: MIT
#include <memscape/exporters/sse_json.hpp>

#include "encoders.hpp"

auto bench::write_memscape(std::span<char> out, snapshot const& snap) -> std::string_view {
  return memscape::sse_json::write(out, snap);
}
