// SPDX-License-Identifier: MIT
#pragma once

#include <concepts>
#include <memscape/core/extended_memory.hpp>
#include <memscape/core/limit_fields.hpp>
#include <memscape/core/memory_limits.hpp>
#include <memscape/core/process_fields.hpp>

namespace memscape::inline v0 {

/// Whether a reader's process says what `extended_memory` does.
template <class Process>
concept detailed = std::derived_from<Process, extended_memory>;

/// What a detailed reader knows besides, as members of the JSON of protocol version 1. In a snapshot what
/// is absent is left out; in a delta, `null` stands for what has become absent.
/// Cost: a comparison a field, in a loop: there are many, and few of them are written.
/// Threads: any; nothing is kept.
class json_detail {
 public:
  /// The members of `process`, behind others.
  template <class Writer>
  static constexpr void put_process(Writer& to, extended_memory const& of) noexcept {
    for (auto const& field : extended_fields) put_present(to, field, of);
  }

  /// The members of `limits`: the first one names the limit that counts.
  template <class Writer>
  static constexpr void put_limits(Writer& to, memory_limits const& of) noexcept {
    to.put(",\"limits\":{");
    put_kind(to, of);
    for (auto const& field : limit_fields) put_present(to, field, of);
    to.put('}');
  }

  /// The members of `process` that differ, in an object of a delta.
  template <class Members>
  static constexpr void put_process_changes(Members& object, extended_memory const& base,
                                            extended_memory const& now) noexcept {
    for (auto const& field : extended_fields) put_change(object, field, base, now);
  }

  /// The members of `limits` that differ.
  template <class Members>
  static constexpr void put_limit_changes(Members& object, memory_limits const& base,
                                          memory_limits const& now) noexcept {
    if (now.kind != base.kind) {
      object.next();
      put_kind(object.to, now);
    }
    for (auto const& field : limit_fields) put_change(object, field, base, now);
  }

 private:
  template <class Writer>
  static constexpr void put_kind(Writer& to, memory_limits const& of) noexcept {
    to.put("\"kind\":\"");
    to.put(name_of(of.kind));
    to.put('"');
  }

  template <class Writer, class Struct>
  static constexpr void put_present(Writer& to, field<Struct> const& field,
                                    Struct const& of) noexcept {
    auto const value = field.get(of);
    if (!value) return;
    to.put(",\"");
    to.put(field.key);
    to.put("\":");
    to.number(*value);
  }

  template <class Members, class Struct>
  static constexpr void put_change(Members& object, field<Struct> const& field, Struct const& base,
                                   Struct const& now) noexcept {
    auto const value = field.get(now);
    if (value == field.get(base)) return;
    object.next();
    object.to.put('"');
    object.to.put(field.key);
    object.to.put("\":");
    if (value) {
      object.to.number(*value);
    } else {
      object.to.put("null");
    }
  }
};

}  // namespace memscape::inline v0
