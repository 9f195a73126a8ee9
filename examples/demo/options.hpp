// SPDX-License-Identifier: MIT
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace demo {

struct options {
  std::vector<std::string> scripts;  // empty: the bundled ones
  std::string host = "127.0.0.1";
  std::uint16_t port = 8787;
  std::chrono::milliseconds interval{250};
  std::chrono::milliseconds ledger{10'000};  // between two; 0: only when asked for
  std::string dashboard;                     // empty: the one this was built beside
  std::size_t clients = 128;
  std::size_t heap_limit_mib = 1024;
  std::chrono::milliseconds time_limit{1000};  // for a program that does not give control back
  bool leak = false;
  bool help = false;
  bool version = false;
};

/// Throws std::runtime_error with a sentence that says what is wrong and what would be right.
[[nodiscard]] auto parse_options(std::span<char const* const> arguments) -> options;

[[nodiscard]] auto help_text() noexcept -> char const*;

}  // namespace demo
