// SPDX-License-Identifier: MIT
#include "static_files.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <stdexcept>

namespace demo::http {

namespace {

struct content_type {
  std::string_view extension;
  std::string_view name;
};

constexpr content_type content_types[] = {
    {"html", "text/html; charset=utf-8"},
    {"css", "text/css; charset=utf-8"},
    {"js", "text/javascript; charset=utf-8"},
    {"mjs", "text/javascript; charset=utf-8"},
    {"json", "application/json"},
    {"map", "application/json"},
    {"svg", "image/svg+xml"},
    {"png", "image/png"},
    {"jpg", "image/jpeg"},
    {"webp", "image/webp"},
    {"ico", "image/vnd.microsoft.icon"},
    {"woff2", "font/woff2"},
    {"webmanifest", "application/manifest+json"},
    {"txt", "text/plain; charset=utf-8"},
    {"md", "text/plain; charset=utf-8"},
};

auto content_type_of(std::string_view name) noexcept -> std::string_view {
  auto const dot = name.rfind('.');
  auto const extension = dot == std::string_view::npos ? std::string_view{} : name.substr(dot + 1);
  auto const* const known =
      std::find_if(std::begin(content_types), std::end(content_types),
                   [&](auto const& type) { return type.extension == extension; });
  return known == std::end(content_types) ? "application/octet-stream" : known->name;
}

// O_NONBLOCK: opening a named pipe must not wait for its writer.
constexpr int open_flags = O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY;

auto open_component(int folder, std::string_view name, int flags) noexcept -> descriptor {
  std::array<char, 256> text{};
  if (name.size() >= text.size()) return {};
  std::copy(name.begin(), name.end(), text.begin());
  return descriptor{::openat(folder, text.data(), open_flags | flags)};
}

}  // namespace

descriptor::~descriptor() {
  if (number_ >= 0) ::close(number_);
}

static_files::static_files(std::string const& folder)
    : folder_{::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC)} {
  if (!folder_) {
    throw std::runtime_error{"cannot open the dashboard folder '" + folder +
                             "': " + std::strerror(errno)};
  }
}

auto static_files::open(std::string_view name) const noexcept -> std::optional<static_file> {
  if (name.empty()) name = "index.html";
  descriptor parent;
  int from = folder_.get();
  for (auto slash = name.find('/'); slash != std::string_view::npos; slash = name.find('/')) {
    auto next = open_component(from, name.substr(0, slash), O_DIRECTORY);
    if (!next) return std::nullopt;
    parent = std::move(next);
    from = parent.get();
    name.remove_prefix(slash + 1);
  }

  static_file file;
  file.open = open_component(from, name, 0);
  struct stat about{};
  if (!file.open || ::fstat(file.open.get(), &about) != 0 || !S_ISREG(about.st_mode)) {
    return std::nullopt;
  }
  file.size = static_cast<std::uint64_t>(about.st_size);
  if (file.size > max_file_size) return std::nullopt;
  file.content_type = content_type_of(name);
  auto const written =
      std::snprintf(file.tag_text.data(), file.tag_text.size(), "\"%llx-%llx\"",
                    static_cast<unsigned long long>(about.st_mtim.tv_sec) * 1'000'000'000ULL +
                        static_cast<unsigned long long>(about.st_mtim.tv_nsec),
                    static_cast<unsigned long long>(file.size));
  file.tag_size = static_cast<std::size_t>(written);
  return file;
}

}  // namespace demo::http
