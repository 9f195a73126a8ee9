// SPDX-License-Identifier: MIT
#pragma once

// Includes asio: for server.cpp only.
#include <unistd.h>

#include <algorithm>
#include <array>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <chrono>
#include <cstddef>
#include <cstring>
#include <new>
#include <optional>
#include <span>
#include <string_view>
#include <utility>

#include "../runtime.hpp"
#include "handler_memory.hpp"
#include "parse_request.hpp"
#include "responder.hpp"

namespace demo::http {

namespace asio = boost::asio;
using steady = std::chrono::steady_clock;
using socket = asio::basic_stream_socket<asio::ip::tcp, asio::io_context::executor_type>;

class session;

/// What all sessions share, and who hears of them.
class session_owner {
 public:
  runtime& memory;
  responder& answers;
  feed& events;

  virtual void stream_began(session& which) = 0;
  /// The last that is heard of a session: its slot may be used again.
  virtual void ended(session& which) noexcept = 0;

 protected:
  session_owner(runtime& of, responder& by, feed& from) : memory{of}, answers{by}, events{from} {}
  ~session_owner() = default;
};

/// One connection. It lives in a connection slot, holds a buffer slot only while bytes are under way,
/// and waits for readiness with handlers that live inside itself: what a client costs is known.
///
/// A request head is read into the buffer slot, parsed and answered in one go in the scratch arena;
/// what the socket does not take at once moves into the buffer slot, and the arena is free for the
/// next request. A stream's client has no buffer: it is a place in the feed, and is sent from there.
class session {
 public:
  static constexpr auto head_time = std::chrono::seconds{5};
  static constexpr auto idle_time = std::chrono::seconds{30};
  static constexpr auto stalled_time = std::chrono::seconds{60};
  static constexpr auto drain_time = std::chrono::seconds{1};

  session(socket accepted, session_owner& owner) : socket_{std::move(accepted)}, owner_{owner} {
    deadline_ = steady::now() + head_time;
  }
  session(session const&) = delete;

  /// Starts to serve; the session says by `ended` when it is over.
  void start() { wait_to_read(); }

  [[nodiscard]] auto streams() const noexcept -> bool { return phase_ == phase::streaming; }

  [[nodiscard]] auto streams_in_full() const noexcept -> bool { return stream_ && stream_->full; }

  /// Sends a stream's client what is new for it, straight from the feed, as far as the socket takes it.
  void send_events() {
    if (phase_ != phase::streaming || writes_.waiting) return;
    for (;;) {
      std::array<asio::const_buffer, 16> parts;
      std::size_t count = 0;
      std::size_t size = 0;
      auto next = owner_.events.view(*stream_);
      for (auto ahead = *stream_; !next.text.empty(); next = owner_.events.view(ahead)) {
        parts[count++] = asio::buffer(next.text.data(), next.text.size());
        size += next.text.size();
        if (count == parts.size()) break;
        owner_.events.advance(ahead, next.text.size());
      }
      // The rest of an event that went out in part is gone: the client has to come anew.
      if (next.state == memscape::frame_state::cut) return close();
      if (count == 0) return;
      boost::system::error_code error;
      auto const sent = write_some(std::span<asio::const_buffer const>{parts.data(), count}, error);
      if (error) return close();
      auto left = sent;
      for (auto const& part : std::span{parts.data(), count}) {
        auto const of_part = std::min(left, part.size());
        owner_.events.advance(*stream_, of_part);
        left -= of_part;
        if (left == 0) break;
      }
      if (sent == size) continue;
      // Only a client that has something to take can be late.
      if (sent > 0 || deadline_ == never) deadline_ = steady::now() + stalled_time;
      return wait_to_write();
    }
  }

  /// Ends the session when its time is over.
  void check(steady::time_point now) {
    if (phase_ == phase::closed || now < deadline_) return;
    if (phase_ == phase::reading && filled_ > 0) {
      refuse(problem::too_slow);
    } else {
      close();
    }
  }

  void close() noexcept {
    if (phase_ == phase::closed) return;
    phase_ = phase::closed;
    boost::system::error_code ignored;
    socket_.close(ignored);
    release_buffer();
    file_ = {};
    // Handlers that still wait are told so, and only then may the slot go.
    if (!reads_.waiting && !writes_.waiting) owner_.ended(*this);
  }

  std::size_t place = 0;         // in the owner's list of sessions
  std::size_t stream_place = 0;  // in its list of streams

