#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Plants faults, one at a time, and expects the tests of that place to notice each.

A test that runs over a line may still not look at what the line does; this looks at the tests. Each fault is
a patch under faults/: its first line says what goes wrong, its second which test file notices. It is put into
a copy of the tree, and only that test file is compiled and run there.

usage: mutate.py [--compiler CXX] [--every N] [WORD...]

With WORDs only the faults that hold one of them in their first line; with --every N each Nth. Prints TAP: first
whether all patches still apply, then a line a test file, which has to pass where no fault is, and a line a fault.
"""
import argparse
import concurrent.futures
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

root = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(root / "tests/support"))
from tap import Tap  # noqa: E402

FAULTS = root / "tests/mutate/faults"
FLAGS = ["-std=c++20", "-O0", "-Wno-all"]
# A constexpr test that a fault breaks is the first error of a compilation; any other means that the fault
# is no C++.
STATIC_FAILURE = re.compile(r"static.assert|non-constant condition")


class Fault:
    def __init__(self, path):
        self.path = path
        self.name, noticed_by = path.read_text().splitlines()[:2]
        self.test = noticed_by.removeprefix("Noticed by ")

    def plant(self, tree, *options):
        """What `patch` says where it does not apply."""
        status, output = run(["patch", "-p1", "--force", "--silent", "--fuzz=1", "--no-backup-if-mismatch",
                              "--reject-file=-", *options, "-d", tree, "-i", self.path])
        return output if status != 0 else None


def first_error(output):
    return next((line for line in output.splitlines() if "error:" in line), "")


def run(command, seconds=None, **options):
    try:
        done = subprocess.run([str(word) for word in command], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT, text=True, errors="replace", timeout=seconds, **options)
        return done.returncode, done.stdout
    except subprocess.TimeoutExpired:
        return 1, f"took longer than {seconds} s"


class Bench:
    """Where faults are planted: a folder of copies, and the test program's main function compiled once."""

    def __init__(self, compiler, folder):
        self.compiler, self.folder = compiler, folder
        self.main = folder / "main.o"
        status, output = run([compiler, *FLAGS, "-c", root / "tests/support/main.cpp", "-o", self.main])
        if status != 0:
            sys.exit(f"the tests' main function does not compile:\n{output}")

    def judge(self, number, test, fault=None):
        """'passes', 'fails' or 'is no C++', and the output."""
        tree = self.folder / str(number)
        for part in ("include", "exporters"):
            shutil.copytree(root / part, tree / part)
        if fault and (why := fault.plant(tree)):
            return "is not there", why
        program = tree / "test"
        try:
            status, output = run([self.compiler, *FLAGS, "-I", tree / "include", "-I", tree / "exporters",
                                  "-I", root / "tests", root / "tests" / test, self.main, "-pthread", "-o", program])
            if status != 0:
                return ("fails" if STATIC_FAILURE.search(first_error(output)) else "is no C++"), output
            status, output = run([program], seconds=120, cwd=tree)
            return ("passes" if status == 0 else "fails"), output
        finally:
            shutil.rmtree(tree)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--compiler", default="g++")
    parser.add_argument("--every", type=int, default=1)
    parser.add_argument("words", nargs="*")
    arguments = parser.parse_args()
    all_faults = [Fault(path) for path in sorted(FAULTS.rglob("*.patch"))]
    tap = Tap()
    gone = [f"{fault.path.relative_to(root)}\n{why}" for fault in all_faults if (why := fault.plant(root, "--dry-run"))]
    tap.check(not gone, f"{len(all_faults)} faults apply", "\n".join(gone))
    faults = [fault for fault in all_faults
              if not arguments.words or any(word in fault.name for word in arguments.words)][::arguments.every]
    if not faults:
        sys.exit(f"mutate.py: no fault's first line holds {' or '.join(arguments.words)}: they stand in {FAULTS}")
    tests = sorted({fault.test for fault in faults})
    with tempfile.TemporaryDirectory(prefix="mutate-") as folder, \
            concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        bench = Bench(arguments.compiler, pathlib.Path(folder))
        sound = pool.map(bench.judge, range(len(tests)), tests)
        planted = pool.map(bench.judge, range(1000, 1000 + len(faults)), [fault.test for fault in faults], faults)
        for test, (verdict, output) in zip(tests, sound):
            tap.check(verdict == "passes", f"without a fault, {test} passes", f"it {verdict}:\n{output[-3000:]}")
        for fault, (verdict, output) in zip(faults, planted):
            tap.check(verdict == "fails", f"{fault.test} notices: {fault.name}",
                      f"with {fault.path.relative_to(root)} it {verdict}:\n{output[-3000:]}")
    tap.end()
    print(f"# {tap.number - tap.failed} passed, {tap.failed} failed")
    return 1 if tap.failed else 0


sys.exit(main())
