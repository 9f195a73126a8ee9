#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Many demos, found by file discovery, under one Prometheus that evaluates the project's rules.

usage: fleet.py DEMO [--processes N] [--monitor prometheus|victoria-metrics] [--interval SECONDS] [--measure SECONDS]

DEMO is the program that `./run demo` builds. Without --measure it goes on until it is interrupted; with it, it
prints what docs/fleet.md quotes, and ends.
"""

import argparse
import json
import signal
import sys
import tempfile
import time
import urllib.request
from pathlib import Path

from monitors import Demo, Prometheus, VictoriaMetrics, get, tool, wait_for

# Light enough for many on one machine: memory of some size that changes a little every second.
SCRIPT = """
local held = {{}}
while true do
  for _ = 1, 20 do held[math.random({size})] = string.rep("x", math.random(2000)) end
  sleep(1)
end
"""


class Fleet:
    """Demos, and the file that tells a Prometheus where they are."""

    def __init__(self, program, processes, folder, script=SCRIPT):
        self.program = program
        self.file = Path(folder) / "targets.json"
        self.demos = []
        try:
            for number in range(processes):
                self.launch("--interval", "60000", script=script.format(size=10 * (number + 1)))
            self.publish()
        except BaseException:
            self.stop()
            raise

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.stop()

    def launch(self, *options, script):
        """One more process, which the file does not list before `publish`."""
        self.demos.append(Demo(self.program, *options, scripts=[script]))
        return self.demos[-1]

    def addresses(self):
        return [demo.address() for demo in self.demos]

    def publish(self, addresses=None):
        """Replaces the file in one step, as its readers may look at any time."""
        listed = self.addresses() if addresses is None else addresses
        draft = self.file.with_suffix(".draft")
        draft.write_text(json.dumps([{"targets": [address]} for address in listed]))
        draft.replace(self.file)

    def scrape_configuration(self):
        return {"job_name": "memscape",
                "file_sd_configs": [{"files": [str(self.file)], "refresh_interval": "1s"}]}

    def stop(self):
        for demo in self.demos:
            demo.stop()


def mean(values):
    return sum(values) / len(values)


def size_of(folder):
    return sum(file.stat().st_size for file in Path(folder).rglob("*") if file.is_file())


def page_figures(demo, requests=2000):
    """What one process costs to scrape: bytes, series, and its own processor time."""
    page = demo.metrics()
    series = sum(1 for line in page.splitlines() if line and not line.startswith("#"))
    before = demo.processor_seconds()
    for _ in range(requests):
        demo.metrics()
    return {"bytes of a page": len(page), "series of a process": series,
            "microseconds of the process for a scrape": 1e6 * (demo.processor_seconds() - before) / requests}


def prometheus_figures(fleet, prometheus):
    """What Prometheus pays, once every process has been scraped a few times."""
    figures = {
        "seconds of a scrape, as Prometheus sees it": mean([
            float(one["value"][1]) for one in prometheus.query("scrape_duration_seconds")]),
        "series that Prometheus adds to a process":
            prometheus.value("max(count by (instance) ({__name__=~'up|scrape_.+'}))"),
    }
    # A block has what Prometheus keeps for years; the log in front of it is larger.
    request = urllib.request.Request(prometheus.url + "/api/v1/admin/tsdb/snapshot", method="POST")
    with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(request) as answer:
        name = json.load(answer)["data"]["name"]
    samples = chunks = index = 0
    for block in (prometheus.path / "data/snapshots" / name).glob("*/meta.json"):
        samples += json.loads(block.read_text())["stats"]["numSamples"]
        chunks += size_of(block.parent / "chunks")
        index += (block.parent / "index").stat().st_size
    if samples:
        figures["bytes of a stored sample, index apart"] = chunks / samples
        figures["bytes of index for a series"] = index / prometheus.value("count({__name__=~'.+'})")
    head = json.loads(get(prometheus.url + "/api/v1/status/tsdb"))["data"]["headStats"]
    figures["series in Prometheus"] = head["numSeries"]
    figures["resident kB of Prometheus"] = prometheus.status("VmRSS") / 1000
    return figures


def remote_write_figures(prometheus):
    """Bytes on the wire, by Prometheus' own count."""
    own = get(prometheus.url + "/metrics").decode()

    def number(name):
        return sum(float(line.rsplit(" ", 1)[1]) for line in own.splitlines() if line.startswith(name + "{"))

    sent = number("prometheus_remote_storage_samples_total")
    return {"bytes of a sample in remote write": number("prometheus_remote_storage_bytes_total") / sent} if sent else {}


def victoria_figures(victoria):
    get(victoria.url + "/internal/force_flush")
    own = get(victoria.url + "/metrics").decode()

    def number(name):
        return sum(float(line.rsplit(" ", 1)[1]) for line in own.splitlines() if line.startswith(name))

    rows = number('vm_rows{type="storage')
    return {"bytes of a sample in VictoriaMetrics": number('vm_data_size_bytes{type="storage') / rows,
            "resident kB of VictoriaMetrics": victoria.status("VmRSS") / 1000} if rows else {}


def measure(fleet, seconds, interval):
    """Prometheus scrapes, and writes on to VictoriaMetrics."""
    with VictoriaMetrics() as victoria:
        with Prometheus([fleet.scrape_configuration()], interval, victoria.url + "/api/v1/write") as prometheus:
            wait_for(lambda: len(prometheus.up()) == len(fleet.demos), "every process is up")
            before, since = prometheus.processor_seconds(), time.monotonic()
            time.sleep(seconds)
            share = (prometheus.processor_seconds() - before) / (time.monotonic() - since)
            return {"processes": len(fleet.demos), "scrape interval": interval,
                    **page_figures(fleet.demos[0]), **prometheus_figures(fleet, prometheus),
                    "share of a core that Prometheus takes": share,
                    **remote_write_figures(prometheus), **victoria_figures(victoria)}


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("demo", type=Path)
    parser.add_argument("--processes", type=int, default=30)
    parser.add_argument("--monitor", choices=("prometheus", "victoria-metrics"), default="prometheus")
    parser.add_argument("--interval", type=int, default=5, help="seconds between two scrapes")
    parser.add_argument("--measure", type=int, metavar="SECONDS")
    options = parser.parse_args()
    for program in ("prometheus", "victoria-metrics"):
        if (options.measure or options.monitor == program) and not tool(program):
            parser.error(f"{program} is not here; on Debian, ./run fleet brings it")

    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    with tempfile.TemporaryDirectory(prefix="memscape-") as folder:
        with Fleet(options.demo, options.processes, folder) as fleet:
            if options.measure:
                for name, value in measure(fleet, options.measure, f"{options.interval}s").items():
                    print(f"{name:<48} {value if isinstance(value, (int, str)) else format(value, '.4g')}", flush=True)
                return
            scrapes, interval = [fleet.scrape_configuration()], f"{options.interval}s"
            kind = Prometheus if options.monitor == "prometheus" else VictoriaMetrics
            with kind(scrapes, interval) as monitor:
                print(f"{options.processes} processes under {monitor.url}/ ; try {monitor.url}/api/v1/query?query="
                      "topk(3,memscape_memory_used_bytes)", flush=True)
                print(f"the processes are in {fleet.file}; Ctrl-C ends all of it", flush=True)
                signal.pause()


if __name__ == "__main__":
    try:
        main()
    except KeyboardInterrupt:
        pass
