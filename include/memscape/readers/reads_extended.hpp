// SPDX-License-Identifier: MIT
#pragma once

#include <memscape/core/concepts.hpp>
#include <memscape/core/extended_memory.hpp>
#include <utility>

namespace memscape::inline v0 {

/// A reader that knows the detail at each read: `read_extended()` of macos_reader and windows_reader, as the
/// `read()` that a registry asks for. On Linux, where the detail costs more than the rest, see
/// extended_reader.
///
///     memscape::registry memory{memscape::in_detail{memscape::macos_reader{}}, …};
///     memory.collect().process.compressed
///
/// Errors, cost, threads: the reader's.
template <memory_reader Reader>
class reads_extended {
 public:
  constexpr explicit reads_extended(Reader reader) noexcept : reader_{std::move(reader)} {}

  [[nodiscard]] constexpr auto read() noexcept -> extended_memory {
    return reader_.read_extended();
  }

 private:
  [[no_unique_address]] Reader reader_;
};

}  // namespace memscape::inline v0
