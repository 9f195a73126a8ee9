#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Plants faults of one line, one at a time, and expects the tests of that place to notice each.

A test that runs over a line may still not look at what the line does; this looks at the tests. Each fault
is put into a copy of the tree, and only the test file that should notice is compiled and run there.

usage: mutate.py [--compiler CXX] [--every N] [WORD...]

With WORDs only the faults whose name holds one of them; with --every N each Nth. Prints TAP, a line a
fault, and before them one line a test file, which has to pass where no fault is.
"""
import argparse
import concurrent.futures
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

root = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(root / "tests/support"))
from tap import Tap  # noqa: E402

CORE, TREE, REGISTRY = "include/memscape/core/", "include/memscape/tree/", "include/memscape/registry/"
READERS, SOURCES = "include/memscape/readers/", "include/memscape/sources/"
EXPORTERS = "exporters/memscape/exporters/"
LEDGER = "include/memscape/ledger/"

# What goes wrong, where, the line as it is and as it should not be, and the test that must notice.
FAULTS = [
    ("a sum wraps around", CORE + "quantity.hpp",
     "if (value_ < other.value_) value_ = (max)().value_;", "", "core/quantity.cpp"),
    ("a difference wraps around", CORE + "quantity.hpp",
     "value_ = value_ > other.value_ ? value_ - other.value_ : 0;", "value_ -= other.value_;", "core/quantity.cpp"),
    ("the fifth error overwrites the first", CORE + "read_error.hpp",
     "if (size_ < capacity) errors_[size_++] = error;", "errors_[size_++ % capacity] = error;", "core/read_error.cpp"),

    ("a group is its last child", TREE + "group.hpp",
     "used += next->used;", "used = next->used;", "tree/group.cpp"),
    ("a group reads its first child for each", TREE + "group.hpp",
     "next += Child::shape::size;", "", "tree/group.cpp"),
    ("a nested group counts as one node", TREE + "group.hpp",
     "next += Child::shape::size;", "next += 1;", "tree/group.cpp"),
    ("a group has a peak, which nobody measured", TREE + "group.hpp",
     ".committed = committed.value(),", ".committed = committed.value(), .peak = used,", "tree/group.cpp"),
    ("what is partly unknown is summed as if it were known", TREE + "group.hpp",
     "known_ ? std::optional{sum_} : std::nullopt", "std::optional{sum_}", "tree/group.cpp"),
    ("a subtree ends one node early", TREE + "layout.hpp",
     "parent, depth, next_, true};", "parent, depth, next_ - 1, true};", "tree/layout.cpp"),
    ("children are no deeper than their parent", TREE + "layout.hpp",
     "self, depth + 1)", "self, depth)", "tree/layout.cpp"),

    ("the sequence stands still", REGISTRY + "registry.hpp",
     "snap.sequence = ++sequence_;", "snap.sequence = 1;", "registry/registry.cpp"),
    ("the sequence begins at zero", REGISTRY + "registry.hpp",
     "snap.sequence = ++sequence_;", "snap.sequence = sequence_++;", "registry/registry.cpp"),
    ("what is over-counted is hidden", REGISTRY + "snapshot.hpp",
     "return tracked() - *process.rss;", "return bytes{};", "registry/snapshot.cpp"),
    ("children are tracked besides their group", REGISTRY + "snapshot.hpp",
     "i = Layout::nodes[i].end)", "++i)", "registry/snapshot.cpp"),
    ("without RSS nothing is untracked", REGISTRY + "snapshot.hpp",
     "if (!process.rss) return std::nullopt;", "if (!process.rss) return bytes{};", "registry/snapshot.cpp"),

    ("statm needs six fields only", READERS + "statm.hpp",
     "if (at == from || at == text.size() || text[at] != separator)",
     "if (i == 6) break;\n    if (at == from || at == text.size() || text[at] != separator)", "readers/statm.cpp"),
    ("statm may end in anything", READERS + "statm.hpp",
     "if (at != text.size()) return std::nullopt;", "", "readers/statm.cpp"),
    ("data is read from the field lib", READERS + "statm.hpp",
     ".data = fields[5]", ".data = fields[4]", "readers/statm.cpp"),
    ("pages count as bytes", READERS + "statm.hpp",
     "into.rss = bytes{page_size} * pages.resident;", "into.rss = bytes{pages.resident};", "readers/statm.cpp"),
    ("a child reads its parent's numbers", READERS + "wiped_word.hpp",
     "::madvise(page, sizeof(atomic_word), MADV_WIPEONFORK) == 0", "true", "readers/linux.cpp"),
    ("a child reads its parent's numbers where no page is wiped", READERS + "shared_descriptor.hpp",
     "seen >> 32U == static_cast<std::uint32_t>(here)", "true", "readers/proc_file.cpp"),
    ("the descriptor outlives exec", READERS + "held_descriptor.hpp",
     "O_RDONLY | O_CLOEXEC", "O_RDONLY", "readers/proc_file.cpp"),
    ("whatever has the descriptor's number is read", READERS + "held_descriptor.hpp",
     "return names_the_file();", "return true;", "readers/held_descriptor.cpp"),
    ("a descriptor's inode is enough", READERS + "held_descriptor.hpp",
     "status.st_dev == device_ && status.st_ino == inode_", "status.st_ino == inode_",
     "readers/held_descriptor.cpp"),
    ("what the program opened of our file is closed", READERS + "held_descriptor.hpp",
     "(names_the_file() && was_opened_here())", "names_the_file()", "readers/held_descriptor.cpp"),
    ("where fstat is denied a descriptor is trusted", READERS + "held_descriptor.hpp",
     "(policy_ == descriptor_policy::checked && is_known())", "policy_ == descriptor_policy::checked",
     "readers/held_descriptor.cpp"),
    ("half of one descriptor and half of another are taken", READERS + "shared_descriptor.hpp",
     "if (state().load() != before) return {{}, before};", "", "readers/shared_descriptor.cpp"),
    ("kB is 1000 bytes", READERS + "proc_lines.hpp",
     "bytes{1024} * *number", "bytes{1000} * *number", "readers/status_text.cpp"),
    ("a field that comes twice is taken", READERS + "proc_lines.hpp",
     "if (into) return false;", "", "readers/status_text.cpp"),
    ("another file is taken for a rollup", READERS + "smaps_rollup_text.hpp",
     '!head->ends_with(" [rollup]")', "false", "readers/smaps_rollup_text.cpp"),
    ("what is clean is not the process's own", READERS + "smaps_rollup_text.hpp",
     "return private_clean + private_dirty;", "return private_dirty;", "readers/smaps_rollup_text.cpp"),
    ("a share may have one decimal", READERS + "psi_text.hpp",
     "before - text.size() != 2", "before - text.size() > 2", "readers/psi_text.cpp"),
    ("version 1's infinity is a limit", READERS + "cgroup_text.hpp",
     "if (*number >= cgroup_v1_unlimited) return cgroup_bound{};", "", "readers/cgroup_text.cpp"),
    ("every meeting with the limit is a kill", READERS + "cgroup_text.hpp",
     'name == "oom_kill" ?', 'name == "oom" ?', "readers/cgroup_text.cpp"),
    ("ancestors' limits do not count", READERS + "cgroup_walk.hpp",
     "if (folder.size() <= place.top_size) break;", "break;", "readers/cgroup_walk.cpp"),
    ("the smallest limit counts, and not the one that is met first", READERS + "cgroup_walk.hpp",
     "other.left < left ||", "*other.limit < *limit ||", "readers/cgroup_walk.cpp"),
    ("page cache that must be written first can be taken back", READERS + "cgroup_text.hpp",
     "cache.dirty.value_or(bytes{})", "bytes{}", "readers/cgroup_text.cpp"),
    ("a mount that lies under another is taken", READERS + "visible_mount.hpp",
     "if (is_before || is_over) return {};", "if (is_before) return {};", "readers/visible_mount.cpp"),
    ("a mount below a folder that is mounted over is taken", READERS + "visible_mount.hpp",
     "if (is_before || is_over) return {};", "if (is_over) return {};", "readers/visible_mount.cpp"),
    ("a group outside of what is mounted is its top", READERS + "cgroup_place.hpp",
     'if (rest == "/.." || rest.starts_with("/../")) return std::nullopt;', "", "readers/cgroup_place.cpp"),
    ("another container's group is ours", READERS + "cgroup_place.hpp",
     "if (!rest.empty() && rest.front() != '/') return std::nullopt;", "", "readers/cgroup_place.cpp"),
    ("a limit that was lifted stays", READERS + "cgroup_limits.hpp",
     "if (limited_ && !limit && !high && !error) return false;", "", "readers/limits.cpp"),
    ("the old group's files are read on", READERS + "cgroup_limits.hpp",
     "file->forget();", "static_cast<void>(file);", "readers/limits.cpp"),
    ("RSS counts towards a limit of address space", READERS + "tightest.hpp",
     "counts_vms ? memory.vms : counts_group", "counts_group", "readers/tightest.cpp"),
    ("one process's RSS is all that counts towards its group's limit", READERS + "tightest.hpp",
     "counts_group ? of_group : memory.rss", "memory.rss", "readers/tightest.cpp"),
    ("the gauge has VMS below where there is a limit", READERS + "tightest.hpp",
     "if (!limits.limit) take(limit_kind::vms, memory.vms);", "take(limit_kind::vms, memory.vms);",
     "readers/tightest.cpp"),
    ("growth that is not steady is forecast", READERS + "trend.hpp",
     "low < middle / 2 || high > middle * 2", "false", "readers/trend.cpp"),
    ("a child repeats its parent's detail", READERS + "detailed.hpp",
     "if (mark_.is_new()) begin_anew();", "", "readers/detailed.cpp"),
    ("a part that failed keeps its old numbers", READERS + "detailed.hpp",
     "fill(last_, status.value_or(status_text{}));", "if (status) fill(last_, *status);", "readers/detailed.cpp"),
    ("each tick reads everything", READERS + "detailed.hpp",
     "(any && now != 0 && now >= read_ns && now - read_ns < wait_ns)", "false",
     "readers/detailed.cpp"),
    ("a child is not told from its parent", READERS + "wiped_word.hpp",
     "::madvise(page, sizeof(atomic_word), MADV_WIPEONFORK) == 0", "true", "readers/process_mark.cpp"),
    ("the peak is in kB", READERS + "linux.hpp",
     "bytes{1024} * peak_kib", "bytes{1} * peak_kib", "readers/linux.cpp"),
    ("macOS's peak is in kB", READERS + "macos_memory.hpp",
     "raise(memory.peak_rss, bytes{static_cast<std::uint64_t>(usage.maxrss)});",
     "raise(memory.peak_rss, bytes{1024} * static_cast<std::uint64_t>(usage.maxrss));", "readers/macos_memory.cpp"),
    ("macOS's footprint is shown as resident", READERS + "macos_memory.hpp",
     "memory.footprint = bytes{info.phys_footprint};", "memory.rss = memory.footprint = bytes{info.phys_footprint};",
     "readers/macos_memory.cpp"),
    ("a footprint that an older kernel left out is 0", READERS + "macos_memory.hpp",
     "if (told < offsetof(mach_vm_info, min_address)) {", "if (code != 0) {", "readers/macos_memory.cpp"),
    ("a wrap of Windows' fault count is lost", READERS + "windows_faults.hpp",
     "if (total_.replace(total, total + ahead)) return total + ahead;", "total_.store(now); return now;",
     "readers/windows_memory.cpp"),
    ("an older fault count counts as a wrap", READERS + "windows_faults.hpp",
     "if (is_older || ahead == 0)", "if (ahead == 0)", "readers/windows_faults.cpp"),
    ("Windows' faults of both kinds are minor ones", READERS + "windows_memory.hpp",
     "memory.page_faults = count{*faults};", "memory.page_faults_minor = memory.page_faults = count{*faults};",
     "readers/windows_memory.cpp"),
    ("Windows' commit is shown as virtual size", READERS + "windows_memory.hpp",
     "memory.vms = bytes{status.total_virtual - status.available_virtual};", "memory.vms = memory.commit;",
     "readers/windows_memory.cpp"),
    ("a call that failed leaves a working set of 0", READERS + "windows_memory.hpp",
     "if (auto const error = Calls::process_memory_info(counters); error != 0) {",
     "if (auto const error = Calls::process_memory_info(counters); error == 1) {", "readers/windows_memory.cpp"),

    ("a removal counts no object", SOURCES + "counted.hpp",
     "objects_.fetch_sub(objects.value(), std::memory_order_relaxed);", "", "sources/counted.cpp"),
    ("a slab counts free slots as used", SOURCES + "slab.hpp",
     ".used = slot * taken", ".used = slot * places", "sources/slab.cpp"),
    ("memory that the upstream refused is counted", SOURCES + "pmr.hpp",
     "void* const block = upstream_->allocate(size, alignment);",
     "counter_.add(bytes{size}); void* const block = upstream_->allocate(size, alignment);", "sources/pmr.cpp"),
    ("a chunk that found no place is forgotten", SOURCES + "chunk_resource.hpp",
     "if (!table_.add(chunk, size)) unlisted_", "if (table_.add(chunk, size)) unlisted_", "sources/chunk_resource.cpp"),
    ("a chunk that was given back stays listed", SOURCES + "chunk_resource.hpp",
     "if (!table_.remove(chunk))", "if (false)", "sources/chunk_resource.cpp"),

    ("null is written as 0", EXPORTERS + "json_snapshot.hpp",
     'to.put("null");', 'to.put("0");', "exporters/json_snapshot.cpp"),
    ("a backslash is not escaped", EXPORTERS + "json_text.hpp",
     "c == '\"' || c == '\\\\'", "c == '\"'", "exporters/json_text.cpp"),
    ("surrogates pass as UTF-8", EXPORTERS + "json_text.hpp",
     "b0 == 0xED ? 0x9F : 0xBF", "0xBF", "exporters/json_text.cpp"),
    ("the writer wants a byte more than it needs", EXPORTERS + "writer.hpp",
     "(end_ - next_) < size || missing_", "(end_ - next_) <= size || missing_",
     "exporters/writer.cpp"),
    ("the writer passes its end by a byte", EXPORTERS + "writer.hpp",
     "(end_ - next_) < size || missing_", "(end_ - next_) + 1 < size || missing_",
     "exporters/writer.cpp"),
    ("a cut text is a text", EXPORTERS + "writer.hpp",
     "return complete() ? std::string_view{begin_, size()}", "return true ? std::string_view{begin_, next_}",
     "exporters/writer.cpp"),
    ("a snapshot longer than the longest", EXPORTERS + "longest.hpp",
     "process.rss = bytes{10'000'000'000'000'000'000U};", "process.rss = (bytes::max)();", "exporters/longest.cpp"),
    ("max_size forgets the id", EXPORTERS + "sse_json.hpp",
     "sse_json::put_id(counter, {stream_id{}, worst.sequence});", "", "exporters/sse_json.cpp"),
    ("an event does not end", EXPORTERS + "sse_json.hpp",
     'to.put("\\n\\n");', 'to.put("\\n");', "exporters/sse_json.cpp"),
    ("a stream id loses its leading zeros", EXPORTERS + "stream_id.hpp",
     "4 * (digits - 1 - i)", "4 * i", "exporters/stream_id.cpp"),

    ("an LF behind a CR at the end of a chunk is a line of its own", EXPORTERS + "sse_parser.hpp",
     "after_cr_ = chunk[end] == '\\r';", "after_cr_ = chunk[end] == '\\r' && end + 1 < chunk.size();",
     "exporters/sse_parser.cpp"),
    ("an event above the limit keeps its id", EXPORTERS + "sse_parser.hpp",
     "id_ = last_event_id_;\n    clear_event();\n    sink", "clear_event();\n    sink", "exporters/sse_parser.cpp"),
    ("a frame of another stream is accepted", EXPORTERS + "mirror_position.hpp",
     "if (stream_ && id->stream != *stream_)", "if (false)", "exporters/mirror_position.cpp"),
    ("a delta is put over a frame that is not its base", EXPORTERS + "mirror_position.hpp",
     "frame.base && *frame.base != *sequence_", "frame.base && *frame.base > *sequence_",
     "exporters/mirror_position.cpp"),
    ("a frame that comes again is applied again", EXPORTERS + "mirror_position.hpp",
     "if (frame.sequence == *sequence_) return says(mirror_outcome::duplicate);", "",
     "exporters/mirror_position.cpp"),
    ("limits are left out of deltas", EXPORTERS + "json_delta.hpp",
     "json_detail::put_limit_changes(limits, base.limits, now.limits);", "", "exporters/json_detail.cpp"),
    ("a number of the detail may come twice", EXPORTERS + "mirror_detail.hpp",
     "if ((seen & mark) != 0) return twice;", "", "exporters/mirror_detail.cpp"),
    ("a metric's label is not escaped", EXPORTERS + "metric_text.hpp",
     "c == '\\\\' || (c == '\"' && quotes)", "c == '\\\\'", "exporters/metric_text.cpp"),
    ("NUL stays in a metric's label", EXPORTERS + "metric_text.hpp",
     "size == 0 || c == '\\0'", "size == 0", "exporters/metric_text.cpp"),
    ("an OpenMetrics counter has _total in its name", EXPORTERS + "metric_names.hpp",
     "if (!is_openmetrics) put_total(to, of);", "put_total(to, of);", "exporters/metric_names.cpp"),
    ("a metric without samples has its head all the same", EXPORTERS + "metric_page.hpp",
     "return any ? to : before;", "return to;", "exporters/metric_page.cpp"),
    ("a page of metrics may be longer than it says", EXPORTERS + "metric_page.hpp",
     "groups_only.nodes[i].used = {};", "", "exporters/metric_page.cpp"),
    ("a metric does not say what it is part of", EXPORTERS + "metric_leaves.hpp",
     "if (!leaf.is_root()) {", "if (false) {", "exporters/metric_leaves.cpp"),
    ("the size of the address space is shown as a limit", EXPORTERS + "metric_detail.hpp",
     " && kind != limit_kind::vms", "", "exporters/metric_detail.cpp"),
    ("two causes that read alike are one series twice", EXPORTERS + "metric_ledger.hpp",
     "if (is_first) put_cause", "put_cause", "exporters/metric_ledger.cpp"),
    ("what has come since the ledger is not on the page", EXPORTERS + "metric_ledger_families.hpp",
     "made.grown = *rss - *of.rss;", "made.grown = bytes{};", "exporters/metric_ledger.cpp"),
    ("a source of which the ledger knows nothing holds 0", EXPORTERS + "metric_ledger.hpp",
     "if (source.worth == quality::unavailable) continue;", "", "exporters/metric_ledger.cpp"),
    ("a weight that is none makes a format of metrics the best", EXPORTERS + "accept.hpp",
     "if (quality_ == broken) return 0;", "", "exporters/accept.cpp"),
    ("the widest range of an Accept header for metrics counts", EXPORTERS + "accept.hpp",
     "closeness > of.closeness", "of.closeness == 0", "exporters/accept.cpp"),
    ("a layout of another stream keeps the place", EXPORTERS + "mirror_position.hpp",
     "if (stream_ != stream) sequence_.reset();", "", "exporters/mirror_position.cpp"),
    ("a frame with a fault is shown", EXPORTERS + "mirror_state.hpp",
     "if (!fault.empty()) return {mirror_outcome::malformed", "if (false) return {mirror_outcome::malformed",
     "exporters/mirror_state.cpp"),
    ("a fault half way leaves what was read before it", EXPORTERS + "mirror_draft.hpp",
     "snapshot_ = base != nullptr ? *base : mirror_snapshot{};",
     "if (base == nullptr) snapshot_ = mirror_snapshot{};", "exporters/mirror_draft.cpp"),
    ("a keyframe may leave out a number", EXPORTERS + "mirror_draft.hpp",
     "(seen & whole_pool) != whole_pool", "(seen & in_pools) == 0", "exporters/mirror_draft.cpp"),
    ("a group is added to its parent before it is whole", EXPORTERS + "mirror_sums.hpp",
     "for (std::size_t i = nodes.size(); i-- > 0;)", "for (std::size_t i = 0; i < nodes.size(); ++i)",
     "exporters/mirror_sums.cpp"),
    ("any node before may be a parent", EXPORTERS + "mirror_tree.hpp",
     "above = nodes_[above].parent;", "above = above == 0 ? mirror_node::no_parent : above - 1;",
     "exporters/mirror_tree.cpp"),

    ("the baseline advances without a frame", EXPORTERS + "delta_stream.hpp",
     "if (text.empty()) return {};", "if (text.empty()) return last_ = snap, frame{};", "exporters/delta_stream.cpp"),
    ("compared with what was last sampled", EXPORTERS + "delta_stream.hpp",
     "    return {};\n  }\n\n  /// Lets the next", "    last_ = now;\n    return {};\n  }\n\n  /// Lets the next",
     "exporters/delta_stream.cpp"),
    ("a sign of life advances the baseline", EXPORTERS + "delta_stream.hpp",
     "write_alive(out, now.time_ms), last_, now_ms)", "write_alive(out, now.time_ms), last_ = now, now_ms)",
     "exporters/delta_stream.cpp"),
    ("a keyframe that was asked for is sent for ever", EXPORTERS + "delta_stream.hpp",
     "wants_keyframe_ = false;", "", "exporters/delta_stream.cpp"),
    ("deltas put keyframes off", EXPORTERS + "delta_stream.hpp",
     "if (kind == frame_kind::keyframe) {", "if (kind != frame_kind::alive) {", "exporters/delta_stream.cpp"),
    ("untracked is left out of deltas", EXPORTERS + "json_delta.hpp",
     "put_changed<balance_fields<Layout>>(breakdown, base, now);", "", "exporters/json_delta.cpp"),
    ("one per cent is enough", EXPORTERS + "delta_policy.hpp",
     "return moved > share.value();", "return moved >= share.value();", "exporters/delta_policy.cpp"),
    ("leaving zero is no news", EXPORTERS + "delta_policy.hpp",
     "if (*now == 0 || *sent == 0) return true;", "if (*now == 0) return true;\n    if (*sent == 0) return false;",
     "exporters/delta_policy.cpp"),
    ("an id is taken from any stream", EXPORTERS + "frame_ring.hpp",
     "if (last.stream != stream) return join();", "(void)stream;", "exporters/frame_ring.cpp"),
    ("a client resumes at the frame that it has", EXPORTERS + "frame_ring.hpp",
     "if (here) return {.next = number + 1};", "if (here) return {.next = number};", "exporters/frame_ring.cpp"),
    ("the ring asks for a keyframe one frame late", EXPORTERS + "frame_ring.hpp",
     ">= Slots - 1;", ">= Slots;", "exporters/frame_ring.cpp"),
    ("a new client begins behind the keyframe", EXPORTERS + "frame_ring.hpp",
     "return {.next = keyframe != 0 ? keyframe : 1};", "return {.next = keyframe + 1};", "exporters/frame_ring.cpp"),
    ("a half-sent frame goes on in another", EXPORTERS + "frame_ring.hpp",
     "if (at.offset != 0) return {.state = frame_state::cut};", "", "exporters/frame_ring.cpp"),
    ("a sign of life is taken for the frame that it names", EXPORTERS + "frame_ring.hpp",
     "slot.kind.load(std::memory_order_acquire) != frame_kind::alive &&", "", "exporters/frame_ring.cpp"),
    ("an id may have leading zeros", EXPORTERS + "event_id.hpp",
     "|| (text[head] == '0' && text.size() > head + 1)", "", "exporters/event_id.cpp"),

    ("a line that does not fit is given again by its end", LEDGER + "line_stream.hpp",
     "if (!skipping_) return std::string_view{start, length};",
     "return std::string_view{start, length};", "ledger/line_stream.cpp"),
    ("a page that lies in a range by a part counts whole", LEDGER + "residency_meter.hpp",
     "(std::min)(run.end, end_) - (std::max)(run.begin, begin_)", "run.end - run.begin", "ledger/residency_meter.cpp"),
    ("a child measures its parent's range", LEDGER + "residency_meter.hpp",
     "if (mark_.is_new()) begin(range_);", "", "ledger/residency_meter.cpp"),
    ("what is not mapped ends a measurement", LEDGER + "residency_meter.hpp",
     "} else if (is_hole()) {", "} else if (false) {", "ledger/residency_meter.cpp"),
    ("a mapping may end before it begins", LEDGER + "mapping.hpp",
     "*end <= *begin ||", "", "ledger/mapping.cpp"),
    ("swap is resident", LEDGER + "tally.hpp",
     "auto const taken = run.resident() ? take(rss_left_, to - from) : bytes{};",
     "auto const taken = take(rss_left_, to - from);", "ledger/tally.cpp"),
    ("the last source in the tree owns what several claim", LEDGER + "claims.hpp",
     "found.owner = (std::min)(found.owner, claims_[i].source);", "found.owner = claims_[i].source;",
     "ledger/claims.cpp"),
    ("a window forgets what it dropped", LEDGER + "claims.hpp",
     "limit_ = (std::min)(limit_, claims_.front().begin);", "", "ledger/claims.cpp"),
    ("the zero page counts as memory", LEDGER + "page_states.hpp",
     "arguments.category_inverted = unwanted_;", "arguments.category_inverted = unwanted_ = 0;",
     "ledger/page_states.cpp"),
    ("a block goes on to the end of its mapping", LEDGER + "classifier.hpp",
     "extent_ = {of, end};", "extent_ = {of, before_.end};", "ledger/classifier.cpp"),
    ("a block ends with its mapping", LEDGER + "classifier.hpp",
     "goes_on_ = base_ == cause::anonymous &&", "goes_on_ = false &&", "ledger/classifier.cpp"),
    ("what looks like swap is swap", LEDGER + "witnesses.hpp",
     "if (found == bytes{} ||", "if (true ||", "ledger/witnesses.cpp"),
    ("shared memory in swap is 0", LEDGER + "ownership.hpp",
     "if (hides_swap) {", "if (false) {", "ledger/witnesses.cpp"),
    ("zeroed data has no end", LEDGER + "bss_extents.hpp",
     "if (one.begin <= at && at < one.end) return", "if (one.begin <= at) return", "ledger/bss_extents.cpp"),
    ("a file that is mapped to be read has zeroed data", LEDGER + "bss_extents.hpp",
     "return one.offset + (last - one.begin) == offset &&", "return", "ledger/bss_extents.cpp"),
    ("a stack is where its words say, whoever it holds", LEDGER + "glibc_threads.hpp",
     "size > robust - begin &&", "", "ledger/glibc_threads.cpp"),
    ("a window of stacks forgets what it dropped", LEDGER + "thread_stacks.hpp",
     "limit_ = (std::min)(limit_, highest);", "", "ledger/thread_stacks.cpp"),
    ("a file of a tmpfs is a file", LEDGER + "backing.hpp",
     "found.is_tmpfs = found.is_tmpfs ||", "found.is_tmpfs =", "ledger/backing.cpp"),
    ("what was written to private shared memory is shared", LEDGER + "base_cause.hpp",
     "return is_shared && !shared_mapping ?", "return false ?", "ledger/base_cause.cpp"),
    ("pages that were learned for the mapping before are forgotten", LEDGER + "page_window.hpp",
     "ask(pages, map, counted, from, to);", "ask(pages, map, counted, from, to); else next_run_ = runs_.size;",
     "ledger/sweep.cpp"),
    ("what is retained has no sign", LEDGER + "ledger.hpp",
     "static_cast<std::int64_t>(resident.value() - said.used.value())",
     "static_cast<std::int64_t>((resident - said.used).value())", "ledger/ledger.cpp"),
    ("memory that is all in swap has no name", LEDGER + "tally.hpp",
     "in_mapping_.resident + *in_mapping_.swapped != bytes{}", "in_mapping_.resident != bytes{}", "ledger/tally.cpp"),
    ("where mappings are not known, all ranges are mapped", LEDGER + "ownership.hpp",
     "forget(into, from);", "owned_[piece.owner] += until - from;", "ledger/ownership.cpp"),
    ("a source that has no ranges now is taken for one that offers none", TREE + "leaf.hpp",
     "visit(index, address_range{});", "", "ledger/ownership.cpp"),
    ("mappings that moved between two slices are not noticed", LEDGER + "movement.hpp",
     "if (list_differs && why_not_read == 0) tell(of, count{});", "", "ledger/auditor.cpp"),
    ("page faults between two slices are not noticed", LEDGER + "movement.hpp",
     "others.value_or(count{}) != count{}", "false", "ledger/auditor.cpp"),
    ("what went between two slices is not noticed", LEDGER + "movement.hpp",
     "of.rss != of.rss_before ||", "", "ledger/auditor.cpp"),
    ("the auditor's own page faults are a movement", LEDGER + "movement.hpp",
     "all > own_ ? all - own_ : 0", "all", "ledger/movement.cpp"),
    ("a list of mappings is its first", LEDGER + "mapping_list.hpp",
     "state_ = (state_ ^ value) * 0x9e3779b97f4a7c15U;", "if (state_ == 0) state_ = value;", "ledger/mapping_list.cpp"),
    ("two claims of one source over a byte are one", LEDGER + "claim_edges.hpp",
     "++here.of[source];", "here.of[source] = 1;", "ledger/claim_edges.cpp"),
    ("a digit is left out of the sort", LEDGER + "sliced_sort.hpp",
     "differing_ &= ~(std::uint64_t{digits - 1} << shift);", "differing_ &= ~(std::uint64_t{2 * digits - 1} << shift);",
     "ledger/sliced_sort.cpp"),
    ("a bit in which two begins differ is not seen", LEDGER + "edge_writer.hpp",
     "differing_begins_ |= begin ^ first_begin_;", "differing_begins_ = begin ^ first_begin_;",
     "ledger/claim_edges.cpp"),
    ("each piece begins with neighbours of nothing", LEDGER + "range_pass.hpp",
     "next_ = all.next;", "next_ = {};", "ledger/range_pass.cpp"),
    ("ranges that change between two pieces are not noticed", LEDGER + "known_ranges.hpp",
     "differ_ = pass_.was_cut() && pass_.print() != asked_;", "differ_ = false;", "ledger/known_ranges.cpp"),
    ("few ranges that came in pieces are believed", LEDGER + "known_ranges.hpp",
     "claims_.counted() <= capacity && !pass_.was_cut()", "claims_.counted() <= capacity", "ledger/known_ranges.cpp"),
    ("a slice asks a source for all it has", LEDGER + "range_pass.hpp",
     "if (left == 0) return false;", "", "ledger/auditor.cpp"),
    ("a piece begins behind the range that was not taken", TREE + "range_place.hpp",
     "at = {index, next};", "at = {index, next + 1};", "tree/range_place.cpp"),
    ("a source that does not move on is believed", TREE + "range_place.hpp",
     "bool const moves_on = next > at.range || (next == at.range && taken == 0);", "bool const moves_on = true;",
     "tree/range_place.cpp"),
    ("neighbours that lie apart are one", LEDGER + "claim_edges.hpp",
     "begins[begin] == ends[end]", "begins[begin] >> 20U == ends[end] >> 20U",
     "ledger/claim_edges.cpp"),
    ("malloc is asked at every audit", LEDGER + "malloc_watch.hpp",
     "now - asked_ns_ < wait_ns_", "false", "ledger/malloc_watch.cpp"),
    ("a child repeats what its parent's malloc said", LEDGER + "malloc_watch.hpp",
     "is_ours &&", "", "ledger/malloc_watch.cpp"),
    ("a child asks a malloc whose locks nobody releases", LEDGER + "malloc_watch.hpp",
     "locks_of_malloc.are_alive() ? 0 : EDEADLK", "0", "ledger/malloc_watch.cpp"),
    ("blocks are not looked for where a stale answer has none", LEDGER + "malloc_view.hpp",
     "if (!told_ || told_->worth != quality::exact) return made;", "if (!told_) return made;", "ledger/auditor.cpp"),
    ("whoever has malloc is believed", LEDGER + "malloc_owner.hpp",
     "is_libcs_ = has_malloc == one;", "", "ledger/malloc_owner.cpp"),
    ("data that looks like a block counts beyond what malloc says", LEDGER + "malloc_finder.hpp",
     "size > limits_.block_bytes - block_bytes_", "false", "ledger/malloc_finder.cpp"),
    ("what bears a mark displaces a block of another size", LEDGER + "malloc_view.hpp",
     "if (may_choose && choice_.make(blocks, sum)) return has_chosen_ = true;", "", "ledger/malloc_view.cpp"),
    ("a choice of blocks is of any number", LEDGER + "block_choice.hpp",
     "if (blocks == 0 && sum == 0) {", "if (sum == 0) {", "ledger/block_choice.cpp"),
    ("what is larger than all that malloc mapped may be its block", LEDGER + "malloc_finder.hpp",
     "if (size <= limits_.block_bytes) doubtful_ += size;", "doubtful_ += size;", "ledger/malloc_view.cpp"),
    ("behind a mark that is not malloc's nothing is looked for", LEDGER + "malloc_finder.hpp",
     "refused_end_ = at + size;", "", "ledger/malloc_finder.cpp"),
    ("the head of a heap is believed without its arena", LEDGER + "glibc_marks.hpp",
     "first == at && is_arena(heap.arena)", "first == at", "ledger/glibc_marks.cpp"),
    ("a refused read is one of memory that is gone", LEDGER + "own_memory.hpp",
     "if (errno != EFAULT) why_ = errno;", "", "ledger/own_memory.cpp"),
    ("sockets that version 1 does not count are 0", READERS + "cgroup_outside.hpp",
     "found.socket = counted(bytes{amount});", "found.socket = bytes{amount};", "readers/cgroup_outside.cpp"),
    ("an amount alone is a finding", LEDGER + "doctor.hpp",
     "&& found * 100 >= whole * percent", "", "ledger/doctor.cpp"),
    ("what malloc trimmed is kept in RAM", LEDGER + "doctor.hpp",
     "return unused < of.malloc->free ? unused : of.malloc->free;", "return of.malloc->free;", "ledger/doctor.cpp"),
    ("a source without ranges explains nothing", LEDGER + "ledger_growth.hpp",
     "is += measured ? b.resident : b.said.used;", "is += b.resident;", "ledger/ledger_growth.cpp"),
    ("growth is dated by the wall clock, which is set", LEDGER + "ledger_growth.hpp",
     "after.ms_since(before)", "after.time_ms - before.time_ms", "ledger/baselines.cpp"),
    ("what is listed in the later table alone has come since", LEDGER + "ledger_growth.hpp",
     "bool known = before.others() == 0;", "bool known = true;", "ledger/ledger_growth.cpp"),
    ("growth is told since the first ledger", LEDGER + "baselines.hpp",
     "latest = found;", "latest = latest ? latest : found;", "ledger/baselines.cpp"),
    ("a group is as large as what its children say that they use", EXPORTERS + "text_account.hpp",
     "rows_[at].amount.value_or(bytes{}) + source.resident", "rows_[at].amount.value_or(bytes{}) + source.said.used",
     "exporters/text_account.cpp"),
    ("what a source without ranges uses is a part of RSS", EXPORTERS + "text_account.hpp",
     "add({.label = node_path<Layout>::of(i),",
     "add({.label = node_path<Layout>::of(i), .amount = source.said.used,",
     "exporters/text_account.cpp"),
    ("a source that lies in malloc is listed without its group", EXPORTERS + "text_account.hpp",
     "node_path<Layout>::of(i)", "Layout::nodes[i].label", "exporters/text_account.cpp"),
    ("what warns is marked as what is good to know", EXPORTERS + "text_findings.hpp",
     'warns ? "!" : "-"', '"-"', "exporters/text_findings.cpp"),
]

FLAGS = ["-std=c++20", "-O0", "-Wno-all"]
# A constexpr test that a fault breaks is the first error of a compilation; any other means that the fault
# is no C++.
STATIC_FAILURE = re.compile(r"static.assert|non-constant condition")


def first_error(output):
    return next((line for line in output.splitlines() if "error:" in line), "")


def run(command, seconds=None, **options):
    try:
        done = subprocess.run([str(word) for word in command], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT, text=True, errors="replace", timeout=seconds, **options)
        return done.returncode, done.stdout
    except subprocess.TimeoutExpired:
        return 1, f"took longer than {seconds} s"


class Bench:
    """Where faults are planted: a folder of copies, and the test program's main function compiled once."""

    def __init__(self, compiler, folder):
        self.compiler, self.folder = compiler, folder
        self.main = folder / "main.o"
        status, output = run([compiler, *FLAGS, "-c", root / "tests/support/main.cpp", "-o", self.main])
        if status != 0:
            sys.exit(f"the tests' main function does not compile:\n{output}")

    def judge(self, number, test, fault=None):
        """'passes', 'fails' or 'is no C++', and the output."""
        tree = self.folder / str(number)
        for part in ("include", "exporters"):
            shutil.copytree(root / part, tree / part)
        if fault:
            _, path, old, new, _ = fault
            text = (tree / path).read_text()
            if text.count(old) < 1:
                return "is not there", f"{path} does not hold: {old}"
            (tree / path).write_text(text.replace(old, new, 1))
        program = tree / "test"
        try:
            status, output = run([self.compiler, *FLAGS, "-I", tree / "include", "-I", tree / "exporters",
                                  "-I", root / "tests", root / "tests" / test, self.main, "-pthread", "-o", program])
            if status != 0:
                return ("fails" if STATIC_FAILURE.search(first_error(output)) else "is no C++"), output
            status, output = run([program], seconds=120, cwd=tree)
            return ("passes" if status == 0 else "fails"), output
        finally:
            shutil.rmtree(tree)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--compiler", default="g++")
    parser.add_argument("--every", type=int, default=1)
    parser.add_argument("words", nargs="*")
    arguments = parser.parse_args()
    faults = [fault for fault in FAULTS
              if not arguments.words or any(word in fault[0] for word in arguments.words)][::arguments.every]
    tests = sorted({fault[-1] for fault in faults})
    tap = Tap()
    with tempfile.TemporaryDirectory(prefix="mutate-") as folder, \
            concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        bench = Bench(arguments.compiler, pathlib.Path(folder))
        sound = pool.map(bench.judge, range(len(tests)), tests)
        planted = pool.map(bench.judge, range(1000, 1000 + len(faults)), [fault[-1] for fault in faults], faults)
        for test, (verdict, output) in zip(tests, sound):
            tap.check(verdict == "passes", f"without a fault, {test} passes", f"it {verdict}:\n{output[-3000:]}")
        for fault, (verdict, output) in zip(faults, planted):
            tap.check(verdict == "fails", f"{fault[-1]} notices: {fault[0]}",
                      f"with `{fault[3]}` in {fault[1]} it {verdict}:\n{output[-3000:]}")
    tap.end()
    print(f"# {tap.number - tap.failed} passed, {tap.failed} failed")
    return 1 if tap.failed or not tap.number else 0


sys.exit(main())
