// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <memscape/exporters/json/ledger_causes.hpp>
#include <memscape/exporters/json/ledger_findings.hpp>
#include <memscape/exporters/json/longest_ledger.hpp>
#include <memscape/exporters/json/member.hpp>
#include <memscape/exporters/writer.hpp>
#include <memscape/ledger/ledger.hpp>
#include <optional>
#include <span>
#include <string_view>

namespace memscape::inline v0 {

/// A ledger as one JSON object, and as the event `ledger` of a stream. It has no id: a viewer resumes
/// behind what changed, and gets the latest ledger in any case. Viewers that do not know the event pass
/// over it.
///
///     {"seq":7,"time_ms":…,"age_ms":…,"duration_ns":…,"cost_ns":…,"longest_slice_ns":…,"slices":…,
///      "method":"scan","rss":…,"rss_before":…,       how the state of pages was learned
///      "sources":{"gc_heap":{"resident":…,"swapped":…,"used":…,"committed":…,"fragmentation":…,
///                            "claimed":…,"unmapped":…,"overlapped":…,"quality":"exact"},…},
///      "causes":{"file.text":{"resident":…,"swapped":…,"quality":"exact",
///                             "mappings":[{"name":"/usr/lib/libc.so.6","resident":…},…]},
///                "anon.my pool":{…},…},
///      "unexplained":…,"closure_error":…,
///      "outside_rss":{"page_tables":…,"swap":…,"hugetlb":…,"cgroup_kernel":…,"cgroup_socket":…},
///      "malloc":{"in_use":…,"free":…,"mapped":…,"mapped_blocks":…,"quality":"stale","age_ms":…},
///      "malloc_object":"/lib/libjemalloc.so.2",       which has malloc; null: the C library
///      "lazy_free":…,"huge":…,"mapping_count":…,"thread_stacks":…,"arena_heaps":…,
///      "faults":[{"kind":"mappings_changed","code":2},…],
///      "findings":[{"name":"resident_but_free","source":"gc_heap","amount":…,"whole":…,
///                   "text":"In RAM and not handed out: …"},…]}
///
/// rss + closure_error = Σ sources + Σ causes + unexplained. What is absent is `null`; a source without
/// ranges has neither resident nor swapped nor fragmentation nor claimed; unmapped and overlapped are known
/// where all mappings are. Malloc's age is what it was when the audit began, 0 where it is exact. The group's
/// kernel and socket memory is other processes' too. Sources are leaves only, causes those that hold
/// something. `mappings` are the largest parts of a cause and not all of it: files by path, and
/// anonymous mappings by their addresses. Names hold any bytes, and stand escaped; one that was too long
/// begins with an ellipsis. Findings are the doctor's; those of the process have no source. Growth is
/// told where the caller knows it, and its text says since when, the cause, and its part that grew most.
/// Errors: an empty text when `out` is too small, which the sizes below rule out.
/// Cost: one pass; no allocation, no lock, no exception. Threads: any; nothing is kept. Source: RFC 8259.
class json_ledger {
  static constexpr std::string_view event_begin = "event: ledger\ndata: ";
  static constexpr std::string_view event_end = "\n\n";
  static constexpr std::string_view method_names[] = {"scan", "pagemap", "mincore", "none"};

  template <bool WithFindings = true, class Layout>
  static constexpr void put(writer& to, ledger<Layout> const& of, std::uint64_t age_ms,
                            doctor_thresholds const& when,
                            std::optional<ledger_growth> const& grew) noexcept {
    to.put("{\"seq\":");
    to.number(of.sequence);
    json_member::put(to, ",\"time_ms\":", of.time_ms);
    json_member::put(to, ",\"age_ms\":", age_ms);
    json_member::put(to, ",\"duration_ns\":", of.duration_ns);
    json_member::put(to, ",\"cost_ns\":", of.cost_ns);
    json_member::put(to, ",\"longest_slice_ns\":", of.longest_slice_ns);
    json_member::put(to, ",\"slices\":", of.slices);
    to.put(",\"method\":\"");
    to.put(method_names[static_cast<std::size_t>(of.method)]);
    to.put('"');
    json_member::put(to, ",\"rss\":", of.rss);
    json_member::put(to, ",\"rss_before\":", of.rss_before);
    put_sources(to, of);
    json_ledger_causes::put_causes(to, of);
    json_member::put(to, ",\"unexplained\":", of.unexplained);
    json_member::put(to, ",\"closure_error\":", of.closure_error);
    put_outside(to, of.outside_rss);
    put_malloc(to, of.malloc);
    json_ledger_causes::put_name(to, ",\"malloc_object\":", of.malloc_object);
    json_member::put(to, ",\"lazy_free\":", of.lazy_free);
    json_member::put(to, ",\"huge\":", of.huge);
    json_member::put(to, ",\"mapping_count\":", of.mapping_count);
    json_member::put(to, ",\"thread_stacks\":", of.thread_stacks);
    json_member::put(to, ",\"arena_heaps\":", of.arena_heaps);
    put_faults(to, of.faults);
    if constexpr (WithFindings) json_ledger_findings::put(to, of, when, grew);
    to.put('}');
  }

