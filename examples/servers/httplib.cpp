// SPDX-License-Identifier: MIT
// memscape in a server of cpp-httplib: the main thread publishes frames, and each viewer has a thread
// that copies them out.
#include <httplib.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <array>
#include <condition_variable>
#include <cstdint>
#include <cstdio>
#include <latch>
#include <memscape/exporters/delta_stream.hpp>
#include <memscape/exporters/frame_ring.hpp>
#include <memscape/exporters/sse_json.hpp>
#include <mutex>
#include <span>
#include <string>
#include <string_view>
#include <thread>
#include <utility>

#include "toy.hpp"

namespace {

using memscape::sse_json;
using stream_type = memscape::delta_stream<toy::layout>;
constexpr std::size_t frame_size = stream_type::max_size;
constexpr std::size_t most_viewers = 32;

/// The frames, and where viewers wait for the next one.
struct feed {
  stream_type stream{toy::random_stream_id()};
  memscape::frame_ring<64, frame_size> ring;
  std::mutex mutex;
  std::condition_variable changed;
  std::array<char, frame_size> buffer;
  bool stopping = false;

  void publish(memscape::snapshot<toy::layout> const& snap, std::uint64_t now_ms) {
    ring.publish_next(stream, buffer, snap, now_ms);
    std::lock_guard const lock{mutex};
    changed.notify_all();
  }

  void stop() {
    std::lock_guard const lock{mutex};
    stopping = true;
    changed.notify_all();
  }

  // The text stays in `out`; empty when the server stops.
  auto wait_for_next(memscape::frame_cursor& at, std::span<char, frame_size> out)
      -> std::string_view {
    for (;;) {
      if (auto const next = ring.copy(at, out); !next.text.empty()) return next.text;
      std::unique_lock lock{mutex};
      changed.wait(lock, [&] { return stopping || ring.has_next(at); });
      if (stopping) return {};
    }
  }
};

// A browser's header is newer than the query of the address that it reconnects to.
auto first_cursor(feed const& of, httplib::Request const& request) -> memscape::frame_cursor {
  return of.ring.resume(request.has_header("Last-Event-ID")
                            ? request.get_header_value("Last-Event-ID")
                            : request.get_param_value("last_event_id"),
                        of.stream.id());
}

void set_socket_options(socket_t socket) {
  int const yes = 1;
  ::setsockopt(socket, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
  // Connections inherit it. What a viewer does not read waits in the kernel, where nobody counts it.
  int const send_buffer = 16 * 1024;
  ::setsockopt(socket, SOL_SOCKET, SO_SNDBUF, &send_buffer, sizeof send_buffer);
}

}  // namespace

auto main(int argc, char** argv) -> int {
  toy::ticker ticker;
  auto const chosen = toy::parse_options(argc, argv);
  toy::runtime runtime;
  auto memory = runtime.memory();
  feed feed;
  std::array<char, sse_json::max_layout_size<toy::layout>> layout_buffer;
  std::string_view const layout = sse_json::write_layout<toy::layout>(
      layout_buffer, feed.stream.id(), static_cast<std::uint64_t>(chosen.interval.count()));

  httplib::Server server;
  server.set_socket_options(set_socket_options);
  server.set_tcp_nodelay(true);
  server.set_default_headers({{"Cache-Control", std::string{sse_json::cache_control}},
                              {"X-Accel-Buffering", std::string{sse_json::accel_buffering}}});
  server.set_keep_alive_max_count(1);  // an idle connection would keep its thread

  server.Get("/events", [&](httplib::Request const& request, httplib::Response& response) {
    auto next = [&feed, layout, begun = false, at = first_cursor(feed, request)](
                    std::size_t, httplib::DataSink& sink) mutable {
      std::array<char, frame_size> buffer;
      auto const text = std::exchange(begun, true) ? feed.wait_for_next(at, buffer) : layout;
      // False closes. A viewer that takes nothing for 5 s, the write timeout, is closed as well.
      return !text.empty() && sink.write(text.data(), text.size());
    };
    // The chunked provider would compress, and hold frames back meanwhile.
    response.set_content_provider(std::string{sse_json::content_type}, std::move(next));
  });
  server.Get("/memory.json", [&](httplib::Request const&, httplib::Response& response) {
    std::array<char, sse_json::max_size<toy::layout>> buffer;
    // A registry of its own: the other one belongs to the main thread.
    auto const text = sse_json::write_data(buffer, runtime.memory().collect());
    response.set_content(text.data(), text.size(), "application/json");
  });
  server.Get("/healthz", [](httplib::Request const&, httplib::Response& response) {
    response.set_content("ok\n", "text/plain");
  });

  int port = chosen.port;
  if (port == 0) {
    port = server.bind_to_any_port("127.0.0.1");
  } else if (!server.bind_to_port("127.0.0.1", port)) {
    port = -1;
  }
  if (port < 0) return std::fprintf(stderr, "cannot listen on port %d\n", chosen.port), 2;
  std::latch running{1};
  server.new_task_queue = [&] {
    running.count_down();
    return new httplib::ThreadPool{most_viewers};
  };
  std::thread serving{[&] { server.listen_after_bind(); }};
  running.wait();  // a stop before that is forgotten
  std::printf("listening on http://127.0.0.1:%d/\n", port);
  std::fflush(stdout);

  while (auto const now_ms = ticker.next(chosen.interval)) {
    runtime.work();
    feed.publish(memory.collect(), *now_ms);
  }
  feed.stop();
  server.stop();
  serving.join();
}
