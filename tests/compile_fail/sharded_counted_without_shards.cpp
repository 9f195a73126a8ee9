// SPDX-License-Identifier: MIT
// expect: memscape: give sharded_counted at least one shard.
#include <memscape/sources/sharded.hpp>

#ifdef MEMSCAPE_PASSING_TWIN
memscape::sharded_counted<1> heap;
#else
memscape::sharded_counted<0> heap;
#endif
