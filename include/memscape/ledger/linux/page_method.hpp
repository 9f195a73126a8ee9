// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>

namespace memscape::inline v0 {

/// How the state of pages is learned, the best first.
enum class page_method : std::uint8_t {
  scan,     ///< ioctl(PAGEMAP_SCAN), Linux 6.7: tells the zero page apart
  pagemap,  ///< pread(2) of /proc/self/pagemap: takes the zero page for memory
  mincore,  ///< mincore(2): so does this, and it counts the page cache: private anonymous memory only
  none,     ///< no method works: what of a source is resident is not known
};

}  // namespace memscape::inline v0
