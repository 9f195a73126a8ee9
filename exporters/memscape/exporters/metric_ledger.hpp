// SPDX-License-Identifier: MIT
#pragma once

#include <memscape/exporters/prometheus_ledger.hpp>  // its name until 0.1
