// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <memscape/exporters/stream/event_id.hpp>
#include <memscape/exporters/stream/frame.hpp>
#include <memscape/exporters/stream/frame_cursor.hpp>
#include <memscape/exporters/common/stream_id.hpp>
#include <span>
#include <string_view>

namespace memscape::inline v0 {

/// The last frames of a stream, encoded once for every client. It knows no socket and no client: a
/// client is a cursor of 16 bytes, and one that stays behind costs nothing and delays nobody; when its
/// frames are gone it goes on at the latest keyframe, which the ring always holds.
///
///     memscape::delta_stream<layout> stream{memscape::stream_id{random}};
///     memscape::frame_ring<64, stream.max_size> ring;
///
///     ring.publish_next(stream, buffer, memory.collect(), now_ms);     // the producer, at every tick
///
///     auto cursor = ring.resume(last_event_id, stream.id());           // per client, when it comes
///     auto const frame = ring.view(cursor);                            // and where it has room
///     ring.advance(cursor, send(socket, frame.text));
///
/// Errors: a frame larger than a slot is not published. Cost: one copy a frame; 16 bytes a client; no
/// allocation, no lock.
/// Threads: one producer. `view` and `advance` on its thread, or under a lock that it publishes under;
/// all else on any thread.
template <std::size_t Slots, std::size_t SlotSize>
class frame_ring {
  static_assert(Slots >= 2, "memscape: give the ring at least two slots: one holds the keyframe.");

 public:
  /// What one frame may need: what `copy` asks for. Units: bytes.
  static constexpr std::size_t slot_size = SlotSize;

  /// The producer's tick: has the stream encode the snapshot into `buffer`, with a keyframe where the ring
  /// needs one, and publishes the frame. Returns its kind; `none` publishes nothing.
  template <class Stream, class Snapshot>
  auto publish_next(Stream& stream, std::span<char> buffer, Snapshot const& snap,
                    std::uint64_t now_ms) noexcept -> frame_kind {
    if (needs_keyframe()) stream.request_keyframe();
    auto const next = stream.next(buffer, snap, now_ms);
    publish(next);
    return next.kind;
  }

  /// Whether the next frame has to be a keyframe, because it takes the place of the latest one.
  [[nodiscard]] auto needs_keyframe() const noexcept -> bool {
    auto const keyframe = keyframe_.load(std::memory_order_relaxed);
    return keyframe == 0 || last_.load(std::memory_order_relaxed) + 1 - keyframe >= Slots - 1;
  }

  /// Puts a frame behind the last one; kind `none` is nothing.
  void publish(frame const& from) noexcept {
    if (from.kind == frame_kind::none || from.text.empty() || from.text.size() > SlotSize) return;
    auto const number = last_.load(std::memory_order_relaxed) + 1;
    auto& into = slot_of(number);
    // A reader that meets any new word must not find the old number behind it: release, acquire.
    into.number.store(0, std::memory_order_relaxed);
    into.sequence.store(from.sequence, std::memory_order_release);
    into.kind.store(from.kind, std::memory_order_release);
    into.size.store(from.text.size(), std::memory_order_release);
    for (std::size_t at = 0; at < from.text.size(); at += sizeof(word)) {
      word bits = 0;
      std::memcpy(&bits, from.text.data() + at, (std::min)(sizeof bits, from.text.size() - at));
      std::atomic_ref{into.words[at / sizeof(word)]}.store(bits, std::memory_order_release);
    }
    into.number.store(number, std::memory_order_release);
    if (from.kind == frame_kind::keyframe) keyframe_.store(number, std::memory_order_release);
    last_.store(number, std::memory_order_release);
  }

  /// Where a new client begins: the latest keyframe, and what came behind it.
  [[nodiscard]] auto join() const noexcept -> frame_cursor {
    auto const keyframe = keyframe_.load(std::memory_order_acquire);
    return {.next = keyframe != 0 ? keyframe : 1};
  }

  /// Where a client goes on that names the last frame it has: behind that one where the ring still holds
  /// it, else as a new one. The id of another run never matches.
  [[nodiscard]] auto resume(event_id last, stream_id stream) const noexcept -> frame_cursor {
    if (last.stream != stream) return join();
    auto const next = last_.load(std::memory_order_acquire) + 1;
    auto const oldest = next > Slots ? next - Slots : 1;
    for (auto number = next - 1; number >= oldest; --number) {
      auto& slot = slot_of(number);
      bool const here = slot.sequence.load(std::memory_order_acquire) == last.sequence &&
                        slot.kind.load(std::memory_order_acquire) != frame_kind::alive &&
                        holds(number);
      if (here) return {.next = number + 1};
    }
    return join();
  }

