// SPDX-License-Identifier: MIT
#pragma once

#include <concepts>
#include <memscape/core/usage.hpp>
#include <utility>

namespace memscape::inline v0 {

/// The callable can be called without arguments and is noexcept.
template <class T>
concept calls_noexcept = requires(T const& call) {
  { call() } noexcept;
};

/// The callable returns `memscape::usage`.
template <class T>
concept calls_for_usage = requires(T const& call) {
  { call() } -> std::same_as<usage>;
};

/// A source from any callable: for an allocator whose numbers have other names.
///
///     leaf<"cache", "Page Cache">(callable_source{[&cache]() noexcept -> memscape::usage {
///       return {.used = memscape::bytes{cache.size_in_bytes()}};
///     }})
///
/// Threads: called on the collecting thread.
template <class Callable>
class callable_source {
  static_assert(calls_noexcept<Callable>,
                "memscape: let this callable take no argument and mark it noexcept.");
  static_assert(!calls_noexcept<Callable> || calls_for_usage<Callable>,
                "memscape: let this callable return memscape::usage: write "
                "`[=]() noexcept -> memscape::usage { ... }`.");

 public:
  constexpr explicit callable_source(Callable call) noexcept : call_{std::move(call)} {}

  [[nodiscard]] constexpr auto sample() const noexcept -> usage { return call_(); }

 private:
  [[no_unique_address]] Callable call_;
};

}  // namespace memscape::inline v0
