// SPDX-License-Identifier: MIT
#include "responder.hpp"

#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <new>
#include <optional>
#include <span>
#include <utility>

#include "target.hpp"

namespace demo::http {

namespace {

// For every response, errors included.
constexpr std::string_view safety_headers =
    "Content-Security-Policy: default-src 'none'; script-src 'self'; style-src 'self'; "
    "img-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'none'\r\n"
    "X-Content-Type-Options: nosniff\r\n"
    "Referrer-Policy: no-referrer\r\n"
    "Cross-Origin-Resource-Policy: same-origin\r\n";

// No head of ours is longer.
constexpr std::size_t max_head = 1024;

constexpr std::string_view json_type = "application/json";
constexpr std::string_view plain_text = "text/plain; charset=utf-8";

// Writes into one block of the arena.
class builder {
 public:
  explicit builder(std::span<char> out) : out_{out} {}

  auto put(std::string_view part) -> builder& {
    // The parts are constants, short names and frames of known size, so this does not happen.
    if (part.size() > out_.size() - size_) throw std::bad_alloc{};
    std::copy(part.begin(), part.end(), out_.begin() + static_cast<std::ptrdiff_t>(size_));
    size_ += part.size();
    return *this;
  }
  auto put(std::uint64_t number) -> builder& {
    std::array<char, 20> digits;
    auto const end = std::to_chars(digits.data(), digits.data() + digits.size(), number).ptr;
    return put({digits.data(), static_cast<std::size_t>(end - digits.data())});
  }
  auto header(std::string_view name, std::string_view value) -> builder& {
    if (value.empty()) return *this;
    return put(name).put(": ").put(value).put("\r\n");
  }
  [[nodiscard]] auto text() const -> std::string_view { return {out_.data(), size_}; }

