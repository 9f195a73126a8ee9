// SPDX-License-Identifier: MIT
#pragma once

#include <memscape/exporters/prometheus.hpp>  // its name until 0.1
