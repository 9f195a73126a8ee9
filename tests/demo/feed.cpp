// SPDX-License-Identifier: MIT
#include "feed.hpp"

#include <doctest/doctest.h>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace {

// Nothing in it but its number.
auto ledger_of(std::uint64_t sequence) -> demo::feed::ledger {
  demo::feed::ledger made{};
  made.sequence = sequence;
  return made;
}

// Sends what there is, `size` characters of the last event of it only, as a session does: it looks ahead on
// a copy of its place, and notes on the place itself what went out.
auto send_ahead(demo::feed const& from, demo::feed::place& of, std::size_t size) -> std::string {
  std::vector<std::size_t> parts;
  std::string last;
  auto next = from.view(of);
  for (auto ahead = of; !next.text.empty(); next = from.view(ahead)) {
    parts.push_back(next.text.size());
    last = next.text;
    from.advance(ahead, next.text.size());
  }
  REQUIRE(last.size() > size);
  parts.back() = size;
  for (auto const part : parts) from.advance(of, part);
  return last;
}

}  // namespace

TEST_CASE("feed: the rest of a ledger is that of the ledger which was begun") {
  using namespace std::chrono_literals;
  demo::runtime const of{1024, 4};
  auto const now = std::chrono::steady_clock::now();
  auto const feed = std::make_unique<demo::feed>(of, 1, 250ms);
  for (bool const full : {false, true}) {
    CAPTURE(full);
    auto place = feed->resume("", full);
    // Meanwhile it is sent nothing: an older ledger, the last one, and snapshots.
    feed->publish(ledger_of(11));
    feed->publish(ledger_of(22));
    feed->tick(now + 1s, full);
    auto const begun = send_ahead(*feed, place, 10);
    CHECK(begun.find("\"seq\":22,") != std::string::npos);
    CHECK(feed->view(place).text == begun.substr(10));

    // And once it has all of it, it has had enough.
    feed->advance(place, begun.size() - 10);
    CHECK(feed->view(place).text.empty());
  }
}
