// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace demo::http {

/// A Host header taken apart: "[::1]:80" gives "[::1]" and 80. Port 0 means that none was given.
struct authority {
  std::string_view name;
  std::uint16_t port = 0;
};

[[nodiscard]] auto split_authority(std::string_view text) noexcept -> std::optional<authority>;

/// Which Host headers the server answers to. A page of another site can make its own name resolve to
/// 127.0.0.1 and then read what listens there; the name gives it away.
class host_rule {
 public:
  explicit host_rule(std::uint16_t port) : port_{port} {}

  /// `name` as it stands in a URL: an IPv6 address in brackets.
  void allow(std::string name);

  /// Any numeric address: for a server that listens on all of them. No other site's page has one.
  void allow_addresses() noexcept { addresses_ = true; }

  /// True when the name is an allowed one and the port is the server's or absent.
  [[nodiscard]] auto allows(std::string_view host) const noexcept -> bool;

 private:
  std::uint16_t port_;
  bool addresses_ = false;
  std::vector<std::string> names_;
};

}  // namespace demo::http
