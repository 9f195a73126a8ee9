// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string_view>

namespace fuzz {

/// Ends the run when a property does not hold; libFuzzer keeps the input.
inline void require(bool holds, char const* property) {
  if (holds) return;
  std::fprintf(stderr, "does not hold: %s\n", property);
  std::abort();
}

/// Takes the input apart; gives zeros when it is used up.
class input {
 public:
  input(std::uint8_t const* data, std::size_t size) noexcept
      : rest_{reinterpret_cast<char const*>(data), size} {}

  [[nodiscard]] auto empty() const noexcept -> bool { return rest_.empty(); }
  [[nodiscard]] auto rest() const noexcept -> std::string_view { return rest_; }

  auto byte() noexcept -> unsigned {
    if (rest_.empty()) return 0;
    auto const taken = static_cast<unsigned char>(rest_.front());
    rest_.remove_prefix(1);
    return taken;
  }
  auto text(std::size_t size) noexcept -> std::string_view {
    auto const taken = rest_.substr(0, size);
    rest_.remove_prefix(taken.size());
    return taken;
  }
  /// A number of 0 to 8 bytes, so that small ones are as easy to find as large ones.
  auto number() noexcept -> std::uint64_t {
    std::uint64_t value = 0;
    for (auto n = byte() % 9; n > 0; --n) value = value << 8U | byte();
    return value;
  }

 private:
  std::string_view rest_;
};

}  // namespace fuzz

extern "C" auto LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) -> int;
