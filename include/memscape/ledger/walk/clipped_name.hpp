// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>

namespace memscape::inline v0 {

/// A name in a fixed place. Of a longer one the end is kept, because that is what tells paths apart.
/// Cost: one copy. Threads: a plain value.
template <std::size_t Size>
class clipped_name {
  static_assert(Size > 0 && Size < 256);

 public:
  constexpr clipped_name() noexcept = default;
  explicit clipped_name(std::string_view name) noexcept { *this = name; }
  auto operator=(std::string_view name) noexcept -> clipped_name& {
    clipped_ = name.size() > Size;
    if (clipped_) name.remove_prefix(name.size() - Size);
    size_ = static_cast<std::uint8_t>(name.size());
    if (size_ != 0) std::memcpy(chars_.data(), name.data(), size_);
    return *this;
  }

  [[nodiscard]] constexpr auto view() const noexcept -> std::string_view {
    return {chars_.data(), size_};
  }
  /// Whether the beginning is missing.
  [[nodiscard]] constexpr auto clipped() const noexcept -> bool { return clipped_; }

  [[nodiscard]] friend constexpr auto operator==(clipped_name const& a,
                                                 clipped_name const& b) noexcept -> bool {
    return a.view() == b.view() && a.clipped_ == b.clipped_;
  }

 private:
  std::array<char, Size> chars_;  // only the first size_ of them mean anything
  std::uint8_t size_ = 0;
  bool clipped_ = false;
};

}  // namespace memscape::inline v0
