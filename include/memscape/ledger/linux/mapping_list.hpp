// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <memscape/ledger/linux/mapping.hpp>
#include <memscape/ledger/linux/mapping_source.hpp>
#include <memscape/readers/linux/fork/held_descriptor.hpp>

namespace memscape::inline v0 {

/// A number for a list of mappings: lists that differ have, but for one in 2^64, another.
/// Cost: a multiplication for each number and character. Threads: one at a time.
class mapping_list_hash {
 public:
  void add(mapping const& one) noexcept {
    mix(one.begin);
    mix(one.end);
    mix(one.device);
    mix(one.inode);
    mix(std::uint64_t{one.readable} | std::uint64_t{one.writable} << 1U |
        std::uint64_t{one.executable} << 2U | std::uint64_t{one.shared} << 3U);
    for (char const c : one.name.view()) mix(static_cast<unsigned char>(c));
  }

  [[nodiscard]] friend auto operator==(mapping_list_hash const&, mapping_list_hash const&) noexcept
      -> bool = default;

 private:
  void mix(std::uint64_t value) noexcept {
    state_ = (state_ ^ value) * 0x9e3779b97f4a7c15U;
    state_ ^= state_ >> 32U;
  }

  std::uint64_t state_ = 0;
};

/// Whether the list of mappings at the end of a walk is the one that the walk saw.
/// Cost: that of mapping_source, in parts of 64 mappings. Threads: one at a time.
class mapping_list {
 public:
  void restart() noexcept { *this = {}; }

  /// One that the walk came to.
  void saw(mapping const& one) noexcept { seen_.add(one); }

  /// Reads a part of the list again, from a source that the walk has done with. True at its end.
  [[nodiscard]] auto read_again(mapping_source& from,
                                descriptor_policy policy = descriptor_policy::checked) noexcept
      -> bool {
    if (!open_) {
      open_ = true;
      if (!from.open(false, policy)) {
        why_ = from.why();
        return true;
      }
    }
    for (int i = 0; i < 64; ++i) {
      auto const* const next = from.next();
      if (next == nullptr) {
        why_ = from.why();
        from.close();
        return true;
      }
      again_.add(next->map);
    }
    return false;
  }

  /// Whether it was another.
  [[nodiscard]] auto differs() const noexcept -> bool { return again_ != seen_; }
  /// errno where it could not be read again.
  [[nodiscard]] auto why() const noexcept -> int { return why_; }

 private:
  mapping_list_hash seen_{};
  mapping_list_hash again_{};
  int why_ = 0;
  bool open_ = false;
};

}  // namespace memscape::inline v0
