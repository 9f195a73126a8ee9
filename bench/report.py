# SPDX-License-Identifier: MIT
"""Runs the benchmarks and prints one table: medians, ratios, allocations, and the figures we hold.

usage: report.py BUILD_FOLDER [--quick | --check] [--repetitions N] [--subject NAME]

--quick  run every row once, and print TAP: a row fails when ours allocates (for the test suite)
--check  exit 1 when a figure is missed; times depend on the machine, so nothing automatic does this
"""
import argparse
import json
import os
import pathlib
import statistics
import subprocess
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "tests/support"))
from tap import Tap  # noqa: E402

SUBJECTS = ("collector", "readers", "registry", "sse_json", "delta", "ledger", "touched", "ranges", "metrics", "sources", "text")
HEAD = ("row", "ns", "relative to", "ratio", "allocations", "figure", "verdict")


class Figure:
    """A bound on one row: on its ratio to another, or on its nanoseconds."""

    def __init__(self, row, most=None, least=None, over=None):
        self.row, self.most, self.least, self.over = row, most, least, over

    def value(self, times):
        return times[self.row] / times[self.over] if self.over else times[self.row]

    def holds(self, times):
        value = self.value(times)
        return (self.most is None or value <= self.most) and (self.least is None or value >= self.least)

    def text(self):
        bound = f"≤ {self.most}" if self.most is not None else f"≥ {self.least}"
        return bound if self.over else f"{bound} ns"


FIGURES = (
    Figure("collector/memscape/idle:0", most=1.1, over="collector/three_bare_calls/idle:0"),
    Figure("collector/memscape_trusted/idle:0", most=1.1, over="collector/two_bare_calls/idle:0"),
    Figure("collector/fopen_fscanf/idle:0", least=3.5, over="collector/memscape_trusted/idle:0"),
    Figure("readers/memscape/status", most=1.1, over="readers/bare_pread/status"),
    Figure("readers/open_read_close/status", least=1.5, over="readers/memscape/status"),
    Figure("readers/memscape/parse_status", most=1000),
    Figure("readers/open_read_close/rollup", least=1.5, over="readers/memscape/rollup"),
    Figure("readers/memscape/parse_rollup", most=1000),
    Figure("readers/memscape/limits", most=1.1, over="readers/bare_pread/limits"),
    Figure("readers/memscape/limits_trusted", most=1.1, over="readers/bare_pread/limits_trusted"),
    Figure("readers/open_read_close/limits", least=1.5, over="readers/memscape/limits"),
    Figure("registry/two_numbers/leaves:16", most=30),
    Figure("sse_json/memscape", most=1.1, over="sse_json/hand_unrolled"),
    Figure("sse_json/rapidjson", least=5, over="sse_json/memscape"),
    Figure("delta/memscape/nothing_new", most=40),
    Figure("delta/memscape/five_of_45", most=1.5, over="delta/by_hand/five_of_45"),
    Figure("ledger/memscape/parse_smaps", most=2000),
    Figure("ledger/memscape/audit/mappings:50", most=1.2, over="ledger/bare/reads/mappings:50"),
    Figure("ledger/memscape/audit/mappings:1000", most=1.2, over="ledger/bare/reads/mappings:1000"),
    Figure("ledger/memscape/audit/mappings:20000", most=1.2, over="ledger/bare/reads/mappings:20000"),
    Figure("touched/memscape/audit", most=1.2, over="touched/bare/reads"),
    # n log n from 1,000 on.
    Figure("ranges/memscape/audit/ranges:10000", most=13.3, over="ranges/memscape/audit/ranges:1000"),
    Figure("ranges/memscape/audit/ranges:100000", most=167, over="ranges/memscape/audit/ranges:1000"),
    Figure("ranges/memscape/audit/ranges:500000", most=950, over="ranges/memscape/audit/ranges:1000"),
    Figure("metrics/memscape", most=1.1, over="metrics/hand_cached"),
    Figure("metrics/prometheus_cpp", least=50, over="metrics/memscape"),
    Figure("sse_json/snprintf", least=8, over="sse_json/memscape"),
    Figure("text/memscape/20_rows", most=5000),
    Figure("text/memscape/20_rows_in_unicode_and_colours", most=5000),
)

