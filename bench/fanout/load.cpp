// SPDX-License-Identifier: MIT
// Many viewers of one stream, on loopback. Each proves that it has every frame: a delta's base is the
// sequence that the viewer holds, and all viewers see the same frames in the same order. Some may be told
// never to read. Prints "ready" when all are connected, and one JSON object at the end.
#include <arpa/inet.h>
#include <netinet/in.h>
#include <sched.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace {

using clock_type = std::chrono::steady_clock;
using std::chrono::seconds;

struct options {
  std::uint16_t port = 0;
  std::size_t clients = 1000;
  std::size_t stalled = 0;
  unsigned seconds = 10;
};

auto fail(std::string const& what) -> std::runtime_error {
  return std::runtime_error{what + ": " + std::strerror(errno)};
}

auto parse(int count, char** words) -> options {
  options chosen;
  for (int i = 1; i < count; i += 2) {
    std::string_view const name = words[i];
    std::string_view const text = i + 1 < count ? words[i + 1] : "";
    unsigned value = 0;
    auto const [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    bool const whole = error == std::errc{} && end == text.data() + text.size();
    if (name == "--port" && whole && value <= 65535) {
      chosen.port = static_cast<std::uint16_t>(value);
    } else if (name == "--clients" && whole && value >= 1 && value <= 10'000) {
      chosen.clients = value;
    } else if (name == "--stalled" && whole && value < 10'000) {
      chosen.stalled = value;
    } else if (name == "--seconds" && whole && value >= 1 && value <= 600) {
      chosen.seconds = value;
    } else {
      throw std::runtime_error{
          "usage: load --port N [--clients 1..10000] [--stalled N] [--seconds 1..600]"};
    }
  }
  if (chosen.stalled >= chosen.clients) throw std::runtime_error{"--stalled: less than --clients"};
  return chosen;
}

void allow_descriptors(std::size_t needed) {
  rlimit limit{};
  ::getrlimit(RLIMIT_NOFILE, &limit);
  limit.rlim_cur = std::max(limit.rlim_cur, std::min<rlim_t>(limit.rlim_max, needed));
  ::setrlimit(RLIMIT_NOFILE, &limit);
  if (limit.rlim_cur < needed) throw std::runtime_error{"too few open files allowed (ulimit -Hn)"};
}

/// The frames that the server has published, as they became known: their sequence numbers in order.
class history {
 public:
  static constexpr std::size_t unknown = SIZE_MAX;

  /// The place of a frame. One behind the last known is new; one between two known ones is not possible.
  auto place_of(std::uint64_t sequence) -> std::size_t {
    if (frames_.empty() || sequence > frames_.back()) {
      frames_.push_back(sequence);
      return frames_.size() - 1;
    }
    auto const at = std::lower_bound(frames_.begin(), frames_.end(), sequence);
    return *at == sequence ? static_cast<std::size_t>(at - frames_.begin()) : unknown;
  }
  [[nodiscard]] auto size() const -> std::size_t { return frames_.size(); }

 private:
  std::vector<std::uint64_t> frames_;
};

/// What all viewers count together.
struct totals {
  history frames;
  std::uint64_t received = 0;
  std::uint64_t keyframes = 0;
  std::uint64_t bytes = 0;
  std::uint64_t gaps = 0;
  std::uint64_t closed = 0;
  std::vector<std::uint64_t> delays = std::vector<std::uint64_t>(60'001);  // by milliseconds

  void start_window() {
    received = keyframes = bytes = 0;
    std::fill(delays.begin(), delays.end(), 0);
  }
  [[nodiscard]] auto delay(double share) const -> std::size_t {
    auto left = static_cast<double>(received) * share;
    for (std::size_t ms = 0; ms < delays.size(); ++ms) {
      left -= static_cast<double>(delays[ms]);
      if (left <= 0) return ms;
    }
    return delays.size();
  }
};

auto wall_ms() -> std::uint64_t {
  using namespace std::chrono;
  auto const now = system_clock::now().time_since_epoch();
  return static_cast<std::uint64_t>(duration_cast<milliseconds>(now).count());
}

// The number behind `name` in `text`, which may stand near its beginning only: no JSON is parsed.
auto number_behind(std::string_view text, std::string_view name) -> std::uint64_t {
  auto const at = text.substr(0, 256).find(name);
  if (at == std::string_view::npos) return 0;
  text.remove_prefix(at + name.size());
  std::uint64_t value = 0;
  std::from_chars(text.data(), text.data() + text.size(), value);
  return value;
}

class viewer {
 public:
  explicit viewer(int socket) : socket_{socket} {}

  [[nodiscard]] auto socket() const -> int { return socket_; }
  [[nodiscard]] auto begun() const -> bool { return place_ != history::unknown; }
  [[nodiscard]] auto has(std::size_t frames) const -> bool {
    return begun() && place_ + 1 >= frames;
  }

  void take(std::string_view text, totals& all, std::uint64_t now_ms) {
    all.bytes += text.size();
    if (!rest_.empty()) text = rest_.append(text);
    for (auto end = text.find("\n\n"); end != std::string_view::npos; end = text.find("\n\n")) {
      take_block(text.substr(0, end), all, now_ms);
      text.remove_prefix(end + 2);
    }
    // In two steps: the text may lie in the string that it is put into.
    std::string left{text};
    rest_.swap(left);
  }

 private:
  void take_block(std::string_view block, totals& all, std::uint64_t now_ms) {
    if (!block.starts_with("id: ")) return;  // the response's head, the layout, alive
    bool const is_delta = block.find("\nevent: delta\n") != std::string_view::npos;
    auto const sequence = number_behind(block, "\"seq\":");
    auto const place = all.frames.place_of(sequence);
    bool const follows =
        place == place_ + 1 && (!is_delta || number_behind(block, "\"base\":") == held_);
    if (begun() ? !follows : is_delta) ++all.gaps;
    place_ = place;
    held_ = sequence;
    ++all.received;
    if (!is_delta) ++all.keyframes;
    auto const sent_ms = number_behind(block, "\"time_ms\":");
    auto const delay = now_ms > sent_ms ? now_ms - sent_ms : 0;
    ++all.delays[std::min<std::size_t>(delay, all.delays.size() - 1)];
  }

  int socket_;
  std::size_t place_ = history::unknown;
  std::uint64_t held_ = 0;
  std::string rest_;  // of a block that has not arrived whole
};

class load {
 public:
  explicit load(options const& chosen) : chosen_{chosen}, epoll_{::epoll_create1(EPOLL_CLOEXEC)} {
    if (epoll_ < 0) throw fail("epoll_create1");
    live_.reserve(chosen.clients);
  }

  void connect_all() {
    // In groups, so that the server's queue of new connections never overflows.
    constexpr std::size_t group = 128;
    auto const deadline = clock_type::now() + seconds{120};
    for (std::size_t i = 0; i < chosen_.clients; ++i) {
      // Spread among the others.
      bool const stalls =
          (i + 1) * chosen_.stalled / chosen_.clients > i * chosen_.stalled / chosen_.clients;
      int const socket = connect_one(i, stalls);
      if (stalls) continue;
      live_.emplace_back(socket);
      epoll_event event{};
      event.events = EPOLLIN;
      event.data.u64 = live_.size() - 1;
      if (::epoll_ctl(epoll_, EPOLL_CTL_ADD, socket, &event) != 0) throw fail("epoll_ctl");
      if (live_.size() % group == 0) wait_until_begun(deadline);
    }
    wait_until_begun(deadline);
  }

  void run() {
    auto const before = all_.frames.size();
    all_.start_window();
    auto const begin = clock_type::now();
    auto const end = begin + seconds{chosen_.seconds};
    while (clock_type::now() < end) read_some();
    auto const received = all_.received;
    auto const bytes = all_.bytes;
    // What was published by now has to reach everybody.
    auto const wanted = all_.frames.size();
    auto const behind = [&] {
      return std::count_if(live_.begin(), live_.end(),
                           [&](viewer const& v) { return !v.has(wanted); });
    };
    while (behind() > 0 && clock_type::now() < end + seconds{10}) read_some();
    std::printf(
        "{\"live\":%zu,\"stalled\":%zu,\"seconds\":%u,\"published\":%zu,\"received\":%llu,"
        "\"keyframes\":%llu,\"bytes\":%llu,\"gaps\":%llu,\"behind\":%llu,\"closed\":%llu,"
        "\"delay_p50_ms\":%zu,\"delay_p99_ms\":%zu,\"delay_worst_ms\":%zu}\n",
        live_.size(), chosen_.stalled, chosen_.seconds, wanted - before, ull(received),
        ull(all_.keyframes), ull(bytes), ull(all_.gaps), ull(static_cast<std::uint64_t>(behind())),
        ull(all_.closed), all_.delay(0.5), all_.delay(0.99), all_.delay(1));
  }

 private:
  static auto ull(std::uint64_t value) -> unsigned long long { return value; }

  [[nodiscard]] auto connect_one(std::size_t number, bool stalls) const -> int {
    int const socket = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (socket < 0) throw fail("socket");
    // What a viewer does not read lies in two buffers of the kernel; the server's is to be seen.
    int const receive_buffer = 4096;
    if (stalls) ::setsockopt(socket, SOL_SOCKET, SO_RCVBUF, &receive_buffer, sizeof receive_buffer);
    // Ports last longer from several addresses.
    int const yes = 1;
    ::setsockopt(socket, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, &yes, sizeof yes);
    auto const from = address(0, static_cast<std::uint32_t>(2 + number % 8));
    ::bind(socket, reinterpret_cast<sockaddr const*>(&from), sizeof from);
    auto const to = address(chosen_.port, 1);
    if (::connect(socket, reinterpret_cast<sockaddr const*>(&to), sizeof to) != 0) {
      throw fail("cannot connect client " + std::to_string(number));
    }
    constexpr std::string_view request = "GET /events HTTP/1.1\r\nHost: localhost\r\n\r\n";
    if (::send(socket, request.data(), request.size(), MSG_NOSIGNAL) < 0) throw fail("send");
    return socket;
  }

  static auto address(std::uint16_t port, std::uint32_t last) -> sockaddr_in {
    sockaddr_in result{};
    result.sin_family = AF_INET;
    result.sin_port = htons(port);
    result.sin_addr.s_addr = htonl((INADDR_LOOPBACK & ~0xffU) | last);
    return result;
  }

  void wait_until_begun(clock_type::time_point deadline) {
    // The oldest began in an earlier group.
    for (; begun_ < live_.size(); ++begun_) {
      while (!live_[begun_].begun()) {
        if (clock_type::now() > deadline) throw std::runtime_error{"not all clients got a frame"};
        read_some();
        if (all_.closed > 0) throw std::runtime_error{"the server closed a connection"};
      }
    }
  }

  void read_some() {
    std::array<epoll_event, 512> events;
    int const count = ::epoll_wait(epoll_, events.data(), static_cast<int>(events.size()), 0);
    if (count == 0) return nap();
    for (int i = 0; i < count; ++i) {
      auto& who = live_[events[static_cast<std::size_t>(i)].data.u64];
      auto const size = ::recv(who.socket(), buffer_.data(), buffer_.size(), MSG_DONTWAIT);
      if (size > 0) {
        who.take({buffer_.data(), static_cast<std::size_t>(size)}, all_, wall_ms());
      } else if (size == 0 || errno != EAGAIN) {
        ++all_.closed;
        ::epoll_ctl(epoll_, EPOLL_CTL_DEL, who.socket(), nullptr);
      }
    }
  }

  // Nobody waits in epoll_wait: else each of the server's sends would pay for waking this process, which
  // viewers elsewhere do not cost it. A delay is seen late by up to this much.
  static void nap() {
    timespec const time{.tv_sec = 0, .tv_nsec = 10'000'000};
    ::clock_nanosleep(CLOCK_MONOTONIC, 0, &time, nullptr);
  }

  options chosen_;
  int epoll_;
  std::vector<viewer> live_;
  std::size_t begun_ = 0;
  totals all_;
  std::array<char, 65536> buffer_;
};

}  // namespace

auto main(int argc, char** argv) -> int {
  try {
    auto const chosen = parse(argc, argv);
    allow_descriptors(chosen.clients + 16);
    // A frame that arrives must not interrupt the server in the middle of its round: viewers elsewhere
    // would not either.
    sched_param const priority{};
    ::sched_setscheduler(0, SCHED_BATCH, &priority);
    load all{chosen};
    all.connect_all();
    std::puts("ready");
    std::fflush(stdout);
    all.run();
    return 0;
  } catch (std::exception const& error) {
    std::fprintf(stderr, "load: %s\n", error.what());
    return 1;
  }
}
