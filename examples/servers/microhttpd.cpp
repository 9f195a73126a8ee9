// SPDX-License-Identifier: MIT
// memscape in a server of libmicrohttpd: one thread serves every viewer from the ring in place, and a
// viewer that waits for the next frame is suspended. The main thread publishes.
#include <arpa/inet.h>
#include <microhttpd.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <array>
#include <cstdint>
#include <cstdio>
#include <memscape/exporters/delta_stream.hpp>
#include <memscape/exporters/frame_ring.hpp>
#include <memscape/exporters/sse_json.hpp>
#include <mutex>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "toy.hpp"

namespace {

using memscape::frame_state;
using memscape::sse_json;
using stream_type = memscape::delta_stream<toy::layout>;
constexpr std::size_t frame_size = stream_type::max_size;

struct feed {
  toy::runtime runtime;
  stream_type stream{toy::random_stream_id()};
  std::array<char, sse_json::max_layout_size<toy::layout>> layout_buffer{};
  std::string_view layout;
  // The mutex makes two threads one to the ring, which is then read in place.
  std::mutex mutex;
  memscape::frame_ring<64, frame_size> ring;
  std::array<char, frame_size> buffer;
  std::vector<MHD_Connection*> waiting;
  bool stopping = false;

  void publish(memscape::snapshot<toy::layout> const& snap, std::uint64_t now_ms) {
    std::lock_guard const lock{mutex};
    ring.publish_next(stream, buffer, snap, now_ms);
    wake();
  }
  void stop() {
    std::lock_guard const lock{mutex};
    stopping = true;
    wake();
  }

 private:
  void wake() {
    for (auto* const connection : waiting) MHD_resume_connection(connection);
    waiting.clear();
  }
};

struct viewer {
  feed& of;
  MHD_Connection* connection;
  memscape::frame_cursor at;
  std::string_view layout;  // what is left to send of it
};

auto read(void* argument, std::uint64_t, char* out, std::size_t room) -> ssize_t {
  auto& self = *static_cast<viewer*>(argument);
  auto& of = self.of;
  std::lock_guard const lock{of.mutex};
  if (of.stopping) return MHD_CONTENT_READER_END_OF_STREAM;
  auto text = self.layout;
  if (text.empty()) {
    auto const next = of.ring.view(self.at);
    if (next.state == frame_state::cut) return MHD_CONTENT_READER_END_WITH_ERROR;
    if (next.state == frame_state::idle) {
      MHD_suspend_connection(self.connection);
      of.waiting.push_back(self.connection);
      return 0;
    }
    text = next.text;
  }
  auto const size = text.copy(out, room);
  self.layout.empty() ? of.ring.advance(self.at, size) : self.layout.remove_prefix(size);
  return static_cast<ssize_t>(size);
}

auto text_of(MHD_Connection* connection, MHD_ValueKind kind, char const* name) -> std::string_view {
  auto const* const value = MHD_lookup_connection_value(connection, kind, name);
  return value != nullptr ? value : "";
}

auto events(feed& of, MHD_Connection* connection) -> MHD_Response* {
  // A browser's header is newer than the query of the address that it reconnects to.
  auto text = text_of(connection, MHD_HEADER_KIND, "Last-Event-ID");
  if (text.empty()) text = text_of(connection, MHD_GET_ARGUMENT_KIND, "last_event_id");
  auto const at = of.ring.resume(text, of.stream.id());
  return MHD_create_response_from_callback(MHD_SIZE_UNKNOWN, frame_size, read,
                                           new viewer{of, connection, at, of.layout},
                                           [](void* which) { delete static_cast<viewer*>(which); });
}

auto text(std::string_view text) -> MHD_Response* {
  return MHD_create_response_from_buffer(text.size(), const_cast<char*>(text.data()),
                                         MHD_RESPMEM_MUST_COPY);
}

auto answer(void* argument, MHD_Connection* connection, char const* url, char const*, char const*,
            char const*, std::size_t*, void**) -> MHD_Result {
  auto& of = *static_cast<feed*>(argument);
  auto const send = [&](unsigned status, MHD_Response* response, std::string_view type) {
    for (auto const& [name, value] : {std::pair{"Content-Type", type},
                                      {"Cache-Control", sse_json::cache_control},
                                      {"X-Accel-Buffering", sse_json::accel_buffering}}) {
      MHD_add_response_header(response, name, std::string{value}.c_str());
    }
    auto const result = MHD_queue_response(connection, status, response);
    MHD_destroy_response(response);
    return result;
  };
  std::string_view const path = url;
  if (path == "/events") return send(MHD_HTTP_OK, events(of, connection), sse_json::content_type);
  if (path == "/memory.json") {
    std::array<char, sse_json::max_size<toy::layout>> buffer;
    // A registry of its own: the other one belongs to the main thread.
    auto const json = sse_json::write_data(buffer, of.runtime.memory().collect());
    return send(MHD_HTTP_OK, text(json), "application/json");
  }
  if (path == "/healthz") return send(MHD_HTTP_OK, text("ok\n"), "text/plain");
  return send(MHD_HTTP_NOT_FOUND, text("no such path\n"), "text/plain");
}

}  // namespace

auto main(int argc, char** argv) -> int {
  toy::ticker ticker;
  auto const chosen = toy::parse_options(argc, argv);
  feed feed;
  auto memory = feed.runtime.memory();
  feed.layout = sse_json::write_layout<toy::layout>(
      feed.layout_buffer, feed.stream.id(), static_cast<std::uint64_t>(chosen.interval.count()));

  sockaddr_in where{};
  where.sin_family = AF_INET;
  where.sin_port = htons(chosen.port);
  where.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  auto* const daemon = MHD_start_daemon(
      MHD_USE_EPOLL_INTERNAL_THREAD | MHD_USE_SUSPEND_RESUME, chosen.port, nullptr, nullptr, answer,
      &feed, MHD_OPTION_SOCK_ADDR, &where, MHD_OPTION_CONNECTION_TIMEOUT, 5U, MHD_OPTION_END);
  if (daemon == nullptr) return std::fprintf(stderr, "cannot listen on port %d\n", chosen.port), 2;
  // Connections inherit it. What a viewer does not read waits in the kernel, where nobody counts it.
  int const send_buffer = 16 * 1024;
  auto const* const listening = MHD_get_daemon_info(daemon, MHD_DAEMON_INFO_LISTEN_FD);
  ::setsockopt(listening->listen_fd, SOL_SOCKET, SO_SNDBUF, &send_buffer, sizeof send_buffer);
  std::printf("listening on http://127.0.0.1:%d/\n",
              MHD_get_daemon_info(daemon, MHD_DAEMON_INFO_BIND_PORT)->port);
  std::fflush(stdout);

  while (auto const now_ms = ticker.next(chosen.interval)) {
    feed.runtime.work();
    feed.publish(memory.collect(), *now_ms);
  }
  feed.stop();
  MHD_stop_daemon(daemon);
}
