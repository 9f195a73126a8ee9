# SPDX-License-Identifier: MIT
"""Builds and runs every suite, adds up what they counted, and ends with one line. Called by `run test`.

usage: suites.py [--dashboard MESON_FOLDER] [--cross FOLDER] NAME=MESON_FOLDER[:TEST,TEST...]...

The Meson folders are set up already; without a list of tests all of them run. The browser tests start the demo
of theirs; cross.py builds into FOLDER. Each suite prints TAP. Building has no limit of time. How far
it has come goes to stderr, all the time; the rows and the output of a suite that failed go to stdout, at once.
"""
import argparse
import concurrent.futures
import json
import os
import pathlib
import random
import re
import shutil
import signal
import subprocess
import sys
import threading
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
# What Meson sets for its tests: whatever a sanitizer finds ends the program, and malloc's memory is never zero.
SANITIZERS = {"ASAN_OPTIONS": "halt_on_error=1:abort_on_error=1:print_summary=1",
              "UBSAN_OPTIONS": "halt_on_error=1:abort_on_error=1:print_summary=1:print_stacktrace=1"}


class Counts:
    def __init__(self, passed=0, failed=0, skipped=0):
        self.passed, self.failed, self.skipped = passed, failed, skipped

    def __iadd__(self, other):
        self.passed += other.passed
        self.failed += other.failed
        self.skipped += other.skipped
        return self

    def __str__(self):
        skipped = f", {self.skipped} skipped" if self.skipped else ""
        return f"{self.passed} passed, {self.failed} failed{skipped}"


def count_tap(output, status):
    """Every planned line must have come, so a program that died half way has failed."""
    counts = Counts()
    for line in output.splitlines():
        match = re.match(r"(not )?ok\b[^#]*(#\s*skip)?", line, re.IGNORECASE)
        if match and match[2]:
            counts.skipped += 1
        elif match and match[1]:
            counts.failed += 1
        elif match:
            counts.passed += 1
    plan = re.search(r"^1\.\.(\d+)", output, re.MULTILINE)
    seen = counts.passed + counts.failed + counts.skipped
    if counts.failed == 0 and (status != 0 or plan is None or int(plan[1]) != seen or seen == 0):
        counts.failed = 1
    return counts


def minutes(seconds):
    return f"{seconds // 60:.0f} min {seconds % 60:02.0f} s" if seconds >= 60 else f"{seconds:.0f} s"


class Progress:
    """One line that changes, on a terminal; elsewhere a line now and then."""

    def __init__(self):
        self.start = self.said = time.monotonic()
        self.live = sys.stderr.isatty()
        self.lock = threading.Lock()

    def say(self, what):
        now = time.monotonic()
        with self.lock:
            if not self.live and now - self.said < 20:
                return
            self.said = now
            line = f"run: {what}, {minutes(now - self.start)} so far"
            room = shutil.get_terminal_size().columns - 1
            print(f"\r\x1b[K{line[:room]}" if self.live else line, end="" if self.live else "\n", file=sys.stderr, flush=True)

    def clear(self):
        if self.live:
            print("\r\x1b[K", end="", file=sys.stderr, flush=True)


