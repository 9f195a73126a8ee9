# SPDX-License-Identifier: MIT
"""Starts the demo as its user would and talks to it over loopback.

MEMSCAPE_DEMO names the program. Nothing here sleeps to let something happen: it waits for the thing
itself, up to a deadline that is long because a busy machine is slow, not because anything takes long.
"""

import contextlib
import http.client
import json
import os
import re
import signal
import socket
import subprocess
import tempfile
import time
import unittest
from pathlib import Path

DEMO = os.environ["MEMSCAPE_DEMO"]
# A sanitizer's shadow and quarantine are resident too: what a claim on RSS then measures is not ours.
SANITIZED = bool(os.environ.get("MEMSCAPE_SANITIZED"))
DEADLINE = 60.0
MIB = 1 << 20

SAFETY_HEADERS = {
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; "
    "img-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Resource-Policy": "same-origin",
}

QUIET = "while true do sleep(60) end"
# Its memory moves by more than 1 % from any snapshot to the next.
BUSY = """
    local n = 0
    while true do
      n = n % 50 + 1
      held = string.rep("x", n * 20000)
      collectgarbage()
      sleep(0.003)
    end
"""


def wait_for(condition, what):
    """Polls until `condition` returns something true, and returns that."""
    end = time.monotonic() + DEADLINE
    while time.monotonic() < end:
        result = condition()
        if result:
            return result
        time.sleep(0.01)
    raise AssertionError(f"in {DEADLINE:.0f} s it never came to: {what}")


class Demo:
    """A running demo and its folder of scripts and pages."""

    def __init__(self, *arguments, scripts=(QUIET,), pages=None):
        self.folder = tempfile.TemporaryDirectory()
        root = Path(self.folder.name)
        self.dashboard = root / "dashboard"
        self.dashboard.mkdir()
        for name, text in ({"index.html": "<!doctype html><title>t</title>"} | (pages or {})).items():
            path = self.dashboard / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
        command = [DEMO, "--port", "0", "--dashboard", str(self.dashboard)]
        for number, text in enumerate(scripts):
            path = root / f"script{number}.lua"
            path.write_text(text)
            command += ["--script", str(path)]
        self.error_path = root / "stderr"
        with open(self.error_path, "wb") as errors:
            self.process = subprocess.Popen(
                command + list(arguments), stdout=subprocess.PIPE, stderr=errors
            )
        self.first_line = self.process.stdout.readline().decode()
        match = re.fullmatch(r"listening on http://(127\.0\.0\.1|\[::1\]):(\d+)/\n", self.first_line)
        if not match:
            self.process.wait(DEADLINE)
            errors = self.errors()
            self.stop()
            raise AssertionError(f"first line {self.first_line!r}, stderr {errors!r}")
        self.host, self.port = match[1].strip("[]"), int(match[2])

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.stop()

    def stop(self):
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait(DEADLINE)
        self.process.stdout.close()
        self.folder.cleanup()

    def errors(self):
        return self.error_path.read_text()

    def connect(self, receive_buffer=None):
        family = socket.AF_INET6 if ":" in self.host else socket.AF_INET
        client = socket.socket(family)
        if receive_buffer:
            client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_buffer)
        client.settimeout(DEADLINE)
        client.connect((self.host, self.port))
        return client

    def raw(self, request):
        """Sends bytes on a connection of their own; returns everything up to the close."""
        with self.connect() as client:
            client.sendall(request)
            received = b""
            with contextlib.suppress(ConnectionResetError):
                while block := client.recv(65536):
                    received += block
            return received

    def get(self, path, method="GET", headers=None, body=None):
        connection = http.client.HTTPConnection(self.host, self.port, timeout=DEADLINE)
        try:
            connection.request(method, path, body=body, headers=headers or {})
            response = connection.getresponse()
            return response.status, response.headers, response.read()
        finally:
            connection.close()

    def memory(self):
        return json.loads(self.get("/memory.json")[2])

    def ledger(self, query=""):
        """The last ledger, once there is one."""
        return json.loads(wait_for(lambda: (got := self.get("/ledger.json" + query))[0] == 200 and got,
                                   "the first ledger")[2])

    def events(self, **options):
        return Events(self, **options)

    def ps_rss(self):
        output = subprocess.check_output(["ps", "-o", "rss=", "-p", str(self.process.pid)])
        return int(output) * 1024


class Events:
    """A client of /events."""

    def __init__(self, demo, receive_buffer=None, query="", last_event_id=None):
        self.client = demo.connect(receive_buffer)
        headers = f"Host: localhost:{demo.port}\r\n"
        if last_event_id is not None:
            headers += f"Last-Event-ID: {last_event_id}\r\n"
        self.client.sendall(f"GET /events{query} HTTP/1.1\r\n{headers}\r\n".encode())
        self.bytes = 0  # of events
        self.snapshot = self.ledger = None
        self.file = self.client.makefile("rb")
        self.status = self.file.readline().decode()
        self.headers = http.client.parse_headers(self.file)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def close(self):
        self.file.close()
        self.client.close()

    def block(self):
        """The fields of the next block, each with its value; no data may span lines here."""
        fields = {}
        while (line := self.file.readline()) != b"\n":
            if not line.endswith(b"\n"):  # a connection that was cut ends anywhere
                raise EOFError
            self.bytes += len(line)
            name, colon, value = line.decode().rstrip("\n").partition(": ")
            if colon != ": " or name in fields:
                raise AssertionError(f"odd line {line!r}")
            fields[name] = value
        return fields

    def event(self):
        """The next event of the snapshots' stream; ledgers in between are `self.ledger`, one by one."""
        before = self.bytes
        while (fields := self.block()).get("event") in (None, "ledger"):
            if "event" in fields:
                self.ledger = json.loads(fields["data"])
                self.bytes = before  # these have a cadence of their own
            before = self.bytes
        return fields

    def frame(self):
        """The next event that brings a snapshot, which is then `self.snapshot`."""
        while (event := self.event())["event"] not in ("snapshot", "delta"):
            pass
        data = json.loads(event["data"])
        if event["event"] == "snapshot":
            self.snapshot = data
        else:
            if self.snapshot is None or data.pop("base") != self.snapshot["seq"]:
                raise AssertionError(f"a delta on nothing that this client has: {event}")
            self.snapshot = over(self.snapshot, data)
        return event


def over(old, new):
    """`old` with the members of `new` put over it, at every depth."""
    if not isinstance(old, dict) or not isinstance(new, dict):
        return new
    return old | {key: over(old.get(key), value) for key, value in new.items()}


class TestCase(unittest.TestCase):
    maxDiff = None

    def demo(self, *arguments, **options):
        running = Demo(*arguments, **options)
        self.addCleanup(running.stop)
        return running

    def check_account(self, snapshot):
        """What has to hold in every snapshot, whatever the numbers."""
        process, breakdown, pools = (snapshot[k] for k in ("process", "breakdown", "pools"))
        for key in ("rss", "vms", "page_faults_minor", "page_faults_major"):
            self.assertIsInstance(process[key], int, key)
        self.assertEqual(
            set(breakdown),
            {"scratch_arena", "gc_heap", "gc_lval_slab", "gc_lenv_slab", "gc_malloc", "aio_slabs",
             "untracked", "overcounted"},
        )
        self.assertEqual(
            breakdown["gc_heap"],
            breakdown["gc_lval_slab"] + breakdown["gc_lenv_slab"] + breakdown["gc_malloc"],
        )
        tracked = breakdown["scratch_arena"] + breakdown["gc_heap"] + breakdown["aio_slabs"]
        self.assertEqual(
            tracked + breakdown["untracked"] - breakdown["overcounted"], process["rss"]
        )
        self.assertEqual(set(pools), {"scratch_arena", "gc_lval_slab", "gc_lenv_slab", "gc_malloc",
                                      "aio_slabs"})
        for key, pool in pools.items():
            self.assertEqual(pool["used"], breakdown[key])
            self.assertLessEqual(pool["used"], pool["committed"], key)
            if pool["peak"] is not None:
                self.assertLessEqual(pool["used"], pool["peak"], key)
            if pool["slots"] is not None:
                self.assertLessEqual(pool["objects"], pool["slots"], key)


