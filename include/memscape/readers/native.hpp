// SPDX-License-Identifier: MIT
#pragma once

// The one #if of the library.
#if defined(__linux__)

#include <memscape/readers/linux.hpp>
#include <memscape/readers/common/posix_clock.hpp>

namespace memscape::inline v0 {

/// The reader and the clock of the platform this is compiled for.
using native_reader = linux_reader;
using native_clock = posix_clock;

}  // namespace memscape::inline v0

#elif defined(__APPLE__)

#include <memscape/readers/macos.hpp>
#include <memscape/readers/common/posix_clock.hpp>

namespace memscape::inline v0 {

using native_reader = macos_reader;
using native_clock = posix_clock;

}  // namespace memscape::inline v0

#elif defined(_WIN32)

#include <memscape/readers/windows.hpp>
#include <memscape/readers/windows/clock.hpp>

namespace memscape::inline v0 {

using native_reader = windows_reader;
using native_clock = windows_clock;

}  // namespace memscape::inline v0

#else
#error "memscape: no reader for this platform: write one (see memory_reader in core/concepts.hpp)."
#endif
