// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <span>
#include <string_view>

#include <memscape/exporters/sse_json.hpp>

#include "runtime.hpp"

namespace demo {

/// Everything the server sends about memory, ready encoded. It knows no socket and no client: a frame
/// is written once, and whoever is connected gets the same bytes.
class feed {
 public:
  using layout = memory_registry::layout;
  static constexpr std::size_t max_frame = memscape::sse_json::max_size<layout>;
  static constexpr std::size_t max_layout = memscape::sse_json::max_layout_size<layout>;

  feed(runtime const& of, std::uint64_t id, std::chrono::milliseconds interval)
      : stream_{make_memory(of)}, single_{make_memory(of)}, id_{id} {
    layout_ = memscape::sse_json::write_layout<layout>(
        layout_buffer_, id_, static_cast<std::uint64_t>(interval.count()));
    tick();
  }
  feed(feed const&) = delete;

  /// Collects and encodes the stream's next frame.
  void tick() noexcept {
    frame_ = memscape::sse_json::write(frame_buffer_, stream_.collect(), id_);
  }

  /// The event that a stream begins with.
  [[nodiscard]] auto layout_frame() const noexcept -> std::string_view { return layout_; }
  /// The stream's latest frame; valid until the next tick.
  [[nodiscard]] auto frame() const noexcept -> std::string_view { return frame_; }

  /// A snapshot of this very moment as JSON. It has a registry, and with it a sequence, of its own, so
  /// that looking once does not leave a gap in everybody's stream.
  [[nodiscard]] auto snapshot_json(std::span<char> out) noexcept -> std::string_view {
    return memscape::sse_json::write_data(out, single_.collect());
  }

 private:
  memory_registry stream_;
  memory_registry single_;
  memscape::stream_id id_;
  std::array<char, max_layout> layout_buffer_;
  std::array<char, max_frame> frame_buffer_;
  std::string_view layout_;
  std::string_view frame_;
};

}  // namespace demo
