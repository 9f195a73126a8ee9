// SPDX-License-Identifier: MIT
// Boost 1.74's asio uses std::exchange in C++20 without including it.
#include <utility>

#include <sys/resource.h>
#include <unistd.h>

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/steady_timer.hpp>
#include <chrono>
#include <csignal>
#include <random>
#include <stdexcept>
#include <string>
#include <system_error>
#include <vector>

#include "audit_thread.hpp"
#include "console.hpp"
#include "feed.hpp"
#include "http/host_rule.hpp"
#include "http/responder.hpp"
#include "http/session.hpp"
#include "http/static_files.hpp"
#include "program_thread.hpp"
#include "server.hpp"
#include "watchdog.hpp"

namespace demo {

namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using error_code = boost::system::error_code;

auto address_of(std::string const& host) -> asio::ip::address {
  if (host == "localhost") return asio::ip::address_v4::loopback();
  error_code error;
  auto const address = asio::ip::make_address(host, error);
  if (error) {
    throw std::runtime_error{"--host takes an IP address such as 127.0.0.1 or ::1, not '" + host +
                             "'"};
  }
  return address;
}

auto name_in_url(asio::ip::address const& address) -> std::string {
  return address.is_v6() ? "[" + address.to_string() + "]" : address.to_string();
}

// Standard streams, the listening socket, epoll, timers, /proc, the folder, and a file per client.
void allow_descriptors(std::size_t clients) {
  rlimit limit{};
  ::getrlimit(RLIMIT_NOFILE, &limit);
  rlim_t const needed = 2 * clients + 64;
  if (limit.rlim_cur >= needed) return;
  limit.rlim_cur = std::min(needed, limit.rlim_max);
  ::setrlimit(RLIMIT_NOFILE, &limit);
  if (limit.rlim_cur < clients + 64) {
    throw std::runtime_error{"--clients " + std::to_string(clients) +
                             " needs more open files than this system allows (" +
                             std::to_string(limit.rlim_max) + "): pass a smaller number"};
  }
}

auto random_id() -> std::uint64_t {
  std::random_device device;
  return std::uint64_t{device()} << 32 | device();
}

}  // namespace

class server::loop final : private http::session_owner {
 public:
  loop(options const& chosen, std::string const& dashboard, runtime& of, programs& scripts)
      : session_owner{of, responder_, feed_},
        programs_{scripts, chosen.time_limit},
        files_{dashboard},
        acceptor_{listen(io_, chosen)},
        hosts_{acceptor_.local_endpoint().port()},
        feed_{of, random_id(), chosen.interval},
        responder_{of.scratch, feed_, files_, hosts_, [this] { audits_.request(); }},
        audits_{of, chosen.ledger, [this] { asio::post(io_, [this] { audits_.serve(); }); },
                [this](memory_ledger const& made) { publish(made); }},
        interval_{chosen.interval} {
    allow_descriptors(chosen.clients);
    auto const address = acceptor_.local_endpoint().address();
    for (auto const* name : {"localhost", "127.0.0.1", "[::1]"}) hosts_.allow(name);
    hosts_.allow(name_in_url(address));
    if (address.is_unspecified()) hosts_.allow_addresses();
    sessions_.reserve(chosen.clients);
    streams_.reserve(chosen.clients);
  }

  auto url() const -> std::string {
    auto const where = acceptor_.local_endpoint();
    return "http://" + name_in_url(where.address()) + ":" + std::to_string(where.port()) + "/";
  }

  void run() {
    signals_.async_wait([this](error_code error, int) {
      if (!error) stop();
    });
    accept();
    frame_timer_.expires_after(interval_);
    wait_for_frame();
    start_programs();
    watch_timer_.expires_after(watchdog::tick);
    wait_for_watch();
    wait_for_sweep();
    start_audits();
    io_.run();
  }

 private:
  using session = http::session;

  static auto listen(asio::io_context& io, options const& chosen) -> tcp::acceptor {
    tcp::endpoint const where{address_of(chosen.host), chosen.port};
    tcp::acceptor acceptor{io};
    error_code error;
    acceptor.open(where.protocol(), error);
    if (!error) acceptor.set_option(tcp::acceptor::reuse_address{true}, error);
    if (!error) acceptor.bind(where, error);
    if (!error) acceptor.listen(1024, error);
    if (!error) acceptor.non_blocking(true, error);
    if (error) {
      throw std::runtime_error{"cannot listen on " + name_in_url(where.address()) + " port " +
                               std::to_string(chosen.port) + ": " + error.message() +
                               "; pass another --port, or --port 0 for a free one"};
    }
    return acceptor;
  }

  void accept() {
    acceptor_.async_accept(io_.get_executor(), [this](error_code error, http::socket accepted) {
      if (stopping_) return;
      if (!error) {
        begin(std::move(accepted));
      } else if (error == asio::error::no_descriptors || error == asio::error::no_memory ||
                 error == asio::error::no_buffer_space) {
        // The connection stays in the queue and would be reported again at once.
        accept_timer_.expires_after(std::chrono::milliseconds{100});
        accept_timer_.async_wait([this](error_code) {
          if (!stopping_) accept();
        });
        return;
      }
      accept();
    });
  }

