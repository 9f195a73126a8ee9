// SPDX-License-Identifier: MIT
#pragma once

#include <sys/stat.h>
#include <unistd.h>

#include <cstdint>
#include <fstream>
#include <iterator>
#include <memscape/readers/linux/cgroup/place.hpp>
#include <string>

namespace test_support {

/// A memory group of the test's own, inside of the one that this process is in.
class memory_group {
 public:
  explicit memory_group(std::uint64_t limit) {
    memscape::cgroup_place place;
    if (memscape::cgroup_finder{""}.find(place) || place.version == 0) return;
    version_ = place.version;
    folder_ = std::string{place.folder.view()};
    // A group of version 2 that has processes gives its children no controller: a sibling, then.
    if (version_ == 2) folder_.resize(folder_.rfind('/'));
    folder_ += "/memscape-test-" + std::to_string(::getpid());
    if (::mkdir(folder_.c_str(), 0755) != 0) return;
    made_ = true;
    usable_ = put(version_ == 2 ? "memory.max" : "memory.limit_in_bytes", std::to_string(limit));
    // Swap would go on where memory ends; kernels without it lack the file.
    if (version_ == 2) put("memory.swap.max", "0");
    if (version_ == 1) put("memory.swappiness", "0");
  }
  memory_group(memory_group const&) = delete;
  auto operator=(memory_group const&) -> memory_group& = delete;
  ~memory_group() {
    if (made_) ::rmdir(folder_.c_str());
  }

  [[nodiscard]] auto usable() const -> bool { return usable_; }
  [[nodiscard]] auto version() const -> int { return version_; }
  [[nodiscard]] auto folder() const -> std::string const& { return folder_; }
  /// Puts the calling process there.
  [[nodiscard]] auto enter() const -> bool { return put("cgroup.procs", "0"); }
  [[nodiscard]] auto text_of(std::string const& file) const -> std::string {
    std::ifstream in{folder_ + "/" + file};
    return {std::istreambuf_iterator<char>{in}, {}};
  }

 private:
  auto put(std::string const& file, std::string const& text) const -> bool {
    std::ofstream out{folder_ + "/" + file};
    out << text << std::flush;
    return out.good();
  }

  std::string folder_{};
  int version_ = 0;
  bool made_ = false;
  bool usable_ = false;
};

}  // namespace test_support
