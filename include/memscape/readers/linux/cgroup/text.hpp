// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <memscape/core/bytes.hpp>
#include <memscape/core/count.hpp>
#include <memscape/readers/linux/proc/proc_lines.hpp>
#include <optional>
#include <string_view>

namespace memscape::inline v0 {

/// A limit of a group: no value where it is `max`, or what version 1 writes for that.
struct cgroup_bound {
  std::optional<bytes> value{};

  [[nodiscard]] friend constexpr auto operator==(cgroup_bound const&, cgroup_bound const&) noexcept
      -> bool = default;
};

/// Version 1 has no word for infinity: it is the largest long, rounded down to a page of up to 64 KiB.
inline constexpr std::uint64_t cgroup_v1_unlimited = 0x7FFF'FFFF'FFFF'0000U;

/// Parses the one number of memory.max and memory.high, or memory.limit_in_bytes, with a newline behind.
[[nodiscard]] constexpr auto parse_cgroup_bound(std::string_view text) noexcept
    -> std::optional<cgroup_bound> {
  if (text == "max\n") return cgroup_bound{};
  auto const number = take_number(text);
  if (!number || text != "\n") return std::nullopt;
  if (*number >= cgroup_v1_unlimited) return cgroup_bound{};
  return cgroup_bound{bytes{*number}};
}

/// Parses the one number of memory.current, or memory.usage_in_bytes.
[[nodiscard]] constexpr auto parse_cgroup_amount(std::string_view text) noexcept
    -> std::optional<std::uint64_t> {
  auto const number = take_number(text);
  return text == "\n" ? number : std::nullopt;
}

/// The counts of memory.events, and of version 1's memory.oom_control, that are of use here. A kernel
/// before 4.13 has no oom_kill.
struct cgroup_events {
  std::optional<count> max{};
  std::optional<count> oom_kill{};

  [[nodiscard]] friend constexpr auto operator==(cgroup_events const&,
                                                 cgroup_events const&) noexcept -> bool = default;
};

/// Takes text of lines of a name and a number each, and puts the number where `place_of(name)` points:
/// null where the name is of no use. False where a line is no such line, or a name of use comes twice.
template <class PlaceOf>
[[nodiscard]] constexpr auto put_named_numbers(std::string_view text,
                                               PlaceOf const& place_of) noexcept -> bool {
  if (text.empty()) return false;
  while (!text.empty()) {
    auto next = take_line(text);
    if (!next) return false;
    auto const space = next->find(' ');
    if (space == 0 || space == std::string_view::npos) return false;
    auto const name = next->substr(0, space);
    next->remove_prefix(space + 1);
    auto const number = take_number(*next);
    if (!number || !next->empty()) return false;
    auto* const into = place_of(name);
    if (into == nullptr) continue;
    if (*into) return false;
    into->emplace(*number);
  }
  return true;
}

/// Parses lines of a name and a number. Cost: under 0.1 µs.
[[nodiscard]] constexpr auto parse_cgroup_events(std::string_view text) noexcept
    -> std::optional<cgroup_events> {
  cgroup_events events;
  bool const good = put_named_numbers(text, [&events](std::string_view name) noexcept {
    return name == "max" ? &events.max : name == "oom_kill" ? &events.oom_kill : nullptr;
  });
  return good ? std::optional{events} : std::nullopt;
}

/// What of version 2's memory.stat is of use here. A kernel before 5.18 has no `kernel`.
struct cgroup_stat {
  std::optional<bytes> kernel{};
  std::optional<bytes> sock{};

