// SPDX-License-Identifier: MIT
#pragma once

// Includes Beast: for server.cpp only.
#include <boost/beast/http/empty_body.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/rfc7230.hpp>
#include <cstdint>
#include <limits>
#include <string_view>
#include <tuple>
#include <utility>

#include "../allocators/scratch_arena.hpp"
#include "request.hpp"
#include "responder.hpp"

namespace demo::http {

/// Beast's parser with its header fields in the scratch arena, which is reset with the next request.
class request_parser {
 public:
  explicit request_parser(scratch_arena& arena)
      : parser_{std::piecewise_construct, std::make_tuple(),
                std::make_tuple(scratch_allocator<char>{arena})} {}

  /// `head` is a whole request head, the empty line included.
  /// Throws std::bad_alloc when its fields do not fit the arena.
  [[nodiscard]] auto parse(std::string_view head) -> problem {
    parser_.header_limit(static_cast<std::uint32_t>(head.size()) + 1);
    // No body is ever read. (An absent limit would refuse every body in Boost 1.74.)
    parser_.body_limit(std::numeric_limits<std::uint64_t>::max());
    boost::beast::error_code error;
    parser_.put(boost::asio::const_buffer{head.data(), head.size()}, error);
    if (error == boost::beast::http::error::header_limit) return problem::head_too_large;
    if (error || !parser_.is_header_done()) return problem::bad_request;
    return problem::none;
  }

  [[nodiscard]] auto request() const -> http::request {
    auto const& message = parser_.get();
    return {.method = view(message.method_string()),
            .target = view(message.target()),
            .host = view(message[boost::beast::http::field::host]),
            .accept = view(message[boost::beast::http::field::accept]),
            .if_none_match = view(message[boost::beast::http::field::if_none_match]),
            .last_event_id = view(message["Last-Event-ID"]),
            .hosts = static_cast<unsigned>(message.count(boost::beast::http::field::host)),
            .has_body = parser_.chunked() || parser_.content_length().value_or(0) > 0,
            .keep_alive = message.keep_alive()};
  }

 private:
  static auto view(boost::beast::string_view text) noexcept -> std::string_view {
    return {text.data(), text.size()};
  }

  boost::beast::http::request_parser<boost::beast::http::empty_body, scratch_allocator<char>>
      parser_;
};

}  // namespace demo::http
