# SPDX-License-Identifier: MIT
"""The demo under many viewers: what it costs, and whether each of them has every frame.

usage: fanout.py BUILD_FOLDER [--clients N] [--stalled N] [--seconds N] [--interval MS] [--check]

--quick  a few viewers for a second, and no figure is judged but that nobody lost a frame
--check  exit 1 when a figure is missed; times depend on the machine, so nothing automatic does this
"""
import argparse
import json
import os
import pathlib
import re
import selectors
import subprocess
import sys
import tempfile

PAGE = os.sysconf("SC_PAGE_SIZE")
TICKS = os.sysconf("SC_CLK_TCK")

# Its memory moves by more than 1 % from any tick to the next, so each one is sent; and it has so little
# that what the server's resident memory gains is the clients'.
BUSY = """
local n = 0
while true do
  n = n % 50 + 1
  held = string.rep("x", n * 2000)
  collectgarbage()
  sleep(0.02)
end
"""


class Process:
    """What the kernel says of a process."""

    def __init__(self, pid):
        self.folder = pathlib.Path(f"/proc/{pid}")

    def cpu_seconds(self):
        fields = (self.folder / "stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / TICKS

    def resident(self):
        return int((self.folder / "statm").read_text().split()[1]) * PAGE


def tcp_memory():
    """What the kernel holds for all TCP sockets of this machine, both ends of a loopback connection."""
    text = pathlib.Path("/proc/net/sockstat").read_text()
    return int(re.search(r"^TCP:.* mem (\d+)", text, re.MULTILINE)[1]) * PAGE


def start_demo(build, options, folder):
    script = pathlib.Path(folder, "busy.lua")
    script.write_text(BUSY)
    demo = subprocess.Popen(
        [build / "examples/demo/demo", "--port", "0", "--interval", str(options.interval),
         "--clients", str(options.clients + 8), "--script", script, "--dashboard", folder],
        stdout=subprocess.PIPE, text=True)
    match = re.fullmatch(r"listening on http://127\.0\.0\.1:(\d+)/\n", demo.stdout.readline())
    if not match:
        sys.exit("fanout: the demo did not start")
    return demo, match[1]


def run_load(build, options, port, server):
    """The load's own report, with what the server and the kernel showed meanwhile."""
    load = subprocess.Popen(
        [build / "bench/fanout/fanout_load", "--port", port, "--clients", str(options.clients),
         "--stalled", str(options.stalled), "--seconds", str(options.seconds)],
        stdout=subprocess.PIPE, text=True)
    seen = {"resident_before": server.resident(), "tcp_before": tcp_memory()}
    if load.stdout.readline() != "ready\n":
        sys.exit("fanout: the load did not start")
    generator = Process(load.pid)
    cpu, load_cpu = server.cpu_seconds(), generator.cpu_seconds()
    seen |= {"resident_ready": server.resident(), "tcp_peak": tcp_memory()}
    with selectors.DefaultSelector() as wait:
        wait.register(load.stdout, selectors.EVENT_READ)
        while not wait.select(0.2):
            seen["tcp_peak"] = max(seen["tcp_peak"], tcp_memory())
            seen["cpu"] = (server.cpu_seconds() - cpu) / options.seconds
            seen["load_cpu"] = (generator.cpu_seconds() - load_cpu) / options.seconds
            seen["resident_end"] = server.resident()
    seen |= json.loads(load.stdout.readline())
    if load.wait() != 0:
        sys.exit("fanout: the load failed")
    return seen


def report(options, seen):
    """Prints the table; whether every figure holds."""
    per_client = (seen["resident_ready"] - seen["resident_before"]) / options.clients
    growth = seen["resident_end"] - seen["resident_ready"]
    lost = seen["gaps"] + seen["behind"] + seen["closed"]
    kib, mib = 1 << 10, 1 << 20
    good = True

    def row(name, value, figure="", held=None):
        nonlocal good
        good = good and held is not False
        verdict = {None: "", True: "ok", False: "MISS"}[held]
        print(f"| {name} | {value} | {figure} | {verdict} |")

    print("| | measured | figure | verdict |")
    print("|---|--:|--:|---|")
    row("viewers, of them never reading", f"{options.clients:,}, {options.stalled:,}")
    row("frames published in the time", f"{seen['published']} in {options.seconds} s",
        f"≥ {0.95 * options.seconds * 1000 / options.interval:.0f}",
        seen["published"] >= 0.95 * options.seconds * 1000 / options.interval)
    row("frames received, of them keyframes", f"{seen['received']:,}, {seen['keyframes']:,}")
    row("viewers with a gap, behind at the end, or closed",
        f"{seen['gaps']}, {seen['behind']}, {seen['closed']}", "0", lost == 0)
    row("bytes received, per frame", f"{seen['bytes'] / mib:,.0f} MiB, {seen['bytes'] / max(1, seen['received']):.0f} B")
    row("server: processor", f"{seen['cpu']:.2f} core", "≤ 1", seen["cpu"] <= 1)
    row("load: processor", f"{seen['load_cpu']:.2f} core")
    row("server: resident memory per viewer", f"{per_client / kib:.2f} KiB", "≤ 2 KiB",
        per_client <= 2 * kib)
    row("server: resident memory gained after that", f"{growth / mib:.2f} MiB", "≤ 1 MiB",
        growth <= mib)
    row("kernel TCP memory before, most", f"{seen['tcp_before'] / mib:.1f}, {seen['tcp_peak'] / mib:.1f} MiB")
    row("delay from tick to a viewer: median, p99, worst",
        f"{seen['delay_p50_ms']}, {seen['delay_p99_ms']}, {seen['delay_worst_ms']} ms")
    return lost == 0 and seen["published"] > 0, good


def main():
    parser = argparse.ArgumentParser(usage=__doc__)
    parser.add_argument("build", type=pathlib.Path)
    parser.add_argument("--clients", type=int, default=10_000)
    parser.add_argument("--stalled", type=int, default=1_000)
    parser.add_argument("--seconds", type=int, default=30)
    parser.add_argument("--interval", type=int, default=100)
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--check", action="store_true")
    options = parser.parse_args()
    if options.quick:
        options.clients, options.stalled, options.seconds, options.interval = 50, 5, 1, 20

    with tempfile.TemporaryDirectory() as folder:
        demo, port = start_demo(options.build.resolve(), options, folder)
        try:
            seen = run_load(options.build.resolve(), options, port, Process(demo.pid))
        finally:
            demo.terminate()
            demo.wait()
    lossless, good = report(options, seen)
    if options.quick:
        print(f"{'ok' if lossless else 'not ok'} 1 - every viewer that reads has every frame\n1..1")
    if not lossless or (options.check and not good):
        sys.exit(1)


main()
