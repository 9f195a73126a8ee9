// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <memscape/exporters/json/text.hpp>
#include <memscape/exporters/text/width.hpp>
#include <string_view>

namespace memscape::inline v0 {

/// Writes a text of any bytes so that no terminal can be harmed by it, and knows how wide it is.
/// Controls are escaped as `\x1b`; a byte that is no UTF-8 becomes U+FFFD, or `?` in ASCII, as does what
/// ASCII does not have; what is not seen, or turns the direction of writing, is left out, and so are the
/// third mark on a character and what follows. Cost: one pass; less for plain ASCII. Threads: any.
class text_label {
 public:
  /// The columns that the whole text takes.
  [[nodiscard]] static constexpr auto columns_of(std::string_view text, bool unicode) noexcept
      -> std::size_t {
    if (is_plain(text)) return text.size();
    std::size_t columns = 0;
    for (reader from{text, unicode}; from.next();) columns += from.columns();
    return columns;
  }

  /// Writes as much as fits so many columns, and an ellipsis for the rest. Returns the columns taken.
  template <class Writer>
  static constexpr auto put(Writer& to, std::string_view text, std::size_t columns,
                            bool unicode) noexcept -> std::size_t {
    if (columns == 0) return 0;
    if (columns_of(text, unicode) <= columns) return put_start(to, text, columns, unicode);
    auto const used = put_start(to, text, columns - 1, unicode);
    put_ellipsis(to, unicode);
    return used + 1;
  }

  /// Writes what fits so many columns of its beginning and of its end, and an ellipsis for the middle. Returns
  /// the columns taken.
  template <class Writer>
  static constexpr auto put_ends(Writer& to, std::string_view text, std::size_t columns,
                                 bool unicode) noexcept -> std::size_t {
    if (columns < 3 || columns_of(text, unicode) <= columns) {
      return put(to, text, columns, unicode);
    }
    auto const room = (columns - 1) / 2;
    auto end = text;
    do {
      auto const size = utf8_sequence(end);
      end.remove_prefix(size == 0 ? 1 : size);
    } while (columns_of(end, unicode) > room);
    auto const used = put_start(to, text, columns - 1 - room, unicode);
    put_ellipsis(to, unicode);
    return used + 1 + put_start(to, end, room, unicode);
  }

  /// Writes as much as fits so many columns, and nothing for the rest. Returns the columns taken.
  template <class Writer>
  static constexpr auto put_start(Writer& to, std::string_view text, std::size_t columns,
                                  bool unicode) noexcept -> std::size_t {
    if (is_plain(text)) {
      to.put(text.substr(0, columns));
      return (std::min)(text.size(), columns);
    }
    std::size_t used = 0;
    for (reader from{text, unicode}; from.next();) {
      if (used + from.columns() > columns) break;
      to.put(from.text());
      used += from.columns();
    }
    return used;
  }

  /// One column that says that something was cut.
  template <class Writer>
  static constexpr void put_ellipsis(Writer& to, bool unicode) noexcept {
    to.put(unicode ? std::string_view{"\xE2\x80\xA6"} : std::string_view{"~"});
  }

  /// The most bytes that a text takes beyond one a column when it is cut: those of the ellipsis.
  static constexpr std::size_t cut_bytes = 2;

 private:
  [[nodiscard]] static constexpr auto is_plain(char c) noexcept -> bool {
    return c >= 0x20 && c < 0x7F;
  }
  [[nodiscard]] static constexpr auto is_plain(std::string_view text) noexcept -> bool {
    // Without a branch a character, which compiles to vectors.
    unsigned strange = 0;
    for (char const c : text) strange |= is_plain(c) ? 0U : 1U;
    return strange == 0;
  }

  // Goes through what is to be shown.
  class reader {
   public:
    constexpr reader(std::string_view text, bool unicode) noexcept
        : rest_{text}, unicode_{unicode} {}

    // Whether there is something more.
    constexpr auto next() noexcept -> bool {
      while (!rest_.empty()) {
        auto const size = utf8_sequence(rest_);
        auto const character = rest_.substr(0, size == 0 ? 1 : size);
        rest_.remove_prefix(character.size());
        if (size == 0) return show(unicode_ ? "\xEF\xBF\xBD" : "?", 1);
        auto const code = decode(character);
        if (code < 0x20 || (code >= 0x7F && code < 0xA0)) return escape(code);
        if (text_width::is_invisible(code)) continue;
        auto const columns = text_width::columns_of(code);
        // At the front there is nothing that a mark could stand on but our own.
        if (columns == 0 && (marks_ >= most_marks || !unicode_)) continue;
        marks_ = columns == 0 ? marks_ + 1 : 0;
        return unicode_ || code < 0x80 ? show(character, columns) : show("?", 1);
      }
      return false;
    }

    [[nodiscard]] constexpr auto text() const noexcept -> std::string_view {
      return {text_.data(), size_};
    }
    [[nodiscard]] constexpr auto columns() const noexcept -> std::size_t { return columns_; }

   private:
    static constexpr unsigned most_marks = 2;

    [[nodiscard]] static constexpr auto decode(std::string_view character) noexcept -> char32_t {
      auto const lead = static_cast<unsigned char>(character[0]);
      if (character.size() == 1) return lead;
      auto code = static_cast<char32_t>(lead & (0x7FU >> character.size()));
      for (char const c : character.substr(1)) {
        code = code << 6U | (static_cast<unsigned char>(c) & 0x3FU);
      }
      return code;
    }

    constexpr auto show(std::string_view shown, std::size_t columns) noexcept -> bool {
      for (std::size_t i = 0; i < shown.size(); ++i) text_[i] = shown[i];
      size_ = shown.size();
      columns_ = columns;
      return true;
    }
    constexpr auto escape(char32_t code) noexcept -> bool {
      marks_ = most_marks;
      text_ = {'\\', 'x', "0123456789abcdef"[code >> 4U], "0123456789abcdef"[code & 0xFU]};
      size_ = columns_ = text_.size();
      return true;
    }

    std::string_view rest_;
    bool unicode_;
    unsigned marks_ = most_marks;
    std::array<char, 4> text_{};
    std::size_t size_ = 0;
    std::size_t columns_ = 0;
  };
};

}  // namespace memscape::inline v0
