# SPDX-License-Identifier: MIT
"""Starts one server of examples/servers and reads it as its users would: with curl, with the decoder,
and over bare sockets.

MEMSCAPE_SERVER names the program, MEMSCAPE_FOLLOW the one that feeds a stream to the decoder. Nothing
here sleeps to let something happen: it waits for the thing itself, up to a deadline that is long
because a busy machine is slow.
"""

import contextlib
import http.client
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import tempfile
import time
import unittest
from pathlib import Path

SERVER = os.environ["MEMSCAPE_SERVER"]
FOLLOW = os.environ["MEMSCAPE_FOLLOW"]
CURL = shutil.which("curl")
DEADLINE = 60.0


def wait_for(condition, what):
    """Polls until `condition` returns something true, and returns that."""
    end = time.monotonic() + DEADLINE
    while time.monotonic() < end:
        if result := condition():
            return result
        time.sleep(0.01)
    raise AssertionError(f"in {DEADLINE:.0f} s it never came to: {what}")


class Server:
    def __init__(self, interval):
        self.process = subprocess.Popen(
            [SERVER, "--port", "0", "--interval", str(interval)], stdout=subprocess.PIPE
        )
        self.first_line = self.process.stdout.readline().decode()
        match = re.fullmatch(r"listening on http://127\.0\.0\.1:(\d+)/\n", self.first_line)
        if not match:
            self.stop()
            raise AssertionError(f"first line {self.first_line!r}")
        self.port = int(match[1])
        self.url = f"http://127.0.0.1:{self.port}"

    def stop(self):
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait(DEADLINE)
        self.process.stdout.close()

    def get(self, path, **headers):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=DEADLINE)
        with contextlib.closing(connection):
            connection.request("GET", path, headers=headers)
            response = connection.getresponse()
            return response.status, response.headers, response.read()

    def descriptors(self):
        return len(os.listdir(f"/proc/{self.process.pid}/fd"))


class Viewer:
    """A client of /events. `text` is everything that came, behind the head."""

    def __init__(self, server, query="", receive_buffer=None, **headers):
        self.client = socket.socket()
        if receive_buffer:
            self.client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_buffer)
        self.client.settimeout(DEADLINE)
        self.client.connect(("127.0.0.1", server.port))
        lines = [f"{name.replace('_', '-')}: {value}\r\n" for name, value in headers.items()]
        self.client.sendall(
            f"GET /events{query} HTTP/1.1\r\nHost: localhost\r\n{''.join(lines)}\r\n".encode()
        )
        self.text = b""
        self.response = None

    def begin(self):
        self.response = http.client.HTTPResponse(self.client)
        self.response.begin()
        return self

    def close(self):
        if self.response:
            self.response.close()
        self.client.close()

    def block(self):
        """The fields of the next block; no data may span lines here."""
        fields = {}
        while (line := self.response.readline()) != b"\n":
            if not line.endswith(b"\n"):  # a connection that was cut ends anywhere
                raise EOFError
            self.text += line
            name, colon, value = line.decode().rstrip("\n").partition(": ")
            if colon != ": " or name in fields:
                raise AssertionError(f"odd line {line!r}")
            fields[name] = value
        self.text += b"\n"
        return fields

    def frame(self):
        """The next snapshot or delta: its event, id and data."""
        while True:
            fields = self.block()
            if fields.get("event") != "alive":
                return fields["event"], fields["id"], json.loads(fields["data"])

    def layout(self):
        """What every connection begins with."""
        assert self.block() == {"retry": "1000"}
        fields = self.block()
        assert set(fields) == {"event", "data"} and fields["event"] == "layout", fields
        return json.loads(fields["data"])


