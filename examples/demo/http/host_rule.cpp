// SPDX-License-Identifier: MIT
#include "host_rule.hpp"

#include <arpa/inet.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <system_error>
#include <utility>

#include "letters.hpp"

namespace demo::http {

namespace {

auto is_address(std::string_view name) noexcept -> bool {
  bool const bracketed = name.starts_with('[');
  if (bracketed) name = name.substr(1, name.size() - 2);
  std::array<char, INET6_ADDRSTRLEN> text{};
  if (name.size() >= text.size() || name.find('\0') != std::string_view::npos) return false;
  std::copy(name.begin(), name.end(), text.begin());
  in6_addr parsed{};
  return ::inet_pton(bracketed ? AF_INET6 : AF_INET, text.data(), &parsed) == 1;
}

}  // namespace

auto split_authority(std::string_view text) noexcept -> std::optional<authority> {
  // The colons of an IPv6 address stand in brackets; the one before the port does not.
  auto const name_end = text.starts_with('[') ? text.find(']') : std::size_t{0};
  if (name_end == std::string_view::npos) return std::nullopt;
  auto const colon = text.find(':', name_end);
  authority parts{.name = text.substr(0, colon)};
  if (parts.name.empty()) return std::nullopt;
  if (text.starts_with('[') && parts.name.size() != name_end + 1) return std::nullopt;
  if (colon == std::string_view::npos) return parts;

  auto const digits = text.substr(colon + 1);
  auto const [end, error] =
      std::from_chars(digits.data(), digits.data() + digits.size(), parts.port);
  if (error != std::errc{} || end != digits.data() + digits.size() || parts.port == 0) {
    return std::nullopt;
  }
  return parts;
}

void host_rule::allow(std::string name) { names_.push_back(std::move(name)); }

auto host_rule::allows(std::string_view host) const noexcept -> bool {
  auto const parts = split_authority(host);
  if (!parts || (parts->port != 0 && parts->port != port_)) return false;
  if (addresses_ && is_address(parts->name)) return true;
  return std::any_of(names_.begin(), names_.end(),
                     [&](auto const& name) { return same_letters(name, parts->name); });
}

}  // namespace demo::http
