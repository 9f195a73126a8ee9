# SPDX-License-Identifier: MIT
"""Holds the headers clean under warnings that others build with, at -O0 and -O2, and with either sign of char; and runs
the tests of texts where char is unsigned, as it is on aarch64, ppc64le and s390x.

usage: flags.py ROOT COMPILER [ARGUMENT...]
"""
import concurrent.futures
import os
import pathlib
import re
import subprocess
import sys
import tempfile

root = pathlib.Path(sys.argv[1]).resolve()
compiler = sys.argv[2:]
sys.path.insert(0, str(root / "tests/support"))
from tap import Tap  # noqa: E402

WARNINGS = """-Wall -Wextra -Wpedantic -Wconversion -Wshadow -Wswitch-enum -Wold-style-cast -Wnull-dereference
    -Wtype-limits -Wcast-qual -Wcast-align -Wformat=2 -Wundef -Wextra-semi -Wnon-virtual-dtor -Woverloaded-virtual
    -Wsign-conversion -Wdouble-promotion -Wimplicit-fallthrough -Wredundant-decls -Wunused""".split()
ONLY_GCC = "-Wuseless-cast -Wduplicated-cond -Wduplicated-branches -Wlogical-op -Wsuggest-override -Wnoexcept".split()
# What uses the headers: a warning in a template is seen where that is instantiated.
USERS = ["tests/neighbours/globals.cpp", "tests/neighbours/slabs.cpp", "tests/exporters/json/text.cpp",
         "tests/exporters/text/label.cpp", "tests/exporters/decoder/report.cpp", "tests/sources/slab.cpp",
         "tests/ledger/walk/ledger_sums.cpp", "tests/ledger/doctor.cpp", "tests/readers/linux/proc/status_text.cpp"]
# What goes through text character by character.
TEXTS = [f"tests/{name}.cpp" for name in (
    "exporters/common/digits", "exporters/stream/event_id", "exporters/json/text", "exporters/common/stream_id", "exporters/text/label",
    "exporters/metrics/accept", "tree/shape", "ledger/linux/mapping", "readers/linux/proc/status_text", "readers/linux/proc/mountinfo_text")]
is_gcc = "Free Software Foundation" in subprocess.run([compiler[0], "--version"], stdout=subprocess.PIPE, text=True,
                                                       check=True).stdout
environment = dict(os.environ, LC_ALL="C")
with_tests = [f"-I{root / 'tests'}", "-Wno-unknown-warning-option" if not is_gcc else "-Wno-unused-macros"]


def run(*arguments):
    return subprocess.run([*compiler, *arguments], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, cwd=root,
                          stderr=subprocess.STDOUT, env=environment, text=True, check=False)


def compile_clean(item):
    """Warnings in headers count; those in a test's own lines do not."""
    path, flags = item
    done = run(*WARNINGS, *(ONLY_GCC if is_gcc else []), *with_tests, *flags, "-c", "-o", os.devnull, str(path))
    in_headers = [line for line in done.stdout.splitlines()
                  if re.search(r"\bmemscape/[\w/]+\.hpp:\d+:\d+: (warning|error):", line)]
    return item, done.returncode == 0 and not in_headers, "\n".join(sorted(set(in_headers))) or done.stdout[-2000:]


def run_texts(folder, path):
    program = pathlib.Path(folder) / path.replace("/", "_")
    built = run("-funsigned-char", *with_tests, path, str(pathlib.Path(folder) / "main.o"), "-pthread", "-o", str(program))
    if built.returncode != 0:
        return path, False, built.stdout[-2000:]
    ran = subprocess.run([str(program)], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)
    return path, ran.returncode == 0, ran.stdout[-2000:]


tap = Tap()
with tempfile.TemporaryDirectory() as folder, concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
    planted = pathlib.Path(folder) / "memscape" / "planted.hpp"
    planted.parent.mkdir()
    planted.write_text("inline auto is_control(char c) -> bool { return c >= 0 && c < 0x20; }\n")
    user = pathlib.Path(folder) / "user.cpp"
    user.write_text('#include "memscape/planted.hpp"\n')
    if is_gcc:
        tap.check(not compile_clean((user, ["-funsigned-char"]))[1], "a comparison that is always true is found")
    users = [*USERS, *(path.relative_to(root).as_posix() for path in sorted((root / "examples").glob("*.cpp")))]
    items = [(path, flags) for path in users for flags in (["-O0", "-funsigned-char"], ["-O2", "-fsigned-char"])]
    for (path, flags), clean, output in pool.map(compile_clean, items):
        tap.check(clean, f"no header warns in {path} with {' '.join(flags)}", output)

    run("-funsigned-char", *with_tests, "-c", "tests/support/main.cpp", "-o", str(pathlib.Path(folder) / "main.o"))
    for path, passed, output in pool.map(lambda path: run_texts(folder, path), TEXTS):
        tap.check(passed, f"{path} passes where char is unsigned", output)
tap.end()
