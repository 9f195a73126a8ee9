# SPDX-License-Identifier: MIT
"""Runs watch as its user would, against servers that behave and servers that do not.

MEMSCAPE_WATCH names the program, and MEMSCAPE_DEMO, where it is set, the demo server. Nothing here sleeps to let something happen: it waits for the thing
itself, up to a deadline that is long because a busy machine is slow, not because anything takes long.
"""

import contextlib
import http.server
import json
import os
import pty
import re
import select
import signal
import socket
import subprocess
import threading
import time
import unittest

WATCH = os.environ["MEMSCAPE_WATCH"]
DEMO = os.environ.get("MEMSCAPE_DEMO")
DEADLINE = 60.0

NODES = [
    {"key": "arena", "label": "Arena", "parent": None, "kind": "leaf"},
    {"key": "heap", "label": "Heap", "parent": None, "kind": "group"},
    {"key": "small", "label": "Small", "parent": "heap", "kind": "leaf"},
]


def event(name, data, event_id=None):
    head = f"id: {event_id}\n" if event_id else ""
    return f"{head}event: {name}\ndata: {json.dumps(data)}\n\n"


def layout(stream="00000000000000ab", nodes=None, **more):
    data = {"protocol": 1, "stream": stream, "interval_ms": 100, "nodes": nodes or NODES} | more
    return "retry: 1\n\n" + event("layout", data)


def snapshot_data(seq, used=40, **more):
    pool = {"used": 100, "committed": 128, "peak": 120, "objects": None, "slots": None}
    return {
        "seq": seq, "time_ms": 50, "sample_ns": 700,
        "process": {"rss": 1000, "vms": 9000, "shared": 10, "data": 20, "peak_rss": 1100,
                    "page_faults_minor": 3, "page_faults_major": 0},
        "breakdown": {"arena": 100, "heap": used, "small": used, "untracked": 900 - used, "overcounted": 0},
        "pools": {"arena": pool, "small": pool | {"used": used, "objects": 5, "slots": 8}},
    } | more


def snapshot(seq, stream="00000000000000ab", **more):
    return event("snapshot", snapshot_data(seq, **more), f"{stream}-{seq}")


def delta(seq, base, used, stream="00000000000000ab"):
    data = {"seq": seq, "base": base, "time_ms": 50, "sample_ns": 700,
            "breakdown": {"heap": used, "small": used, "untracked": 900 - used},
            "pools": {"small": {"used": used}}}
    return event("delta", data, f"{stream}-{seq}")


class Answer:
    """What a server says to one connection."""

    def __init__(self, body="", status=200, content_type="text/event-stream; charset=utf-8", hold=False,
                 headers=None, pieces=None):
        self.body = pieces or [body]
        self.status = status
        self.content_type = content_type
        self.hold = hold  # keep the connection open when all is said
        self.headers = headers or {}


class Server:
    """Gives its answers one after another, and the last one to whoever comes after."""

    def __init__(self, *answers):
        self.answers = list(answers)
        self.requests = []
        self.stopping = threading.Event()
        outer = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                with outer.lock:
                    number = len(outer.requests)
                    outer.requests.append((self.path, dict(self.headers)))
                answer = outer.answers[min(number, len(outer.answers) - 1)]
                with contextlib.suppress(OSError):
                    self.send_response(answer.status)
                    if answer.content_type is not None:
                        self.send_header("Content-Type", answer.content_type)
                    for name, value in answer.headers.items():
                        self.send_header(name, value)
                    self.end_headers()
                    for piece in answer.body:
                        self.wfile.write(piece.encode() if isinstance(piece, str) else piece)
                        self.wfile.flush()
                    if answer.hold:
                        outer.stopping.wait()
                self.close_connection = True

            def log_message(self, *_):
                pass

        self.lock = threading.Lock()
        self.http = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.http.daemon_threads = True
        self.url = f"http://127.0.0.1:{self.http.server_port}/events"
        threading.Thread(target=self.http.serve_forever, args=[0.02], daemon=True).start()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.stopping.set()
        self.http.shutdown()
        self.http.server_close()

    def ids(self):
        """The Last-Event-ID of each request so far."""
        with self.lock:
            return [headers.get("Last-Event-ID") for _, headers in self.requests]


