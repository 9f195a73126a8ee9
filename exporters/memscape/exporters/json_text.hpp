// SPDX-License-Identifier: MIT
#pragma once

#include <memscape/exporters/json/text.hpp>  // its name until 0.1
