// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <memscape/core/read_error.hpp>
#include <memscape/readers/linux/proc/proc_file.hpp>
#include <optional>
#include <string_view>
#include <type_traits>

namespace memscape::inline v0 {

/// The names under which the failures of one file are told.
struct file_steps {
  read_step open{};
  read_step read{};
  read_step parse{};
};

/// What a file said, or why that is not known.
template <class Value>
struct parsed {
  std::optional<Value> value{};
  read_error why{};
};

/// Reads a file through `file`'s descriptor, into `Size` bytes of the stack, and has `parse` make a value
/// of its text. A text that does not parse is read once more, from the path: perhaps a trusted descriptor was
/// closed, and its number names another file.
/// Errors: one of `steps`, with errno. Cost: that of `proc_file`, and the parser; no allocation. Threads: any.
template <std::size_t Size, class Parse>
[[nodiscard]] auto read_parsed(proc_file& file, char const* path, file_steps steps,
                               Parse const& parse) noexcept
    -> parsed<typename std::invoke_result_t<Parse const&, std::string_view>::value_type> {
  char buffer[Size];
  for (bool const last_try : {false, true}) {
    auto const [text, open_errno, read_errno] = file.read(path, buffer, sizeof buffer);
    if (open_errno != 0) return {{}, {steps.open, open_errno}};
    if (read_errno != 0) return {{}, {steps.read, read_errno}};
    if (auto value = parse(text)) return {value, {}};
    if (!last_try) file.forget();
  }
  return {{}, {steps.parse, 0}};
}

}  // namespace memscape::inline v0