def environment(**more):
    # A proxy of this machine has nothing to do with its loopback.
    kept = {k: v for k, v in os.environ.items() if not k.lower().endswith("_proxy") and k not in ("NO_COLOR", "COLUMNS")}
    return kept | {"LC_ALL": "C.UTF-8"} | more


def run(*arguments, stdout=subprocess.PIPE, **more):
    return subprocess.run([WATCH, *arguments], stdin=subprocess.DEVNULL, stdout=stdout, stderr=subprocess.PIPE,
                          text=True, timeout=DEADLINE, env=environment(**more))


class Running:
    """A watch that follows, and its lines."""

    def __init__(self, *arguments, **more):
        self.process = subprocess.Popen([WATCH, *arguments], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                                        stderr=subprocess.PIPE, text=True, env=environment(**more))

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.kill()
        self.process.wait()
        self.process.stdout.close()
        self.process.stderr.close()

    def objects(self, count):
        return [json.loads(self.process.stdout.readline()) for _ in range(count)]

    def stop(self, how=signal.SIGINT):
        """Its exit status, and what it said on stderr."""
        self.process.send_signal(how)
        _, errors = self.process.communicate(timeout=DEADLINE)
        return self.process.returncode, errors


class OnTerminal:
    """A watch on a terminal of its own."""

    def __init__(self, *arguments, **more):
        self.output = b""
        self.child, self.terminal = pty.fork()
        if self.child == 0:
            os.execve(WATCH, [WATCH, *arguments], environment(**({"TERM": "xterm"} | more)))

    def __enter__(self):
        return self

    def __exit__(self, *_):
        if self.child is not None:
            os.kill(self.child, signal.SIGKILL)
            os.waitpid(self.child, 0)
        os.close(self.terminal)

    def _read(self, deadline):
        """Takes what comes next; False at the end."""
        if not select.select([self.terminal], [], [], max(0, deadline - time.monotonic()))[0]:
            raise AssertionError(f"nothing more came after {self.output[-2000:]!r}")
        with contextlib.suppress(OSError):
            data = os.read(self.terminal, 65536)
            self.output += data
            return bool(data)
        return False

    def wait_for(self, text):
        deadline = time.monotonic() + DEADLINE
        while text.encode() not in self.output:
            if not self._read(deadline):
                raise AssertionError(f"it ended without {text!r}: {self.output[-2000:]!r}")

    def stop(self, how=signal.SIGINT):
        """Its exit status; `output` is then complete."""
        os.kill(self.child, how)
        deadline = time.monotonic() + DEADLINE
        while self._read(deadline):
            pass
        _, status = os.waitpid(self.child, 0)
        self.child = None
        return os.waitstatus_to_exitcode(status)


