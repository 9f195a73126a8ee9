// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstdint>
#include <memscape/core/fixed_string.hpp>
#include <memscape/core/process_memory.hpp>
#include <memscape/core/usage.hpp>
#include <new>
#include <optional>
#include <type_traits>

namespace memscape::inline v0 {

/// What snapshots of a layout hold of the process: what the registry's reader returns.
template <class Layout>
struct process_of {
  using type = process_memory;
};
template <class Layout>
  requires requires { typename Layout::process; }
struct process_of<Layout> {
  using type = typename Layout::process;
};

/// A layout whose snapshots hold more of the process than `process_memory`.
template <class Layout, class Process>
struct layout_with : Layout {
  using process = Process;
};

/// Every number of one instant. Trivially copyable and of fixed size: it can be copied with memcpy,
/// handed to another thread, or kept in a ring.
/// Threads: a plain value.
template <class Layout>
struct snapshot {
  using layout = Layout;
  using process_type = typename process_of<Layout>::type;

  /// 1 for a registry's first snapshot, then one more each.
  std::uint64_t sequence = 0;
  /// Wall-clock time of collection; 0 where the clock cannot be read. Units: milliseconds since
  /// 1970-01-01T00:00Z.
  std::uint64_t time_ms = 0;
  /// What collecting this snapshot took. Units: nanoseconds.
  std::uint64_t sample_ns = 0;
  union {
    /// What the sources say, one per node of the layout, in its order.
    std::array<usage, Layout::size> nodes;
    /// No value: where the nodes are before they are sampled.
    unsigned char unsampled[Layout::size == 0 ? 1 : Layout::size * sizeof(usage)];
  };
  /// What the operating system says.
  process_type process;

  constexpr snapshot() noexcept : nodes{}, process{} {}

  /// For a registry: has `sample(usage*)` write every node, and then takes the process from `read()`.
  /// Neither is set to zero before, which would take as long as the sampling.
  template <class Sample, class Read>
  [[nodiscard]] static constexpr auto taken(Sample const& sample, Read const& read) noexcept
      -> snapshot {
    if (!std::is_constant_evaluated()) return snapshot{sample, read};
    snapshot snap;
    sample(snap.nodes.data());
    snap.process = read();
    return snap;
  }

  /// The usage of the node with this key. Errors: an unknown key does not compile.
  /// Cost: an array element.
  template <fixed_string Key>
  [[nodiscard]] constexpr auto at() const noexcept -> usage const& {
    constexpr auto index = Layout::index_of(Key.view());
    static_assert(index < Layout::size,
                  "memscape: no node of this tree has that key: ask for one of the keys given to "
                  "leaf<...>() and group<...>().");
    return nodes[index < Layout::size ? index : 0];
  }

  /// The sum of the roots' `used`. Units: bytes, saturating. Cost: linear in the roots.
  [[nodiscard]] constexpr auto tracked() const noexcept -> bytes {
    bytes sum{};
    for (std::size_t i = 0; i < Layout::size; i = Layout::nodes[i].end) sum += nodes[i].used;
    return sum;
  }

  /// RSS that no source accounts for: RSS − tracked, and 0 when that is not positive. Absent when RSS
  /// is. Units: bytes.
  [[nodiscard]] constexpr auto untracked() const noexcept -> std::optional<bytes> {
    if (!process.rss) return std::nullopt;
    return *process.rss - tracked();
  }

  /// What the sources claim beyond RSS: tracked − RSS, and 0 when that is not positive. Not an error by
  /// itself: memory handed out and never touched is used, and not resident. Absent when RSS is.
  /// Units: bytes.
  [[nodiscard]] constexpr auto overcounted() const noexcept -> std::optional<bytes> {
    if (!process.rss) return std::nullopt;
    return tracked() - *process.rss;
  }

  [[nodiscard]] friend constexpr auto operator==(snapshot const& a, snapshot const& b) noexcept
      -> bool {
    return a.sequence == b.sequence && a.time_ms == b.time_ms && a.sample_ns == b.sample_ns &&
           a.process == b.process && a.nodes == b.nodes;
  }

 private:
  template <class Sample, class Read>
  snapshot(Sample const& sample, Read const& read) noexcept
      : process((sample(first_node()), read())) {}

  [[nodiscard]] auto first_node() noexcept -> usage* {
    // Writes nothing: such an array brings the objects within it to life. Source: [intro.object].
    ::new (static_cast<void*>(unsampled)) unsigned char[sizeof(unsampled)];
    return nodes.data();
  }
};

}  // namespace memscape::inline v0
