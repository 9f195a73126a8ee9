// SPDX-License-Identifier: MIT
#include "options.hpp"

#include <charconv>
#include <stdexcept>
#include <string_view>
#include <system_error>

namespace demo {

namespace {

// Walks "--name value" and "--name=value" alike.
class arguments_reader {
 public:
  explicit arguments_reader(std::span<char const* const> arguments) : rest_{arguments} {}

  auto next() -> bool {
    if (rest_.empty()) return false;
    std::string_view const argument = rest_.front();
    rest_ = rest_.subspan(1);
    auto const equals = argument.starts_with("--") ? argument.find('=') : std::string_view::npos;
    name = argument.substr(0, equals);
    has_inline_ = equals != std::string_view::npos;
    if (has_inline_) inline_ = argument.substr(equals + 1);
    return true;
  }

  auto text() -> std::string_view {
    if (has_inline_) {
      has_inline_ = false;
      if (!inline_.empty()) return inline_;
    } else if (!rest_.empty() && !std::string_view{rest_.front()}.starts_with("--")) {
      std::string_view const value = rest_.front();
      rest_ = rest_.subspan(1);
      if (!value.empty()) return value;
    }
    throw std::runtime_error{std::string{name} + " needs a value; try --help"};
  }

  auto number(std::uint64_t least, std::uint64_t most) -> std::uint64_t {
    auto const value = text();
    std::uint64_t result = 0;
    auto const [end, error] = std::from_chars(value.data(), value.data() + value.size(), result);
    if (error != std::errc{} || end != value.data() + value.size() || result < least ||
        result > most) {
      throw std::runtime_error{std::string{name} + " takes a whole number from " +
                               std::to_string(least) + " to " + std::to_string(most) + ", not '" +
                               std::string{value} + "'"};
    }
    return result;
  }

  void flag() const {
    if (has_inline_) throw std::runtime_error{std::string{name} + " takes no value"};
  }

  std::string_view name;

 private:
  std::span<char const* const> rest_;
  std::string_view inline_;
  bool has_inline_ = false;
};

}  // namespace

auto parse_options(std::span<char const* const> arguments) -> options {
  options chosen;
  arguments_reader reader{arguments};
  while (reader.next()) {
    auto const name = reader.name;
    if (name == "--script") {
      chosen.scripts.emplace_back(reader.text());
    } else if (name == "--host") {
      chosen.host = reader.text();
    } else if (name == "--port") {
      chosen.port = static_cast<std::uint16_t>(reader.number(0, 65535));
    } else if (name == "--interval") {
      chosen.interval = std::chrono::milliseconds{reader.number(10, 60000)};
    } else if (name == "--ledger") {
      chosen.ledger = std::chrono::milliseconds{reader.number(0, 3'600'000)};
    } else if (name == "--dashboard") {
      chosen.dashboard = reader.text();
    } else if (name == "--clients") {
      chosen.clients = reader.number(1, 20000);
    } else if (name == "--heap-limit") {
      chosen.heap_limit_mib = reader.number(1, 1 << 20);
    } else if (name == "--time-limit") {
      chosen.time_limit = std::chrono::milliseconds{reader.number(10, 60000)};
    } else if (name == "--leak") {
      reader.flag();
      chosen.leak = true;
    } else if (name == "--help" || name == "-h") {
      reader.flag();
      chosen.help = true;
    } else if (name == "--version") {
      reader.flag();
      chosen.version = true;
    } else {
      throw std::runtime_error{"unknown option '" + std::string{name} + "'; try --help"};
    }
  }
  return chosen;
}

auto help_text() noexcept -> char const* {
  return R"(usage: demo [options]

Runs Lua programs on allocators of its own and serves a live picture of their memory.

  --script FILE      run this Lua program; may be given more than once
                     (default: the bundled programs)
  --leak             run also a program that leaks slowly
  --port N           listen on this port, 0 picks a free one (default 8787)
  --host ADDR        listen on this IP address (default 127.0.0.1)
  --interval MS      time between two snapshots, 10 to 60000 (default 250)
  --ledger MS        time between two ledgers of where all of RSS is, 0 to 3600000
                     (default 10000; 0 makes one only when asked); after one that took
                     more than a tenth of that nine times as long, up to 30 s
  --dashboard DIR    serve this folder at / (default: the project's dashboard)
  --clients N        connections at a time, 1 to 20000 (default 128)
  --heap-limit MIB   what the GC heap may hold (default 1024)
  --time-limit MS    how long a program may keep the thread where it cannot be interrupted,
                     10 to 60000 (default 1000)
  --help             print this text
  --version          print the version

  /              the dashboard          /memory.json   one snapshot
  /events        the live stream        /memory.txt    the same, to read
  /events?full=1 every snapshot in full /metrics       for Prometheus
  /ledger.json   the last ledger        /healthz       200 while it runs
  /ledger.json?new=1 the last one, and asks for the next

Programs have Lua's base, coroutine, table, string, math, utf8 and a part of os, and
sleep(seconds). One that ends is started again after 5 seconds; one that fails is not.
They take turns, a millisecond each. One that cannot be interrupted where it is, such as in a
message handler or in a pattern that backtracks, is stopped at its time limit, and its memory
is given back. The server has a thread of its own and answers meanwhile.
)";
}

}  // namespace demo
