// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <optional>
#include <string_view>

namespace demo::http {

/// What a request's head says of where the request ends. Two readers who disagree on that can be made to
/// take one request's body for the next request, so there is one way to say it here, and the rest is refused.
struct framing {
  bool has_body = false;
};

/// Reads a whole head, the empty line included. Refused, as nullopt: a line that does not end in CRLF or
/// goes on in the next one, a field name that is no token or has a blank before its colon, control characters,
/// more than one Content-Length or Transfer-Encoding or both, a length that is not digits alone, a transfer
/// coding that is not exactly `chunked`, and any in HTTP/1.0.
/// Source: RFC 9112, sections 2.2, 5, 6.1 and 6.3.
[[nodiscard]] auto read_framing(std::string_view head) noexcept -> std::optional<framing>;

/// Whether input that need not be whole yet can never become a head: NUL, or a CR or LF on its own. Looks at what
/// comes at `from` and behind it.
[[nodiscard]] auto is_spoiled(std::string_view input, std::size_t from = 0) noexcept -> bool;

}  // namespace demo::http
