// SPDX-License-Identifier: MIT
#include "script.hpp"

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <stdexcept>
#include <system_error>

namespace demo {

auto script::read(std::string const& path) -> script {
  auto const refuse = [&](std::string const& why) -> std::runtime_error {
    return std::runtime_error{"cannot read the script '" + path + "': " + why};
  };
  std::error_code error;
  if (std::filesystem::is_directory(path, error)) throw refuse("it is a directory");
  errno = 0;
  std::ifstream file{path, std::ios::binary};
  if (!file) throw refuse(std::strerror(errno != 0 ? errno : EIO));
  script result{.name = std::filesystem::path{path}.filename().string(), .text = {}};
  // One byte more than allowed, so that a file which is too long, or endless, is noticed.
  result.text.resize(max_size + 1);
  file.read(result.text.data(), static_cast<std::streamsize>(result.text.size()));
  if (file.bad()) throw refuse("reading failed");
  result.text.resize(static_cast<std::size_t>(file.gcount()));
  if (result.text.size() > max_size) throw refuse("it is longer than 1 MiB");
  result.text.shrink_to_fit();
  return result;
}

}  // namespace demo
