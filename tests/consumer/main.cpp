// SPDX-License-Identifier: MIT
// A program of someone else's, built against the installed headers without exceptions or RTTI.
#include <array>
#include <cinttypes>
#include <cstdint>
#include <cstdio>
#include <memscape/exporters/sse_json.hpp>
#include <memscape/memscape.hpp>

struct scratch_arena {
  std::array<char, 4096> memory;
  std::uint64_t taken;

  [[nodiscard]] auto used() const noexcept -> std::uint64_t { return taken; }
  [[nodiscard]] auto capacity() const noexcept -> std::uint64_t { return memory.size(); }
};

struct session_table {
  [[nodiscard]] auto slot_size() const noexcept -> std::uint64_t { return 128; }
  [[nodiscard]] auto slots() const noexcept -> std::uint64_t { return 64; }
  [[nodiscard]] auto used_slots() const noexcept -> std::uint64_t { return 3; }
};

auto main() -> int {
  using memscape::group, memscape::leaf;
  static scratch_arena scratch{{}, 100};
  static session_table sessions;
  memscape::registry memory{
      memscape::native_reader{},
      leaf<"scratch_arena", "Scratch Arena">(memscape::arena_source{&scratch}),
      group<"server", "Server">(leaf<"sessions", "Sessions">(memscape::slab_source{&sessions}))};

  auto const snap = memory.collect();
  auto row = [](char const* name, memscape::bytes bytes) {
    std::printf("%-16s %12" PRIu64 "\n", name, bytes.value());
  };
  row("Scratch Arena", snap.at<"scratch_arena">().used);
  row("Server", snap.at<"server">().used);
  row("  Sessions", snap.at<"sessions">().used);
  row("Untracked", snap.untracked().value_or(memscape::bytes{0}));
  row("RSS", snap.process.rss.value_or(memscape::bytes{0}));

  static std::array<char, memscape::sse_json::max_size<decltype(memory)::layout>> frame;
  return memscape::sse_json::write(frame, snap).empty() ? 1 : 0;
}
