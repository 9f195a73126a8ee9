// SPDX-License-Identifier: MIT
#pragma once

/// Every public name lives in `memscape` through an inline namespace named after the major version,
/// so that two incompatible versions in one program fail to link instead of mixing their layouts.
namespace memscape::inline v0 {

/// The version of these headers, by the rules of https://semver.org. The build reads it from here.
inline constexpr int version_major = 0;
inline constexpr int version_minor = 1;
inline constexpr int version_patch = 0;

}  // namespace memscape::inline v0
