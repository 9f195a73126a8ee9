// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>

namespace demo_test {

/// The same numbers in each run and on each platform, so that what fails once fails again.
class random_source {
 public:
  explicit random_source(std::uint64_t seed) : state_{seed} {}

  /// A number below `limit`.
  auto below(std::uint64_t limit) -> std::uint64_t {
    // SplitMix64.
    std::uint64_t z = state_ += 0x9e3779b97f4a7c15U;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9U;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebU;
    return (z ^ (z >> 31)) % limit;
  }

 private:
  std::uint64_t state_;
};

}  // namespace demo_test
