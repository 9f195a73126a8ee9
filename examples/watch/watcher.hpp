// SPDX-License-Identifier: MIT
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <memscape/exporters/stream_decoder.hpp>
#include <optional>
#include <random>
#include <string>

#include "backoff.hpp"
#include "connection.hpp"
#include "options.hpp"
#include "picture.hpp"
#include "signals.hpp"
#include "terminal.hpp"

namespace watch {

/// Follows one stream and shows it, through any number of connections.
class watcher {
 public:
  watcher(options const& chosen, terminal& out, signals& from_outside);

  [[nodiscard]] auto run() -> exit_status;

 private:
  using clock = std::chrono::steady_clock;

  // Reads one connection until there is no more use in it.
  void read();
  void take(std::string_view bytes);
  void take(memscape::decode_report const& report);
  // Prints the snapshot that was just applied.
  void print();
  // After a connection: whether to make another, and the wait before it.
  void wait_to_connect();
  void end(exit_status status) {
    if (!ended_) ended_ = status;
  }

  void redraw();
  [[nodiscard]] auto link() const -> link_text;
  [[nodiscard]] auto silence() const -> std::chrono::milliseconds;
  // How long a stream may say nothing before it looks dead. The sender says at least that it is alive
  // every 5 s, or every interval when that is longer.
  [[nodiscard]] auto patience() const -> std::chrono::milliseconds;

  options const& chosen_;
  terminal& out_;
  signals& signals_;
  memscape::stream_decoder decoder_;
  backoff backoff_;
  std::minstd_rand random_{std::random_device{}()};
  std::unique_ptr<connection> connection_;
  std::optional<exit_status> ended_;
  std::string trouble_;         // why the last connection ended, or has to
  bool reconnect_ = false;      // this connection cannot go on
  bool applied_ = false;        // a frame was, since the last look at the connection
  bool was_connected_ = false;  // there has been a stream
  std::uint64_t failures_ = 0;  // attempts in a row without a stream
  clock::time_point heard_{};   // the last event
  clock::time_point next_attempt_{};
};

}  // namespace watch