class Once(unittest.TestCase):
    def test_prints_the_tree_and_ends(self):
        with Server(Answer(layout() + snapshot(5), hold=True)) as server:
            done = run("--once", server.url, LC_ALL="C", COLUMNS="60")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual(done.stderr, "")
        self.assertEqual(done.stdout.splitlines(), [
            "Arena     ###...............................    100 B  10.0%",
            "Heap      #.................................     40 B   4.0%",
            "`- Small  #.................................     40 B   4.0%",
            "Untracked #############################.....    860 B  86.0%",
            "-" * 60,
            "RSS 1000 B | peak 1.07 KiB | VMS 8.79 KiB | faults 3 minor,",
            "0 major",
            "amounts are what subsystems say they use, in RAM or not",
        ])

    def test_a_sender_whose_clock_is_set_is_shown_on(self):
        for step in (60_000, 3_600_000, 86_400_000):
            for by in (step, -step):
                frames = [layout(), snapshot(1, time_ms=10**12)]
                for seq in range(2, 7):
                    data = {"seq": seq, "base": seq - 1, "sample_ns": 700,
                            "time_ms": 10**12 + seq * 100 + (by if seq > 3 else 0),
                            "breakdown": {"heap": seq, "small": seq, "untracked": 900 - seq},
                            "pools": {"small": {"used": seq}}}
                    frames.append(event("delta", data, f"00000000000000ab-{seq}"))
                with Server(Answer("".join(frames))) as server:
                    done = run("--json", "--retries", "0", server.url)
                lines = [json.loads(line) for line in done.stdout.splitlines()]
                self.assertEqual([line["seq"] for line in lines], [1, 2, 3, 4, 5, 6], done.stderr)
                self.assertEqual([line["time_ms"] for line in lines][2:4], [10**12 + 300, 10**12 + 400 + by])

    def test_json_is_the_object_of_the_stream(self):
        data = snapshot_data(5, errors=[{"step": "getrusage", "code": 1}])
        with Server(Answer(layout() + event("snapshot", data), hold=True)) as server:
            done = run("--once", "--json", server.url)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual(json.loads(done.stdout), data)
        self.assertEqual(done.stdout.count("\n"), 1)

    def test_a_stream_that_ends_before_a_snapshot_is_no_success(self):
        with Server(Answer(layout())) as server:
            done = run("--once", server.url)
        self.assertEqual((done.returncode, done.stdout), (1, ""))
        self.assertEqual(done.stderr, "watch: the server ended the stream\n")

    def test_asks_for_an_event_stream(self):
        with Server(Answer(layout() + snapshot(5))) as server:
            run("--once", server.url)
            path, headers = server.requests[0]
        self.assertEqual(path, "/events")
        self.assertEqual(headers["Accept"], "text/event-stream")
        self.assertNotIn("Last-Event-ID", headers)

    def test_follows_a_redirection(self):
        with Server(Answer(status=302, headers={"Location": "/elsewhere"}), Answer(layout() + snapshot(5))) as server:
            self.assertEqual(run("--once", server.url).returncode, 0)
            self.assertEqual(server.requests[1][0], "/elsewhere")

    def test_needs_no_scheme(self):
        with Server(Answer(layout() + snapshot(5))) as server:
            self.assertEqual(run("--once", server.url.removeprefix("http://")).returncode, 0)