# What else is worth a ratio: rows of a name to the row that stands for the least that can be done, or to
# ours.
COMPARED = {
    "ledger/bare/smaps/mappings:50": "ledger/memscape/audit/mappings:50",
    "ledger/bare/smaps/mappings:1000": "ledger/memscape/audit/mappings:1000",
    "ledger/bare/smaps/mappings:20000": "ledger/memscape/audit/mappings:20000",
    "touched/bare/smaps": "touched/memscape/audit",
    "ranges/memscape/in_pieces/ranges:1000": "ranges/memscape/audit/ranges:1000",
    "ranges/memscape/in_pieces/ranges:10000": "ranges/memscape/audit/ranges:10000",
    "ranges/memscape/in_pieces/ranges:100000": "ranges/memscape/audit/ranges:100000",
    "ranges/memscape/in_pieces/ranges:500000": "ranges/memscape/audit/ranges:500000",
    "ranges/std_sort/ranges:500000": "ranges/memscape/audit/ranges:500000",
    "readers/memscape/rollup": "readers/bare_pread/rollup",
    "readers/memscape/detail_not_due": "readers/three_bare_calls",
    "collector/memscape/idle:50": "collector/three_bare_calls/idle:50",
    "collector/memscape_trusted/idle:50": "collector/two_bare_calls/idle:50",
    "collector/open_read_close/idle:0": "collector/memscape/idle:0",
    "collector/open_read_close/idle:50": "collector/memscape/idle:50",
    "collector/fopen_fscanf/idle:50": "collector/memscape_trusted/idle:50",
    "metrics/memscape_openmetrics": "metrics/hand_cached",
    "sse_json/fmt_compile": "sse_json/memscape",
    "sse_json/nlohmann": "sse_json/memscape",
    "sources/add/counted/real_time/threads:1": "sources/add/fetch_add_twice/real_time/threads:1",
    "sources/add/sharded/real_time/threads:1": "sources/add/fetch_add_twice/real_time/threads:1",
    "sources/add/counted/real_time/threads:2": "sources/add/fetch_add_twice/real_time/threads:2",
    "sources/add/sharded/real_time/threads:2": "sources/add/fetch_add_twice/real_time/threads:2",
}


def is_ours(row):
    return row.startswith(("registry/", "sources/")) or "/memscape" in row


def measure(program, subject, options):
    """The median nanoseconds and the allocations of every row, in the order of the program."""
    arguments = [program, f"--benchmark_filter=^{subject}/", "--benchmark_format=json"]
    if options.quick:
        arguments += ["--benchmark_min_time=0.0001"]
    else:
        # The rows of a subject take turns, so that what else the machine does falls on all of them.
        arguments += [f"--benchmark_repetitions={options.repetitions}", "--benchmark_min_time=0.02",
                      "--benchmark_enable_random_interleaving=true"]
    # The suite need not touch the gigabytes that a figure is about.
    variables = {"BENCH_TOUCHED_MIB": "64"} if options.quick else {}
    run = subprocess.run(arguments, env=os.environ | variables, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                         text=True, check=False)
    if run.returncode != 0:
        sys.exit(f"report: {subject} failed\n{run.stderr}")
    times, allocations, missing = {}, {}, {}
    for row in json.loads(run.stdout)["benchmarks"]:
        if row["run_type"] != "iteration":
            continue
        if row.get("error_occurred"):
            missing[row["run_name"]] = row["error_message"]
            continue
        # Threads that wait for each other spend time that no processor sees.
        kind = "real_time" if "real_time" in row["name"] else "cpu_time"
        times.setdefault(row["run_name"], []).append(row[kind])
        allocations[row["run_name"]] = round(row["allocations"] / row.get("threads", 1))
    for row, why in missing.items():
        print(f"report: {row} did not run: {why}", file=sys.stderr)
    if not times and (options.quick or options.subject):
        sys.exit(f"report: {subject} has no rows")
    order = sorted(times)
    return {row: statistics.median(times[row]) for row in order}, allocations


def lines_of(times, allocations):
    """Table rows, and whether every figure holds."""
    figures = {figure.row: figure for figure in FIGURES}
    good = True
    for row, time in times.items():
        figure = figures.get(row)
        other = figure.over if figure else COMPARED.get(row)
        ratio = f"{time / times[other]:.2f}" if other else ""
        clean = not is_ours(row) or allocations[row] == 0
        held = clean and (figure is None or figure.holds(times))
        good = good and held
        verdict = "" if figure is None and clean else "ok" if held else "MISS"
        yield (row.replace("/real_time", ""), f"{time:,.0f}" if time >= 100 else f"{time:.1f}",
               (other or "").replace("/real_time", ""), ratio, str(allocations[row]),
               figure.text() if figure else "", verdict), held


def run_once(options):
    tap = Tap()
    for subject in [options.subject] if options.subject else SUBJECTS:
        _, allocations = measure(options.build / "bench/bench", subject, options)
        for row, count in allocations.items():
            tap.check(not is_ours(row) or count == 0, row, f"{count} allocations")
    tap.end()
    return 1 if tap.failed else 0


def main():
    parser = argparse.ArgumentParser(usage=__doc__)
    parser.add_argument("build", type=pathlib.Path)
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--check", action="store_true")
    parser.add_argument("--repetitions", type=int, default=25)
    parser.add_argument("--subject", choices=SUBJECTS)
    options = parser.parse_args()

    if options.quick:
        return run_once(options)
    good = True
    print("| " + " | ".join(HEAD) + " |")
    print("|---|--:|---|--:|--:|---|---|")
    for subject in [options.subject] if options.subject else SUBJECTS:
        times, allocations = measure(options.build / "bench/bench", subject, options)
        for cells, held in lines_of(times, allocations):
            good = good and held
            print("| " + " | ".join(cells) + " |", flush=True)
    return 0 if good or not options.check else 1


sys.exit(main())
