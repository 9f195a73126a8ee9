// SPDX-License-Identifier: MIT
#pragma once

// Includes Beast: for server.cpp only.
#include <algorithm>
#include <boost/beast/http/empty_body.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/rfc7230.hpp>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <limits>
#include <new>
#include <string_view>
#include <tuple>
#include <utility>

#include "../allocators/scratch_arena.hpp"
#include "framing.hpp"
#include "request.hpp"
#include "responder.hpp"

namespace demo::http {

/// Beast's parser with its header fields in the scratch arena, which is reset with the next request.
/// Beast lets pass what it does not know: a transfer coding that is not `chunked` says nothing to it, and several
/// lengths are one as long as they are equal. Where the request ends is therefore read before Beast sees it.
class request_parser {
 public:
  explicit request_parser(scratch_arena& arena)
      : arena_{arena},
        parser_{std::piecewise_construct, std::make_tuple(),
                std::make_tuple(scratch_allocator<char>{arena})} {}

  /// `head` is a whole request head, the empty line included.
  /// Throws std::bad_alloc when its fields do not fit the arena.
  [[nodiscard]] auto parse(std::string_view head) -> problem {
    auto const ends = read_framing(head);
    if (!ends) return problem::bad_request;
    framing_ = *ends;
    parser_.header_limit(static_cast<std::uint32_t>(head.size()) + 1);
    // No body is ever read. (An absent limit would refuse every body in Boost 1.74.)
    parser_.body_limit(std::numeric_limits<std::uint64_t>::max());
    boost::beast::error_code error;
    parser_.put(boost::asio::const_buffer{head.data(), head.size()}, error);
    if (error == boost::beast::http::error::header_limit) return problem::head_too_large;
    if (error || !parser_.is_header_done()) return problem::bad_request;
    return problem::none;
  }

  /// Throws std::bad_alloc when a list of several lines does not fit the arena.
  [[nodiscard]] auto request() -> http::request {
    using boost::beast::http::field;
    auto const& message = parser_.get();
    return {.method = view(message.method_string()),
            .target = view(message.target()),
            .host = view(message[field::host]),
            .accept = list(field::accept),
            .if_none_match = list(field::if_none_match),
            .last_event_id = view(message["Last-Event-ID"]),
            .hosts = static_cast<unsigned>(message.count(field::host)),
            .is_http_1_0 = message.version() == 10,
            .has_body = framing_.has_body,
            .keep_alive = parser_.keep_alive() && !wants_close()};
  }

 private:
  static auto view(boost::beast::string_view text) noexcept -> std::string_view {
    return {text.data(), text.size()};
  }

  // RFC 9110, 5.3: the lines of a list are one list.
  auto list(boost::beast::http::field name) -> std::string_view {
    auto const [first, last] = parser_.get().equal_range(name);
    if (first == last) return {};
    if (std::next(first) == last) return view(first->value());
    std::size_t room = 0;
    for (auto line = first; line != last; ++line) room += line->value().size() + 1;
    auto* const text = static_cast<char*>(arena_.allocate(room, 1));
    if (text == nullptr) throw std::bad_alloc{};
    auto* end = text;
    for (auto line = first; line != last; ++line) {
      if (end != text) *end++ = ',';
      end = std::copy(line->value().begin(), line->value().end(), end);
    }
    return {text, static_cast<std::size_t>(end - text)};
  }

  // Beast lets keep-alive win in HTTP/1.0; RFC 9112, 9.3, has close win.
  [[nodiscard]] auto wants_close() const -> bool {
    auto const [first, last] = parser_.get().equal_range(boost::beast::http::field::connection);
    return std::any_of(first, last, [](auto const& line) {
      return boost::beast::http::token_list{line.value()}.exists("close");
    });
  }

  scratch_arena& arena_;
  framing framing_;
  boost::beast::http::request_parser<boost::beast::http::empty_body, scratch_allocator<char>>
      parser_;
};

}  // namespace demo::http
