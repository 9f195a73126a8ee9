// SPDX-License-Identifier: MIT
#include "connection.hpp"

#include <curl/curl.h>

#include <cctype>
#include <memscape/version.hpp>
#include <stdexcept>
#include <utility>

namespace watch {

namespace {

template <auto Free>
struct freed_by {
  template <class T>
  void operator()(T* of) const noexcept {
    Free(of);
  }
};
using url_parts = std::unique_ptr<CURLU, freed_by<curl_url_cleanup>>;
using easy_handle = std::unique_ptr<CURL, freed_by<curl_easy_cleanup>>;
using multi_handle = std::unique_ptr<CURLM, freed_by<curl_multi_cleanup>>;
using header_list = std::unique_ptr<curl_slist, freed_by<curl_slist_free_all>>;

void load_curl() {
  static bool const loaded = curl_global_init(CURL_GLOBAL_DEFAULT) == CURLE_OK;
  if (!loaded) throw std::runtime_error{"libcurl does not start"};
}

auto is_event_stream(std::string_view type) -> bool {
  constexpr std::string_view wanted = "text/event-stream";
  if (type.size() < wanted.size()) return false;
  for (std::size_t i = 0; i < wanted.size(); ++i) {
    if (std::tolower(static_cast<unsigned char>(type[i])) != wanted[i]) return false;
  }
  return type.size() == wanted.size() || type[wanted.size()] == ';' || type[wanted.size()] == ' ';
}

}  // namespace

auto fault_of_url(std::string const& url) -> std::string {
  load_curl();
  url_parts const parts{curl_url()};
  auto const error = curl_url_set(parts.get(), CURLUPART_URL, url.c_str(),
                                  CURLU_GUESS_SCHEME | CURLU_NON_SUPPORT_SCHEME);
  if (error != CURLUE_OK) return curl_url_strerror(error);
  char* text = nullptr;
  if (curl_url_get(parts.get(), CURLUPART_SCHEME, &text, 0) != CURLUE_OK)
    return {};  // http is meant
  std::string const scheme{text};
  curl_free(text);
  return scheme == "http" || scheme == "https" ? std::string{}
                                               : "only http and https are spoken here";
}

class connection::request {
 public:
  request(std::string const& url, std::string const& last_event_id,
          std::function<void(std::string_view)> sink)
      : sink_{std::move(sink)} {
    load_curl();
    easy_.reset(curl_easy_init());
    multi_.reset(curl_multi_init());
    if (!easy_ || !multi_) throw std::runtime_error{"libcurl does not start"};
    add_header("Accept: text/event-stream");
    add_header("Cache-Control: no-store");
    if (!last_event_id.empty()) add_header("Last-Event-ID: " + last_event_id);
    set(CURLOPT_URL, url.c_str());
    set(CURLOPT_PROTOCOLS_STR, "http,https");
    set(CURLOPT_REDIR_PROTOCOLS_STR, "http,https");
    set(CURLOPT_FOLLOWLOCATION, 1L);
    set(CURLOPT_MAXREDIRS, 5L);
    set(CURLOPT_NOSIGNAL, 1L);
    set(CURLOPT_CONNECTTIMEOUT, 10L);
    set(CURLOPT_USERAGENT, "memscape-watch/" + std::to_string(memscape::version_major) + "." +
                               std::to_string(memscape::version_minor));
    set(CURLOPT_ERRORBUFFER, static_cast<char*>(error_));
    set(CURLOPT_HTTPHEADER, headers_.get());
    set(CURLOPT_WRITEFUNCTION, &request::take);
    set(CURLOPT_HEADERFUNCTION, &request::end_of_headers);
    set(CURLOPT_WRITEDATA, this);
    set(CURLOPT_HEADERDATA, this);
    curl_multi_add_handle(multi_.get(), easy_.get());
  }
  ~request() { curl_multi_remove_handle(multi_.get(), easy_.get()); }
  request(request const&) = delete;
  auto operator=(request const&) -> request& = delete;

