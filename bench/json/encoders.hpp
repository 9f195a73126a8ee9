// SPDX-License-Identifier: MIT
#pragma once

#include <memscape/memscape.hpp>
#include <span>
#include <string_view>
#include <utility>

#include "runtime.hpp"

/// The same event, written in seven ways. Each stands in a file of its own, so that all of them are
/// called alike and none is compiled for the data at hand. All write whole frames, in one order of
/// members; only ours also writes what is absent.
namespace bench {

using snapshot =
    decltype(make_memory(null_reader{}, std::declval<runtime const&>()))::snapshot_type;

using encoder = auto(std::span<char> out, snapshot const& snap) -> std::string_view;

encoder write_memscape;
encoder write_hand_unrolled;
encoder write_fmt_compile;
encoder write_rapidjson;
encoder write_snprintf;
encoder write_nlohmann;

}  // namespace bench
