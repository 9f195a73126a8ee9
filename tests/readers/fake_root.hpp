// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>
#include <string_view>

namespace test_support {

/// A folder that stands for the root of a machine, with what files a test puts into it.
class fake_root {
 public:
  fake_root() {
    auto pattern = (std::filesystem::temp_directory_path() / "memscape-XXXXXX").string();
    path_ = ::mkdtemp(pattern.data());
  }
  fake_root(fake_root const&) = delete;
  auto operator=(fake_root const&) -> fake_root& = delete;
  ~fake_root() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }

  void put(std::string const& file, std::string_view text) const {
    auto const path = std::filesystem::path{path_ + "/" + file};
    std::filesystem::create_directories(path.parent_path());
    std::ofstream{path} << text;
  }
  void remove(std::string const& file) const { std::filesystem::remove_all(path_ + "/" + file); }

  [[nodiscard]] auto path() const -> std::string const& { return path_; }

 private:
  std::string path_;
};

inline constexpr std::string_view mount_of_v2 =
    "27 1 254:0 / / rw - ext4 /dev/vda rw\n35 31 0:32 / /sys/fs/cgroup rw - cgroup2 none rw\n";
inline constexpr std::string_view mount_of_v1 =
    "27 1 254:0 / / rw - ext4 /dev/vda rw\n31 23 0:28 / /sys/fs/cgroup rw - tmpfs tmpfs rw\n"
    "34 31 0:31 / /sys/fs/cgroup/cpu rw - cgroup cgroup rw,cpu\n"
    "35 31 0:32 / /sys/fs/cgroup/memory rw - cgroup cgroup rw,memory\n"
    "41 31 0:38 / /sys/fs/cgroup/unified rw - cgroup2 none rw\n";

/// What a group has beside the memory that its processes have taken. Units: MiB.
struct group_memory {
  int anonymous = 0;
  int tmpfs = 0;
  int inactive_file = 0;
  int active_file = 0;
  int dirty = 0;
  int locked_file = 0;
  int slab_reclaimable = 0;
  int slab_unreclaimable = 0;

  [[nodiscard]] auto total() const -> int {
    return anonymous + tmpfs + inactive_file + active_file + locked_file + slab_reclaimable +
           slab_unreclaimable;
  }
};

/// memory.stat of it, with the lines that Linux 6.1 has that matter here, and some that do not.
inline auto stat_of_v2(group_memory const& of) -> std::string {
  auto const line = [](char const* name, int mebibytes) {
    return std::string{name} + " " + std::to_string(std::int64_t{mebibytes} << 20U) + "\n";
  };
  auto const slab = of.slab_reclaimable + of.slab_unreclaimable;
  return line("anon", of.anonymous) +
         line("file", of.tmpfs + of.inactive_file + of.active_file + of.locked_file) +
         line("kernel", slab) + line("kernel_stack", 0) + line("pagetables", 0) + line("sock", 0) +
         line("shmem", of.tmpfs) + line("file_mapped", of.active_file) +
         line("file_dirty", of.dirty) + line("file_writeback", 0) + line("swapcached", 0) +
         line("inactive_anon", of.anonymous) + line("active_anon", of.tmpfs) +
         line("inactive_file", of.inactive_file) + line("active_file", of.active_file) +
         line("unevictable", of.locked_file) + line("slab_reclaimable", of.slab_reclaimable) +
         line("slab_unreclaimable", of.slab_unreclaimable) + line("slab", slab) +
         "workingset_refault_file 12\npgfault 345\n";
}

/// Version 1's, whose own numbers come first, here of a group with all its memory in those below it.
inline auto stat_of_v1(group_memory const& of) -> std::string {
  auto const line = [](char const* name, int mebibytes) {
    return std::string{name} + " " + std::to_string(std::int64_t{mebibytes} << 20U) + "\n";
  };
  auto const lines = [&line](std::string const& prefix, group_memory const& its) {
    auto const put = [&](char const* name, int mebibytes) {
      return line((prefix + name).c_str(), mebibytes);
    };
    return put("cache", its.tmpfs + its.inactive_file + its.active_file + its.locked_file) +
           put("rss", its.anonymous) + put("shmem", its.tmpfs) +
           put("mapped_file", its.active_file) + put("dirty", its.dirty) + put("writeback", 0) +
           put("pgfault", 0) + put("inactive_anon", its.anonymous) + put("active_anon", its.tmpfs) +
           put("inactive_file", its.inactive_file) + put("active_file", its.active_file) +
           put("unevictable", its.locked_file);
  };
  return lines("", {}) + "hierarchical_memory_limit 9223372036854771712\n" + lines("total_", of);
}

/// What such a group uses and has, version 2's.
inline void put_use(fake_root const& root, std::string const& name, group_memory const& of) {
  auto const folder = "sys/fs/cgroup/" + name + "/";
  root.put(folder + "memory.current", std::to_string(std::int64_t{of.total()} << 20U) + "\n");
  root.put(folder + "memory.stat", stat_of_v2(of));
}

/// The same of version 1, at /sys/fs/cgroup/memory/<name>.
inline void put_v1_use(fake_root const& root, std::string const& name, group_memory const& of) {
  auto const folder = "sys/fs/cgroup/memory/" + name + "/";
  root.put(folder + "memory.usage_in_bytes",
           std::to_string(std::int64_t{of.total()} << 20U) + "\n");
  root.put(folder + "memory.stat", stat_of_v1(of));
}

/// One group of version 2, at /sys/fs/cgroup/<name>.
inline void put_group(fake_root const& root, std::string const& name, std::string_view max,
                      std::string_view high = "max\n") {
  auto const folder = "sys/fs/cgroup/" + name + "/";
  root.put(folder + "memory.max", max);
  root.put(folder + "memory.high", high);
  root.put(folder + "memory.current", "1048576\n");
  root.put(folder + "memory.stat", stat_of_v2({.anonymous = 1}));
  root.put(folder + "memory.events",
           "low 0\nhigh 0\nmax 17\noom 3\noom_kill 2\noom_group_kill 0\n");
  root.put(folder + "memory.pressure",
           "some avg10=1.50 avg60=0.00 avg300=0.00 total=12\n"
           "full avg10=0.25 avg60=0.00 avg300=0.00 total=7\n");
}

/// A machine of 1 GiB, half of it available.
inline void put_meminfo(fake_root const& root) {
  root.put("proc/meminfo",
           "MemTotal:  1048576 kB\nMemFree:  1 kB\nMemAvailable:  524288 kB\nBuffers:  0 kB\n");
}

}  // namespace test_support
