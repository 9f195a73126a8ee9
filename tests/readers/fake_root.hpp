// SPDX-License-Identifier: MIT
#pragma once

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

/// One group of version 2, at /sys/fs/cgroup/<name>.
inline void put_group(fake_root const& root, std::string const& name, std::string_view max,
                      std::string_view high = "max\n") {
  auto const folder = "sys/fs/cgroup/" + name + "/";
  root.put(folder + "memory.max", max);
  root.put(folder + "memory.high", high);
  root.put(folder + "memory.current", "1048576\n");
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