class TestCase(unittest.TestCase):
    maxDiff = None

    def server(self, interval=20):
        running = Server(interval)
        self.addCleanup(running.stop)
        return running

    def viewer(self, server, *arguments, **options):
        viewer = Viewer(server, *arguments, **options)
        self.addCleanup(viewer.close)
        return viewer.begin()

    def decoder(self, *texts):
        """The reports of a decoder that has read these connections, none of which says that one is wrong."""
        with tempfile.TemporaryDirectory() as folder:
            files = []
            for number, text in enumerate(texts):
                files.append(Path(folder) / str(number))
                files[-1].write_bytes(text)
            done = subprocess.run([FOLLOW, *files], stdout=subprocess.PIPE, timeout=DEADLINE)
        self.assertEqual(done.returncode, 0, done.stdout.decode())
        return [json.loads(line) for line in done.stdout.splitlines()]


class Paths(TestCase):
    def test_memory_json_is_a_snapshot_of_this_moment(self):
        server = self.server()
        for _ in range(3):
            status, headers, body = server.get("/memory.json")
            self.assertEqual((status, headers["Content-Type"]), (200, "application/json"))
            self.assertIn("no-store", headers["Cache-Control"])
            snapshot = json.loads(body)
            self.assertEqual(snapshot["seq"], 1)
            self.assertGreater(snapshot["breakdown"]["store"], 0)

    def test_healthz_and_unknown_paths(self):
        server = self.server()
        self.assertEqual(server.get("/healthz")[::2], (200, b"ok\n"))
        self.assertEqual(server.get("/nope")[0], 404)
        self.assertEqual(server.get("/events/")[0], 404)

    def test_wrong_options_end_with_a_line_and_status_2(self):
        for options in (["--nope"], ["--port"], ["--port", "x"], ["--port", "65536"], ["--port", "-1"],
                        ["--interval", "0"], ["--interval", "1.5"], ["8080"]):
            with self.subTest(options):
                done = subprocess.run([SERVER, *options], capture_output=True, timeout=DEADLINE)
                self.assertEqual((done.returncode, done.stdout), (2, b""))
                self.assertRegex(done.stderr.decode(), r"\Ausage: .*\n\Z")

    def test_a_port_in_use_ends_with_status_2(self):
        port = str(self.server().port)
        done = subprocess.run([SERVER, "--port", port], capture_output=True, timeout=DEADLINE)
        self.assertEqual((done.returncode, done.stdout), (2, b""))
        self.assertIn(port, done.stderr.decode())


class Stream(TestCase):
    def test_head(self):
        viewer = self.viewer(self.server(), Accept_Encoding="gzip, br")
        headers = viewer.response.headers
        self.assertEqual(viewer.response.status, 200)
        self.assertEqual(headers["Content-Type"], "text/event-stream; charset=utf-8")
        self.assertEqual(headers["Cache-Control"], "no-store, no-transform")
        self.assertEqual(headers["X-Accel-Buffering"], "no")
        self.assertIsNone(headers["Content-Length"])
        self.assertIsNone(headers["Content-Encoding"])
        viewer.layout()

    @unittest.skipUnless(CURL, "needs curl")
    def test_curl_feeds_the_mirror(self):
        server = self.server()
        command = [CURL, "-sN", "--compressed", "--max-time", str(DEADLINE), server.url + "/events"]
        with subprocess.Popen(command, stdout=subprocess.PIPE) as curl:
            follow = subprocess.Popen([FOLLOW], stdin=curl.stdout, stdout=subprocess.PIPE)
            with follow:
                reports = [json.loads(follow.stdout.readline()) for _ in range(120)]
                curl.terminate()
                curl.stdout.close()
                for line in follow.stdout:
                    reports.append(json.loads(line))
            self.assertEqual(follow.returncode, 0)
        self.assertEqual(reports[0]["outcome"], "layout")
        applied = [each for each in reports if each["outcome"] == "applied"]
        for before, after in zip(applied, applied[1:]):
            self.assertGreater(after["seq"], before["seq"])
        for each in applied:
            self.assertEqual(each["tracked"] + each["untracked"], each["rss"])
        self.assertGreater(len({each["tracked"] for each in applied}), 10)

    def test_layout_then_a_keyframe_then_deltas(self):
        viewer = self.viewer(self.server())
        layout = viewer.layout()
        self.assertEqual((layout["protocol"], layout["interval_ms"]), (1, 20))
        self.assertEqual([(n["key"], n["parent"]) for n in layout["nodes"]],
                         [("store", None), ("texts", "store"), ("index", "store")])
        event, name, frame = viewer.frame()
        self.assertEqual((event, name), ("snapshot", f"{layout['stream']}-{frame['seq']}"))
        kinds = set()
        for _ in range(100):
            event, name, frame = viewer.frame()
            self.assertEqual(name, f"{layout['stream']}-{frame['seq']}")
            kinds.add(event)
        # The ring holds 64 frames, one of them a keyframe.
        self.assertEqual(kinds, {"snapshot", "delta"})
        reports = self.decoder(viewer.text)
        self.assertEqual([each["outcome"] for each in reports[:2]], ["layout", "applied"])
        self.assertEqual(reports[-1]["seq"], frame["seq"])

    def test_clients_get_the_same_bytes(self):
        server = self.server()
        viewers = [self.viewer(server) for _ in range(8)]
        frames = []
        for viewer in viewers:
            viewer.layout()
            frames.append({})
            for _ in range(40):
                event, name, frame = viewer.frame()
                frames[-1][name] = (event, frame)
            self.decoder(viewer.text)
        common = set.intersection(*(set(each) for each in frames))
        self.assertGreater(len(common), 5)
        for name in common:
            for each in frames:
                self.assertEqual(each[name], frames[0][name])

    def test_clients_that_hang_up_leave_nothing_behind(self):
        server = self.server()
        server.get("/healthz")
        # /memory.json opens a file of its own for a moment, so nobody asks for that meanwhile.
        before = wait_for(server.descriptors, "it runs")
        for number in range(40):
            viewer = Viewer(server).begin()
            if number % 2:
                viewer.layout()
            else:  # a reset instead of an orderly close
                viewer.client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
            viewer.close()
        wait_for(lambda: server.descriptors() <= before, "as many descriptors as before")