class Following(unittest.TestCase):
    def test_a_line_for_each_frame(self):
        frames = layout() + snapshot(5) + delta(6, 5, 50) + event("alive", {"seq": 6, "time_ms": 1}) + delta(9, 6, 60)
        with Server(Answer(frames, hold=True)) as server, Running("--json", server.url) as watch:
            lines = watch.objects(3)
            self.assertEqual(watch.stop(), (0, ""))
        self.assertEqual([line["seq"] for line in lines], [5, 6, 9])
        self.assertEqual([line["breakdown"]["heap"] for line in lines], [40, 50, 60])
        self.assertEqual(lines[2]["pools"]["small"],
                         {"used": 60, "committed": 128, "peak": 120, "objects": 5, "slots": 8})

    def test_bytes_may_come_one_by_one(self):
        frames = "\ufeff" + (layout() + snapshot(5) + delta(6, 5, 50)).replace("\n", "\r\n")
        pieces = [bytes([byte]) for byte in frames.encode()]
        with Server(Answer(pieces=pieces, hold=True)) as server, Running("--json", server.url) as watch:
            self.assertEqual([line["seq"] for line in watch.objects(2)], [5, 6])

    def test_text_where_there_is_no_terminal(self):
        with Server(Answer(layout() + snapshot(5), hold=True)) as server, Running(server.url) as watch:
            self.assertRegex(watch.process.stdout.readline(), r"\AArena .*   100 B  10\.0%\n\Z")
            self.assertEqual(watch.stop(signal.SIGTERM)[0], 0)

    def test_a_lost_connection_is_made_again_behind_the_last_frame(self):
        with Server(Answer(layout() + snapshot(5) + delta(6, 5, 50)), Answer(delta(8, 6, 60), hold=True)) as server:
            with Running("--json", server.url) as watch:
                self.assertEqual([line["seq"] for line in watch.objects(3)], [5, 6, 8])
                status, errors = watch.stop()
            self.assertEqual(server.ids(), [None, "00000000000000ab-6"])
        self.assertEqual(status, 0)
        self.assertEqual(errors, "watch: the server ended the stream; connecting again\n")

    def test_half_a_frame_does_not_count(self):
        half = delta(6, 5, 50)[:-1]
        with Server(Answer(layout() + snapshot(5) + half), Answer(delta(6, 5, 60), hold=True)) as server:
            with Running("--json", server.url) as watch:
                lines = watch.objects(2)
            self.assertEqual(server.ids(), [None, "00000000000000ab-5"])
        self.assertEqual(lines[1]["breakdown"]["heap"], 60)

    def test_a_gap_is_noticed_and_closed(self):
        with Server(Answer(layout() + snapshot(5) + delta(7, 6, 70), hold=True),
                    Answer(delta(6, 5, 60) + delta(7, 6, 70), hold=True)) as server:
            with Running("--json", server.url) as watch:
                self.assertEqual([line["seq"] for line in watch.objects(3)], [5, 6, 7])
                _, errors = watch.stop()
            self.assertEqual(server.ids(), [None, "00000000000000ab-5"])
        self.assertIn("Frames are missing", errors)
        self.assertIn("base: not the frame applied last", errors)

    def test_a_sign_of_life_shows_a_gap_too(self):
        with Server(Answer(layout() + snapshot(5) + event("alive", {"seq": 6, "time_ms": 1}), hold=True),
                    Answer(delta(6, 5, 60), hold=True)) as server, Running("--json", server.url) as watch:
            self.assertEqual([line["seq"] for line in watch.objects(2)], [5, 6])

    def test_a_restarted_program_is_followed(self):
        other = "00000000000000cd"
        nodes = [{"key": "new", "label": "New", "parent": None, "kind": "leaf"}]
        data = snapshot_data(1)
        data["breakdown"] = {"new": 1, "untracked": 999, "overcounted": 0}
        data["pools"] = {"new": data["pools"]["arena"] | {"used": 1}}
        with Server(Answer(layout() + snapshot(5)),
                    Answer(layout(other, nodes) + event("snapshot", data, other + "-1"), hold=True)) as server:
            with Running("--json", server.url) as watch:
                self.assertEqual([list(line["breakdown"]) for line in watch.objects(2)],
                                 [["arena", "heap", "small", "untracked", "overcounted"],
                                  ["new", "untracked", "overcounted"]])
            self.assertEqual(server.ids(), [None, "00000000000000ab-5"])

    def test_a_frame_of_another_stream_asks_for_its_layout(self):
        other = "00000000000000cd"
        with Server(Answer(layout() + snapshot(5) + snapshot(9, other), hold=True),
                    Answer(layout(other) + snapshot(9, other), hold=True)) as server:
            with Running("--json", server.url) as watch:
                self.assertEqual([line["seq"] for line in watch.objects(2)], [5, 9])
            self.assertEqual(server.ids(), [None, None])

    def test_bad_frames_are_said_and_never_shown(self):
        bad = [
            event("delta", {"seq": 6, "base": 5, "time_ms": 1, "sample_ns": 1, "breakdown": {"heap": -1}}),
            event("delta", {"seq": 6, "base": 5, "time_ms": 1, "sample_ns": 1, "breakdown": {"other": 1}}),
            event("delta", {"seq": 6, "base": 5, "time_ms": 1, "sample_ns": 1, "breakdown": {"heap": 0.5}}),
            delta(6, 5, 50).replace("}", "", 1),
            "data: " + "x" * (1 << 20) + "\n\n" + event("delta", []),
        ]
        for frame in bad:
            with self.subTest(frame[:80]), Server(Answer(layout() + snapshot(5) + frame, hold=True),
                                                  Answer(delta(6, 5, 60), hold=True)) as server:
                with Running("--json", server.url) as watch:
                    self.assertEqual([line["breakdown"]["heap"] for line in watch.objects(2)], [40, 60])
                    status, errors = watch.stop()
                self.assertEqual(status, 0)
                self.assertIn("The frame makes no sense", errors)
                self.assertEqual(errors.count("\n"), 1)

    def test_a_server_that_errs_for_a_while_is_asked_again(self):
        with Server(Answer(layout() + snapshot(5)), Answer("busy", status=503, content_type="text/plain"),
                    Answer(delta(6, 5, 60), hold=True)) as server, Running("--json", server.url) as watch:
            self.assertEqual([line["seq"] for line in watch.objects(2)], [5, 6])
            self.assertEqual(server.ids(), [None] + ["00000000000000ab-5"] * 2)


    def test_a_keyframe_heals_a_gap_before_it(self):
        frames = layout() + snapshot(5) + delta(7, 6, 70) + snapshot(8) + delta(9, 8, 50)
        with Server(Answer(frames, hold=True)) as server, Running("--json", server.url) as watch:
            self.assertEqual([line["seq"] for line in watch.objects(3)], [5, 8, 9])
            self.assertEqual(watch.stop(), (0, ""))
            self.assertEqual(len(server.requests), 1)


