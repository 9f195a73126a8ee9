// SPDX-License-Identifier: MIT
#pragma once

#include <memscape/core/quantity.hpp>

namespace memscape::inline v0 {

struct count_unit;

/// A number of events or objects: page faults, live objects, slots of a slab. Units: one.
using count = quantity<count_unit>;

}  // namespace memscape::inline v0
