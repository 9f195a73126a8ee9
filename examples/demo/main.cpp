// SPDX-License-Identifier: MIT
#include <malloc.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <cstdio>
#include <exception>
#include <filesystem>
#include <memscape/version.hpp>
#include <string>
#include <vector>

#include "console.hpp"
#include "options.hpp"
#include "programs.hpp"
#include "runtime.hpp"
#include "server.hpp"

namespace {

// Where the build found them.
constexpr char const* bundled_scripts = MEMSCAPE_DEMO_SCRIPTS;
constexpr char const* bundled_dashboard = MEMSCAPE_DEMO_DASHBOARD;

auto scripts_to_run(demo::options const& chosen) -> std::vector<std::string> {
  auto files = chosen.scripts;
  auto const leak = std::string{bundled_scripts} + "/leak.lua";
  if (files.empty()) {
    for (auto const& entry : std::filesystem::directory_iterator{bundled_scripts}) {
      if (entry.path().extension() == ".lua" && entry.path() != leak) {
        files.push_back(entry.path().string());
      }
    }
    std::sort(files.begin(), files.end());
  }
  if (chosen.leak) files.push_back(leak);
  return files;
}

[[noreturn]] void run(demo::options const& chosen) {
  demo::runtime memory{chosen.heap_limit_mib << 20, chosen.clients};
  demo::programs programs{memory.heap};
  for (auto const& file : scripts_to_run(chosen)) programs.add(demo::script::read(file));
  {
    demo::server server{chosen, chosen.dashboard.empty() ? bundled_dashboard : chosen.dashboard,
                        memory, programs};
    std::printf("listening on %s\n", server.url().c_str());
    std::fflush(stdout);
    server.run();
  }
  // The kernel takes back all memory at once; block by block that takes seconds for each GiB.
  ::_exit(0);
}

}  // namespace

auto main(int argc, char** argv) -> int {
  std::signal(SIGPIPE, SIG_IGN);
  // Large blocks go back to the kernel as soon as they are freed. Left alone, glibc raises this limit
  // with each large block it sees freed, and what a program dropped would stay resident.
  ::mallopt(M_MMAP_THRESHOLD, 128 * 1024);
  try {
    auto const chosen = demo::parse_options({argv + 1, argv + argc});
    if (chosen.help) {
      std::fputs(demo::help_text(), stdout);
      return 0;
    }
    if (chosen.version) {
      std::printf("memscape demo %d.%d.%d\n", memscape::version_major, memscape::version_minor,
                  memscape::version_patch);
      return 0;
    }
    run(chosen);
  } catch (std::exception const& error) {
    demo::print_line(STDERR_FILENO, "demo", error.what());
    return 2;
  }
}
