// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <string>

namespace demo {

/// A Lua program's name and text, read once.
struct script {
  /// Longer ones are refused. Units: bytes.
  static constexpr std::size_t max_size = 1 << 20;

  std::string name;
  std::string text;

  /// Reads a file. Throws std::runtime_error with a sentence when it cannot.
  static auto read(std::string const& path) -> script;
};

}  // namespace demo
