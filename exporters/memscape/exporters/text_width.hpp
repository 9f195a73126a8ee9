// SPDX-License-Identifier: MIT
#pragma once

#include <memscape/exporters/text/width.hpp>  // its name until 0.1
