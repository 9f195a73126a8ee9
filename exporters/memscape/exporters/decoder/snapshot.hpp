// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <iterator>
#include <memscape/core/extended_memory.hpp>
#include <memscape/core/read_error.hpp>
#include <memscape/core/usage.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace memscape::inline v0 {

/// The step of this name; absent when this version does not know it.
[[nodiscard]] constexpr auto read_step_of(std::string_view name) noexcept
    -> std::optional<read_step> {
  for (std::size_t i = 0; i < std::size(read_step_names); ++i) {
    if (read_step_names[i] == name) return static_cast<read_step>(i);
  }
  return std::nullopt;
}

/// Why a number is absent, as the sender said it: its version may know steps that this one does not.
struct decoded_error {
  std::string step{};
  std::int32_t code = 0;

  /// The step, where this version knows it.
  [[nodiscard]] auto known_step() const noexcept -> std::optional<read_step> {
    return read_step_of(step);
  }
  [[nodiscard]] friend auto operator==(decoded_error const&, decoded_error const&) noexcept
      -> bool = default;
};

/// The reasons whose step this version knows.
[[nodiscard]] inline auto known_of(std::vector<decoded_error> const& errors) noexcept
    -> read_errors {
  read_errors known;
  for (auto const& error : errors) {
    if (auto const step = error.known_step()) known.add({*step, error.code});
  }
  return known;
}

/// The lists of reasons that a snapshot holds.
enum class decoded_list : std::uint8_t { errors, detail_errors };

/// Every number of one instant of another program: what `snapshot` is to the program itself.
/// Threads: a plain value.
struct decoded_snapshot {
  std::uint64_t sequence = 0;
  /// Wall-clock time of collection. Units: milliseconds since 1970-01-01T00:00Z.
  std::uint64_t time_ms = 0;
  /// What collecting it took. Units: nanoseconds.
  std::uint64_t sample_ns = 0;
  /// What the operating system said; without a detailed reader in the sender the detail is absent.
  /// `process.errors` and `process.detail_errors` hold those of the lists below whose step is known.
  extended_memory process{};
  /// What the sources said, one per node of the tree, in its order. A group's `committed`, `objects` and
  /// `slot_count` are not on the wire: they are summed as the sender sums them.
  std::vector<usage> nodes{};
  /// RSS − tracked where that is positive, as the sender computed it. Units: bytes.
  std::optional<bytes> untracked{};
  /// tracked − RSS where that is positive, as the sender computed it. Units: bytes.
  std::optional<bytes> overcounted{};
  /// Why fields are absent that the platform does have.
  std::vector<decoded_error> errors{};
  /// Why fields of the detail are.
  std::vector<decoded_error> detail_errors{};

  [[nodiscard]] auto list(decoded_list which) noexcept -> std::vector<decoded_error>& {
    return which == decoded_list::errors ? errors : detail_errors;
  }

  [[nodiscard]] friend auto operator==(decoded_snapshot const&, decoded_snapshot const&) noexcept
      -> bool = default;
};

}  // namespace memscape::inline v0