class Ending(unittest.TestCase):
    def test_2_for_a_command_line_that_makes_no_sense(self):
        for arguments, said in [
            ([], "name the address"),
            ([""], "the address is empty"),
            (["--nope", "x"], "unknown option '--nope'"),
            (["a", "b"], "one address at a time"),
            (["--retries"], "needs a value"),
            (["--retries", "-1", "x"], "takes a whole number"),
            (["--retries=1x", "x"], "takes a whole number"),
            (["ftp://127.0.0.1/"], "only http and https"),
            (["file:///etc/passwd"], "only http and https"),
            (["http://[1/"], "is no address of a stream"),
            (["http://127.0.0.1:99999/"], "is no address of a stream"),
            (["http://\x1b[31m/"], "is no address of a stream"),
        ]:
            with self.subTest(arguments):
                done = run(*arguments)
                self.assertEqual((done.returncode, done.stdout), (2, ""))
                self.assertRegex(done.stderr, r"\Awatch: [^\x00-\x1f\x7f]+\n\Z")
                self.assertIn(said, done.stderr)

    def test_0_for_help_and_version(self):
        done = run("--help")
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        for status in range(6):
            self.assertRegex(done.stdout, rf"\n  {status}   \w")
        self.assertRegex(run("--version").stdout, r"\Amemscape watch \d+\.\d+\.\d+\n\Z")

    def test_1_where_nobody_listens(self):
        with socket.socket() as taken:
            taken.bind(("127.0.0.1", 0))  # bound, but not listening
            done = run(f"http://127.0.0.1:{taken.getsockname()[1]}/events")
        self.assertEqual((done.returncode, done.stdout), (1, ""))
        self.assertRegex(done.stderr, r"\Awatch: [^\n]*connect[^\n]*\n\Z")

    def test_1_where_what_answers_is_no_http(self):
        with socket.create_server(("127.0.0.1", 0)) as listening:
            def answer():
                with listening.accept()[0] as client:
                    client.recv(4096)
                    client.sendall(b"SSH-2.0-\x1b[31m\r\n")
            threading.Thread(target=answer, daemon=True).start()
            done = run(f"http://127.0.0.1:{listening.getsockname()[1]}/")
        self.assertEqual((done.returncode, done.stdout), (1, ""))
        self.assertRegex(done.stderr, r"\Awatch: [^\x00-\x1f\x7f]+\n\Z")

    def test_1_when_the_retries_are_used_up(self):
        with Server(Answer(layout() + snapshot(5)), Answer(status=500), Answer(status=500), Answer(status=500)) as server:
            done = run("--json", "--retries", "2", server.url)
            self.assertEqual(len(server.requests), 3)
        self.assertEqual(done.returncode, 1)
        self.assertTrue(done.stderr.endswith("watch: the server answers with HTTP status 500\n"), done.stderr)
        self.assertEqual(json.loads(done.stdout)["seq"], 5)

    def test_3_for_another_protocol(self):
        with Server(Answer(layout(protocol=2) + snapshot(5), hold=True)) as server:
            done = run(server.url)
            self.assertEqual(len(server.requests), 1)
        self.assertEqual((done.returncode, done.stdout), (3, ""))
        self.assertIn("another protocol than version 1", done.stderr)

    def test_4_for_what_is_no_event_stream(self):
        for answer, said in [
            (Answer("gone", status=404, content_type="text/plain"), "HTTP status 404"),
            (Answer(status=204, content_type=None), "HTTP status 204"),
            (Answer(status=404, content_type="text/event-stream"), "HTTP status 404"),
            (Answer("<p>", content_type="text/html"), "text/html, not an event stream"),
            (Answer("{}", content_type="text/event-streams"), "not an event stream"),
            (Answer("x", content_type=None), "not an event stream"),
            (Answer("x", content_type="text/plain\x1b]0;owned\x07"), "not an event stream"),
            (Answer("x", content_type="text/html", hold=True), "not an event stream"),
        ]:
            with self.subTest(said), Server(answer) as server:
                done = run(server.url)
                self.assertEqual((done.returncode, done.stdout), (4, ""))
                self.assertRegex(done.stderr, r"\Awatch: [^\x00-\x1f\x7f]+\n\Z")
                self.assertIn(said, done.stderr)

    def test_the_content_type_is_read_as_http_has_it(self):
        for content_type in ("text/event-stream", "Text/Event-Stream;charset=UTF-8", "text/event-stream ; x=y"):
            with self.subTest(content_type), Server(Answer(layout() + snapshot(5), content_type=content_type)) as server:
                self.assertEqual(run("--once", server.url).returncode, 0)

    @unittest.skipUnless(os.path.exists("/dev/full"), "needs /dev/full")
    def test_5_where_the_output_cannot_be_written(self):
        with Server(Answer(layout() + snapshot(5), hold=True)) as server, open("/dev/full", "wb") as full:
            done = run("--json", server.url, stdout=full)
        self.assertEqual(done.returncode, 5)
        self.assertEqual(done.stderr, "watch: stdout takes no more\n")

    def test_0_when_the_reader_of_a_pipe_has_seen_enough(self):
        answers = [Answer(layout() + snapshot(5))] + [Answer(delta(n + 1, n, 50)) for n in range(5, 9)]
        with Server(*answers, Answer(layout() + snapshot(99))) as server, Running("--json", server.url) as watch:
            watch.objects(1)
            watch.process.stdout.close()
            self.assertEqual(watch.process.wait(DEADLINE), 0)

    def test_0_on_a_signal_while_it_waits(self):
        slow = "retry: 30000\n\n" + layout().removeprefix("retry: 1\n\n") + snapshot(5)
        with Server(Answer(slow)) as server, Running("--json", server.url) as watch:
            watch.objects(1)
            self.assertIn("connecting again", watch.process.stderr.readline())
            self.assertEqual(watch.stop()[0], 0)


