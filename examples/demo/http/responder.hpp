// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "../allocators/scratch_arena.hpp"
#include "../feed.hpp"
#include "host_rule.hpp"
#include "request.hpp"
#include "static_files.hpp"

namespace demo::http {

/// Why a request cannot be answered as asked.
enum class problem { none, bad_request, head_too_large, too_slow, busy };

/// What goes back to the client: a text, then perhaps a file, then perhaps the stream for ever.
struct response {
  std::string_view text;  // head and short body, in the scratch arena
  descriptor file;
  std::uint64_t file_size = 0;
  bool keep_alive = false;
  std::optional<feed::place> stream = std::nullopt;  // where in it the client begins
};

/// Composes responses in the scratch arena. It knows paths and headers, but no socket.
class responder {
 public:
  /// No response text is longer. It must fit a connection's buffer, for clients that read slowly.
  static constexpr std::size_t max_text = aio_slabs::buffer_size;
  /// Nor is any body that goes out in pieces.
  static constexpr std::size_t max_body =
      std::max({feed::max_ledger, feed::max_text, feed::max_metrics, feed::max_snapshot});
  static_assert(max_body + max_text <= runtime::scratch_size,
                "a request's body and the head before it lie in the scratch arena: enlarge it");

  /// `ask_for_ledger` is called when a client wants a new one.
  responder(scratch_arena& arena, feed& events, static_files const& files, host_rule const& hosts,
            std::function<void()> ask_for_ledger)
      : arena_{arena},
        feed_{events},
        files_{files},
        hosts_{hosts},
        ask_for_ledger_{std::move(ask_for_ledger)} {}

  /// From now on says that there is no ledger to wait for, and why.
  void without_ledgers(std::string why) { no_ledgers_ = std::move(why); }

  [[nodiscard]] auto respond(request const& to) -> response;
  [[nodiscard]] auto refuse(problem what) -> response;

 private:
  struct head;

  [[nodiscard]] auto compose(head const& of, std::string_view body) -> response;
  [[nodiscard]] auto text(std::string_view status, std::string_view body, request const* to)
      -> response;
  [[nodiscard]] auto file(request const& to, std::string_view path) -> response;
  [[nodiscard]] auto events(request const& to, std::string_view query) -> response;
  [[nodiscard]] auto whole(head about, std::string_view body, request const& to) -> response;
  [[nodiscard]] auto in_pieces(head about, std::string_view body, request const& to) -> response;
  [[nodiscard]] auto ledger_json(request const& to, std::string_view query) -> response;
  [[nodiscard]] auto memory_json(request const& to) -> response;
  [[nodiscard]] auto memory_txt(request const& to, std::string_view query) -> response;
  [[nodiscard]] auto metrics(request const& to) -> response;

  scratch_arena& arena_;
  feed& feed_;
  static_files const& files_;
  host_rule const& hosts_;
  std::function<void()> ask_for_ledger_;
  std::string no_ledgers_;
};

}  // namespace demo::http
