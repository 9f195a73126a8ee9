// SPDX-License-Identifier: MIT
#include <cstdio>
#include <exception>
#include <memscape/version.hpp>

#include "connection.hpp"
#include "options.hpp"
#include "signals.hpp"
#include "terminal.hpp"
#include "watcher.hpp"

namespace {

auto run(watch::options const& chosen, watch::terminal& out) -> watch::exit_status {
  if (auto const fault = watch::fault_of_url(chosen.url); !fault.empty()) {
    out.complain("'" + chosen.url + "' is no address of a stream: " + fault);
    return watch::exit_status::usage;
  }
  watch::signals from_outside;
  return watch::watcher{chosen, out, from_outside}.run();
}

}  // namespace

auto main(int argc, char** argv) -> int {
  watch::terminal out;
  watch::options chosen;
  try {
    chosen = watch::parse_options({argv + 1, argv + argc});
  } catch (std::exception const& error) {
    out.complain(error.what());
    return static_cast<int>(watch::exit_status::usage);
  }
  if (chosen.help || chosen.version) {
    if (chosen.help) {
      std::fputs(watch::help_text(), stdout);
    } else {
      std::printf("memscape watch %d.%d.%d\n", memscape::version_major, memscape::version_minor,
                  memscape::version_patch);
    }
    return static_cast<int>(std::fflush(stdout) == 0 ? watch::exit_status::done
                                                     : watch::exit_status::cannot_write);
  }
  try {
    return static_cast<int>(run(chosen, out));
  } catch (std::exception const& error) {
    out.leave();
    out.complain(error.what());
    return static_cast<int>(watch::exit_status::connection_failed);
  }
}
