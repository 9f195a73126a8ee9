// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <memscape/core/count.hpp>
#include <memscape/exporters/text/amount.hpp>
#include <memscape/ledger/cause.hpp>
#include <memscape/ledger/ledger_growth.hpp>
#include <string_view>

namespace memscape::inline v0 {

/// Calls `say(word)` for each word of a sentence.
template <class Say>
constexpr void each_word(std::string_view sentence, Say const& say) noexcept {
  while (!sentence.empty()) {
    auto const end = sentence.find(' ');
    say(sentence.substr(0, end));
    if (end == std::string_view::npos) return;
    sentence.remove_prefix(end + 1);
  }
}

/// Growth in words: by how much, within what time, what it is there for, and where it lies.
///
///     RSS has grown by 300 MiB in 2 h 14 min, and 290 MiB of that is no subsystem's. Most of it: anonymous,
///     280 MiB more, of that 270 MiB in 7f1240000000-7f1250e00000.
///
/// Cost: a few numbers. Threads: any; nothing is kept.
class growth_sentence {
  // Two units at most, which is how people say it.
  template <class Say>
  static constexpr void say_span(std::uint64_t ms, Say const& say) noexcept {
    struct unit {
      std::uint64_t seconds;
      std::string_view name;
    };
    constexpr unit units[] = {{86'400, " d"}, {3'600, " h"}, {60, " min"}, {1, " s"}};
    auto const seconds = ms / 1000;
    std::size_t i = 0;
    while (i < 3 && seconds < units[i].seconds) ++i;
    auto const whole = text_amount::of(count{seconds / units[i].seconds});
    // Nobody asks for the seconds of minutes.
    auto const rest = i < 2 ? seconds % units[i].seconds / units[i + 1].seconds : 0;
    if (rest == 0) return say(whole.view(), units[i].name, ",");
    say(whole.view(), units[i].name, " ", text_amount::of(count{rest}).view(), units[i + 1].name,
        ",");
  }

  template <class Say>
  static constexpr void say_part(grown_part const& of, Say const& say) noexcept {
    each_word("of that", say);
    say(text_amount::of(of.by).view());
    say(std::string_view{"in"});
    if (of.end == 0) return say(of.name.clipped() ? "..." : "", of.name.view(), ".");
    say(address{of.begin}.view(), "-", address{of.end}.view(), ".");
  }

 public:
  /// An address as /proc/self/maps has it.
  class address {
   public:
    constexpr explicit address(std::uint64_t of) noexcept {
      while (size_ < 16 && of >> (4 * size_) != 0) ++size_;
      for (unsigned i = 0; i < size_; ++i) {
        digits_[i] = "0123456789abcdef"[of >> (4 * (size_ - 1 - i)) & 0xF];
      }
    }
    [[nodiscard]] constexpr auto view() const noexcept -> std::string_view {
      return {digits_, size_};
    }

   private:
    char digits_[16]{};
    unsigned size_ = 8;
  };

  /// Calls `say(parts...)` for each word; its parts are texts, any of which may be of any bytes.
  template <class Say>
  static constexpr void each_word_of(ledger_growth const& of, Say const& say) noexcept {
    auto const put = [&say](auto const&... parts) noexcept { say(std::string_view{parts}...); };
    each_word("RSS has grown by", put);
    if (of.span_ms == 0) {
      put(text_amount::of(of.rss).view(), ",");
    } else {
      put(text_amount::of(of.rss).view());
      put("in");
      say_span(of.span_ms, put);
    }
    put("and");
    put(text_amount::of(of.unowned).view());
    each_word("of that is no subsystem's.", put);
    if (!of.most) return;
    each_word("Most of it:", put);
    put(name_of(*of.most), ",");
    put(text_amount::of(of.most_by).view());
    put(of.part ? "more," : "more.");
    if (of.part) say_part(*of.part, put);
  }
};

}  // namespace memscape::inline v0
