# SPDX-License-Identifier: MIT
"""What the tests of this folder share: a proxy that remembers, a reader of metric pages, the dashboard's queries."""

import http.client
import http.server
import json
import re
import sys
import threading
import unittest
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "examples/fleet"))

import monitors  # noqa: E402

# What Grafana puts in for its variables.
EVERY_JOB = ".+"
RANGE = "20s"


class Recorder:
    """An HTTP proxy on loopback that keeps what each scrape was served: that is what a query has to give back."""

    def __init__(self):
        self.pages = []  # (Accept header, body), in the order in which they were served
        recorder = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                host, _, path = self.path.removeprefix("http://").partition("/")
                upstream = http.client.HTTPConnection(host, timeout=monitors.DEADLINE)
                try:
                    accept = self.headers.get("Accept", "")
                    upstream.request("GET", f"/{path}", headers={"Accept": accept})
                    response = upstream.getresponse()
                    body = response.read()
                finally:
                    upstream.close()
                # Before the answer: who has read it finds it here.
                if response.status == 200:
                    recorder.pages.append((accept, body.decode()))
                self.send_response(response.status)
                self.send_header("Content-Type", response.headers["Content-Type"])
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}"
        threading.Thread(target=self.server.serve_forever, args=(0.05,), daemon=True).start()

    def stop(self):
        self.server.shutdown()
        self.server.server_close()


def samples(page):
    """A page of metrics, in either format, as {(name, labels as a sorted tuple of pairs): value}."""
    found = {}
    for line in page.splitlines():
        if line.startswith("#") or not line:
            continue
        name, labels, value = re.fullmatch(r"(\w+)(?:\{(.*)\})? (\S+)", line).groups()
        pairs = tuple(sorted((key, unescape(text)) for key, text in
                             re.findall(r'(\w+)="((?:[^"\\]|\\.)*)"', labels or "")))
        if (name, pairs) in found:
            raise AssertionError(f"twice on one page: {line}")
        found[name, pairs] = float(value)
    return found


def unescape(text):
    return re.sub(r"\\(.)", lambda match: {"n": "\n"}.get(match[1], match[1]), text)


def identity(metric):
    """What tells one series of a process from another: without what the scraper added."""
    return metric["__name__"], tuple(sorted(
        (key, value) for key, value in metric.items() if key not in ("__name__", "job", "instance")))


class Dashboard:
    """The queries of the Grafana dashboard, with its variables filled in."""

    def __init__(self):
        self.board = json.loads((ROOT / "dashboard/grafana/memscape.json").read_text())
        self.panels = [panel for panel in self.board["panels"] if panel["type"] != "row"]

    def queries(self, instance):
        """(panel, expression) pairs, for the process that was picked."""
        values = {"job": EVERY_JOB, "instance": re.escape(instance), "__range": RANGE, "__rate_interval": RANGE}
        for panel in self.panels:
            for target in panel["targets"]:
                expression = re.sub(r"\$(\w+)", lambda match: values[match[1]].replace("\\", "\\\\"), target["expr"])
                yield panel["title"], expression

    def choices(self, monitor):
        """{variable: what its drop-down list offers}, as Grafana asks for it."""
        offered = {}
        for variable in self.board["templating"]["list"]:
            if variable["type"] != "query":
                continue
            selector, label = re.fullmatch(r"label_values\((.*), (\w+)\)", variable["query"]["query"]).groups()
            selector = selector.replace("$job", EVERY_JOB)
            offered[variable["name"]] = monitor.api(f"label/{label}/values", **{"match[]": selector})
        return offered


class TestCase(unittest.TestCase):
    maxDiff = None

    @classmethod
    def need(cls, *programs):
        missing = [program for program in programs if not monitors.tool(program)]
        if missing:
            raise unittest.SkipTest(f"not here: {', '.join(missing)}; ./run test --all brings them")

    def check_dashboard(self, monitor, instance):
        """Every query of the dashboard has something to show."""
        dashboard = Dashboard()
        for title, expression in dashboard.queries(instance):
            with self.subTest(panel=title, expression=expression):
                monitors.wait_for(lambda: monitor.query(expression), f"{title} shows something: {expression}")
        offered = dashboard.choices(monitor)
        self.assertIn("memscape", offered["job"])
        self.assertIn(instance, offered["instance"])