 private:
  std::span<char> out_;
  std::size_t size_ = 0;
};

auto block(scratch_arena& arena, std::size_t size) -> std::span<char> {
  void* const data = arena.allocate(size, 1);
  if (data == nullptr) throw std::bad_alloc{};
  return {static_cast<char*>(data), size};
}

// A file without a name, in the kernel's memory until it is closed.
auto file_of(std::string_view text) noexcept -> descriptor {
  descriptor file{::memfd_create("response", MFD_CLOEXEC)};
  for (auto left = text; file && !left.empty();) {
    auto const written = ::write(file.get(), left.data(), left.size());
    if (written <= 0) return {};
    left.remove_prefix(static_cast<std::size_t>(written));
  }
  if (file) ::lseek(file.get(), 0, SEEK_SET);
  return file;
}

// RFC 9110, 13.1.2: a list of tags or a star; a weak tag compares by what follows its W/.
auto has_tag(std::string_view list, std::string_view tag) -> bool {
  return list == "*" || list.find(tag) != std::string_view::npos;
}

}  // namespace

struct responder::head {
  std::string_view status;
  std::string_view content_type;
  std::string_view cache_control = "no-store";
  std::optional<std::uint64_t> length = std::nullopt;
  std::string_view tag = {};
  std::string_view allow = {};
  std::string_view accel_buffering = {};
  std::string_view vary = {};
  bool keep_alive = false;
};

auto responder::compose(head const& of, std::string_view body) -> response {
  builder out{block(arena_, max_text)};
  out.put("HTTP/1.1 ").put(of.status).put("\r\n");
  out.header("Content-Type", of.content_type);
  if (of.length) out.put("Content-Length: ").put(*of.length).put("\r\n");
  out.header("Cache-Control", of.cache_control);
  out.header("ETag", of.tag);
  out.header("Allow", of.allow);
  out.header("Vary", of.vary);
  out.header("X-Accel-Buffering", of.accel_buffering);
  out.header("Connection", of.keep_alive ? "keep-alive" : "close");
  out.put(safety_headers).put("\r\n").put(body);
  return {.text = out.text(), .file = {}, .keep_alive = of.keep_alive};
}

auto responder::whole(head about, std::string_view body, request const& to) -> response {
  if (body.size() > max_text - max_head) return in_pieces(about, body, to);
  about.length = body.size();
  about.keep_alive = to.keep_alive;
  return compose(about, to.method == "HEAD" ? std::string_view{} : body);
}

// What may be too long for a connection's buffer goes out as a file does, a buffer at a time.
auto responder::in_pieces(head about, std::string_view body, request const& to) -> response {
  about.length = body.size();
  about.keep_alive = to.keep_alive;
  if (to.method == "HEAD") return compose(about, {});
  auto in_memory = file_of(body);
  if (!in_memory) {
    return text("503 Service Unavailable", "There is no memory for the answer just now.\n", &to);
  }
  auto result = compose(about, {});
  result.file = std::move(in_memory);
  result.file_size = body.size();
  return result;
}

auto responder::text(std::string_view status, std::string_view body, request const* to)
    -> response {
  bool const head_only = to != nullptr && to->method == "HEAD";
  return compose({.status = status,
                  .content_type = plain_text,
                  .length = body.size(),
                  .keep_alive = to != nullptr && to->keep_alive && !to->has_body},
                 head_only ? std::string_view{} : body);
}

auto responder::refuse(problem what) -> response {
  switch (what) {
    case problem::head_too_large:
      return text("431 Request Header Fields Too Large",
                  "The request's header is longer than 8 KiB.\n", nullptr);
    case problem::too_slow:
      return text("408 Request Timeout", "The request did not arrive in time.\n", nullptr);
    case problem::busy:
      return text("503 Service Unavailable",
                  "All connections are in use; --clients sets their number.\n", nullptr);
    case problem::none:
    case problem::bad_request: break;
  }
  return text("400 Bad Request", "This is not an HTTP request that this server understands.\n",
              nullptr);
}

auto responder::respond(request const& to) -> response {
  // Before anything else: RFC 9112, 3.2. Who has no Host is no browser, and browsers are what the rule is for.
  if (to.hosts > 1 || (to.hosts == 0 && !to.is_http_1_0)) return refuse(problem::bad_request);
  if (to.method != "GET" && to.method != "HEAD") {
    constexpr std::string_view body = "Only GET and HEAD are understood here.\n";
    return compose({.status = "405 Method Not Allowed",
                    .content_type = plain_text,
                    .length = body.size(),
                    .allow = "GET, HEAD",
                    .keep_alive = to.keep_alive && !to.has_body},
                   body);
  }
  auto const target = split_target(to.target);
  if (!target) return refuse(problem::bad_request);
  if (to.has_body) {
    return text("413 Content Too Large", "This server takes no request body.\n", &to);
  }
  bool const is_named = to.hosts > 0 || !target->authority.empty();
  if (is_named && !hosts_.allows(target->authority.empty() ? to.host : target->authority)) {
    return text("421 Misdirected Request",
                "This server does not answer to the name in the Host header: use localhost or the "
                "address given with --host, with the port it listens on.\n",
                &to);
  }

  if (target->path == "/events") return events(to, target->query);
  if (target->path == "/memory.json") return memory_json(to);
  if (target->path == "/memory.txt") return memory_txt(to, target->query);
  if (target->path == "/ledger.json") return ledger_json(to, target->query);
  if (target->path == "/metrics") return metrics(to);
  if (target->path == "/healthz") return text("200 OK", "ok\n", &to);
  return file(to, target->path);
}

auto responder::file(request const& to, std::string_view path) -> response {
  std::array<char, 512> buffer;
  auto const name = file_below(path, buffer);
  auto found = name ? files_.open(*name) : std::nullopt;
  if (!found) {
    return text(
        "404 Not Found",
        "Nothing here. There are /, /events, /memory.json, /memory.txt, /ledger.json, /metrics and "
        "/healthz.\n",
        &to);
  }
  head about{.status = "200 OK",
             .content_type = found->content_type,
             .cache_control = "no-cache",
             .length = found->size,
             .tag = found->tag(),
             .keep_alive = to.keep_alive};
  if (has_tag(to.if_none_match, found->tag())) {
    about.status = "304 Not Modified";
    about.length = std::nullopt;
    return compose(about, {});
  }
  auto result = compose(about, {});
  if (to.method == "GET") {
    result.file = std::move(found->open);
    result.file_size = found->size;
  }
  return result;
}

auto responder::events(request const& to, std::string_view query) -> response {
  using memscape::sse_json;
  bool const head_only = to.method == "HEAD";
  // No length: the stream ends when the connection does.
  auto result = compose({.status = "200 OK",
                         .content_type = sse_json::content_type,
                         .cache_control = sse_json::cache_control,
                         .accel_buffering = sse_json::accel_buffering},
                        head_only ? std::string_view{} : feed_.layout_frame());
  if (head_only) return result;
  // A browser's header is newer than the query of the address that it reconnects to.
  auto const last_event_id =
      to.last_event_id.empty() ? parameter(query, "last_event_id") : to.last_event_id;
  result.stream = feed_.resume(last_event_id, parameter(query, "full") == "1");
  return result;
}

auto responder::memory_json(request const& to) -> response {
  return whole({.status = "200 OK", .content_type = json_type},
               feed_.snapshot_json(block(arena_, feed::max_snapshot)), to);
}

auto responder::ledger_json(request const& to, std::string_view query) -> response {
  if (parameter(query, "new") == "1") ask_for_ledger_();
  auto const json = feed_.ledger_json(block(arena_, feed::max_ledger));
  if (json.empty() && !no_ledgers_.empty()) {
    builder why{block(arena_, max_head)};
    why.put("There are no ledgers: their thread could not be started (");
    why.put(std::string_view{no_ledgers_}.substr(0, max_head / 2));
    return text("503 Service Unavailable",
                why.put("). Start the demo again when the system allows another thread.\n").text(),
                &to);
  }
  if (json.empty()) {
    return text("503 Service Unavailable",
                "The first ledger is not finished yet: ask again in a moment.\n", &to);
  }
  return in_pieces({.status = "200 OK", .content_type = json_type}, json, to);
}

auto responder::memory_txt(request const& to, std::string_view query) -> response {
  memscape::text_options how{.unicode = parameter(query, "unicode") == "1"};
  if (auto const wanted = parameter(query, "columns"); !wanted.empty()) {
    auto const end = wanted.data() + wanted.size();
    auto const read = std::from_chars(wanted.data(), end, how.columns);
    if (read.ec != std::errc{} || read.ptr != end) {
      return text("400 Bad Request", "columns is a number, such as 80.\n", &to);
    }
  }
  return whole({.status = "200 OK", .content_type = memscape::text::content_type},
               feed_.snapshot_text(block(arena_, feed::max_text), how), to);
}

auto responder::metrics(request const& to) -> response {
  auto const format = memscape::metric_format_for(to.accept);
  return whole(
      {.status = "200 OK", .content_type = memscape::content_type(format), .vary = "Accept"},
      feed_.metrics_page(block(arena_, feed::max_metrics), format), to);
}

}  // namespace demo::http
