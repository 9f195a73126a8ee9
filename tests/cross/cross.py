#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Builds the library for other platforms than this machine's, and runs its tests where they can run.

usage: cross.py FOLDER [TARGET...]
       cross.py FOLDER --for-ci (prints the targets that CI takes, of those for which everything is there)

FOLDER holds what `./run cross` installs, and what is built here. Prints TAP. For each target: every header,
strictly; the tests of the readers and of what stands on them; a program, linked. Then the tests run where
something runs them. Mach-O is only linked; tests that are constant expressions ran when they compiled.
"""
import concurrent.futures
import os
import pathlib
import platform
import re
import shutil
import subprocess
import sys
import time

root = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(root / "tests/support"))
from tap import Tap  # noqa: E402

MACH_O = {"arm64": b"\xcf\xfa\xed\xfe\x0c\x00\x00\x01", "x86_64": b"\xcf\xfa\xed\xfe\x07\x00\x00\x01"}
ZIG = ("zig", "c++", "-fno-sanitize=undefined", "-Wno-nullability-completeness", "-target")
HERE = [] if platform.machine() == "x86_64" else ["qemu-x86_64"]
TARGETS = {
    # How the target's programs are compiled, on what system they run, and by what here.
    "macos-arm64": ((*ZIG, "aarch64-macos"), "darwin", None),
    "macos-x86_64": ((*ZIG, "x86_64-macos"), "darwin", None),
    "windows": (("x86_64-w64-mingw32-g++-posix", "-static"), "windows", ["wine"]),
    "musl-x86_64": ((*ZIG, "x86_64-linux-musl"), "linux", HERE),
    "musl-aarch64": ((*ZIG, "aarch64-linux-musl"), "linux", ["qemu-aarch64"]),
}
# Its C library is tried on the other processor, and its processor with another C library: not in CI, because zig
# builds the libraries of each target first, which takes minutes.
BY_HAND = {"musl-x86_64"}
# The tests of readers that a system can have, and of what stands on them.
READERS = {
    "darwin": ["reads_extended", "macos", "macos/memory", "native", "common/posix_clock"],
    "windows": ["windows", "windows/calls", "windows/clock", "windows/faults", "windows/memory", "macos/memory", "native"],
    # All but what parses texts, which is the same everywhere.
    "linux": [path.relative_to(root / "tests/readers").with_suffix("").as_posix()
              for path in sorted((root / "tests/readers").rglob("*.cpp"))
              if not re.search("macos|windows|text.cpp$", path.as_posix())],
}
TESTS = ["core/process_memory", "core/quantity", "core/read_error", "registry/registry", "registry/snapshot",
         "exporters/delta_stream", "exporters/sse_json"]
STRICT = ["-Wall", "-Wextra", "-Wpedantic", "-Wconversion", "-Wshadow", "-Werror"]
# Red under qemu-user 7.2: in a child of fork, the page still holds the descriptor that MADV_WIPEONFORK should have
# wiped; and a clone that shares memory is a fork there. Where no page is wiped is tried there all the same.
NOT_EMULATED = {
    "musl-aarch64": [
        "linux: repeats no parent's faults in a child*",
        "linux: child and grandchild of fork read their own numbers",
        "linux: child and grandchild of a bare clone read their own numbers",
        "linux: a child in its parent's memory reads that memory's numbers",
        "detailed: child and grandchild of fork begin anew, and the parent goes on",
        "fork_detector: is new once in each process",
        "fork_detector: a child is new that has its parent's number in a PID namespace of its own",
        "shared_descriptor: a child of fork has none, and closes its parent's",
        "fork_wiped_word: is 0 again in a child of fork, and stays in the parent",
        "smaps_rollup: a child reads its own numbers, with and without a held descriptor",
        "status: a child reads its own numbers, with and without a held descriptor",
        # The emulator's memory is not the program's: it takes no limit, gives nothing back, and maps more.
        "group_live*",
        "limits: RLIMIT_AS counts, where it is the smallest",
        "limits: what RLIMIT_DATA leaves is what mmap gives",
        "smaps_rollup: what was freed lazily stays in RSS, and shows as that",
        "truth: a thousand idle threads are address space and data, and hardly RSS",
    ],
}


def run(command, seconds, **variables):
    try:
        done = subprocess.run([str(word) for word in command], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT, text=True, errors="replace", timeout=seconds,
                              env=os.environ | variables, cwd=root)
        return done.returncode, done.stdout
    except subprocess.TimeoutExpired as late:
        return 1, f"{late.stdout}\ntook longer than {seconds} s"


class Target:
    def __init__(self, name, folder, tap):
        compiler, self.system, self.runner = TARGETS[name]
        self.name, self.tap = name, tap
        self.folder = folder / name
        self.folder.mkdir(parents=True, exist_ok=True)
        # Nothing of this machine's own libraries but doctest, which is one header.
        doctest = folder / "include"
        doctest.mkdir(exist_ok=True)
        if not (doctest / "doctest").exists():
            (doctest / "doctest").symlink_to("/usr/include/doctest")
        self.compiler = [*compiler, "-std=c++20", "-O0", "-Iinclude", "-Iexporters", "-Itests", "-isystem", doctest]
        self.variables = {
            "PATH": f"{folder / 'node_modules/.bin'}:{os.environ['PATH']}",
            "ZIG_GLOBAL_CACHE_DIR": str(folder / "zig-cache"), "ZIG_LOCAL_CACHE_DIR": str(folder / "zig-cache"),
            # No prefix but ours, no questions, and nothing to download.
            "WINEPREFIX": str(folder / "wine"), "WINEDEBUG": "-all", "WINEDLLOVERRIDES": "mscoree,mshtml,winemenubuilder.exe=",
            "DISPLAY": "",
        }

    def check(self, passed, name, diagnosis=""):
        self.tap.check(passed, f"{self.name}: {name}", diagnosis)
        return passed

    def compile(self, source, *flags):
        output = self.folder / (str(source).replace("/", "_") + ".o")
        status, text = run([*self.compiler, *flags, "-c", source, "-o", output], None, **self.variables)
        return output, status, text

    def link(self, objects, program, driver):
        # As if they were of C: zig links a C++ library into the rest, which it first builds, for a minute.
        compiler = [driver if word == "c++" else word for word in self.compiler]
        return run([*compiler, *objects, "-o", program], None, **self.variables)

    def headers(self):
        listing = subprocess.run([sys.executable, root / "tests/odr/headers.py", self.system,
                                  "without-simdjson", "without-fmt"],
                                 stdout=subprocess.PIPE, text=True, check=True)
        return listing.stdout.split()

    def try_all(self):
        headers = self.headers()
        tests = [f"readers/{name}" for name in READERS[self.system]] + TESTS
        all_headers = self.folder / "headers.cpp"
        all_headers.write_text("".join(f"#include <{header}>\n" for header in headers))
        with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
            strict = pool.submit(self.compile, all_headers, *STRICT, "-fno-exceptions", "-fno-rtti")
            # Optimised, or it refers to parts of the C++ library that it never calls.
            program = pool.submit(self.compile, root / "tests/cross/program.cpp", "-O1", "-fno-exceptions", "-fno-rtti")
            main = pool.submit(self.compile, root / "tests/support/main.cpp")
            objects = [pool.submit(self.compile, root / f"tests/{test}.cpp") for test in tests]
            _, status, output = strict.result()
            self.check(status == 0, f"{len(headers)} headers compile, strictly", output[-3000:])
            self.try_program(*program.result())
            compiled = [main.result(), *(each.result() for each in objects)]
        whole = True
        for test, (_, status, output) in zip(["support/main", *tests], compiled):
            whole &= self.check(status == 0, f"tests/{test}.cpp compiles", output[-3000:])
        if whole and self.runner is not None:
            self.run_tests([output for output, _, _ in compiled])

    def try_program(self, compiled, status, output):
        program = self.folder / "program.exe"
        if status == 0:
            status, output = self.link([compiled], program, "cc")
        if not self.check(status == 0, "a program links", output[-3000:]):
            return
        if self.runner is None:
            architecture = self.name.removeprefix("macos-")
            self.check(program.read_bytes()[:8] == MACH_O[architecture], f"the program is Mach-O of {architecture}")
        else:
            status, output = run([*self.runner, program], 120, **self.variables)
            self.check(status == 0 and "event: snapshot" in output, "the program runs", output[-3000:])

    def run_tests(self, objects):
        program = self.folder / "tests.exe"
        status, output = self.link(objects, program, "c++")
        if not self.check(status == 0, "the tests link", output[-3000:]):
            return
        left_out = ["-tce=" + ",".join(name.replace(",", "?") for name in NOT_EMULATED.get(self.name, ["-"]))]
        status, output = run([*self.runner, program, *left_out], 300, **self.variables)
        lines = re.findall(r"^(ok|not ok) \d+ - (.*)$", output, re.MULTILINE)
        for verdict, name in lines:
            self.check(verdict == "ok", name.rstrip())
        plan = re.search(r"^1\.\.(\d+)", output, re.MULTILINE)
        whole = plan is not None and int(plan[1]) == len(lines) > 0
        failed = any(verdict != "ok" for verdict, _ in lines)
        self.check(whole and (status == 0 or failed), f"all {len(lines)} tests ran, exit status {status}", output[-6000:])


def is_possible(name, folder):
    compiler, _, runner = TARGETS[name]
    path = f"{folder / 'node_modules/.bin'}:{os.environ['PATH']}"
    return all(shutil.which(tool, path=path) for tool in [compiler[0], *(runner or [])[:1]])


def main():
    folder = pathlib.Path(sys.argv[1]).resolve()
    folder.mkdir(parents=True, exist_ok=True)
    if sys.argv[2:] == ["--for-ci"]:
        print("\n".join(name for name in TARGETS if name not in BY_HAND and is_possible(name, folder)))
        return 0
    for name in sys.argv[2:]:
        if name not in TARGETS:
            sys.exit(f"cross.py: no target {name}: take one of {', '.join(TARGETS)}")
    tap = Tap()
    for name in sys.argv[2:] or TARGETS:
        start = time.monotonic()
        target = Target(name, folder, tap)
        target.try_all()
        if name == "windows":
            run(["wineserver", "-k"], 60, **target.variables)
        print(f"# {name}: {time.monotonic() - start:.0f} s", flush=True)
    tap.end()
    print(f"# {tap.number - tap.failed} passed, {tap.failed} failed")
    return 1 if tap.failed else 0


sys.exit(main())
