// SPDX-License-Identifier: MIT
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

namespace watch {

/// Whether this is the address of something that can be asked over http or https; if not, why.
[[nodiscard]] auto fault_of_url(std::string const& url) -> std::string;

/// One HTTP request whose answer is an event stream without an end.
class connection {
 public:
  enum class state {
    connecting,  ///< no answer yet
    streaming,   ///< the answer is an event stream
    closed,      ///< it was one, and it has ended
    failed,      ///< no answer, or it broke off before it was known what it is
    no_stream,   ///< an answer, but of another kind
  };

  /// `sink` is called with the bytes of the stream, and of nothing else.
  connection(std::string const& url, std::string const& last_event_id,
             std::function<void(std::string_view)> sink);
  ~connection();

  /// Moves what there is to move, after waiting for it, or for `wake` to become readable, at most this
  /// long.
  void pump(int wake, std::chrono::milliseconds longest);

  [[nodiscard]] auto now() const noexcept -> state;
  /// Why it is over, for people; empty while it is not.
  [[nodiscard]] auto reason() const -> std::string const&;

 private:
  class request;
  std::unique_ptr<request> request_;
};

}  // namespace watch
