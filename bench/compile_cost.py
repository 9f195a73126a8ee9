# SPDX-License-Identifier: MIT
"""What including and instantiating costs a compiler: seconds of processor time, lines, bytes of code.

usage: compile_cost.py [--compiler g++-12] [--repetitions N]
"""
import argparse
import os
import pathlib
import statistics
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[1]
FLAGS = ["-std=c++20", f"-I{ROOT / 'include'}", f"-I{ROOT / 'exporters'}"]
CORE = "#include <memscape/memscape.hpp>\n"
SSE_JSON = CORE + "#include <memscape/exporters/sse_json.hpp>\n"
ALL = SSE_JSON + "".join(f"#include <memscape/{name}.hpp>\n" for name in (
    "exporters/delta_stream", "exporters/frame_ring", "exporters/prometheus", "exporters/text", "ledger/auditor",
    "exporters/json_ledger", "exporters/text_ledger", "exporters/prometheus_ledger"))


def everything(leaves):
    """A tree of this many leaves, each of another source, in the ledger and in every exporter."""
    nodes = ",".join(f'leaf<"tenant_{i}", "Tenant {i}">(source<{i}>{{}})' for i in range(leaves))
    return ALL + f"""
    using namespace memscape;
    std::uint64_t values[{leaves}];
    template <std::size_t I> struct source {{
      auto sample() const noexcept -> usage {{ return {{.used = bytes{{values[I]}}}}; }}
    }};
    auto use(std::span<char> out) -> std::size_t {{
      static registry memory{{native_reader{{}}, group<"tenants", "Tenants">({nodes})}};
      using layout = decltype(memory)::layout;
      static auditor auditor{{memory}};
      static delta_stream<layout> stream{{stream_id{{1}}}};
      static frame_ring<64, delta_stream<layout>::max_size> ring;
      auto const snap = memory.collect();
      auto const& made = auditor.audit();
      ring.publish_next(stream, out, snap, 1);
      return sse_json::write(out, snap).size() + metrics<>::write(out, snap, metric_format::openmetrics).size() +
             json_ledger::write(out, made, 0, {{}}, std::nullopt).size() + text_ledger::write(out, made, 0).size() +
             metrics_with_ledger<>::write(out, snap, made, 0, metric_format::openmetrics).size() +
             text::write(out, snap).size();
    }}
    """


def longest_symbol(object_file):
    symbols = subprocess.run(["nm", object_file], stdout=subprocess.PIPE, text=True, check=True).stdout
    return max((len(line.split()[-1]) for line in symbols.splitlines()), default=0)


def tree(leaves):
    """A program that collects and writes a tree of this many leaves, in groups of ten."""
    groups = []
    for first in range(0, leaves, 10):
        inner = ",".join(f'leaf<"leaf_{i}", "Leaf {i}">(source{{&values[{i}]}})'
                         for i in range(first, min(first + 10, leaves)))
        groups.append(f'group<"group_{first}", "Group {first}">({inner})')
    return SSE_JSON + f"""
    struct source {{
      unsigned long const* value;
      auto sample() const noexcept -> memscape::usage {{
        return {{.used = memscape::bytes{{*value}}, .committed = memscape::bytes{{value[1]}}}};
      }}
    }};
    unsigned long values[{leaves} + 1];
    using memscape::leaf, memscape::group;
    auto make() {{ return memscape::registry{{memscape::native_reader{{}}, {",".join(groups)}}}; }}
    auto frame(std::span<char> out) -> std::string_view {{
      static auto memory = make();
      return memscape::sse_json::write(out, memory.collect());
    }}
    """


def seconds(command, text):
    """Processor time of one run of the compiler, as the user sees it."""
    before = os.times()
    run = subprocess.run(command, input=text, stderr=subprocess.PIPE, text=True, check=False)
    after = os.times()
    if run.returncode != 0:
        sys.exit(run.stderr)
    return after.children_user - before.children_user


def main():
    parser = argparse.ArgumentParser(usage=__doc__)
    parser.add_argument("--compiler", default="g++-12")
    parser.add_argument("--repetitions", type=int, default=7)
    options = parser.parse_args()
    rows = {
        "memscape.hpp": (CORE, []),
        "memscape.hpp and sse_json.hpp": (SSE_JSON, []),
        "collect and write 5 leaves": (tree(5), ["-O2"]),
        "collect and write 50 leaves": (tree(50), ["-O2"]),
        "collect and write 180 leaves of 198 nodes": (tree(180), ["-O2"]),
        "10 leaves, ledger and every exporter": (everything(10), ["-O2"]),
        "200 leaves, ledger and every exporter": (everything(200), ["-O2"]),
    }
    print("| what | seconds | lines | bytes of code | bytes of the object | longest symbol |\n|---|--:|--:|--:|--:|--:|")
    with tempfile.TemporaryDirectory() as folder:
        output = pathlib.Path(folder) / "out.o"
        compile_ = [options.compiler, *FLAGS, "-c", "-x", "c++", "-", "-o", output]
        empty = statistics.median(seconds(compile_, "") for _ in range(options.repetitions))
        for name, (text, flags) in rows.items():
            times = [seconds([*compile_, *flags], text) for _ in range(options.repetitions)]
            size = subprocess.run(["size", output], stdout=subprocess.PIPE, text=True, check=True)
            lines = subprocess.run([options.compiler, *FLAGS, "-E", "-P", "-x", "c++", "-"], input=text,
                                   stdout=subprocess.PIPE, text=True, check=True).stdout.count("\n")
            code = int(size.stdout.splitlines()[1].split()[0])
            print(f"| {name} | {statistics.median(times) - empty:.2f} | {lines:,} | "
                  f"{code if flags else 0:,} | {output.stat().st_size:,} | {longest_symbol(output):,} |", flush=True)


main()