  void pump(int wake, std::chrono::milliseconds longest) {
    int running = 0;
    curl_waitfd also{.fd = wake, .events = CURL_WAIT_POLLIN, .revents = 0};
    curl_multi_perform(multi_.get(), &running);
    if (running != 0) {
      curl_multi_poll(multi_.get(), &also, 1, static_cast<int>(longest.count()), nullptr);
      curl_multi_perform(multi_.get(), &running);
    }
    int left = 0;
    while (auto const* message = curl_multi_info_read(multi_.get(), &left)) {
      if (message->msg == CURLMSG_DONE) end(message->data.result);
    }
  }

  state now = state::connecting;
  std::string reason;

 private:
  template <class Value>
  void set(CURLoption option, Value value) {
    if (curl_easy_setopt(easy_.get(), option, value) != CURLE_OK) {
      throw std::runtime_error{"this libcurl is too old"};
    }
  }
  void set(CURLoption option, std::string const& value) { set(option, value.c_str()); }

  void add_header(std::string const& line) {
    auto* const all = curl_slist_append(headers_.get(), line.c_str());
    if (all == nullptr) throw std::runtime_error{"out of memory"};
    static_cast<void>(headers_.release());
    headers_.reset(all);
  }

  // Whether the answer is what was asked for; if it is, what follows is the stream.
  auto look_at_answer() -> bool {
    if (now != state::connecting) return now == state::streaming;
    long status = 0;
    char const* type = nullptr;
    curl_easy_getinfo(easy_.get(), CURLINFO_RESPONSE_CODE, &status);
    curl_easy_getinfo(easy_.get(), CURLINFO_CONTENT_TYPE, &type);
    if (status != 200) {
      reason = "the server answers with HTTP status " + std::to_string(status);
    } else if (type == nullptr || !is_event_stream(type)) {
      reason = "the answer is " + std::string{type == nullptr ? "of no type" : type} +
               ", not an event stream; a memscape server has one at /events";
    }
    now = reason.empty() ? state::streaming : state::no_stream;
    return now == state::streaming;
  }

  static auto take(char const* bytes, std::size_t, std::size_t size, void* self) -> std::size_t {
    auto& of = *static_cast<request*>(self);
    if (!of.look_at_answer()) return 0;
    of.sink_({bytes, size});
    return size;
  }

  // An empty line ends the headers of an answer; a redirection or an interim answer is followed by more.
  static auto end_of_headers(char const* line, std::size_t, std::size_t size, void* self)
      -> std::size_t {
    auto& of = *static_cast<request*>(self);
    long status = 0;
    curl_easy_getinfo(of.easy_.get(), CURLINFO_RESPONSE_CODE, &status);
    if (std::string_view{line, size} == "\r\n" && status == 200) of.look_at_answer();
    return size;
  }

  void end(CURLcode result) {
    long status = 0;
    curl_easy_getinfo(easy_.get(), CURLINFO_RESPONSE_CODE, &status);
    if (now == state::connecting && result == CURLE_OK) look_at_answer();
    if (now == state::no_stream) return;
    bool const was_streaming = now == state::streaming;
    now = was_streaming ? state::closed : state::failed;
    reason = result == CURLE_OK  ? "the server ended the stream"
             : error_[0] != '\0' ? error_
                                 : curl_easy_strerror(result);
  }

  std::function<void(std::string_view)> sink_;
  char error_[CURL_ERROR_SIZE]{};
  header_list headers_;
  // The last one is freed first: handles before what they point to.
  easy_handle easy_;
  multi_handle multi_;
};

connection::connection(std::string const& url, std::string const& last_event_id,
                       std::function<void(std::string_view)> sink)
    : request_{std::make_unique<request>(url, last_event_id, std::move(sink))} {}
connection::~connection() = default;

void connection::pump(int wake, std::chrono::milliseconds longest) {
  request_->pump(wake, longest);
}
auto connection::now() const noexcept -> state { return request_->now; }
auto connection::reason() const -> std::string const& { return request_->reason; }

}  // namespace watch