 private:
  static constexpr auto never = steady::time_point::max();

  enum class phase : unsigned char { reading, writing, streaming, draining, closed };

  struct direction {
    handler_memory memory;
    bool waiting = false;
  };

  // The handler of a wait. Its memory is the session's own.
  template <void (session::*Then)()>
  struct ready {
    using allocator_type = handler_allocator<void>;

    [[nodiscard]] auto get_allocator() const noexcept -> allocator_type {
      return allocator_type{which->memory};
    }
    void operator()(boost::system::error_code error) const {
      which->waiting = false;
      if (self->phase_ == phase::closed) {
        if (!self->reads_.waiting && !self->writes_.waiting) self->owner_.ended(*self);
      } else if (error) {
        self->close();
      } else {
        (self->*Then)();
      }
    }

    session* self;
    direction* which;
  };

  void wait_to_read() {
    if (phase_ == phase::closed || reads_.waiting) return;
    reads_.waiting = true;
    socket_.async_wait(socket::wait_read, ready<&session::on_readable>{this, &reads_});
  }
  void wait_to_write() {
    if (phase_ == phase::closed || writes_.waiting) return;
    writes_.waiting = true;
    socket_.async_wait(socket::wait_write, ready<&session::on_writable>{this, &writes_});
  }

  void on_readable() {
    switch (phase_) {
      case phase::reading: return read_request();
      case phase::streaming:
      case phase::draining: return discard_input();
      case phase::writing:
      case phase::closed: return;
    }
  }

  void on_writable() {
    if (!streams()) return flush();
    deadline_ = never;
    send_events();
  }

  // Zero bytes mean "not now", or that the session is closed.
  auto read_some(char* into, std::size_t size) -> std::size_t {
    boost::system::error_code error;
    auto const count = socket_.read_some(asio::buffer(into, size), error);
    if (!error) return count;
    if (error == asio::error::would_block || error == asio::error::try_again) {
      wait_to_read();
    } else {
      close();
    }
    return 0;
  }

  void read_request() {
    if (!take_buffer()) return refuse(problem::busy);
    auto const before = filled_;
    auto const count = read_some(buffer_ + filled_, aio_slabs::buffer_size - filled_);
    if (count == 0) {
      if (filled_ == 0) release_buffer();
      return;
    }
    // The clock runs from a request's first byte to its last: sending slowly gains nothing.
    if (before == 0) deadline_ = steady::now() + head_time;
    filled_ += count;

    skip_empty_line();
    std::string_view const input{buffer_, filled_};
    constexpr std::string_view empty_line = "\r\n\r\n";
    auto const from = filled_ - std::min(filled_, count + empty_line.size());
    bool const second_empty_line = skipped_line_ && input.starts_with('\r');
    if (second_empty_line || is_spoiled(input, from)) return refuse(problem::bad_request);
    auto const end = input.find(empty_line, from);
    if (end == std::string_view::npos) {
      if (filled_ == aio_slabs::buffer_size) return refuse(problem::head_too_large);
      return wait_to_read();
    }
    auto const head_size = end + empty_line.size();
    answer(input.substr(0, head_size), head_size == filled_);
  }

  // RFC 9112, 2.2: one empty line before a request is nothing; some clients end a body with one.
  void skip_empty_line() noexcept {
    constexpr std::string_view line = "\r\n";
    if (skipped_line_ || !std::string_view{buffer_, filled_}.starts_with(line)) return;
    skipped_line_ = true;
    filled_ -= line.size();
    std::memmove(buffer_, buffer_ + line.size(), filled_);
  }

  void answer(std::string_view head, bool is_last) {
    auto& arena = owner_.memory.scratch;
    // Before the request and not behind it: until the next one the arena shows what the last one took.
    arena.reset();
    response reply;
    auto bad = problem::none;
    try {
      // The parser's fields lie in the arena: it has to go before the next reset.
      request_parser parser{arena};
      bad = parser.parse(head);
      if (bad == problem::none) {
        auto asked = parser.request();
        // Who sends the next request before this one's response, or a body, has to connect anew.
        if (!is_last) asked.keep_alive = false;
        reply = owner_.answers.respond(asked);
      }
    } catch (std::bad_alloc const&) {
      bad = problem::head_too_large;
    }
    if (bad != problem::none) return refuse(bad);
    start_response(std::move(reply));
  }

  void refuse(problem what) {
    owner_.memory.scratch.reset();
    start_response(owner_.answers.refuse(what));
  }

