// SPDX-License-Identifier: MIT
#include "options.hpp"

#include <charconv>
#include <stdexcept>
#include <string_view>
#include <system_error>

namespace watch {

namespace {

auto whole_number(std::string_view name, std::string_view text) -> std::uint64_t {
  std::uint64_t value = 0;
  auto const [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size()) {
    throw std::runtime_error{std::string{name} + " takes a whole number, not '" +
                             std::string{text} + "'"};
  }
  return value;
}

}  // namespace

auto parse_options(std::span<char const* const> arguments) -> options {
  options chosen;
  bool only_addresses = false;
  for (std::size_t i = 0; i < arguments.size(); ++i) {
    std::string_view const argument = arguments[i];
    if (only_addresses || !argument.starts_with("-")) {
      if (!chosen.url.empty()) throw std::runtime_error{"one address at a time; try --help"};
      if (argument.empty()) throw std::runtime_error{"the address is empty; try --help"};
      chosen.url = argument;
    } else if (argument == "--") {
      only_addresses = true;
    } else if (argument == "--once") {
      chosen.once = true;
    } else if (argument == "--json") {
      chosen.json = true;
    } else if (argument == "--retries" || argument.starts_with("--retries=")) {
      auto const equals = argument.find('=');
      if (equals == std::string_view::npos && i + 1 == arguments.size()) {
        throw std::runtime_error{"--retries needs a value; try --help"};
      }
      chosen.retries = whole_number("--retries", equals == std::string_view::npos
                                                     ? std::string_view{arguments[++i]}
                                                     : argument.substr(equals + 1));
    } else if (argument == "--help" || argument == "-h") {
      chosen.help = true;
    } else if (argument == "--version") {
      chosen.version = true;
    } else {
      throw std::runtime_error{"unknown option '" + std::string{argument} + "'; try --help"};
    }
  }
  if (chosen.url.empty() && !chosen.help && !chosen.version) {
    throw std::runtime_error{
        "name the address of a stream, as in: watch http://127.0.0.1:8787/events"};
  }
  return chosen;
}

auto help_text() noexcept -> char const* {
  return R"(usage: watch [options] URL

Draws the memory of a running program and follows it, from its event stream at URL
(http or https), such as http://127.0.0.1:8787/events. Ctrl-C ends it.

  --once         print one snapshot and exit
  --json         print a line of JSON for each snapshot, the object of the stream
  --retries N    give up when N attempts in a row to connect again have failed
                 (default: never)
  --help         print this text
  --version      print the version

A lost connection is made again, after the time that the server asks for, doubled
with each failure up to 30 seconds, and behind the last snapshot where the server
can. Colours need a terminal, and NO_COLOR turns them off.

Exit status
  0   asked to stop, or done with --once
  1   no connection at the start, or none again after --retries attempts,
      or no snapshot for --once
  2   the command line makes no sense
  3   the stream speaks another version of the protocol
  4   the address answers, but not with an event stream
  5   the output cannot be written
)";
}

}  // namespace watch