class Paths(TestCase):
    @classmethod
    def setUpClass(cls):
        cls.running = Demo(
            pages={"app.js": "1;", "style/main.css": "a{}", "icon.svg": "<svg/>", "data.bin": "x",
                   "big.txt": "0123456789" * 50000, ".hidden": "no", "a b.txt": "spaced"}
        )
        secret = cls.running.dashboard.parent / "secret.txt"
        secret.write_text("secret")
        (cls.running.dashboard / "link.txt").symlink_to(secret)
        (cls.running.dashboard / "linked").symlink_to(secret.parent)
        os.mkfifo(cls.running.dashboard / "pipe.txt")

    @classmethod
    def tearDownClass(cls):
        cls.running.stop()

    def check_headers(self, headers):
        for name, value in SAFETY_HEADERS.items():
            self.assertEqual(headers.get_all(name), [value])

    def test_files_have_their_types(self):
        for path, content_type, text in (
            ("/", "text/html; charset=utf-8", b"<!doctype html><title>t</title>"),
            ("/index.html", "text/html; charset=utf-8", b"<!doctype html><title>t</title>"),
            ("/app.js", "text/javascript; charset=utf-8", b"1;"),
            ("/app.js?v=1", "text/javascript; charset=utf-8", b"1;"),
            ("/style/main.css", "text/css; charset=utf-8", b"a{}"),
            ("/icon.svg", "image/svg+xml", b"<svg/>"),
            ("/data.bin", "application/octet-stream", b"x"),
            ("/a%20b.txt", "text/plain; charset=utf-8", b"spaced"),
            ("/big.txt", "text/plain; charset=utf-8", b"0123456789" * 50000),
        ):
            with self.subTest(path):
                status, headers, body = self.running.get(path)
                self.assertEqual((status, headers["Content-Type"]), (200, content_type))
                self.assertEqual(body, text)
                self.assertEqual(headers["Cache-Control"], "no-cache")
                self.check_headers(headers)
                status, head, empty = self.running.get(path, "HEAD")
                self.assertEqual((status, empty), (200, b""))
                self.assertEqual(head.items(), headers.items())

    def test_a_file_that_is_known_is_not_sent_again(self):
        tag = self.running.get("/app.js")[1]["ETag"]
        status, headers, body = self.running.get("/app.js", headers={"If-None-Match": tag})
        self.assertEqual((status, body, headers["ETag"]), (304, b"", tag))
        self.check_headers(headers)
        for other in ('"other"', "", 'W/"1"'):
            self.assertEqual(self.running.get("/app.js", headers={"If-None-Match": other})[0], 200)
        (self.running.dashboard / "app.js").write_text("22;")
        status, headers, body = self.running.get("/app.js", headers={"If-None-Match": tag})
        self.assertEqual((status, body), (200, b"22;"))
        (self.running.dashboard / "app.js").write_text("1;")

    def test_memory_json_is_one_snapshot(self):
        status, headers, body = self.running.get("/memory.json")
        self.assertEqual((status, headers["Content-Type"]), (200, "application/json"))
        self.assertEqual(headers["Cache-Control"], "no-store")
        self.check_headers(headers)
        self.check_account(json.loads(body))
        status, headers, body = self.running.get("/memory.json", "HEAD")
        self.assertEqual((status, body), (200, b""))

    def test_memory_txt_is_what_the_readme_shows(self):
        self.running.ledger()
        status, headers, body = self.running.get("/memory.txt")
        self.assertEqual((status, headers["Content-Type"]), (200, "text/plain; charset=utf-8"))
        self.assertEqual(headers["Cache-Control"], "no-store")
        self.check_headers(headers)
        picture = body.decode("ascii")
        readme = Path(__file__).resolve().parents[2].joinpath("README.md").read_text()
        quoted = re.search(r"\$ curl -s localhost:8787/memory.txt\n(.*?)```", readme, re.DOTALL)[1]
        # Who owns what, and the process.
        for part in (lambda text: text.partition("\nAIO")[0],
                     lambda text: text[text.index("\nunexplained"):text.index("\nlimit ")]):
            self.assertEqual(*(re.sub(r"[\d.,#]+ *|[KMGT]?i?B ", "", part(text)).split()
                               for text in (picture, quoted)))
        # The order of causes is that of their sizes, and which there are is the machine's.
        for text in (picture, quoted):
            head, *rows = text.partition("\nunexplained ")[0].splitlines()
            self.assertRegex(head, r"\A +resident +used of RSS\Z")
            for row in rows:
                self.assertRegex(row, r"\A\S.* (-|[\d.,]+ ([KMG]i)?B|[\d.]+%)\Z")
                self.assertTrue(row.endswith("%") or re.search("(malloc|GC Heap / Malloc) +- ", row), row)
            # Behind the process there may be what the doctor finds.
            self.assertRegex(text, r"\nunexplained .+%\n-+\nRSS .+ [\d,]+ s ago, closure error .+\n"
                                   r"now RSS .+\nlimit .+ \| headroom .+\noutside RSS: .+\n")
            self.assertNotIn("ntracked", text)
            top = re.findall(r"^\w.* ([\d.]+)%$", text, re.MULTILINE)
            self.assertEqual(sum(round(float(share) * 10) for share in top), 1000)
        self.assertIn("\u2588", self.running.get("/memory.txt?unicode=1")[2].decode())
        status, headers, body = self.running.get("/memory.txt", "HEAD")
        self.assertEqual((status, body), (200, b""))

    def test_metrics_come_in_the_format_that_is_asked_for(self):
        text = "text/plain; version=0.0.4; charset=utf-8"
        open_metrics = "application/openmetrics-text; version=1.0.0; charset=utf-8"
        for accept, content_type in (
            (None, text),
            ("*/*", text),
            ("text/plain;version=0.0.4;q=1,*/*;q=0.1", text),
            ("application/openmetrics-text;version=1.0.0,application/openmetrics-text;version=0.0.1;q=0.75,"
             "text/plain;version=0.0.4;q=0.5,*/*;q=0.1", open_metrics),
            (",;q=\"", text),
        ):
            with self.subTest(accept):
                asked = {} if accept is None else {"Accept": accept}
                status, headers, body = self.running.get("/metrics", headers=asked)
                self.assertEqual((status, headers["Content-Type"]), (200, content_type))
                self.assertEqual((headers["Cache-Control"], headers["Vary"]), ("no-store", "Accept"))
                self.check_headers(headers)
                self.assertEqual(body.endswith(b"\n# EOF\n"), content_type == open_metrics)
                status, head, empty = self.running.get("/metrics", "HEAD", headers=asked)
                self.assertEqual((status, empty, head["Content-Type"]), (200, b"", content_type))

    def test_metrics_are_the_snapshots_numbers(self):
        lines = self.running.get("/metrics")[2].decode().splitlines()
        values = dict(line.rsplit(" ", 1) for line in lines if not line.startswith("#"))
        values = {name: float(value) for name, value in values.items()}
        used = {name: value for name, value in values.items()
                if name.startswith("memscape_memory_used_bytes{")}
        self.assertEqual(set(used), {
            'memscape_memory_used_bytes{subsystem="%s"}' % labels for labels in
            ("scratch_arena", 'gc_lval_slab",parent="gc_heap', 'gc_lenv_slab",parent="gc_heap',
             'gc_malloc",parent="gc_heap', "aio_slabs")})
        # Only leaves, so their sum is the whole.
        self.assertEqual(
            sum(used.values()) + values["memscape_memory_untracked_bytes"]
            - values["memscape_memory_overcounted_bytes"], values["process_resident_memory_bytes"])
        for name in ("process_virtual_memory_bytes", "process_minor_pagefaults_total"):
            self.assertGreater(values[name], 0)
        # What a detailed reader knows besides; this machine has memory, so there is some limit.
        for name in ("process_resident_memory_anon_bytes", "process_num_threads", "memscape_memory_pss_bytes"):
            self.assertGreater(values[name], 0)
        limits = [name for name in values if name.startswith("memscape_memory_limit_bytes{")]
        self.assertEqual(len(limits), 1)
        self.assertNotIn('limit="VMS"', limits[0])

    def test_metrics_with_a_ledger_add_up_to_resident_memory(self):
        self.running.ledger()
        sums, causes, resident = {}, set(), None
        for line in self.running.get("/metrics")[2].decode().splitlines():
            name, _, value = line.rpartition(" ")
            if line.startswith("process_resident_memory_bytes "):
                resident = int(value)
            elif family := re.match(r"memscape_memory_(attributed|unattributed|closure_error)_bytes{", line):
                sums[family[1]] = sums.get(family[1], 0) + int(value)
                causes.update(re.findall('{cause="([^"]*)"', name))
        self.assertEqual(resident, sums["attributed"] + sums["unattributed"] - sums["closure_error"])
        self.assertLess({"subsystem", "file.text", "malloc.heap", "anonymous"}, causes)
        self.assertGreater(sums["attributed"], 0)

    def test_healthz(self):
        status, headers, body = self.running.get("/healthz")
        self.assertEqual((status, body), (200, b"ok\n"))
        self.check_headers(headers)

    def test_unknown_paths_name_the_known_ones(self):
        for path in ("/nope", "/style", "/style/", "/app.js/", "/app.js/x", "/events/", "/.hidden",
                     "/link.txt", "/linked/secret.txt", "/pipe.txt", "/" + "x" * 300,
                     "/" + "x/" * 300, "/" + "x" * 4000):
            with self.subTest(path):
                status, headers, body = self.running.get(path)
                self.assertEqual(status, 404)
                self.assertIn(b"/events", body)
                self.assertLess(len(body), 200)
                self.check_headers(headers)

    def test_no_path_leads_out(self):
        for path in ("/../secret.txt", "/..%2fsecret.txt", "/%2e%2e/secret.txt", "/style/../../secret.txt",
                     "/%2e%2e%2fsecret.txt", "/style/%2E%2E/%2e%2e/secret.txt", "//etc/passwd",
                     "/%2fetc/passwd", "/..\\secret.txt", "/..%5csecret.txt", "/app.js%00.html",
                     "/%", "/%zz", "/a%0d%0aSet-Cookie:%20a=b"):
            with self.subTest(path):
                answer = self.running.raw(
                    f"GET {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n".encode()
                )
                self.assertRegex(answer, rb"\AHTTP/1\.1 (404|400) ")
                self.assertNotIn(b"secret\n", answer)
                self.assertNotIn(b"root:", answer)
                self.assertNotIn(b"Set-Cookie", answer)

    def test_other_methods(self):
        for method in ("POST", "PUT", "DELETE", "OPTIONS", "PATCH", "TRACE", "BREW", "get"):
            for path in ("/", "/events", "/memory.json", "/memory.txt", "/nope"):
                with self.subTest(method=method, path=path):
                    status, headers, _ = self.running.get(path, method, body=b"x" * 10)
                    self.assertEqual((status, headers["Allow"]), (405, "GET, HEAD"))
                    self.check_headers(headers)

        for target in ("*", "localhost:80", "http://localhost/x"):
            answer = self.running.raw(f"OPTIONS {target} HTTP/1.1\r\nHost: localhost\r\n"
                                      "Connection: close\r\n\r\n".encode())
            self.assertTrue(answer.startswith(b"HTTP/1.1 405 "), answer)
            self.assertIn(b"\r\nAllow: GET, HEAD\r\n", answer)

    def test_bodies_are_refused(self):
        status, _, _ = self.running.get("/", body=b"x")
        self.assertEqual(status, 413)
        answer = self.running.raw(
            b"GET / HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"
        )
        self.assertTrue(answer.startswith(b"HTTP/1.1 413 "), answer)
        # A body that nobody reads does not turn the answer into a reset.
        status, _, _ = self.running.get("/", "POST", body=b"x" * 60000)
        self.assertEqual(status, 405)

    def test_host(self):
        port = self.running.port
        for host in ("localhost", f"localhost:{port}", "127.0.0.1", f"127.0.0.1:{port}", "[::1]",
                     f"[::1]:{port}", f"LOCALHOST:{port}"):
            with self.subTest(host):
                self.assertEqual(self.running.get("/healthz", headers={"Host": host})[0], 200)
        for host in ("evil.example", f"evil.example:{port}", f"localhost:{port + 1}", "localhost:0",
                     "127.0.0.1.evil.example", "[::2]", "localhost:x", ""):
            for path in ("/healthz", "/events", "/", "/memory.json"):
                with self.subTest(host=host, path=path):
                    # Only so much is read: a stream that is wrongly given would not end.
                    with self.running.connect() as client:
                        client.sendall(f"GET {path} HTTP/1.1\r\nHost: {host}\r\n\r\n".encode())
                        with client.makefile("rb") as answer:
                            self.assertEqual(answer.readline(), b"HTTP/1.1 421 Misdirected Request\r\n")
                            headers = http.client.parse_headers(answer)
                            self.assertIn(b"Host", answer.read(int(headers["Content-Length"])))
                    self.check_headers(headers)

    def test_malformed_requests(self):
        for request in (
            b"GET / HTTP/1.1\r\n\r\n",
            b"GET / HTTP/1.1\r\nHost: localhost\r\nHost: localhost\r\n\r\n",
            b"GET http://evil.example/ HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n",
            b"GET nope HTTP/1.1\r\nHost: localhost\r\n\r\n",
            b"GET * HTTP/1.1\r\nHost: localhost\r\n\r\n",
            b"GET / HTTP/2.0\r\nHost: localhost\r\n\r\n",
            b"GET / HTTP/1.1\r\nHost : localhost\r\n\r\n",
            b"GET / HTTP/1.1\r\nno colon\r\nHost: localhost\r\n\r\n",
            b"GET / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n",
            b"GET / HTTP/1.1\r\nHost: localhost\r\nContent-Length: -1\r\n\r\n",
            b"\x00\x01\x02\x03\r\n\r\n",
            b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n",
            b"\r\n\r\n",
        ):
            with self.subTest(request):
                self.assertRegex(self.running.raw(request), rb"\AHTTP/1\.1 (400|421) ")
        self.assertEqual(self.running.get("/healthz")[0], 200)

    def status(self, request):
        """The status line of the answer to these bytes, on a connection of their own."""
        answer = self.running.raw(request)
        self.assertEqual(len(re.findall(rb"HTTP/1\.1 \d", answer)), 1, answer)
        return int(answer[9:12])

    def test_absolute_targets_and_http_1_0(self):
        answer = self.running.raw(b"GET http://localhost/healthz HTTP/1.0\r\nHost: localhost\r\n\r\n")
        self.assertTrue(answer.startswith(b"HTTP/1.1 200 "), answer)
        self.assertTrue(answer.endswith(b"\r\n\r\nok\n"), answer)

    def test_http_1_0_needs_no_host(self):
        for request, status in (
            (b"GET /healthz HTTP/1.0\r\n\r\n", 200),
            (b"HEAD /healthz HTTP/1.0\r\n\r\n", 200),
            (b"GET /metrics HTTP/1.0\r\nUser-Agent: check\r\n\r\n", 200),
            (b"OPTIONS / HTTP/1.0\r\n\r\n", 405),
            (b"GET http://localhost/healthz HTTP/1.0\r\n\r\n", 200),
            # A browser sends one, and the name in it gives away who asks.
            (b"GET /healthz HTTP/1.0\r\nHost: evil.example\r\n\r\n", 421),
            (b"GET http://evil.example/healthz HTTP/1.0\r\n\r\n", 421),
            (b"GET /healthz HTTP/1.0\r\nHost:\r\n\r\n", 421),
            (b"GET /healthz HTTP/1.0\r\nHost: localhost\r\nHost: localhost\r\n\r\n", 400),
            (b"GET /healthz HTTP/1.1\r\nConnection: close\r\n\r\n", 400),
            (b"POST /healthz HTTP/1.1\r\nConnection: close\r\n\r\n", 400),
            (b"GET http://localhost/healthz HTTP/1.1\r\nConnection: close\r\n\r\n", 400),
        ):
            with self.subTest(request):
                self.assertEqual(self.status(request), status)

    # What ends each of them is not a matter of opinion, or the request is refused.
    BODIES = tuple((fields, status) for status, group in (
        (400, (
            b"Transfer-Encoding: gzip", b"Transfer-Encoding: gzip, chunked", b"Transfer-Encoding: identity",
            b"Transfer-Encoding: chunked, gzip", b"Transfer-Encoding: chunked, chunked", b"Transfer-Encoding:",
            b"Transfer-Encoding: chunked;q=1", b'Transfer-Encoding: "chunked"', b"Transfer-Encoding: ,chunked",
            b"Transfer-Encoding: xchunked", b"Transfer-Encoding: chunked\x0b", b"transfer-encoding: GZIP",
            b"Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked",
            b"Transfer-Encoding: gzip\r\nTransfer-Encoding: chunked",
            b"Transfer-Encoding: chunked\r\nTransfer-Encoding: gzip",
            b"Transfer-Encoding: chunked\r\nContent-Length: 5", b"Content-Length: 5\r\nTransfer-Encoding: chunked",
            b"Content-Length: 0\r\nTransfer-Encoding: gzip", b"Transfer-Encoding : chunked",
            b"Transfer-Encoding\t: chunked", b" Transfer-Encoding: chunked", b"Transfer-Encoding:\r\n chunked",
            b"X: y\r\n Transfer-Encoding: chunked", b"Transfer-Encoding: chunked\rX: y", b"X: y\nTransfer-Encoding: z",
            b"Content-Length: +5", b"Content-Length: -5", b"Content-Length: 5, 5", b"Content-Length: 5 5",
            b"Content-Length: 0x5", b"Content-Length:", b"Content-Length: 5;", b"Content-Length : 5",
            b"Content-Length: 5\r\nContent-Length: 5", b"Content-Length: 0\r\nContent-Length: 5",
            b"Content-Length: 0, 5", b"Content-Length: 99999999999999999999", b"Content-Length: 0\r\n 5",
            b"Content-Length: 5\x00", b"Content-Length\x00: 5", b"X: \x00",
        )),
        (413, (
            b"Transfer-Encoding: chunked", b"transfer-encoding: CHUNKED", b"Transfer-Encoding:\tchunked ",
            b"Content-Length: 5", b"Content-Length: 00005", b"Content-Length: 18446744073709551615",
        ))) for fields in group)
    NEXT = b"GET /memory.json HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"

    def test_no_body_becomes_the_next_request(self):
        for method in (b"GET", b"HEAD", b"POST"):
            for fields, status in self.BODIES:
                if method == b"POST" and status == 413:
                    status = 405
                with self.subTest(method=method, fields=fields), self.running.connect() as client:
                    client.sendall(method + b" /healthz HTTP/1.1\r\nHost: localhost\r\n" + fields + b"\r\n\r\n")
                    received = client.recv(4096)
                    self.assertTrue(received.startswith(b"HTTP/1.1 %d " % status), received)
                    self.assertIn(b"\r\nConnection: close\r\n", received)
                    # Behind the answer, and as chunks, and as what a chunk's extension or size hides.
                    with contextlib.suppress(ConnectionError):
                        for body in (self.NEXT, b"0\r\n\r\n" + self.NEXT, b"5;\n" + self.NEXT,
                                     b"fffffffffffffffff\r\n" + self.NEXT, b"-1\r\n" + self.NEXT):
                            client.sendall(body)
                        while block := client.recv(65536):
                            received += block
                    self.assertEqual(received.count(b"HTTP/1.1 "), 1, received)
        for coding in (b"chunked", b"gzip"):
            request = b"GET /healthz HTTP/1.0\r\nConnection: keep-alive\r\nTransfer-Encoding: " + coding
            self.assertEqual(self.status(request + b"\r\n\r\n" + self.NEXT), 400)

    def test_a_length_of_nothing_is_no_body(self):
        with self.running.connect() as client, client.makefile("rb") as answer:
            for _ in range(3):
                client.sendall(b"GET /healthz HTTP/1.1\r\nHost: localhost\r\nContent-Length: 0\r\n\r\n")
                self.assertEqual(answer.readline(), b"HTTP/1.1 200 OK\r\n")
                headers = http.client.parse_headers(answer)
                self.assertEqual(answer.read(int(headers["Content-Length"])), b"ok\n")

    def test_an_expectation_is_answered_by_the_end(self):
        for body in (b"", b"Content-Length: 5\r\n"):
            answer = self.running.raw(b"GET /healthz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n"
                                      b"Expect: 100-continue\r\n" + body + b"\r\n")
            self.assertTrue(answer.startswith(b"HTTP/1.1 413 " if body else b"HTTP/1.1 200 "), answer)

    def test_lines_of_a_list_are_one_list(self):
        host = "GET /metrics HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n"
        for lines, is_open in (
            (("text/plain;q=0.1", "application/openmetrics-text"), True),
            (("application/openmetrics-text", "text/plain;q=0.1"), True),
            (("text/plain", "application/openmetrics-text;q=0.1"), False),
            (("", "application/openmetrics-text"), True),
            (("text/html", "", "image/png", "application/openmetrics-text;q=0.5", "*/*;q=0.1"), True),
            (("text/html",) * 100 + ("application/openmetrics-text",), True),
        ):
            with self.subTest(lines):
                fields = "".join(f"Accept: {line}\r\n" for line in lines)
                answer = self.running.raw((host + fields + "\r\n").encode())
                self.assertTrue(answer.startswith(b"HTTP/1.1 200 "), answer)
                self.assertEqual(b"\r\nContent-Type: application/openmetrics-text;" in answer, is_open)
        tag = self.running.get("/app.js")[1]["ETag"]
        request = f'GET /app.js HTTP/1.0\r\nIf-None-Match: "x"\r\nIf-None-Match: {tag}\r\n\r\n'
        self.assertEqual(self.status(request.encode()), 304)

    def test_connection_is_a_list_in_any_number_of_lines(self):
        for version, lines, stays in (
            ("1.1", (), True), ("1.0", (), False), ("1.1", ("close",), False), ("1.1", ("CLOSE",), False),
            ("1.1", ("keep-alive, close",), False), ("1.1", ("keep-alive", "close"), False),
            ("1.1", ("close", "keep-alive"), False), ("1.1", ("x, ,\tclose",), False),
            ("1.1", ("closed",), True), ("1.0", ("keep-alive",), True), ("1.0", ("Keep-Alive, x",), True),
            ("1.0", ("x", "keep-alive"), True), ("1.0", ("keep-alive, close",), False),
            ("1.0", ("close", "keep-alive"), False),
        ):
            with self.subTest(version=version, lines=lines), self.running.connect() as client:
                fields = "".join(f"Connection: {line}\r\n" for line in lines)
                client.sendall(f"GET /healthz HTTP/{version}\r\nHost: localhost\r\n{fields}\r\n".encode())
                with client.makefile("rb") as answer:
                    self.assertEqual(answer.readline(), b"HTTP/1.1 200 OK\r\n")
                    headers = http.client.parse_headers(answer)
                    self.assertEqual(headers["Connection"], "keep-alive" if stays else "close")
                    self.assertEqual(answer.read(int(headers["Content-Length"])), b"ok\n")
                    if not stays:
                        self.assertEqual(answer.read(), b"")

    def test_an_empty_line_before_a_request_is_nothing(self):
        request = b"GET /healthz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
        self.assertEqual(self.status(b"\r\n" + request), 200)
        for before in (b"\n", b"\r", b"\r\n\r\n", b"\r\n\n", b" \r\n", b"\0"):
            with self.subTest(before):
                self.assertEqual(self.status(before + request), 400)
        # On a connection that stays, and in pieces.
        stays = b"\r\nGET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n"
        with self.running.connect() as client, client.makefile("rb") as answer:
            client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            for _ in range(3):
                for i in range(len(stays)):
                    client.sendall(stays[i:i + 1])
                self.assertEqual(answer.readline(), b"HTTP/1.1 200 OK\r\n")
                headers = http.client.parse_headers(answer)
                self.assertEqual(answer.read(int(headers["Content-Length"])), b"ok\n")

    def test_a_line_ends_in_both_of_its_characters(self):
        for request in (b"GET / HTTP/1.1\nHost: localhost\n\n", b"GET / HTTP/1.1\rHost: localhost\r\r",
                        b"GET / HTTP/1.1\r\nHost: localhost\n\r\n", b"GET / HTTP/1.1\r\nHost: localhost\r\n\n",
                        b"GET / HTTP/1.1\r\nHost: local\rhost\r\n\r\n", b"\x16\x03\x01\x02\x00\x01"):
            with self.subTest(request):
                self.assertEqual(self.status(request), 400)

    def test_heads_are_bounded(self):
        long = b"GET / HTTP/1.1\r\nHost: localhost\r\nX: " + b"x" * 9000 + b"\r\n\r\n"
        many = b"GET / HTTP/1.1\r\nHost: localhost\r\n" + b"a:b\r\n" * 1500 + b"\r\n"
        for request in (long, many, b"x" * 8192, b"GET /" + b"a" * 8190):
            with self.subTest(request[:20]):
                self.assertTrue(self.running.raw(request).startswith(b"HTTP/1.1 431 "))
        fits = b"GET /healthz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nX: "
        fits += b"x" * (8192 - len(fits) - 4) + b"\r\n\r\n"
        self.assertEqual(len(fits), 8192)
        self.assertTrue(self.running.raw(fits).startswith(b"HTTP/1.1 200 "))

    def test_a_request_may_arrive_in_pieces_and_a_connection_serves_many(self):
        request = b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n"
        with self.running.connect() as client:
            for _ in range(3):
                for i in range(len(request)):
                    client.sendall(request[i:i + 1])
                answer = b""
                while not answer.endswith(b"ok\n"):
                    answer += client.recv(4096)
                self.assertIn(b"Connection: keep-alive", answer)

    def test_pipelined_requests_get_one_answer_and_a_close(self):
        request = b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n"
        answer = self.running.raw(request * 3)
        self.assertEqual(answer.count(b"HTTP/1.1 200"), 1)
        self.assertIn(b"Connection: close", answer)

    def test_a_client_that_closes_its_side_gets_its_answer(self):
        with self.running.connect() as client:
            client.sendall(b"GET /big.txt HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
            client.shutdown(socket.SHUT_WR)
            size = 0
            while block := client.recv(65536):
                size += len(block)
            self.assertGreater(size, 500000)

    def test_a_file_is_sent_to_a_slow_reader(self):
        with self.running.connect(receive_buffer=2048) as client:
            client.sendall(b"GET /big.txt HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
            received = b""
            while block := client.recv(3000):
                received += block
            self.assertEqual(received.partition(b"\r\n\r\n")[2], b"0123456789" * 50000)

    def test_clients_that_hang_up_in_the_middle(self):
        for request in (b"", b"GET", b"GET /big.txt HTTP/1.1\r\nHost: localhost\r\n\r\n",
                        b"GET /events HTTP/1.1\r\nHost: localhost\r\n\r\n"):
            for _ in range(20):
                client = self.running.connect()
                client.sendall(request)
                # A reset instead of an orderly close.
                client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
                client.close()
        wait_for(lambda: self.running.memory()["pools"]["aio_slabs"]["objects"] == 2,
                 "all their slots are free again")

    def test_descriptors_do_not_leak(self):
        count = lambda: len(os.listdir(f"/proc/{self.running.process.pid}/fd"))
        self.running.get("/")
        wait_for(lambda: self.running.memory()["pools"]["aio_slabs"]["objects"] == 2, "idle")
        before = count()
        for _ in range(50):
            for path in ("/", "/big.txt", "/nope", "/style", "/pipe.txt", "/memory.json"):
                self.running.get(path)
        wait_for(lambda: count() <= before, "as many descriptors as before")


class Stream(TestCase):
    def test_layout_then_every_snapshot_in_full(self):
        demo = self.demo("--interval", "20")
        with demo.events(query="?full=1") as events:
            self.assertEqual(events.status, "HTTP/1.1 200 OK\r\n")
            self.assertEqual(events.headers["Content-Type"], "text/event-stream; charset=utf-8")
            self.assertEqual(events.headers["Cache-Control"], "no-store, no-transform")
            self.assertEqual(events.headers["X-Accel-Buffering"], "no")
            self.assertIsNone(events.headers["Content-Length"])
            for name, value in SAFETY_HEADERS.items():
                self.assertEqual(events.headers.get_all(name), [value])
            self.assertEqual(events.block(), {"retry": "1000"})
            layout = events.block()
            self.assertEqual(layout["event"], "layout")
            layout = json.loads(layout["data"])
            self.assertEqual(layout["protocol"], 1)
            self.assertEqual(layout["interval_ms"], 20)
            self.assertRegex(layout["stream"], r"\A[0-9a-f]{16}\Z")
            self.assertEqual(
                [(n["key"], n["label"], n["parent"], n["kind"]) for n in layout["nodes"]],
                [("scratch_arena", "Scratch Arena", None, "leaf"),
                 ("gc_heap", "GC Heap", None, "group"),
                 ("gc_lval_slab", "LVAL Slab", "gc_heap", "leaf"),
                 ("gc_lenv_slab", "LENV Slab", "gc_heap", "leaf"),
                 ("gc_malloc", "Malloc", "gc_heap", "leaf"),
                 ("aio_slabs", "AIO Slabs", None, "leaf")],
            )
            last = None
            for _ in range(20):
                event = events.event()
                self.assertEqual(set(event), {"id", "event", "data"})
                self.assertEqual(event["event"], "snapshot")
                snapshot = json.loads(event["data"])
                self.assertEqual(event["id"], f"{layout['stream']}-{snapshot['seq']}")
                self.check_account(snapshot)
                if last is not None:
                    self.assertEqual(snapshot["seq"], last + 1)
                last = snapshot["seq"]

    def test_head_of_a_stream_ends(self):
        demo = self.demo()
        status, headers, body = demo.get("/events", "HEAD")
        self.assertEqual((status, headers["Content-Type"], body),
                         (200, "text/event-stream; charset=utf-8", b""))

    def test_all_clients_get_the_same_bytes(self):
        demo = self.demo("--interval", "20", scripts=(BUSY,))
        clients = [demo.events() for _ in range(5)]
        frames = []
        for client in clients:
            self.addCleanup(client.close)
            frames.append({})
            while len(frames[-1]) < 30:
                event = client.frame()
                frames[-1][event["id"]] = event["data"]
        common = set.intersection(*(set(each) for each in frames))
        self.assertGreater(len(common), 5)
        for frame in common:
            self.assertEqual(len({each[frame] for each in frames}), 1)

    def test_changes_add_up_to_the_snapshots_in_full(self):
        demo = self.demo("--interval", "20", scripts=(BUSY,))
        with demo.events(query="?full=1") as full, demo.events() as changes:
            full.frame()
            compared = deltas = 0
            while compared < 50:
                deltas += changes.frame()["event"] == "delta"
                self.check_account(changes.snapshot)
                while full.snapshot["seq"] < changes.snapshot["seq"]:
                    full.frame()
                # What was kept from before the other one came has no pair.
                if full.snapshot["seq"] == changes.snapshot["seq"]:
                    self.assertEqual(changes.snapshot, full.snapshot)
                    compared += 1
            self.assertGreater(deltas, 40)

    def test_a_client_that_comes_back_misses_nothing_and_gets_nothing_twice(self):
        demo = self.demo("--interval", "50", scripts=(BUSY,))
        with demo.events() as steady:
            steady.frame()
            for header in (True, False):
                with self.subTest(header=header):
                    with demo.events() as dropped:
                        while dropped.frame() and dropped.snapshot["seq"] <= steady.snapshot["seq"]:
                            pass
                        last = dropped.frame()["id"]
                    # Where both are there the header wins.
                    resumed = (demo.events(last_event_id=last, query="?last_event_id=rubbish") if header
                               else demo.events(query=f"?x=1&last_event_id={last}"))
                    with resumed:
                        self.assertEqual(resumed.block(), {"retry": "1000"})
                        self.assertEqual(resumed.block()["event"], "layout")
                        while steady.frame()["id"] != last:
                            pass
                        for _ in range(10):
                            self.assertEqual(resumed.event(), steady.frame())

    def test_a_client_that_comes_with_an_id_of_nobody_begins_anew(self):
        demo, other = self.demo("--interval", "20"), self.demo("--interval", "20")
        with other.events() as events:
            foreign = events.frame()["id"]
        with demo.events() as events:
            ours = events.frame()["id"][:16]
        for bad in (foreign, f"{ours}-0", f"{ours}-18446744073709551615", f"{ours}-99999999999999999999",
                    f"{ours}-", f"{ours}-01", f"{ours}- 1", ours, "", "rubbish", "x" * 2000, "%00", "-1",
                    f"{ours.upper()}x-1"):
            for options in ({"last_event_id": bad}, {"query": "?last_event_id=" + bad.replace(" ", "+")}):
                with self.subTest(**options), demo.events(**options) as events:
                    self.assertEqual([events.event()["event"] for _ in range(2)], ["layout", "snapshot"])

    def test_a_quiet_stream_is_small_and_shows_that_it_lives(self):
        demo = self.demo("--interval", "20")
        with demo.events(query="?full=1") as full, demo.events() as changes:
            changes.frame()
            full.frame()
            held, begin = changes.snapshot["seq"], full.snapshot["seq"]
            changes_before, full_before = changes.bytes, full.bytes
            while full.snapshot["seq"] < begin + 300:
                full.frame()
            # This may be more than went out in that time, but not less.
            while (event := changes.event())["event"] != "alive":
                if "id" in event:
                    held = int(event["id"].split("-")[1])
            self.assertEqual(set(event), {"event", "data"})
            alive = json.loads(event["data"])
            self.assertEqual(set(alive), {"seq", "time_ms"})
            self.assertEqual(alive["seq"], held)
            self.assertLess((changes.bytes - changes_before) * 10, full.bytes - full_before)

    @unittest.skipIf(SANITIZED, "RSS is the sanitizer's")
    def test_a_client_that_never_reads_costs_nothing_more_and_nobody_else_notices(self):
        demo = self.demo("--interval", "10", scripts=(BUSY,))
        # Their receive buffers are small, so that they are soon full.
        stalled = [Events(demo, receive_buffer=2048) for _ in range(10)]
        for client in stalled:
            self.addCleanup(client.close)
        last = []
        with demo.events() as live, demo.events() as other:
            # More than the kernel holds for one that does not read, and then more than the ring does.
            frames = 600
            for i in range(frames):
                frame = live.frame()
                self.assertEqual(frame, other.frame())
                if i >= frames // 2:
                    last.append(live.snapshot)
        stream_id = frame["id"].split("-")[0]
        # They hold connections and no buffers.
        self.assertEqual({each["pools"]["aio_slabs"]["objects"] for each in last}, {len(stalled) + 2})
        untracked = [each["breakdown"]["untracked"] for each in last]
        self.assertLess(max(untracked) - min(untracked), 512 * 1024)
        # They go on at a keyframe; where half an event had gone out, on a new connection.
        for client in stalled:
            try:
                while client.frame()["event"] != "snapshot" or client.snapshot["seq"] < frames // 2:
                    pass
            except (EOFError, ConnectionError):
                last_event_id = f"{stream_id}-{client.snapshot['seq']}"
                with demo.events(last_event_id=last_event_id) as again:
                    self.assertEqual(again.event()["event"], "layout")
                    self.assertEqual(again.frame()["event"], "snapshot")
                    self.assertGreater(again.snapshot["seq"], client.snapshot["seq"])

    def test_a_client_that_talks_into_its_stream_is_ignored_and_one_that_floods_is_cut_off(self):
        demo = self.demo("--interval", "10")
        with demo.events(query="?full=1") as events:
            for _ in range(10):
                events.client.sendall(b"hello?\r\n\r\n")
                self.assertIn(events.event()["event"], ("layout", "snapshot"))
            with self.assertRaises((EOFError, ConnectionError)):
                for _ in range(1000):
                    events.client.sendall(b"x" * 1024)
                    events.event()


class Ledger(TestCase):
    def check_ledger(self, ledger):
        """It closes to the byte, whatever the numbers."""
        sources, causes = (sum(account["resident"] or 0 for account in ledger[kind].values())
                           for kind in ("sources", "causes"))
        self.assertEqual(ledger["rss"], sources + causes + ledger["unexplained"] - ledger["closure_error"])
        self.assertEqual(0, min(ledger["unexplained"], ledger["closure_error"]))
        self.assertEqual(set(ledger["sources"]), {"scratch_arena", "gc_lval_slab", "gc_lenv_slab", "gc_malloc",
                                                  "aio_slabs"})
        for key, source in ledger["sources"].items():
            if source["quality"] == "unavailable":
                self.assertIsNone(source["resident"])
                continue
            self.assertEqual(source["fragmentation"], source["resident"] - source["used"], key)
        self.assertIn("file.text", ledger["causes"])

    def test_ledger_json(self):
        demo = self.demo()
        ledger = demo.ledger()
        status, headers, body = demo.get("/ledger.json")
        self.assertEqual((status, headers["Content-Type"]), (200, "application/json"))
        self.assertEqual(headers["Cache-Control"], "no-store")
        self.assertEqual(int(headers["Content-Length"]), len(body))
        for name, value in SAFETY_HEADERS.items():
            self.assertEqual(headers.get_all(name), [value])
        self.assertEqual(demo.get("/ledger.json", "HEAD")[2], b"")
        self.check_ledger(ledger)
        # The C library's malloc has no ranges: what it holds stands under its own name.
        self.assertIsNone(ledger["sources"]["gc_malloc"]["resident"])
        if not SANITIZED:
            self.assertIn("malloc.heap", ledger["causes"])
        self.assertIsInstance(ledger["outside_rss"]["page_tables"], int)
        # The ledger's own way does not tell it, but the reader's does.
        if "LazyFree:" in Path("/proc/self/smaps_rollup").read_text():
            self.assertIsInstance(ledger["lazy_free"], int)
        files = ledger["causes"]["file.text"]["mappings"]
        self.assertTrue(any(each["name"].endswith("/" + Path(DEMO).name) for each in files), files)
        # Older by the time that passed.
        wait_for(lambda: (now := demo.ledger())["seq"] > ledger["seq"] or now["age_ms"] > ledger["age_ms"], "age")

    def test_one_is_made_when_it_is_asked_for(self):
        demo = self.demo("--ledger", "0")
        first = demo.ledger()
        self.assertEqual(first["seq"], 1)
        self.assertEqual(demo.ledger("?new=1")["seq"], 1)
        with demo.events() as events:
            # A viewer gets what there is behind its keyframe, and then each new one; none of them has an id.
            kinds, ledger = [], first
            while "ledger" not in kinds or ledger["seq"] < 2:
                block = events.block()
                kinds += [block["event"]] if "event" in block else []
                if block.get("event") == "ledger":
                    self.assertEqual(set(block), {"event", "data"})
                    ledger = json.loads(block["data"])
                    self.check_ledger(ledger)
        self.assertEqual(kinds[:2], ["layout", "snapshot"])
        self.assertEqual(ledger["seq"], demo.ledger()["seq"])

    def test_who_asks_all_the_time_gets_one_a_second(self):
        demo = self.demo("--ledger", "0")
        since = time.monotonic()
        demo.ledger()
        for _ in range(100):
            demo.get("/ledger.json?new=1")
        self.assertLessEqual(demo.ledger()["seq"], 2 + (time.monotonic() - since))

    def test_a_slow_reader_gets_it_whole(self):
        demo = self.demo("--ledger", "0")
        size = int(demo.get("/ledger.json", "HEAD")[1]["Content-Length"]) if demo.ledger() else 0
        with demo.connect(receive_buffer=2048) as client:
            client.sendall(b"GET /ledger.json HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
            received = b""
            while block := client.recv(100):
                received += block
        body = received.partition(b"\r\n\r\n")[2]
        self.check_ledger(json.loads(body))
        # They differ in the digits of its age.
        self.assertLess(abs(len(body) - size), 20)

    @unittest.skipIf(SANITIZED, "RSS is the sanitizer's")
    def test_under_load_nothing_is_left_unexplained(self):
        demo = self.demo("--interval", "20", "--ledger", "100", "--leak", scripts=())
        good = 0
        with demo.events() as events:
            seen = 0
            while good < 5:
                events.frame()
                self.check_account(events.snapshot)
                if events.ledger is None or events.ledger["seq"] == seen:
                    continue
                seen = events.ledger["seq"]
                self.check_ledger(events.ledger)
                # A machine that is busy with other things stretches an audit over what the programs do.
                limit = events.ledger["rss"] // 100
                good += events.ledger["unexplained"] <= limit and events.ledger["closure_error"] <= limit
                self.assertLess(seen, 200, f"only {good} of them close within 1 %")
        self.assertGreater(events.ledger["sources"]["gc_lval_slab"]["resident"], MIB)

    def test_snapshots_go_on_in_between(self):
        demo = self.demo("--interval", "20", "--ledger", "10", scripts=(BUSY,))
        with demo.events(query="?full=1") as full, demo.events() as changes:
            for _ in range(100):
                changes.frame()
                full.frame()
        for events in (full, changes):
            self.assertGreater(events.ledger["seq"], 2)


class Memory(TestCase):
    KEEP = """
        local function fill()
          local kept = {}
          for i = 1, 16 do kept[i] = string.rep("x", 1 << 20) end
          local small = {}
          for i = 1, 260000 do small[i] = { i } end
          local env = {}
          for i = 1, 60000 do env[i] = { a = i, b = i, c = i, d = i } end
          return { kept, small, env }
        end
        all = fill()
        print("filled")
        sleep(86400)
    """

    @unittest.skipIf(SANITIZED, "RSS is the sanitizer's")
    def test_rss_is_what_ps_says(self):
        demo = self.demo(scripts=(self.KEEP,))
        self.assertEqual(demo.process.stdout.readline(), b"script0.lua: filled\n")
        snapshot = demo.memory()
        self.check_account(snapshot)
        self.assertGreater(snapshot["breakdown"]["gc_heap"], 60 * MIB)
        # Nothing runs any more; a page that comes or goes between the two is within the 2 %.
        rss, expected = demo.memory()["process"]["rss"], demo.ps_rss()
        self.assertLess(abs(rss - expected), expected * 0.02)
        # What the program holds explains nearly all of it, unless a sanitizer holds as much again.
        if not re.search("lib[at]san", Path(f"/proc/{demo.process.pid}/maps").read_text()):
            self.assertLess(snapshot["breakdown"]["untracked"], 16 * MIB)

    def test_tiers_follow_the_program(self):
        demo = self.demo(scripts=("""
            local kept = {}
            for i = 1, 50000 do kept[i] = {} end
            sleep(0.5)
            local env = {}
            for i = 1, 30000 do env[i] = { a = 1, b = 2, c = 3, d = 4 } end
            sleep(0.5)
            local text = string.rep("x", 20 << 20)
            sleep(0.5)
            text = nil collectgarbage()
            sleep(0.5)
            env = nil collectgarbage()
            sleep(0.5)
            kept = nil collectgarbage()
            sleep(86400)
        """,))
        tier = lambda name: demo.memory()["pools"][name]
        wait_for(lambda: tier("gc_lval_slab")["objects"] >= 50000, "50,000 tables")
        wait_for(lambda: tier("gc_lenv_slab")["objects"] >= 30000, "30,000 environments")
        wait_for(lambda: tier("gc_malloc")["used"] >= 20 * MIB, "20 MiB of text")
        wait_for(lambda: tier("gc_malloc")["used"] < 20 * MIB, "the text is gone")
        wait_for(lambda: tier("gc_lenv_slab")["objects"] < 2000, "the environments are gone")
        wait_for(lambda: tier("gc_lval_slab")["objects"] < 2000, "the tables are gone")
        end = demo.memory()
        self.check_account(end)
        # Empty chunks and large blocks went back to the kernel.
        self.assertLess(end["pools"]["gc_lval_slab"]["committed"], 2 * MIB)
        self.assertLess(end["pools"]["gc_lenv_slab"]["committed"], 2 * MIB)
        self.assertLess(end["pools"]["gc_malloc"]["committed"], 2 * MIB)
        self.assertGreaterEqual(end["pools"]["gc_malloc"]["peak"], 20 * MIB)

    def test_a_heap_that_is_too_small_stops_the_program_and_nothing_else(self):
        demo = self.demo("--heap-limit", "8", scripts=(
            "local t = {} while true do t[#t + 1] = { #t } end", QUIET))
        wait_for(lambda: "not enough memory" in demo.errors(), "it runs out of memory")
        self.assertRegex(demo.errors(), r"\Ademo: script script0\.lua stopped: script0\.lua:1: "
                         r"not enough memory .*8 MiB.*--heap-limit.*\n\Z")
        wait_for(lambda: demo.memory()["breakdown"]["gc_heap"] < MIB, "its memory is free")
        self.assertEqual(demo.get("/healthz")[0], 200)

    def test_the_bundled_programs_move_the_tiers(self):
        demo = self.demo("--interval", "50", "--leak", scripts=())
        moved = {key: set() for key in ("gc_lval_slab", "gc_lenv_slab", "gc_malloc")}
        with demo.events() as events:
            while min(len(values) for values in moved.values()) < 10:
                events.frame()
                self.check_account(events.snapshot)
                for key, values in moved.items():
                    values.add(events.snapshot["breakdown"][key])
        self.assertEqual(demo.errors(), "")


class Programs(TestCase):
    def test_a_program_that_never_ends_keeps_nobody_waiting(self):
        demo = self.demo("--interval", "10", scripts=(
            "while true do end",
            "while true do pcall(function() while true do end end) end",
            "local co = coroutine.wrap(function() while true do end end) co()",
            "turns = {} while true do turns[#turns + 1] = {} sleep(0.001) end",
        ))
        with demo.events(query="?full=1") as events:
            for _ in range(50):
                self.assertIn(events.event()["event"], ("layout", "snapshot"))
        wait_for(lambda: demo.memory()["pools"]["gc_lval_slab"]["objects"] > 500, "the last one's turns")
        self.assertEqual(demo.get("/healthz")[0], 200)
        self.assertEqual(demo.errors(), "")

    # Where no hook can take the thread back: in a message handler, in one call into C, and in a function that
    # Lua calls from C.
    STUCK = {
        "message handler": "xpcall(error, function() while true do end end)",
        "handler in a coroutine": "coroutine.wrap(function() xpcall(error, function() while true do end end) end)()",
        "handler that allocates": "xpcall(error, function() while true do local t = {} for i = 1, 50 do t[i] = {} end "
                                  "s = ('x'):rep(3000) end end)",
        "pattern": "string.find(('a'):rep(5000), ('a*'):rep(60) .. 'b')",
        "table.move": "table.move({}, 1, math.maxinteger - 1, 2)",
        "comparison": "table.sort({1, 2, 3}, function() while true do end end)",
        "close": "local co = coroutine.create(function() local x <close> = setmetatable({}, {__close = function() "
                 "while true do end end}) coroutine.yield() end) coroutine.resume(co) coroutine.close(co)",
        "clock": "xpcall(error, function() while true do os.date() os.time() end end)",
    }

    def test_a_program_that_never_comes_back_is_stopped_and_every_path_is_answered(self):
        for what, text in self.STUCK.items():
            with self.subTest(what):
                # The first has a limit that no test waits for.
                demo = self.demo("--time-limit", "60000", "--ledger", "0", "--interval", "10",
                                 scripts=("print('begins') " + text,))
                self.assertEqual(demo.process.stdout.readline(), b"script0.lua: begins\n")
                for path in ("/", "/memory.json", "/memory.txt", "/metrics", "/healthz"):
                    self.assertEqual(demo.get(path)[0], 200)
                first = demo.ledger()["seq"]
                wait_for(lambda: demo.ledger("?new=1")["seq"] > first, "another ledger")
                with demo.events() as events:
                    self.check_account(events.frame() and events.snapshot)
                self.assertEqual(demo.errors(), "")
                demo.process.send_signal(signal.SIGTERM)
                self.assertEqual(demo.process.wait(DEADLINE), 0)
                self.assertEqual(demo.errors(), "")

                demo = self.demo("--time-limit", "500", scripts=(
                    "kept = {} for i = 1, 20000 do kept[i] = {} end text = ('x'):rep(1 << 22) " + text,
                    "kept = {} while true do kept[#kept + 1] = {} sleep(0.001) end"))
                wait_for(lambda: demo.errors(), "it is stopped")
                self.assertRegex(demo.errors(), r"\Ademo: script script0\.lua stopped: (script0\.lua:1: )?it did not "
                                 r"give control back in time \(--time-limit .*\)\n\Z")
                wait_for(lambda: demo.memory()["breakdown"]["gc_malloc"] < 4 * MIB, "its memory is free")
                before = demo.memory()["pools"]["gc_lval_slab"]["objects"]
                self.assertLess(before, 20000)
                wait_for(lambda: demo.memory()["pools"]["gc_lval_slab"]["objects"] > before, "the other goes on")

    def test_a_signal_ends_it_wherever_a_program_is(self):
        for number in (signal.SIGTERM, signal.SIGINT):
            for what, text in self.STUCK.items():
                with self.subTest(number=number, what=what):
                    demo = self.demo("--time-limit", "60000", scripts=(text,))
                    demo.process.send_signal(number)
                    self.assertEqual(demo.process.wait(DEADLINE), 0)
                    self.assertEqual(demo.errors(), "")

    def test_an_error_is_one_line_and_the_others_go_on(self):
        demo = self.demo(scripts=(
            "local function inner()\n  local x = nil\n  return x.y\nend\ninner()",
            "error({ 'no text' })",
            "print('hello') error('several\\nlines \\27[31m')",
            "kept = {} while true do kept[#kept + 1] = {} sleep(0.001) end",
        ))
        wait_for(lambda: demo.errors().count("\n") == 3, "three errors")
        lines = sorted(demo.errors().splitlines())
        self.assertEqual(lines[0], "demo: script script0.lua stopped: script0.lua:3: attempt to index a "
                         "nil value (local 'x')")
        self.assertEqual(lines[1], "demo: script script1.lua stopped: script1.lua:1: an error value that "
                         "is a table")
        self.assertEqual(lines[2], "demo: script script2.lua stopped: script2.lua:1: several lines  [31m")
        self.assertEqual(demo.process.stdout.readline(), b"script2.lua: hello\n")
        before = demo.memory()["pools"]["gc_lval_slab"]["objects"]
        wait_for(lambda: demo.memory()["pools"]["gc_lval_slab"]["objects"] > before, "the other goes on")

    def test_a_program_that_prints_without_end_blocks_nobody(self):
        # Nobody reads this pipe: it is soon full.
        demo = self.demo(scripts=("while true do print(string.rep('x', 10000)) sleep(0.02) end",) * 4)
        with demo.events(query="?full=1") as events:
            for _ in range(10):
                events.event()
        self.assertEqual(demo.get("/healthz")[0], 200)


class CommandLine(TestCase):
    def fails(self, *arguments):
        done = subprocess.run([DEMO, *arguments], capture_output=True, text=True, timeout=DEADLINE)
        self.assertEqual(done.returncode, 2, done)
        self.assertEqual(done.stdout, "")
        self.assertRegex(done.stderr, r"\Ademo: [^\n]+\n\Z")
        return done.stderr

    def test_help_and_version(self):
        for option, start in (("--help", "usage: "), ("--version", "memscape demo ")):
            done = subprocess.run([DEMO, option], capture_output=True, text=True, timeout=DEADLINE)
            self.assertEqual((done.returncode, done.stderr), (0, ""))
            self.assertTrue(done.stdout.startswith(start))

    def test_mistakes(self):
        with tempfile.TemporaryDirectory() as folder:
            broken = Path(folder) / "broken.lua"
            broken.write_text("local x = 1\nlocal y =\n")
            binary = Path(folder) / "binary.lua"
            binary.write_bytes(b"\x1bLua\x54\x00")
            for arguments, part in (
                (("--nonsense",), "'--nonsense'"),
                (("file.lua",), "'file.lua'"),
                (("--port", "x"), "0 to 65535"),
                (("--port", "65536"), "0 to 65535"),
                (("--port", "-1"), "0 to 65535"),
                (("--port",), "--port needs a value"),
                (("--interval", "9"), "10 to 60000"),
                (("--interval", "60001"), "10 to 60000"),
                (("--interval", "1e3"), "10 to 60000"),
                (("--clients", "0"), "1 to 20000"),
                (("--time-limit", "9"), "10 to 60000"),
                (("--time-limit", "60001"), "10 to 60000"),
                (("--host", "example.invalid"), "'example.invalid'"),
                (("--host", "192.0.2.1"), "192.0.2.1"),
                (("--host", ""), "--host needs a value"),
                (("--script", folder + "/missing.lua"), "No such file"),
                (("--script", folder), "directory"),
                (("--script", str(broken)), "broken.lua:3:"),
                (("--script", str(binary)), "binary.lua"),
                (("--dashboard", folder + "/missing"), "No such file"),
                (("--dashboard", str(broken)), "Not a directory"),
            ):
                with self.subTest(arguments):
                    port = () if "--port" in arguments else ("--port", "0")
                    self.assertIn(part, self.fails(*arguments, *port))

    def test_a_port_in_use(self):
        with socket.socket() as taken:
            taken.bind(("127.0.0.1", 0))
            taken.listen()
            port = taken.getsockname()[1]
            error = self.fails("--port", str(port))
            self.assertIn(f"port {port}", error)
            self.assertIn("in use", error)
            self.assertIn("--port", error)

    def test_port_0_twice(self):
        first, second = self.demo(), self.demo()
        self.assertNotEqual(first.port, second.port)
        for demo in (first, second):
            self.assertEqual(demo.get("/healthz")[0], 200)

    @unittest.skipUnless(socket.has_ipv6 and os.path.exists("/proc/net/if_inet6")
                         and "00000000000000000000000000000001" in
                         Path("/proc/net/if_inet6").read_text(), "no IPv6 loopback here")
    def test_ipv6(self):
        demo = self.demo("--host", "::1")
        self.assertIn("http://[::1]:", demo.first_line)
        self.assertEqual(demo.get("/healthz")[0], 200)

    def test_signals_stop_it_cleanly_with_clients_connected(self):
        for number in (signal.SIGTERM, signal.SIGINT):
            with self.subTest(number):
                # Two programs that never sleep: the timers are expired more often than not.
                demo = self.demo("--interval", "10", scripts=("while true do end",) * 2)
                clients = [demo.events() for _ in range(5)]
                clients += [Events(demo, receive_buffer=2048)]
                idle = [demo.connect() for _ in range(3)]
                idle[0].sendall(b"GET / HT")
                clients[0].event()
                demo.process.send_signal(number)
                self.assertEqual(demo.process.wait(DEADLINE), 0)
                self.assertEqual(demo.errors(), "")
                for client in clients + idle:
                    client.close()


class Clients(TestCase):
    def test_more_clients_than_slots(self):
        demo = self.demo("--clients", "60", "--interval", "20")
        streams, refused = [], 0
        for _ in range(200):
            client = demo.connect()
            self.addCleanup(client.close)
            try:
                client.sendall(b"GET /events HTTP/1.1\r\nHost: localhost\r\n\r\n")
                start = client.recv(12)
            except ConnectionError:
                start = b""
            if start == b"HTTP/1.1 200":
                streams.append(client)
            else:
                self.assertIn(start, (b"", b"HTTP/1.1 503"))
                refused += 1
        self.assertEqual((len(streams), refused), (60, 140))
        # The ones that are in are served on.
        for client in streams:
            self.assertTrue(client.recv(100))
        for client in streams:
            client.close()

        def healthy():
            try:
                return demo.get("/healthz")[0] == 200
            except (ConnectionError, http.client.HTTPException):
                return False

        wait_for(healthy, "room again")
        wait_for(lambda: demo.memory()["pools"]["aio_slabs"]["objects"] == 2, "all slots free")

    def test_a_request_that_does_not_arrive_is_given_up(self):
        demo = self.demo()
        with demo.connect() as slow, demo.connect() as silent:
            slow.sendall(b"GET / HTTP/1.1\r\nHost: loc")
            self.assertTrue(slow.recv(4096).startswith(b"HTTP/1.1 408 "))
            # Without a byte there is nothing to answer.
            self.assertEqual(silent.recv(4096), b"")

    def test_slow_senders_hold_up_nobody(self):
        demo = self.demo("--clients", "40")
        slow = [demo.connect() for _ in range(39)]
        for client in slow:
            self.addCleanup(client.close)
            client.sendall(b"GET / HTTP/1.1\r\nX: ")
        for _ in range(20):
            self.assertEqual(demo.get("/healthz", headers={"Connection": "close"})[0], 200)


if __name__ == "__main__":
    unittest.main()