  void start_response(response reply) {
    // The request is answered; from here on the buffer, if needed, holds output.
    release_buffer();
    skipped_line_ = false;
    phase_ = phase::writing;
    deadline_ = steady::now() + idle_time;
    keep_alive_ = reply.keep_alive;
    stream_ = reply.stream;
    file_ = std::move(reply.file);
    file_left_ = file_ ? reply.file_size : 0;
    if (!write(reply.text)) return;
    if (buffer_ == nullptr) flush();
  }

  // Sends what the socket takes and keeps the rest. False when the session had to be closed.
  auto write(std::string_view text) -> bool {
    boost::system::error_code error;
    auto const sent = write_some(asio::buffer(text.data(), text.size()), error);
    if (error) {
      close();
      return false;
    }
    if (sent == text.size()) return true;
    text.remove_prefix(sent);
    if (text.size() > aio_slabs::buffer_size || !take_buffer()) {
      close();
      return false;
    }
    std::memcpy(buffer_, text.data(), text.size());
    filled_ = text.size();
    written_ = 0;
    wait_to_write();
    return true;
  }

  template <class Buffers>
  auto write_some(Buffers const& text, boost::system::error_code& error) -> std::size_t {
    auto const sent = socket_.write_some(text, error);
    if (error == asio::error::would_block || error == asio::error::try_again) {
      error.clear();
      return 0;
    }
    return error ? 0 : sent;
  }

  // Sends what is kept, then the file through the same buffer, then goes on as the response says.
  void flush() {
    while (true) {
      if (written_ < filled_) {
        boost::system::error_code error;
        auto const sent = write_some(asio::buffer(buffer_ + written_, filled_ - written_), error);
        if (error) return close();
        if (sent == 0) return wait_to_write();
        written_ += sent;
        deadline_ = steady::now() + idle_time;
      } else if (file_left_ > 0) {
        if (!take_buffer()) return close();
        auto const size = std::min<std::uint64_t>(file_left_, aio_slabs::buffer_size);
        auto const count = ::read(file_.get(), buffer_, size);
        // The file became shorter: the promised length cannot be kept, and the client must see that.
        if (count <= 0) return close();
        filled_ = static_cast<std::size_t>(count);
        written_ = 0;
        file_left_ -= filled_;
      } else {
        break;
      }
    }
    release_buffer();
    file_ = {};
    if (phase_ == phase::writing) after_response();
  }

  void after_response() {
    if (stream_) {
      phase_ = phase::streaming;
      deadline_ = never;
      wait_to_read();
      owner_.stream_began(*this);
    } else if (keep_alive_) {
      phase_ = phase::reading;
      deadline_ = steady::now() + idle_time;
      wait_to_read();
    } else {
      drain();
    }
  }

  // Closing with unread input would reset the connection, and the response with it.
  void drain() {
    phase_ = phase::draining;
    deadline_ = steady::now() + drain_time;
    boost::system::error_code error;
    socket_.shutdown(socket::shutdown_send, error);
    if (error) return close();
    wait_to_read();
  }

  void discard_input() {
    char sink[1024];
    // Whoever floods a stream or a finished connection is cut off.
    if (auto const count = read_some(sink, sizeof sink); count > 0) {
      discarded_ += static_cast<std::uint32_t>(count);
      if (discarded_ > 64 * 1024) return close();
      wait_to_read();
    }
  }

  auto take_buffer() noexcept -> bool {
    if (buffer_ == nullptr) buffer_ = static_cast<char*>(owner_.memory.aio.buffers.allocate());
    return buffer_ != nullptr;
  }
  void release_buffer() noexcept {
    if (buffer_ != nullptr) owner_.memory.aio.buffers.deallocate(buffer_);
    buffer_ = nullptr;
    filled_ = written_ = 0;
  }

  socket socket_;
  session_owner& owner_;
  direction reads_;
  direction writes_;
  steady::time_point deadline_;
  char* buffer_ = nullptr;
  std::size_t filled_ = 0;
  std::size_t written_ = 0;
  descriptor file_;
  std::uint64_t file_left_ = 0;
  std::uint32_t discarded_ = 0;
  phase phase_ = phase::reading;
  bool keep_alive_ = false;
  bool skipped_line_ = false;  // before the request that is being read
  std::optional<feed::place> stream_;
};

static_assert(sizeof(session) <= aio_slabs::connection_size);

}  // namespace demo::http
