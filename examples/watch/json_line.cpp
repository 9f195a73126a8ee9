// SPDX-License-Identifier: MIT
#include "json_line.hpp"

#include <memscape/core/limit_fields.hpp>
#include <memscape/core/memory_limits.hpp>
#include <memscape/core/process_fields.hpp>
#include <memscape/core/usage_fields.hpp>
#include <string_view>
#include <vector>

namespace watch {

namespace {

using memscape::wire_number;

// Writes members with the commas between them.
class object {
 public:
  explicit object(std::string& to) : to_{to} { to_ += '{'; }
  ~object() { to_ += '}'; }
  object(object const&) = delete;
  auto operator=(object const&) -> object& = delete;

  void name(std::string_view key) {
    if (any_) to_ += ',';
    any_ = true;
    to_ += '"';
    to_ += key;
    to_ += "\":";
  }
  void number(std::string_view key, wire_number value) {
    name(key);
    to_ += value ? std::to_string(*value) : "null";
  }
  void numbers(auto const& fields, auto const& of) {
    for (auto const& field : fields) {
      if (auto const value = field.get(of); value || field.always) number(field.key, value);
    }
  }

 private:
  std::string& to_;
  bool any_ = false;
};

// The bytes of a step's name that are not plain ASCII are another version's, and nothing a terminal
// should see: each becomes a question mark.
auto plain(std::string_view text) -> std::string {
  std::string shown;
  for (char const c : text) {
    bool const is_plain = c >= 0x20 && c < 0x7F && c != '"' && c != '\\';
    shown += is_plain ? c : '?';
  }
  return shown;
}

void put_errors(std::string& line, std::vector<memscape::decoded_error> const& errors) {
  char separator = '[';
  for (auto const& error : errors) {
    line += separator;
    separator = ',';
    object one{line};
    one.name("step");
    line += '"' + plain(error.step) + '"';
    one.name("code");
    line += std::to_string(error.code);
  }
  line += ']';
}

}  // namespace

auto json_line(memscape::decoded_tree const& tree, memscape::decoded_snapshot const& snapshot)
    -> std::string {
  std::string line;
  {
    object all{line};
    all.number("seq", snapshot.sequence);
    all.number("time_ms", snapshot.time_ms);
    all.number("sample_ns", snapshot.sample_ns);
    all.name("process");
    {
      object process{line};
      process.numbers(memscape::process_fields, snapshot.process);
      process.numbers(memscape::extended_fields, snapshot.process);
    }
    all.name("breakdown");
    {
      object breakdown{line};
      for (std::size_t i = 0; i < tree.size(); ++i) {
        breakdown.number(tree[i].key, snapshot.nodes[i].used.value());
      }
      breakdown.numbers(memscape::balance_fields,
                        memscape::memory_balance{snapshot.untracked, snapshot.overcounted});
    }
    all.name("pools");
    {
      object pools{line};
      for (std::size_t i = 0; i < tree.size(); ++i) {
        if (tree[i].is_group) continue;
        pools.name(tree[i].key);
        object pool{line};
        pool.numbers(memscape::usage_fields, snapshot.nodes[i]);
      }
    }
    // One that says nothing is as good as none.
    if (auto const& of = snapshot.process.limits; of != memscape::memory_limits{}) {
      all.name("limits");
      object limits{line};
      limits.name("kind");
      line += '"' + std::string{memscape::name_of(of.kind)} + '"';
      limits.numbers(memscape::limit_fields, of);
    }
    if (!snapshot.errors.empty()) {
      all.name("errors");
      put_errors(line, snapshot.errors);
    }
    if (!snapshot.detail_errors.empty()) {
      all.name("detail_errors");
      put_errors(line, snapshot.detail_errors);
    }
  }
  return line;
}

}  // namespace watch
