// SPDX-License-Identifier: MIT
#pragma once

#include <string_view>

namespace demo::http {

/// What the server looks at in a request. A list that was sent in several lines is one text. The texts lie in the connection's buffer or in the scratch
/// arena and last until the response is composed.
struct request {
  std::string_view method;
  std::string_view target;
  std::string_view host;
  std::string_view accept;
  std::string_view if_none_match;
  std::string_view last_event_id;
  unsigned hosts = 0;  // how many Host headers there were: one is right, in HTTP/1.0 also none
  bool is_http_1_0 = false;
  bool has_body = false;
  bool keep_alive = false;
};

}  // namespace demo::http
