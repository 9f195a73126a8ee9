# SPDX-License-Identifier: MIT
"""Demos, Prometheus and VictoriaMetrics as child processes: on loopback, on free ports, in folders of their own.

Programs are found on PATH, or under build/tools, where ./run unpacks Debian's packages.
"""

import json
import os
import re
import shutil
import socket
import subprocess
import tempfile
import time
import urllib.error
import urllib.parse
import urllib.request
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
RULES = ROOT / "dashboard/prometheus"
# Long because a busy machine is slow, not because anything takes long.
DEADLINE = 60.0

DIRECT = urllib.request.build_opener(urllib.request.ProxyHandler({}))


def tool(name):
    """The path of a program; None when it is nowhere."""
    unpacked = sorted(ROOT.glob(f"build/tools/*/usr/bin/{name}"))
    return shutil.which(name) or (str(unpacked[0]) if unpacked else None)


def wait_for(condition, what, deadline=DEADLINE):
    """Polls until `condition` returns something true, and returns that."""
    end = time.monotonic() + deadline
    while True:
        result = condition()
        if result:
            return result
        if time.monotonic() > end:
            raise TimeoutError(f"in {deadline:.0f} s it never came to: {what}")
        time.sleep(0.05)


def get(url, headers=None):
    """The body of a 200; OSError for all else."""
    request = urllib.request.Request(url, headers=headers or {})
    with DIRECT.open(request, timeout=DEADLINE) as response:
        return response.read()


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Child:
    """A process in a temporary folder; both go away with `stop`."""

    def __init__(self):
        self.folder = tempfile.TemporaryDirectory(prefix="memscape-")
        self.path = Path(self.folder.name)
        self.process = None

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.stop()

    def start(self, command, **options):
        with open(self.path / "stderr", "wb") as errors:
            self.process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stderr=errors, **options)

    def errors(self):
        return (self.path / "stderr").read_text(errors="replace")

    def stop(self):
        if self.process is not None:
            if self.process.poll() is None:
                self.process.kill()
            self.process.wait(DEADLINE)
            if self.process.stdout is not None:
                self.process.stdout.close()
        self.folder.cleanup()

    def status(self, field):
        """A number of /proc/PID/status, in bytes."""
        text = Path(f"/proc/{self.process.pid}/status").read_text()
        return int(re.search(rf"^{field}:\s+(\d+) kB", text, re.MULTILINE)[1]) * 1024

    def processor_seconds(self):
        fields = Path(f"/proc/{self.process.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


class Demo(Child):
    """`options` go to the demo, `scripts` are the texts of the programs that it runs."""

    def __init__(self, program, *options, scripts=()):
        super().__init__()
        command = [str(program), "--port", "0", "--dashboard", str(self.path)]
        for number, text in enumerate(scripts):
            path = self.path / f"script{number}.lua"
            path.write_text(text)
            command += ["--script", str(path)]
        self.start(command + list(options), stdout=subprocess.PIPE, text=True)

    def address(self):
        """Host and port, once it listens."""
        if not hasattr(self, "_address"):
            line = self.process.stdout.readline()
            found = re.fullmatch(r"listening on http://(127\.0\.0\.1:\d+)/\n", line)
            if not found:
                raise RuntimeError(f"the demo did not say where it listens: {line!r}, {self.errors()!r}")
            self._address = found[1]
        return self._address

    def metrics(self, accept="text/plain;version=0.0.4"):
        return get(f"http://{self.address()}/metrics", {"Accept": accept}).decode()


class Monitor(Child):
    """What scrapes: both speak Prometheus' HTTP API."""

    def __init__(self):
        super().__init__()
        for _ in range(10):
            # Neither program can be asked to pick a port and say which: take one that is free, and another
            # when somebody was faster.
            self.port = free_port()
            self.url = f"http://127.0.0.1:{self.port}"
            self.start(self.command(), stdout=subprocess.DEVNULL)
            try:
                if wait_for(self.settled, f"{type(self).__name__} listens or ends") == "ours":
                    return
            except BaseException:
                self.stop()
                raise
        errors = self.errors()
        self.stop()
        raise RuntimeError(f"{type(self).__name__} does not start: {errors}")

    def settled(self):
        """Whether it ended, or listens and is not a stranger on the same port."""
        if self.process.poll() is not None:
            return "ended"
        try:
            return self.path.name in get(self.url + self.flags_page).decode() and "ours"
        except OSError:
            return False

    def api(self, path, **parameters):
        """The data of an answer; a refusal raises with what it says."""
        query = urllib.parse.urlencode(parameters, doseq=True)
        try:
            answer = json.loads(get(f"{self.url}/api/v1/{path}?{query}"))
        except urllib.error.HTTPError as error:
            raise RuntimeError(f"{path}?{query}: {error.read().decode(errors='replace')}") from error
        if answer["status"] != "success":
            raise RuntimeError(f"{path}?{query}: {answer}")
        return answer["data"]

    def query(self, expression, **parameters):
        """The result of an instant query: a list of series."""
        return self.api("query", query=expression, **parameters)["result"]

    def value(self, expression):
        """The one number that an expression gives; None when it gives none."""
        found = self.query(expression)
        if len(found) > 1:
            raise RuntimeError(f"{len(found)} series where one was expected: {expression}")
        return float(found[0]["value"][1]) if found else None

    def up(self):
        return {series["metric"]["instance"] for series in self.query("up == 1")}


class Prometheus(Monitor):
    """`scrapes` are scrape configurations; the project's rules are evaluated at every interval."""

    flags_page = "/api/v1/status/flags"

    def __init__(self, scrapes, interval="1s", remote_write=None):
        self.configuration = {
            "global": {"scrape_interval": interval, "scrape_timeout": interval, "evaluation_interval": interval},
            "rule_files": [str(RULES / "*.rules.yml")],
            "scrape_configs": scrapes,
            "remote_write": [{"url": remote_write}] if remote_write else [],
        }
        super().__init__()

    def command(self):
        file = self.path / "prometheus.yml"
        file.write_text(json.dumps(self.configuration))  # JSON is YAML
        return [tool("prometheus"), f"--config.file={file}", f"--storage.tsdb.path={self.path / 'data'}",
                f"--web.listen-address=127.0.0.1:{self.port}", "--web.enable-admin-api", "--log.level=warn"]


class VictoriaMetrics(Monitor):
    flags_page = "/flags"

    def __init__(self, scrapes=(), interval="1s"):
        self.configuration = {
            "global": {"scrape_interval": interval, "scrape_timeout": interval},
            "scrape_configs": list(scrapes),
        }
        super().__init__()

    def command(self):
        file = self.path / "scrape.yml"
        file.write_text(json.dumps(self.configuration))
        return [tool("victoria-metrics"), f"-promscrape.config={file}", f"-storageDataPath={self.path / 'data'}",
                f"-httpListenAddr=127.0.0.1:{self.port}", "-promscrape.fileSDCheckInterval=1s",
                # It has that option in place of Prometheus' refresh_interval, which it must not trip over.
                "-promscrape.config.strictParse=false",
                # It hides what is younger than 30 s unless it is told not to.
                "-search.latencyOffset=0s", "-search.disableCache", "-loggerLevel=WARN"]

    def api(self, path, **parameters):
        # New series may take 10 s to be found, and a new sample one.
        get(self.url + "/internal/force_flush")
        return super().api(path, **parameters)


class VmAlert(Child):
    """Evaluates the project's rules over VictoriaMetrics and writes there what they give."""

    def __init__(self, storage):
        super().__init__()
        self.start([tool("vmalert"), f"-rule={RULES}/*.rules.yml", f"-datasource.url={storage.url}",
                    f"-remoteWrite.url={storage.url}", f"-remoteRead.url={storage.url}",
                    "-evaluationInterval=1s", "-httpListenAddr=127.0.0.1:0",
                    f"-notifier.url={storage.url}/nobody", "-loggerLevel=ERROR"], stdout=subprocess.DEVNULL)
