// SPDX-License-Identifier: MIT
#pragma once

#include <memscape/core/quantity.hpp>

namespace memscape::inline v0 {

struct millisecond_unit;
struct microsecond_unit;
struct basis_point_unit;

/// A span of time: ages, windows, forecasts. Units: milliseconds.
using milliseconds = quantity<millisecond_unit>;
/// A span of time that a kernel counts finely. Units: microseconds.
using microseconds = quantity<microsecond_unit>;
/// A share. Units: 1/100 of a percent, which is as fine as the kernel prints pressure.
using basis_points = quantity<basis_point_unit>;

}  // namespace memscape::inline v0