class Resume(TestCase):
    def resumed(self, server, last_id, by_query):
        if by_query:
            return self.viewer(server, f"?last_event_id={last_id}")
        return self.viewer(server, Last_Event_ID=last_id)

    def test_goes_on_behind_the_last_frame_while_the_ring_holds_it(self):
        # So slow that a busy machine reconnects long before 64 frames are over.
        server = self.server(100)
        for by_query in (False, True):
            with self.subTest(by_query=by_query):
                first = self.viewer(server)
                first.layout()
                first.frame()

                def goes_on():
                    _, last_id, last = first.frame()
                    second = self.resumed(server, last_id, by_query)
                    second.layout()
                    # A keyframe may be due just now, but not each time.
                    event, _, frame = second.frame()
                    second.frame()
                    reports = self.decoder(first.text, second.text)
                    self.assertEqual(reports[-1]["outcome"], "applied")
                    self.assertGreater(frame["seq"], last["seq"])
                    return event == "delta" and frame["base"] == last["seq"]

                wait_for(goes_on, "it resumes with a delta on the last frame")

    def test_the_header_is_newer_than_the_query(self):
        server = self.server(100)
        first = self.viewer(server)
        first.layout()

        def goes_on():
            _, last_id, last = first.frame()
            second = self.viewer(server, "?last_event_id=" + "0" * 16 + "-1", Last_Event_ID=last_id)
            second.layout()
            event, _, frame = second.frame()
            return event == "delta" and frame["base"] == last["seq"]

        wait_for(goes_on, "it resumes behind the header's frame")

    def test_begins_anew_where_it_cannot_go_on(self):
        server = self.server()
        first = self.viewer(server)
        stream = first.layout()["stream"]
        other = "0123456789abcdef"
        self.assertNotEqual(stream, other)
        while first.frame()[2]["seq"] < 200:
            pass
        for last_id in (f"{other}-1", f"{other}-190", f"{stream}-1", f"{stream}-0",
                        f"{stream}-18446744073709551615", f"{stream}-18446744073709551616",
                        f"{stream}-", f"{stream}--1", f"{stream}-+1", f"{stream}-1x", f"{stream}",
                        "-1", "rubbish", "x" * 4000, "%00", "\x01\x7f", "{}", "\xff" * 16 + "-1"):
            for by_query in (False, True):
                if by_query and not re.fullmatch(r"[\w%+-]*", last_id, re.ASCII):
                    continue
                with self.subTest(last_id=last_id[:40], by_query=by_query):
                    viewer = self.resumed(server, last_id, by_query)
                    self.assertEqual(viewer.layout()["stream"], stream)
                    event, _, frame = viewer.frame()
                    self.assertEqual(event, "snapshot")
                    self.assertGreater(frame["seq"], 1)
                    viewer.frame()
                    self.decoder(viewer.text)
                    viewer.close()

    def test_a_restarted_server_is_another_stream(self):
        before = self.server()
        first = self.viewer(before)
        first.layout()
        _, last_id, _ = first.frame()
        before.process.send_signal(signal.SIGTERM)
        with contextlib.suppress(EOFError, ConnectionError, http.client.IncompleteRead):
            while True:
                first.block()
        second = self.resumed(self.server(), last_id, False)
        second.layout()
        self.assertEqual(second.frame()[0], "snapshot")
        second.frame()
        reports = self.decoder(first.text, second.text)
        self.assertEqual(sum(each["outcome"] == "layout" for each in reports), 2)


