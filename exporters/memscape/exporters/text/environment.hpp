// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdlib>
#include <memscape/exporters/text/options.hpp>
#include <string_view>

namespace memscape::inline v0 {

/// What the environment variables ask of a text. Exporters never look at them: whoever prints to a
/// terminal asks here, and passes the answer on.
///
///     auto options = memscape::text_environment::options(isatty(STDOUT_FILENO) == 1);
///
/// Threads: getenv(3) wants that nobody changes the environment meanwhile.
class text_environment {
 public:
  /// All of it, for an output that is a terminal or is not.
  [[nodiscard]] static auto options(bool is_terminal) noexcept -> text_options {
    return {.columns = columns(), .unicode = unicode(), .colour = colour(is_terminal)};
  }

  /// Whether colours are welcome: on a terminal that is not dumb, unless NO_COLOR holds anything.
  /// Source: https://no-color.org
  [[nodiscard]] static auto colour(bool is_terminal) noexcept -> bool {
    auto const kind = value_of("TERM");
    return is_terminal && !kind.empty() && kind != "dumb" && value_of("NO_COLOR").empty();
  }

  /// Whether the locale is one of UTF-8. Source: POSIX.1-2017, 8.2.
  [[nodiscard]] static auto unicode() noexcept -> bool {
    for (auto const* name : {"LC_ALL", "LC_CTYPE", "LANG"}) {
      auto const locale = value_of(name);
      if (!locale.empty()) return names_utf8(locale);
    }
    return false;
  }

  /// COLUMNS, where it is a number; else 80.
  [[nodiscard]] static auto columns() noexcept -> std::size_t {
    auto const text = value_of("COLUMNS");
    std::size_t number = 0;
    for (char const c : text) {
      if (c < '0' || c > '9' || number > 10'000) return text_options{}.columns;
      number = number * 10 + static_cast<std::size_t>(c - '0');
    }
    return number == 0 ? text_options{}.columns : number;
  }

 private:
  [[nodiscard]] static auto value_of(char const* name) noexcept -> std::string_view {
    char const* const value = std::getenv(name);
    return value == nullptr ? std::string_view{} : value;
  }

  // en_US.UTF-8, C.utf8, de_DE.utf8@euro
  [[nodiscard]] static auto names_utf8(std::string_view locale) noexcept -> bool {
    auto const codeset = locale.substr(locale.find('.') + 1);
    auto const matches = [codeset](std::string_view wanted) {
      if (codeset.size() < wanted.size()) return false;
      for (std::size_t i = 0; i < wanted.size(); ++i) {
        char const c = codeset[i];
        if ((c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c) != wanted[i])
          return false;
      }
      return codeset.size() == wanted.size() || codeset[wanted.size()] == '@';
    };
    return locale.find('.') != std::string_view::npos && (matches("utf-8") || matches("utf8"));
  }
};

}  // namespace memscape::inline v0