HOSTILE = "\x1b]0;owned\x07\x1b[2J\n\r\x7f\x9b31m\u202e\u2066\u200b\u2028end"


class Hostile(unittest.TestCase):
    NODES = [NODES[0] | {"label": HOSTILE}, NODES[1] | {"label": HOSTILE * 100}, NODES[2] | {"label": "\x1b\\"}]
    ERRORS = [{"step": "open\x1b[31m\u202e", "code": -1}]

    def frames(self):
        return layout(nodes=self.NODES) + snapshot(5, errors=self.ERRORS)

    def test_labels_and_steps_reach_no_pipe_raw(self):
        for locale in ("C", "C.UTF-8"):
            for arguments in (["--once"], ["--once", "--json"]):
                with self.subTest(locale=locale, arguments=arguments):
                    with Server(Answer(self.frames(), hold=True)) as server:
                        done = run(*arguments, server.url, LC_ALL=locale)
                    self.assertEqual(done.returncode, 0, done.stderr)
                    self.assertNotRegex(done.stdout, r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2066-\u2069]")
                    self.assertEqual(done.stdout.count("\n"), 1 if "--json" in arguments else 8)

    def test_nor_a_terminal(self):
        with Server(Answer(self.frames(), hold=True)) as server, OnTerminal(server.url) as watch:
            watch.wait_for("owned")
            self.assertEqual(watch.stop(), 0)
        # What is left without our own sequences and line ends is text.
        text = re.sub(r"\x1b\[(\?1049[hl]|\?25[hl]|H|K|J|[0-9]*m)|\r?\n|\r", "", watch.output.decode())
        self.assertNotRegex(text, r"[\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2066-\u2069]")
        self.assertIn(r"\x1b]0;owned\x07", text)


