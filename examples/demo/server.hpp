// SPDX-License-Identifier: MIT
#pragma once

#include <memory>
#include <string>

#include "options.hpp"
#include "programs.hpp"
#include "runtime.hpp"

namespace demo {

/// The HTTP server, and what runs beside it. One thread does everything, but for the walks through the process's
/// memory that ledgers take, and for the programs, whom nobody can trust to come back.
class server {
 public:
  /// Listens. Throws std::runtime_error with a sentence when it cannot.
  server(options const& chosen, std::string const& dashboard, runtime& memory, programs& scripts);
  ~server();

  /// "http://127.0.0.1:8787/", with the port that was picked.
  [[nodiscard]] auto url() const -> std::string;

  /// Serves until SIGINT or SIGTERM.
  void run();

 private:
  class loop;
  std::unique_ptr<loop> loop_;
};

}  // namespace demo
