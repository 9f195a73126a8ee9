// SPDX-License-Identifier: MIT
#pragma once

// What most programs need. Beside it stand sources/counted.hpp, sources/sharded.hpp, sources/pmr.hpp,
// sources/chunk_resource.hpp and sources/range_table.hpp (they bring <atomic> and <memory_resource>),
// sources/malloc.hpp, sources/sqlite.hpp and sources/lua.hpp, and one header per exporter.
// <windows.h> defines both, and libstdc++'s own headers do not compile behind them.
#pragma push_macro("min")
#pragma push_macro("max")
#undef min
#undef max

#include <memscape/core/bytes.hpp>
#include <memscape/core/concepts.hpp>
#include <memscape/core/count.hpp>
#include <memscape/core/fixed_string.hpp>
#include <memscape/core/process_memory.hpp>
#include <memscape/core/read_error.hpp>
#include <memscape/core/usage.hpp>
#include <memscape/readers/fixed.hpp>
#include <memscape/readers/native.hpp>
#include <memscape/registry/registry.hpp>
#include <memscape/registry/snapshot.hpp>
#include <memscape/sources/arena.hpp>
#include <memscape/sources/callable.hpp>
#include <memscape/sources/slab.hpp>
#include <memscape/tree/group.hpp>
#include <memscape/tree/layout.hpp>
#include <memscape/tree/leaf.hpp>
#include <memscape/version.hpp>

#pragma pop_macro("max")
#pragma pop_macro("min")