class Terminal(unittest.TestCase):
    def test_the_picture_is_drawn_in_place_and_left_behind(self):
        with Server(Answer(layout() + snapshot(5) + delta(6, 5, 50), hold=True)) as server:
            with OnTerminal(server.url) as watch:
                watch.wait_for("snapshot 6")
                self.assertEqual(watch.stop(), 0)
        text = watch.output.decode()
        self.assertTrue(text.startswith("\x1b[?1049h\x1b[?25l\x1b[H"), text[:100])
        self.assertEqual(text.count("\x1b[?1049h"), 1)
        self.assertIn("\x1b[32mlive\x1b[0m", text)
        drawn, left = text.split("\x1b[?25h\x1b[?1049l")
        self.assertNotIn("\n\n", drawn)
        self.assertIn("RSS 1000 B", left)
        self.assertIn("Untracked", left)

    def test_without_colours_where_they_are_not_wanted(self):
        with Server(Answer(layout() + snapshot(5), hold=True)) as server:
            with OnTerminal(server.url, NO_COLOR="1") as watch:
                watch.wait_for("Untracked")
                watch.stop()
        self.assertNotRegex(watch.output.decode(), r"\x1b\[[0-9;]*m")

    def test_one_snapshot_leaves_the_screen_alone(self):
        with Server(Answer(layout() + snapshot(5), hold=True)) as server:
            with OnTerminal("--once", server.url) as watch:
                watch.wait_for("Untracked")
                while watch._read(time.monotonic() + DEADLINE):
                    pass
        self.assertNotRegex(watch.output.decode(), r"\x1b\[[?HJK]")

    def test_a_lost_connection_is_seen(self):
        slow = "retry: 30000\n\n" + layout().removeprefix("retry: 1\n\n") + snapshot(5)
        with Server(Answer(slow)) as server, OnTerminal(server.url) as watch:
            watch.wait_for("reconnecting in")
            watch.wait_for("the server ended the stream")
            self.assertEqual(watch.stop(signal.SIGTERM), 0)
        self.assertIn("RSS 1000 B", watch.output.decode().split("reconnecting in")[0])

    def test_a_first_attempt_that_fails_says_so_on_the_screen_as_it_is(self):
        with Server(Answer("no", status=404, content_type="text/plain")) as server:
            with OnTerminal(server.url) as watch:
                watch.wait_for("HTTP status 404")
                while watch._read(time.monotonic() + DEADLINE):
                    pass
        self.assertNotIn("\x1b", watch.output.decode())

    def test_a_dumb_terminal_gets_lines(self):
        with Server(Answer(layout() + snapshot(5), hold=True)) as server:
            with OnTerminal(server.url, TERM="dumb") as watch:
                watch.wait_for("Untracked")
                self.assertEqual(watch.stop(), 0)
        self.assertNotIn("\x1b", watch.output.decode())


@unittest.skipUnless(DEMO, "needs MEMSCAPE_DEMO")
class WithTheDemo(unittest.TestCase):
    @contextlib.contextmanager
    def demo(self, port=0):
        with subprocess.Popen([DEMO, "--port", str(port), "--interval", "20"], stdout=subprocess.PIPE, text=True) as demo:
            try:
                yield re.search(r"http://127\.0\.0\.1:(\d+)/", demo.stdout.readline())
            finally:
                demo.kill()

    def test_one_snapshot_agrees_with_the_server(self):
        with self.demo() as url:
            line = json.loads(run("--once", "--json", url[0] + "events").stdout)
            pools = {key: pool["used"] for key, pool in line["pools"].items()}
            self.assertGreater(line["process"]["rss"], 0)
            self.assertEqual(pools, {key: line["breakdown"][key] for key in pools})
            self.assertEqual(line["breakdown"]["gc_heap"],
                             sum(pools[key] for key in ("gc_lval_slab", "gc_lenv_slab", "gc_malloc")))

    def test_a_killed_server_is_found_again(self):
        with self.demo() as url:
            watch = self.enterContext(Running("--json", url[0] + "events"))
            first = watch.objects(2)
            self.assertLess(first[0]["seq"], first[1]["seq"])
        killed_ms = time.time() * 1000
        with self.demo(url[1]) as again:
            self.assertIsNotNone(again)
            # What was sent before it was killed comes first.
            after = watch.objects(1)[0]
            while after["time_ms"] < killed_ms:
                after = watch.objects(1)[0]
            self.assertEqual(set(after["breakdown"]), set(first[0]["breakdown"]))
            status, errors = watch.stop()
        self.assertEqual(status, 0)
        self.assertIn("connecting again", errors)


if __name__ == "__main__":
    unittest.main()
