// SPDX-License-Identifier: MIT
#pragma once

#include <concepts>
#include <cstddef>
#include <span>
#include <string_view>

namespace memscape::inline v0 {

/// `Exporter::max_size<Layout>`: the most characters that `write` needs for a tree, as a constant.
template <class Exporter, class Snapshot>
concept bounds_its_size = requires {
  { Exporter::template max_size<typename Snapshot::layout> } -> std::convertible_to<std::size_t>;
};

/// `Exporter::write(out, snapshot)` is noexcept and returns what it wrote into `out`: all of it, or
/// nothing when `out` is smaller than that.
template <class Exporter, class Snapshot>
concept writes_snapshots = requires(std::span<char> out, Snapshot const& snapshot) {
  { Exporter::write(out, snapshot) } noexcept -> std::same_as<std::string_view>;
};

/// `Exporter::content_type`: the media type of what is written.
template <class Exporter>
concept names_its_content_type = requires {
  { Exporter::content_type } -> std::convertible_to<std::string_view>;
};

/// What makes an exporter pluggable: a type of static functions over snapshots that knows no server, no
/// file and no socket.
template <class Exporter, class Snapshot>
concept exporter = bounds_its_size<Exporter, Snapshot> && writes_snapshots<Exporter, Snapshot> &&
                   names_its_content_type<Exporter>;

}  // namespace memscape::inline v0
