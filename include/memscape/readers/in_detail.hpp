// SPDX-License-Identifier: MIT
#pragma once

#include <memscape/readers/reads_extended.hpp>  // its name until 0.1

namespace memscape::inline v0 {

template <memory_reader Reader>
using in_detail = reads_extended<Reader>;

}  // namespace memscape::inline v0
