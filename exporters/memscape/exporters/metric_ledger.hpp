// SPDX-License-Identifier: MIT
#pragma once

// The name of this one until 0.1:
#include <memscape/exporters/prometheus_ledger.hpp>
