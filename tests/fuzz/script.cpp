// SPDX-License-Identifier: MIT
// Any path as the demo's --script: a script with the name and text of that file, or one sentence.
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <stdexcept>
#include <string>
#include <string_view>

#include "fuzz.hpp"

// A target is built of one file.
#include "../../examples/demo/script.cpp"

namespace {

namespace fs = std::filesystem;

/// A folder of its own, with a file, a link to it, one to itself, and one that is too long.
class playground {
 public:
  playground() {
    std::string pattern = (fs::temp_directory_path() / "memscape-fuzz-XXXXXX").string();
    if (::mkdtemp(pattern.data()) == nullptr) std::abort();
    root_ = pattern;
    fs::current_path(root_);
    fs::create_directory("d");
    std::ofstream{"a.lua"} << "return 1";
    std::ofstream{"d/a"} << "return 1";
    fs::create_symlink("a.lua", "l");
    fs::create_symlink("o", "o");
    std::ofstream{"big"};
    fs::resize_file("big", demo::script::max_size + 1);
  }
  playground(playground const&) = delete;
  auto operator=(playground const&) -> playground& = delete;
  ~playground() {
    fs::current_path("/");
    fs::remove_all(root_);
  }

 private:
  fs::path root_;
};

}  // namespace

auto LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) -> int {
  static playground const here;
  std::string const path{reinterpret_cast<char const*>(data), size};
  // Arguments end at a zero, and what lies elsewhere on this machine is not for a test to open.
  if (path.find('\0') != std::string::npos || path.find("..") != std::string::npos) return 0;
  if (path.starts_with('/')) return 0;
  try {
    auto const script = demo::script::read(path);
    fuzz::require(script.text == "return 1", "the text is the file's");
    fuzz::require(path.ends_with(script.name) && script.name.find('/') == std::string::npos,
                  "the name is the path's last part");
  } catch (std::runtime_error const& error) {
    std::string_view const said = error.what();
    fuzz::require(said.starts_with("cannot read the script '" + path + "': "),
                  "a sentence says which");
    fuzz::require(said.size() > path.size() + 28, "and why");
  }
  return 0;
}