  [[nodiscard]] friend constexpr auto operator==(cgroup_stat const&, cgroup_stat const&) noexcept
      -> bool = default;
};

/// Parses memory.stat. Cost: about 1 µs.
[[nodiscard]] constexpr auto parse_cgroup_stat(std::string_view text) noexcept
    -> std::optional<cgroup_stat> {
  cgroup_stat stat;
  bool const good = put_named_numbers(text, [&stat](std::string_view name) noexcept {
    return name == "kernel" ? &stat.kernel : name == "sock" ? &stat.sock : nullptr;
  });
  return good ? std::optional{stat} : std::nullopt;
}

/// The page cache of a group and of those below it, from memory.stat. What is in tmpfs, or locked, is not
/// on these lists.
struct cgroup_cache {
  std::optional<bytes> inactive{};
  std::optional<bytes> active{};
  std::optional<bytes> dirty{};      ///< a kernel before 4.2 does not tell version 1's
  std::optional<bytes> writeback{};  ///< on its way to the disk

  [[nodiscard]] friend constexpr auto operator==(cgroup_cache const&, cgroup_cache const&) noexcept
      -> bool = default;
};

/// Parses memory.stat, whose names are `names`: of the lists, of dirty pages, of those that are written.
[[nodiscard]] constexpr auto parse_cgroup_cache_of(std::string_view text,
                                                   std::string_view const (&names)[4]) noexcept
    -> std::optional<cgroup_cache> {
  cgroup_cache cache;
  bool const good = put_named_numbers(text, [&](std::string_view name) noexcept {
    return name == names[0]   ? &cache.inactive
           : name == names[1] ? &cache.active
           : name == names[2] ? &cache.dirty
           : name == names[3] ? &cache.writeback
                              : nullptr;
  });
  if (!good || !cache.inactive || !cache.active) return std::nullopt;
  return cache;
}

/// Parses version 2's memory.stat. Cost: about 2 µs.
[[nodiscard]] constexpr auto parse_cgroup_cache(std::string_view text) noexcept
    -> std::optional<cgroup_cache> {
  return parse_cgroup_cache_of(text,
                               {"inactive_file", "active_file", "file_dirty", "file_writeback"});
}

/// Parses version 1's, whose numbers with `total_` count the groups below too.
[[nodiscard]] constexpr auto parse_cgroup_v1_cache(std::string_view text) noexcept
    -> std::optional<cgroup_cache> {
  return parse_cgroup_cache_of(
      text, {"total_inactive_file", "total_active_file", "total_dirty", "total_writeback"});
}

/// What the kernel takes back of a group before it kills in it: page cache, in use lately or not, that need
/// not be written first. tmpfs and anonymous memory are not in it, because they would need swap; slab that is
/// called reclaimable is not either, because what is open pins it.
[[nodiscard]] constexpr auto reclaimable_of(cgroup_cache const& cache) noexcept -> bytes {
  return cache.inactive.value_or(bytes{}) + cache.active.value_or(bytes{}) -
         cache.dirty.value_or(bytes{}) - cache.writeback.value_or(bytes{});
}

/// One line of /proc/[pid]/cgroup: the group of one hierarchy. Version 2's has the number 0 and no
/// controllers. Source: cgroups(7).
struct cgroup_line {
  std::uint64_t hierarchy = 0;
  std::string_view controllers{};
  std::string_view path{};

  /// Whether it is the hierarchy of version 1 that limits memory.
  [[nodiscard]] constexpr auto has_memory() const noexcept -> bool {
    return has_word(controllers, "memory");
  }
  [[nodiscard]] constexpr auto is_version_2() const noexcept -> bool {
    return hierarchy == 0 && controllers.empty();
  }
};

/// Parses such a line, without its newline. The path may hold colons.
[[nodiscard]] constexpr auto parse_cgroup_line(std::string_view line) noexcept
    -> std::optional<cgroup_line> {
  auto const hierarchy = take_number(line);
  if (!hierarchy || !take_prefix(line, ":")) return std::nullopt;
  auto const colon = line.find(':');
  if (colon == std::string_view::npos) return std::nullopt;
  cgroup_line const parsed{*hierarchy, line.substr(0, colon), line.substr(colon + 1)};
  if (!parsed.path.starts_with('/')) return std::nullopt;
  return parsed;
}

}  // namespace memscape::inline v0
