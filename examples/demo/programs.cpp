// SPDX-License-Identifier: MIT
#include "programs.hpp"

#include <algorithm>
#include <stdexcept>
#include <utility>

namespace demo {

namespace {

auto earlier(std::unique_ptr<program> const& a, std::unique_ptr<program> const& b) -> bool {
  return a->due() < b->due();
}

}  // namespace

void programs::add(script source) {
  auto const name = source.name;
  auto added = std::make_unique<program>(std::move(source), heap_, call_);
  if (auto const error = added->check(); !error.empty()) {
    throw std::runtime_error{"the script '" + name + "' does not compile: " + error};
  }
  all_.push_back(std::move(added));
}

void programs::run_one(steady::time_point now) {
  // A program that used up its slice is due at once, but later than those that waited meanwhile.
  auto const next = std::min_element(all_.begin(), all_.end(), earlier);
  if (next != all_.end() && (*next)->due() <= now) (*next)->run(now, slice);
}

auto programs::due() const noexcept -> steady::time_point {
  auto const next = std::min_element(all_.begin(), all_.end(), earlier);
  return next == all_.end() ? steady::time_point::max() : (*next)->due();
}

}  // namespace demo