  /// The same for what a client sent as `Last-Event-ID`, which may be empty or rubbish. A page that opened
  /// its stream anew cannot set headers and sends it as a query parameter instead; where both are there
  /// the header is the later one.
  [[nodiscard]] auto resume(std::string_view last_event_id, stream_id stream) const noexcept
      -> frame_cursor {
    auto const last = event_id::parse(last_event_id);
    return last ? resume(*last, stream) : join();
  }

  /// Whether there is something to send at a cursor.
  [[nodiscard]] auto has_next(frame_cursor const& at) const noexcept -> bool {
    return at.next <= last_.load(std::memory_order_acquire);
  }

  /// What to send a client next, in place. Valid until the next `publish`.
  [[nodiscard]] auto view(frame_cursor& at) const noexcept -> frame_view {
    if (!has_next(at)) return {};
    auto state = frame_state::ready;
    if (!holds(at.next)) {
      if (at.offset != 0) return {.state = frame_state::cut};
      at = join();
      if (!holds(at.next)) return {};
      state = frame_state::skipped;
    }
    auto const& slot = slot_of(at.next);
    auto const* const chars = reinterpret_cast<char const*>(slot.words.data());
    auto const size = slot.size.load(std::memory_order_relaxed);
    return {state, std::string_view{chars, size}.substr(at.offset)};
  }

  /// Notes that `sent` characters of the view went out.
  void advance(frame_cursor& at, std::size_t sent) const noexcept {
    at.offset += static_cast<std::uint32_t>(sent);
    if (at.offset < slot_of(at.next).size.load(std::memory_order_relaxed)) return;
    at = {.next = at.next + 1};
  }

  /// Copies a client's next frame out, whole, and moves the cursor behind it: for clients on other threads
  /// than the producer's. `out` has to hold `SlotSize` characters.
  [[nodiscard]] auto copy(frame_cursor& at, std::span<char, SlotSize> out) const noexcept
      -> frame_view {
    if (!has_next(at)) return {};
    auto state = frame_state::ready;
    for (;;) {
      if (auto const size = copy_out(at.next, out)) {
        ++at.next;
        return {state, {out.data(), size}};
      }
      // Overwritten, before or while it was read.
      auto const keyframe = join();
      if (keyframe.next == at.next) return {};
      at = keyframe;
      state = frame_state::skipped;
    }
  }

 private:
  using word = std::uint64_t;

  struct slot_memory {
    std::atomic<std::uint64_t> number{0};  // 0 while it is written
    std::atomic<std::uint64_t> sequence{0};
    std::atomic<std::size_t> size{0};
    std::atomic<frame_kind> kind{frame_kind::none};
    mutable std::array<word, (SlotSize + sizeof(word) - 1) / sizeof(word)> words{};
  };

  // The size of the frame; 0 when it is not, or no longer, this one. No frame is empty.
  [[nodiscard]] auto copy_out(std::uint64_t number, std::span<char, SlotSize> out) const noexcept
      -> std::size_t {
    if (!holds(number)) return 0;
    auto const& slot = slot_of(number);
    auto const size = (std::min)(slot.size.load(std::memory_order_acquire), SlotSize);
    for (std::size_t done = 0; done < size; done += sizeof(word)) {
      auto const bits =
          std::atomic_ref{slot.words[done / sizeof(word)]}.load(std::memory_order_acquire);
      std::memcpy(out.data() + done, &bits, (std::min)(sizeof bits, size - done));
    }
    return holds(number) ? size : 0;
  }

  [[nodiscard]] auto holds(std::uint64_t number) const noexcept -> bool {
    return slot_of(number).number.load(std::memory_order_acquire) == number;
  }
  [[nodiscard]] auto slot_of(std::uint64_t number) const noexcept -> slot_memory const& {
    return slots_[number % Slots];
  }
  [[nodiscard]] auto slot_of(std::uint64_t number) noexcept -> slot_memory& {
    return slots_[number % Slots];
  }

  // All zero at the start, so that a static one stands in .bss.
  std::array<slot_memory, Slots> slots_{};
  std::atomic<std::uint64_t> last_{0};  // 0 before the first
  std::atomic<std::uint64_t> keyframe_{0};
};

}  // namespace memscape::inline v0