class Slow(TestCase):
    def test_a_client_that_never_reads_is_cut_off_and_delays_nobody(self):
        server = self.server(1)
        live = self.viewer(server)
        live.layout()
        before = server.descriptors()
        stalled = Viewer(server, receive_buffer=2048)
        self.addCleanup(stalled.close)
        wait_for(lambda: live.frame() and server.descriptors() > before, "it is connected")

        # The live one reads all the while.
        wait_for(lambda: live.frame() and server.descriptors() <= before, "it is cut off")
        self.decoder(live.text)
        # What had been sent is a stream as far as it goes, and little: the rest never left the server.
        received = b""
        with contextlib.suppress(ConnectionError):
            while block := stalled.client.recv(65536):
                received += block
        self.assertIn(b"event: layout", received)
        self.assertLess(len(received), 256 * 1024)

    def test_a_client_that_reads_slowly_sees_whole_frames(self):
        server = self.server(1)
        live, slow = self.viewer(server), self.viewer(server, receive_buffer=2048)
        live.layout()
        slow.layout()
        last = 0
        skipped = 0

        def reads_on():
            nonlocal last, skipped
            event, _, frame = slow.frame()
            self.assertGreater(frame["seq"], last)
            if event == "delta":
                self.assertEqual(frame["base"], last)
            elif last and frame["seq"] > last + 64:
                skipped += 1
            last = frame["seq"]
            for _ in range(20):
                live.frame()
            return skipped

        wait_for(reads_on, "it skips to a keyframe")
        self.decoder(slow.text)


class Stop(TestCase):
    def stop(self, signal_number):
        server = self.server()
        viewers = [self.viewer(server) for _ in range(4)]
        for viewer in viewers:
            viewer.layout()
        stalled = Viewer(server, receive_buffer=2048)
        self.addCleanup(stalled.close)
        silent = socket.create_connection(("127.0.0.1", server.port), DEADLINE)
        self.addCleanup(silent.close)
        server.process.send_signal(signal_number)
        self.assertEqual(server.process.wait(DEADLINE), 0)
        for viewer in viewers:
            with contextlib.suppress(EOFError, ConnectionError, http.client.IncompleteRead):
                while True:
                    viewer.block()
            self.decoder(viewer.text)

    def test_terminate_with_clients(self):
        self.stop(signal.SIGTERM)

    def test_interrupt_with_clients(self):
        self.stop(signal.SIGINT)

    def test_at_once(self):
        # Wherever in its start the signal meets it: before the handlers are set it dies of it.
        for _ in range(20):
            process = subprocess.Popen([SERVER, "--port", "0"], stdout=subprocess.PIPE)
            with process:
                process.send_signal(signal.SIGTERM)
                self.assertIn(process.wait(DEADLINE), (0, -signal.SIGTERM))


if __name__ == "__main__":
    unittest.main()
