// SPDX-License-Identifier: MIT
// Feeds the files it is given to a mirror, each as a connection of its own; standard input when there
// is none. Prints a JSON line for every report, and ends with 1 when one says that the stream is wrong.
#include <unistd.h>

#include <array>
#include <cstdint>
#include <cstdio>
#include <memscape/exporters/stream_decoder.hpp>
#include <string_view>

namespace {

using memscape::decode_outcome;

auto is_wrong(decode_outcome outcome) -> bool {
  return outcome != decode_outcome::applied && outcome != decode_outcome::layout &&
         outcome != decode_outcome::alive;
}

void print(memscape::stream_decoder const& mirror, memscape::decode_report const& report) {
  std::printf(R"({"outcome":"%s","seq":%ju,"fault":"%.*s")", name_of(report.outcome).data(),
              std::uintmax_t{report.sequence}, static_cast<int>(report.fault.size()),
              report.fault.data());
  if (report.outcome == decode_outcome::applied) {
    auto const& snap = *mirror.snapshot();
    memscape::bytes tracked;
    for (std::size_t i = 0; i < snap.nodes.size(); ++i) {
      if (mirror.tree()[i].is_root()) tracked += snap.nodes[i].used;
    }
    std::printf(R"(,"rss":%ju,"tracked":%ju,"untracked":%ju)",
                std::uintmax_t{snap.process.rss.value_or(memscape::bytes{}).value()},
                std::uintmax_t{tracked.value()},
                std::uintmax_t{snap.untracked.value_or(memscape::bytes{}).value()});
  }
  std::puts("}");
  std::fflush(stdout);
}

}  // namespace

auto main(int argc, char** argv) -> int {
  memscape::stream_decoder mirror;
  bool wrong = false;
  for (int i = argc > 1 ? 1 : 0; i < argc; ++i) {
    if (i > 0 && std::freopen(argv[i], "rb", stdin) == nullptr) return 2;
    mirror.restart();
    std::array<char, 4096> chunk;
    // Not fread: it would wait until the chunk is full.
    for (ssize_t size = 0; (size = ::read(::fileno(stdin), chunk.data(), chunk.size())) > 0;) {
      mirror.feed({chunk.data(), static_cast<std::size_t>(size)}, [&](auto const& report) {
        print(mirror, report);
        wrong = wrong || is_wrong(report.outcome);
      });
    }
  }
  return wrong ? 1 : 0;
}
