# SPDX-License-Identifier: MIT
"""Builds and runs every suite, adds up what they counted, and ends with one line. Called by `run test`.

usage: suites.py NAME=MESON_FOLDER... (the folders are set up already)
"""
import argparse
import concurrent.futures
import json
import os
import pathlib
import re
import signal
import subprocess
import sys
import threading
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]


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


def run(command, seconds, cwd=ROOT, **variables):
    """The output and exit status; after so many seconds the command and all that it started are killed."""
    process = subprocess.Popen([str(word) for word in command], cwd=cwd, env=os.environ | variables,
                               stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                               text=True, errors="replace", start_new_session=True)
    try:
        output, _ = process.communicate(timeout=seconds)
        status = process.returncode
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        output, _ = process.communicate()
        output += f"\nkilled after {seconds} s\n"
        status = -signal.SIGKILL
    return output, status


def count_tap(output, status):
    """TAP: every planned line must have come, so a program that died half way has failed."""
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


def count_node(output, status):
    """node --test prints a summary, in either of its reporters."""
    found = {name: int(n) for name, n in re.findall(r"^(?:#|ℹ) (tests|pass|fail|cancelled) (\d+)$", output, re.MULTILINE)}
    passed, failed = found.get("pass", 0), found.get("fail", 0) + found.get("cancelled", 0)
    return found and Counts(passed, failed, max(found.get("tests", 0) - passed - failed, 0))


def count_unittest(output, status):
    ran = re.search(r"^Ran (\d+) tests? in ", output, re.MULTILINE)
    if not ran:
        return None
    found = {name: int(n) for name, n in re.findall(r"(failures|errors|skipped)=(\d+)", output[ran.end():])}
    failed, skipped = found.get("failures", 0) + found.get("errors", 0), found.get("skipped", 0)
    return Counts(max(int(ran[1]) - failed - skipped, 0), failed, skipped)


def count_status(output, status):
    """For a check that passes or does not, such as a linter."""
    return Counts(passed=1) if status == 0 else Counts(failed=1)


class Report:
    def __init__(self):
        self.rows = []
        self.total = Counts()
        self.one = threading.Lock()

    def add(self, suite, counts, seconds, output):
        with self.one:
            self.add_row(suite, counts, seconds, output)

    def add_row(self, suite, counts, seconds, output):
        if counts.failed:
            output = re.sub(r"^ok\b.*\n", "", output, flags=re.MULTILINE)  # of a TAP suite
            print(f"----- {suite} failed; its output:\n{output.rstrip()}\n-----")
        print(f"{suite:<34} {str(counts):<40} {seconds:7.1f} s", flush=True)
        self.rows.append((suite, counts))
        self.total += counts

    def suite(self, name, count, command, seconds, cwd=ROOT, **variables):
        start = time.monotonic()
        output, status = run(command, seconds, cwd, **variables)
        counts = count(output, status)
        if not counts:
            output += f"\nno count in this output (exit status {status})"
            counts = Counts(failed=1)
        elif counts.failed == 0 and (status != 0 or counts.passed == 0):
            output += f"\nexit status {status}, {counts}"
            counts.failed = 1
        self.add(name, counts, time.monotonic() - start, output)

    def build(self, name, folder, *targets):
        """Whether it built; only a failure is a result."""
        start = time.monotonic()
        output, status = run(["ninja", "-k", "0", "-C", folder, *targets], 1200)
        if status != 0:
            self.add(f"{name}: build", Counts(failed=1), time.monotonic() - start, output)
        else:
            print(f"{name + ': build':<34} {'':<40} {time.monotonic() - start:7.1f} s", flush=True)
        return status == 0

    def meson(self, name, folder):
        if not self.build(name, folder):
            return
        log = folder / "meson-logs/testlog.json"
        log.unlink(missing_ok=True)
        output, status = run(["meson", "test", "-C", folder, "--no-rebuild"], 1200)
        ran = [json.loads(line) for line in log.read_text().splitlines()] if log.exists() else []
        failed_before = self.total.failed
        for test in ran:
            suite_output, status = test["stdout"] + test.get("stderr", ""), test["returncode"]
            if re.search(r"^1\.\.\d+|^(not )?ok\b", test["stdout"], re.MULTILINE):
                counts = count_tap(test["stdout"], status)
            else:
                counts = count_unittest(suite_output, status) or count_status(suite_output, status)
            if test["result"] not in ("OK", "SKIP") and counts.failed == 0:
                counts.failed = 1
            # Meson writes "project:suite / name" where there are suites.
            self.add(f"{name}: {test['name'].split(' / ')[-1]}", counts, test["duration"],
                     f"{suite_output}\n{test['result']}, exit status {test['returncode']}")
        if not ran or (status != 0 and self.total.failed == failed_before):
            self.add(f"{name}: meson test", Counts(failed=1), 0, output)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("configurations", nargs="+")
    arguments = parser.parse_args()
    start = time.monotonic()
    report = Report()

    for configuration in arguments.configurations:
        name, folder = configuration.split("=", 1)
        report.meson(name, pathlib.Path(folder))

    def dashboard():
        folder = ROOT / "tests/dashboard"
        for script, count, seconds in (("test", count_node, 120), ("lint", count_status, 180)):
            report.suite(f"dashboard: {script}", count, ["npm", "run", "--silent", script], seconds, folder)
        if has_demo:
            report.suite("dashboard: browser", count_node, ["npm", "run", "--silent", "browser"], 600, folder,
                         MEMSCAPE_DEMO=str(ROOT / "build/demo/examples/demo/demo"))

    def cross():
        command = [sys.executable, "tests/cross/cross.py", "build/cross"]
        possible, _ = run([*command, "--for-ci"], 60)
        for target in possible.split():
            report.suite(f"cross: {target}", count_tap, [*command, target], 1200)

    has_demo = report.build("demo", ROOT / "build/demo", "examples/demo/demo")  # as `run demo` does
    # One waits for a browser most of the time, the other for compilers.
    with concurrent.futures.ThreadPoolExecutor() as both:
        for part in [both.submit(dashboard), both.submit(cross)]:
            part.result()

    print(f"{len(report.rows)} suites in {time.monotonic() - start:.0f} s")
    print(report.total)
    sys.exit(1 if report.total.failed else 0)


main()