class Report:
    def __init__(self):
        self.suites = 0
        self.total = Counts()
        self.progress = Progress()
        self.lock = threading.Lock()

    def add(self, suite, counts, seconds, output):
        with self.lock:
            self.progress.clear()
            if counts.failed:
                output = re.sub(r"^ok\b.*\n", "", output, flags=re.MULTILINE)
                print(f"----- {suite} failed; its output:\n{output.rstrip()}\n-----")
            print(f"{suite:<34} {str(counts):<40} {seconds:7.1f} s", flush=True)
            self.suites += 1
            self.total += counts

    def build(self, name, folder, *targets):
        """Whether it built; only a failure is a result."""
        start = time.monotonic()
        process = subprocess.Popen(["nice", "ninja", "-k", "0", "-C", folder, *targets], cwd=ROOT, stdin=subprocess.DEVNULL,
                                   stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, errors="replace")
        output = []
        for line in process.stdout:
            if step := re.match(r"\[(\d+)/(\d+)\]", line):
                self.progress.say(f"{name}: built {step[1]} of {step[2]}")
            else:
                output.append(line)
        seconds = time.monotonic() - start
        if process.wait() != 0:
            self.add(f"{name}: build", Counts(failed=1), seconds, "".join(output))
            return False
        with self.lock:
            self.progress.clear()
            print(f"{name + ': build':<34} {'':<40} {seconds:7.1f} s", flush=True)
        return True

    def suite(self, name, command, seconds=None, cwd=ROOT, variables=None, prints_tap=True):
        """Runs one; after so many seconds it is killed, with all that it started. One that prints no TAP is an
        example, which is one test."""
        start = time.monotonic()
        process = subprocess.Popen([str(word) for word in command], cwd=cwd, env=os.environ | (variables or {}),
                                   stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                                   text=True, errors="replace", start_new_session=True)
        late = ""
        try:
            output, errors = process.communicate(timeout=seconds)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            output, errors = process.communicate()
            late = f"\nkilled after {seconds} s"
        status = process.returncode
        # What a test's own programs print goes to stderr, and is not counted.
        counts = count_tap(output, status) if prints_tap else Counts(int(status == 0), int(status != 0))
        self.add(name, counts, time.monotonic() - start, f"{output}\n{errors}{late}\nexit status {status}")

    def prepare(self, name, folder, wanted):
        """Builds a Meson folder, and returns what to run there; None where it does not build."""
        def known(what):
            listing = subprocess.run(["meson", "introspect", what, folder], stdout=subprocess.PIPE, check=True)
            return json.loads(listing.stdout)

        tests = [test for test in known("--tests") if not wanted or test["name"] in wanted]
        targets = []
        if wanted:
            missing = set(wanted) - {test["name"] for test in tests}
            if missing:
                raise SystemExit(f"suites.py: {folder} has no test {', '.join(sorted(missing))}")
            programs = {target["id"]: target["filename"] for target in known("--targets")}
            targets = [os.path.relpath(file, folder) for test in tests for id in test["depends"] for file in programs[id]]
        return tests if self.build(name, folder, *targets) else None

    def run_all(self, name, folder, tests):
        # A test's time is to end one that hangs, however loaded the machine is.
        perturb = {"MALLOC_PERTURB_": str(random.randint(1, 255))}
        done = 0

        def run(test):
            nonlocal done
            self.progress.say(f"{name}: running {test['name']}, {done} of {len(tests)} suites done")
            self.suite(f"{name}: {test['name']}", test["cmd"], 4 * test["timeout"] or None, test["workdir"] or folder,
                       SANITIZERS | perturb | test["env"], test["protocol"] == "tap")
            done += 1

        # The longest first.
        tests.sort(key=lambda test: -test["priority"])
        with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
            list(pool.map(run, tests))


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--dashboard", metavar="MESON_FOLDER")
    parser.add_argument("--cross", metavar="FOLDER")
    parser.add_argument("configurations", nargs="+")
    arguments = parser.parse_args()
    report = Report()

    demo = "examples/demo/demo"

    def dashboard():
        folder = ROOT / "tests/dashboard"
        has_demo = report.build("demo", arguments.dashboard, demo)
        for script, seconds in (("test", 240), ("lint", 600), ("browser", 1200)):
            if script == "browser" and not has_demo:
                continue
            report.progress.say(f"dashboard: running {script}")
            report.suite(f"dashboard: {script}", ["npm", "run", "--silent", script], seconds, folder,
                         {"MEMSCAPE_DEMO": str(ROOT / arguments.dashboard / demo)})

    def cross():
        command = ["nice", sys.executable, "tests/cross/cross.py", arguments.cross]
        possible = subprocess.run([*command, "--for-ci"], cwd=ROOT, stdout=subprocess.PIPE, text=True, check=True)
        for target in possible.stdout.split():
            report.progress.say(f"cross: building and running for {target}")
            report.suite(f"cross: {target}", [*command, target])

    # While one is tried, which is waiting more often than not, the next is built, and behind the last what is for
    # other platforms.
    with concurrent.futures.ThreadPoolExecutor(1) as builder:
        built = []
        for configuration in arguments.configurations:
            name, folder = configuration.split("=", 1)
            folder, _, tests = folder.partition(":")
            wanted = tests.split(",") if tests else []
            built.append((name, folder, builder.submit(report.prepare, name, pathlib.Path(folder), wanted)))
        crossed = builder.submit(cross) if arguments.cross else None
        for name, folder, tests in built:
            if tests.result() is not None:
                report.run_all(name, folder, tests.result())
        if arguments.dashboard:
            dashboard()
        if crossed:
            crossed.result()

    print(f"{report.suites} suites in {minutes(time.monotonic() - report.progress.start)}")
    print(report.total)
    sys.exit(1 if report.total.failed else 0)


main()