  template <class Layout>
  static constexpr void put_sources(writer& to, ledger<Layout> const& of) noexcept {
    to.put(",\"sources\":{");
    bool is_first = true;
    for (std::size_t i = 0; i < Layout::size; ++i) {
      if (Layout::nodes[i].is_group) continue;
      to.put(is_first ? "\"" : ",\"");
      is_first = false;
      to.put(Layout::nodes[i].key);
      // mincore(2) sees no swap, and of a mapping's a source's share is not known.
      put_source(to, of.sources[i], of.method != page_method::mincore);
    }
    to.put('}');
  }

  static constexpr void put_source(writer& to, source_account const& of,
                                   bool swap_is_known) noexcept {
    bool const known = of.resident.has_value();
    json_member::put(to, "\":{\"resident\":", of.resident);
    json_member::put(to, ",\"swapped\":", known && swap_is_known ? of.swapped : maybe_bytes{});
    json_member::put(to, ",\"used\":", of.said.used);
    json_member::put(to, ",\"committed\":", of.said.committed);
    to.put(",\"fragmentation\":");
    if (auto const signed_amount = of.fragmentation()) {
      to.signed_number(*signed_amount);
    } else {
      to.put("null");
    }
    json_member::put(to, ",\"claimed\":", known ? std::optional{of.claimed} : std::nullopt);
    json_member::put(to, ",\"unmapped\":", of.unmapped);
    json_member::put(to, ",\"overlapped\":", of.overlapped);
    json_ledger_causes::put_quality(to, of.worth);
    if (of.lies_in == memory_home::malloc) to.put(",\"lies_in\":\"malloc\"");
    to.put('}');
  }

  static constexpr void put_outside(writer& to, outside_account const& of) noexcept {
    json_member::put(to, ",\"outside_rss\":{\"page_tables\":", of.page_tables);
    json_member::put(to, ",\"swap\":", of.swap);
    json_member::put(to, ",\"hugetlb\":", of.hugetlb);
    json_member::put(to, ",\"cgroup_kernel\":", of.cgroup_kernel);
    json_member::put(to, ",\"cgroup_socket\":", of.cgroup_socket);
    to.put('}');
  }

  static constexpr void put_malloc(writer& to, std::optional<malloc_account> const& of) noexcept {
    if (!of) return to.put(",\"malloc\":null");
    json_member::put(to, ",\"malloc\":{\"in_use\":", of->in_use);
    json_member::put(to, ",\"free\":", of->free);
    json_member::put(to, ",\"mapped\":", of->mapped);
    json_member::put(to, ",\"mapped_blocks\":", of->mapped_blocks);
    json_ledger_causes::put_quality(to, of->worth);
    json_member::put(to, ",\"age_ms\":", of->age_ms);
    to.put('}');
  }

  static constexpr void put_faults(writer& to, ledger_faults const& of) noexcept {
    to.put(",\"faults\":[");
    for (auto const& fault : of) {
      to.put(&fault == of.begin() ? "{\"kind\":\"" : ",{\"kind\":\"");
      to.put(name_of(fault.kind));
      to.put("\",\"code\":");
      to.signed_number(fault.code);
      to.put('}');
    }
    to.put(']');
  }

 public:
  /// The object. `age_ms` is how old the ledger is now: `ledger.age_ms(monotonic_clock::now())`. `when` is when the
  /// doctor speaks, and `grew` what it grew by, if the caller knows an earlier ledger.
  template <class Layout>
  [[nodiscard]] static constexpr auto write(std::span<char> out, ledger<Layout> const& of,
                                            std::uint64_t age_ms,
                                            doctor_thresholds const& when = {},
                                            std::optional<ledger_growth> const& grew = {}) noexcept
      -> std::string_view {
    writer to{out};
    put(to, of, age_ms, when, grew);
    return to.text();
  }

  /// The event `ledger` with that object.
  template <class Layout>
  [[nodiscard]] static constexpr auto write_event(
      std::span<char> out, ledger<Layout> const& of, std::uint64_t age_ms,
      doctor_thresholds const& when = {}, std::optional<ledger_growth> const& grew = {}) noexcept
      -> std::string_view {
    writer to{out};
    to.put(event_begin);
    put(to, of, age_ms, when, grew);
    to.put(event_end);
    return to.text();
  }

  /// What is enough for the object of any ledger. Units: bytes.
  template <class Layout>
  static constexpr std::size_t max_size = [] {
    writer counter;
    counter.put(",\"findings\":[]");
    json_ledger::put<false>(counter, longest_ledger<Layout>(), ~std::uint64_t{0}, {}, {});
    return counter.size() + json_ledger_causes::max_size<ledger<Layout>> +
           json_ledger_findings::max_size<Layout>;
  }();

  /// What is enough for the event. Units: bytes.
  template <class Layout>
  static constexpr std::size_t max_event_size =
      max_size<Layout> + event_begin.size() + event_end.size();
};

}  // namespace memscape::inline v0
