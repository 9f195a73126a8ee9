// SPDX-License-Identifier: MIT
#include "http/responder.hpp"

#include <doctest/doctest.h>

#include <unistd.h>

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

namespace {

using namespace std::chrono_literals;

struct site {
  auto get(std::string_view target) -> std::string {
    memory.scratch.reset();
    demo::http::request asked_for;
    asked_for.method = "GET";
    asked_for.target = target;
    asked_for.host = "localhost";
    asked_for.hosts = 1;
    auto const answer = answers.respond(asked_for);
    std::string text{answer.text};
    std::array<char, 4096> piece{};
    for (ssize_t size = 1; answer.file && size > 0;) {
      size = ::read(answer.file.get(), piece.data(), piece.size());
      if (size > 0) text.append(piece.data(), static_cast<std::size_t>(size));
    }
    return text;
  }

  demo::runtime memory{1, 4};
  demo::http::static_files files{"."};
  demo::http::host_rule hosts{80};
  std::unique_ptr<demo::feed> events = std::make_unique<demo::feed>(memory, 1, 250ms);
  int asked = 0;
  demo::http::responder answers{memory.scratch, *events, files, hosts, [this] { ++asked; }};
};

// At this minute, with so much in RAM that is nobody's.
auto ledger_of(std::uint64_t minute, std::uint64_t mebibytes) -> demo::feed::ledger {
  demo::feed::ledger made{};
  made.sequence = minute + 1;
  made.time_ms = minute * 60'000;
  made.rss = memscape::bytes{mebibytes << 20U};
  return made;
}

auto has(std::string const& text, std::string_view part) -> bool {
  return text.find(part) != std::string::npos;
}

}  // namespace

TEST_CASE("responder: says whether there is a ledger to wait for") {
  site here;
  here.hosts.allow("localhost");
  CHECK(has(here.get("/ledger.json"), "\r\n\r\nThe first ledger is not finished yet: ask again"));
  CHECK(here.asked == 0);
  CHECK(has(here.get("/ledger.json?new=1"), "503 "));
  CHECK(here.asked == 1);
  here.answers.without_ledgers("Resource temporarily unavailable");
  CHECK(has(here.get("/ledger.json"),
            "\r\n\r\nThere are no ledgers: their thread could not be started (Resource temporarily "
            "unavailable). Start the demo again when the system allows another thread.\n"));
  // However much there is to say.
  here.answers.without_ledgers(std::string(100'000, 'x'));
  CHECK(has(here.get("/ledger.json"), "503 "));
}

TEST_CASE("responder: growth is told since when, wherever the ledger is") {
  site here;
  here.hosts.allow("localhost");
  here.events->publish(ledger_of(0, 100));
  CHECK(has(here.get("/ledger.json"), R"("findings":[])"));
  auto place = here.events->resume("", false);
  here.events->publish(ledger_of(134, 400));
  constexpr std::string_view sentence = "RSS has grown by 300 MiB in 2 h 14 min, and";
  CHECK(has(here.get("/ledger.json"), sentence));
  CHECK(has(here.get("/memory.txt"), "! " + std::string{sentence} + " 300 MiB of that is no"));
  std::string stream;
  for (auto next = here.events->view(place); !next.text.empty(); next = here.events->view(place)) {
    stream += next.text;
    here.events->advance(place, next.text.size());
  }
  CHECK(has(stream, sentence));
  // And no longer, when it was given back.
  here.events->publish(ledger_of(140, 100));
  CHECK(has(here.get("/ledger.json"), R"("findings":[])"));
}

TEST_CASE("responder: the picture is as wide as it is asked to be") {
  site here;
  here.hosts.allow("localhost");
  here.events->publish(ledger_of(0, 100));
  here.events->publish(ledger_of(1, 400));
  for (auto const& [target, columns] :
       {std::pair{"/memory.txt", 80U}, std::pair{"/memory.txt?columns=40", 40U},
        std::pair{"/memory.txt?unicode=0&columns=100000000", 100'000'000U}}) {
    auto const text = here.get(target);
    std::size_t line = 0;
    for (char const c : text.substr(text.find("\r\n\r\n") + 4)) {
      line = c == '\n' ? 0 : line + 1;
      CHECK(line <= columns);
    }
    CHECK(has(text, "200 OK"));
  }
  for (auto const* bad : {"x", "-1", "4x", "99999999999999999999"}) {
    auto const text = here.get("/memory.txt?columns=" + std::string{bad});
    CHECK(has(text, "400 Bad Request"));
    CHECK(has(text, "\r\n\r\ncolumns is a number, such as 80.\n"));
  }
}
