// SPDX-License-Identifier: MIT
// Nothing of ours, and no more: test files name what they use.
#include <doctest/doctest.h>
