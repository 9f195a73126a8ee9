// SPDX-License-Identifier: MIT
#include <memscape/exporters/text.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <doctest/doctest.h>
#include <memscape/exporters/concepts.hpp>
#include <memscape/exporters/json/text.hpp>
#include <memscape/exporters/common/longest.hpp>
#include <memscape/exporters/text/label.hpp>
#include <string>
#include <string_view>
#include <utility>

#include "exporters/random.hpp"
#include "exporters/trees.hpp"

namespace {

using memscape::bytes;
using memscape::snapshot;
using memscape::text;
using memscape::text_options;
using test_support::deep;
using test_support::fenced;
using test_support::group_first;
using test_support::hostile;
using test_support::one_leaf;
using test_support::random_layout;
using test_support::random_numbers;
using test_support::random_snapshot;

static_assert(memscape::exporter<text, snapshot<one_leaf>>);
static_assert(memscape::exporter<text, snapshot<deep>>);
static_assert(noexcept(text::write({}, snapshot<one_leaf>{}, text_options{})));

constexpr auto written_while_compiling() -> bool {
  snapshot<one_leaf> snap;
  snap.nodes[0].used = bytes{1};
  snap.process.rss = bytes{4};
  std::array<char, text::max_size<one_leaf>> room{};
  auto const picture = text::write(room, snap, {.columns = 40});
  return picture.data() == room.data() &&
         picture.starts_with(
             "Heap      ####..........      1 B  25.0%\n"
             "Untracked ###########...      3 B  75.0%\n") &&
         picture.ends_with("- not known on this system\n");
}
static_assert(written_while_compiling());
TEST_CASE("text: a picture is a view of the buffer, also while compiling") {
  CHECK(written_while_compiling());
}

// Takes our own colours away, and looks at what is left.
void is_fit_for_a_terminal(std::string picture, text_options const& how) {
  for (auto const* style : {"\x1b[0m", "\x1b[1m", "\x1b[2m", "\x1b[33m", "\x1b[36m"}) {
    for (auto at = picture.find(style); at != std::string::npos; at = picture.find(style, at)) {
      REQUIRE(how.colour);
      picture.erase(at, std::string_view{style}.size());
    }
  }
  REQUIRE(picture.ends_with('\n'));
  auto const most = std::max(how.columns, text_options::least_columns);
  std::string_view rest{picture};
  while (!rest.empty()) {
    auto const line = rest.substr(0, rest.find('\n'));
    rest.remove_prefix(line.size() + 1);
    CAPTURE(line);
    REQUIRE_FALSE(line.empty());
    REQUIRE(line.back() != ' ');
    REQUIRE(memscape::text_label::columns_of(line, true) <= most);
    for (auto left = line; !left.empty();) {
      auto const size = memscape::utf8_sequence(left);
      auto const first = static_cast<unsigned char>(left[0]);
      REQUIRE((size > 1 || (size == 1 && first >= 0x20 && first < 0x7F)));
      REQUIRE((how.unicode || size == 1));
      left.remove_prefix(size);
    }
  }
}

template <class Layout>
void is_good_for_any_snapshot(std::uint64_t seed) {
  random_numbers random{seed};
  constexpr auto size = text::max_size<Layout>;
  for (int i = 0; i < 400; ++i) {
    auto snap = random_snapshot<Layout>(random);
    if (i == 0) snap = {};
    if (i == 1) snap = memscape::longest_snapshot<Layout>();
    text_options const how{
        .columns = static_cast<std::size_t>(random.below(i % 8 == 0 ? 5'000 : 160)),
        .unicode = random.below(2) == 0,
        .colour = random.below(2) == 0};
    CAPTURE(how.columns);
    fenced<size> room;
    auto const picture = text::write(room.first(size), snap, how);
    REQUIRE_FALSE(picture.empty());
    REQUIRE(room.intact_behind(picture.size()));
    is_fit_for_a_terminal(std::string{picture}, how);
    // The whole or nothing.
    fenced<size> tight;
    REQUIRE(text::write(tight.first(picture.size()), snap, how) == picture);
    REQUIRE(tight.intact_behind(picture.size()));
    REQUIRE(text::write(tight.first(picture.size() - 1), snap, how).empty());
  }
}
TEST_CASE("text: any snapshot at any width stays in its bound, and is fit for a terminal") {
  is_good_for_any_snapshot<one_leaf>(1);
  is_good_for_any_snapshot<deep>(2);
  is_good_for_any_snapshot<hostile>(3);
  is_good_for_any_snapshot<random_layout<1>>(4);
  is_good_for_any_snapshot<random_layout<3>>(5);
}

template <std::size_t... Index>
auto flat_layout(std::index_sequence<Index...>)
    -> memscape::layout<memscape::leaf_shape<test_support::random_key<Index>(), "Leaf">...>;

TEST_CASE("text: a tree of 200 leaves") {
  using layout = decltype(flat_layout(std::make_index_sequence<200>{}));
  snapshot<layout> snap;
  for (auto& node : snap.nodes) node.used = bytes{1'000'000};
  snap.process.rss = bytes{300'000'000};
  std::array<char, text::max_size<layout>> room;
  std::string const picture{text::write(room, snap)};
  std::size_t rows = 0;
  std::size_t tenths = 0;
  for (auto at = picture.find('%'); at != std::string::npos; at = picture.find('%', at + 1)) {
    ++rows;
    tenths += static_cast<std::size_t>(picture[at - 1] - '0') +
              static_cast<std::size_t>(std::stoi(picture.substr(at - 5, 3))) * 10;
  }
  CHECK(rows == 201);
  CHECK(tenths == 1'000);
}

}  // namespace