  void begin(http::socket accepted) {
    error_code ignored;
    accepted.non_blocking(true, ignored);
    accepted.set_option(tcp::no_delay{true}, ignored);
    // What a client does not read waits in the kernel, outside of RSS: keep it small.
    accepted.set_option(asio::socket_base::send_buffer_size{16 * 1024}, ignored);
    void* const slot = memory.aio.connections.allocate();
    if (slot == nullptr) return turn_away(accepted);
    auto& added = *::new (slot) session{std::move(accepted), *this};
    added.place = sessions_.size();
    sessions_.push_back(&added);
    added.start();
  }

  void turn_away(http::socket& accepted) {
    memory.scratch.reset();
    auto const reply = answers.refuse(http::problem::busy);
    error_code ignored;
    accepted.write_some(asio::buffer(reply.text.data(), reply.text.size()), ignored);
    accepted.shutdown(http::socket::shutdown_send, ignored);
    // Unread input would turn the close into a reset and the answer into nothing.
    char sink[1024];
    accepted.read_some(asio::buffer(sink), ignored);
  }

  void stream_began(session& which) override {
    which.stream_place = streams_.size();
    streams_.push_back(&which);
    if (which.streams_in_full()) ++streams_in_full_;
    which.send_events();
  }

  void ended(session& which) noexcept override {
    forget(sessions_, which.place, &session::place);
    if (which.stream_place < streams_.size() && streams_[which.stream_place] == &which) {
      forget(streams_, which.stream_place, &session::stream_place);
      if (which.streams_in_full()) --streams_in_full_;
    }
    which.~session();
    memory.aio.connections.deallocate(&which);
  }

  static void forget(std::vector<session*>& list, std::size_t place,
                     std::size_t session::* index) noexcept {
    list[place] = list.back();
    list[place]->*index = place;
    list.pop_back();
  }

  void wait_for_frame() {
    frame_timer_.async_wait([this](error_code) {
      if (stopping_) return;
      feed_.tick(steady::now(), streams_in_full_ > 0);
      // From the end: a session that closes here is replaced by the last, which had its turn.
      for (auto i = streams_.size(); i-- > 0;) streams_[i]->send_events();
      // From the last expiry and not from now, or the rate drifts. A tick that is late by less than an
      // interval comes at once; after a longer pause the ticks that were missed are not made up for.
      auto const now = steady::now();
      auto next = frame_timer_.expiry() + interval_;
      if (next <= now) next += (now - next) / interval_ * interval_;
      frame_timer_.expires_at(next);
      wait_for_frame();
    });
  }

  void start_audits() {
    try {
      audits_.start();
    } catch (std::system_error const& error) {
      print_line(STDERR_FILENO, "demo", std::string{"no ledgers: "} + error.what());
      responder_.without_ledgers(error.what());
    }
  }

  void publish(memory_ledger const& made) {
    feed_.publish(made);
    for (auto i = streams_.size(); i-- > 0;) streams_[i]->send_events();
  }

  void start_programs() {
    try {
      programs_.start();
    } catch (std::system_error const& error) {
      throw std::runtime_error{std::string{"no thread for the programs: "} + error.what() +
                               "; start the demo again when the system allows another"};
    }
  }

  void wait_for_watch() {
    watch_timer_.async_wait([this](error_code) {
      if (stopping_) return;
      auto const now = steady::now();
      programs_.check(now);
      watch_timer_.expires_at(std::max(watch_timer_.expiry() + watchdog::tick, now));
      wait_for_watch();
    });
  }

  void wait_for_sweep() {
    sweep_timer_.expires_after(std::chrono::seconds{1});
    sweep_timer_.async_wait([this](error_code) {
      if (stopping_) return;
      auto const now = steady::now();
      for (auto i = sessions_.size(); i-- > 0;) sessions_[i]->check(now);
      wait_for_sweep();
    });
  }

  // Takes away everything that could be waited for; `run` then returns by itself. A timer that has
  // expired cannot be cancelled any more: its handler looks at `stopping_` instead of its error.
  void stop() {
    stopping_ = true;
    audits_.stop();
    programs_.stop();
    error_code ignored;
    acceptor_.close(ignored);
    frame_timer_.cancel();
    watch_timer_.cancel();
    sweep_timer_.cancel();
    accept_timer_.cancel();
    for (auto i = sessions_.size(); i-- > 0;) sessions_[i]->close();
  }

  // One thread: asio may leave out its locks.
  asio::io_context io_{1};
  program_thread programs_;
  http::static_files files_;
  // Before the port opens: a signal must find us ready as soon as anybody knows of us.
  asio::signal_set signals_{io_, SIGINT, SIGTERM};
  tcp::acceptor acceptor_;
  http::host_rule hosts_;
  feed feed_;
  http::responder responder_;
  audit_thread audits_;
  std::chrono::milliseconds interval_;
  asio::steady_timer frame_timer_{io_};
  asio::steady_timer watch_timer_{io_};
  asio::steady_timer sweep_timer_{io_};
  asio::steady_timer accept_timer_{io_};
  std::vector<session*> sessions_;
  std::vector<session*> streams_;
  std::size_t streams_in_full_ = 0;
  bool stopping_ = false;
};

server::server(options const& chosen, std::string const& dashboard, runtime& memory,
               programs& scripts)
    : loop_{std::make_unique<loop>(chosen, dashboard, memory, scripts)} {}

server::~server() = default;

auto server::url() const -> std::string { return loop_->url(); }

void server::run() { loop_->run(); }

}  // namespace demo
