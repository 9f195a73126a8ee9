#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Builds and runs every fuzz target: each .cpp file beside this one, started from its folder in corpus/.

usage: fuzz.py BUILD_FOLDER [--compiler CLANG++] [--seconds N | --runs N] [TARGET...]

Inputs that are found stay in BUILD_FOLDER/corpus and serve the next run; an input that breaks a property
is printed, and kept in BUILD_FOLDER as TARGET-crash-*. Prints TAP, a line a target.
"""
import argparse
import base64
import concurrent.futures
import os
import pathlib
import re
import shutil
import subprocess
import sys

here = pathlib.Path(__file__).resolve().parent
root = here.parents[1]
sys.path.insert(0, str(root / "tests/support"))
from tap import Tap  # noqa: E402

# The newer runtime first: the older one dies at random where the kernel scatters addresses widely.
COMPILERS = ("clang++-19", "clang++-14", "clang++")
# A target that needs a library names it.
LINKS = re.compile(r"^// links: (\w+)$", re.MULTILINE)


def run(command, **options):
    done = subprocess.run([str(word) for word in command], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, text=True, errors="replace", **options)
    return done.returncode, done.stdout


def fuzz(source, arguments):
    """Whether the target held, and what to say of it."""
    build, name = arguments.build, source.stem
    program = build / f"fuzz_{name}"
    status, output = run([
        arguments.compiler, "-std=c++20", "-g", "-O1", "-Wall", "-Wextra", "-Werror",
        "-fsanitize=fuzzer,address,undefined", "-fno-sanitize-recover=all",
        "-I", root / "include", "-I", root / "exporters", "-I", root / "tests", source, "-o", program,
        *("-l" + name for name in LINKS.findall(source.read_text()))])
    if status != 0:
        return False, "does not compile", output
    found = build / "corpus" / name
    found.mkdir(parents=True, exist_ok=True)
    limit = f"-runs={arguments.runs}" if arguments.runs else f"-max_total_time={arguments.seconds}"
    prefix = build / f"{name}-"
    # The seeds come last: libFuzzer writes what it finds into the first folder.
    status, output = run([program, limit, "-max_len=4096", "-print_final_stats=1", "-timeout=10",
                          f"-artifact_prefix={prefix}", found, here / "corpus" / name])
    runs = re.search(r"number_of_executed_units: (\d+)", output)
    if status != 0 or not runs:
        kept = re.search(r"Test unit written to (\S+)", output)
        unit = base64.b64encode(pathlib.Path(kept[1]).read_bytes()).decode() if kept else "none"
        return False, "found an input", f"{output[-4000:]}\ninput, base64: {unit}"
    return True, f"{runs[1]} inputs", ""


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("build", type=lambda folder: pathlib.Path(folder).resolve())
    parser.add_argument("--compiler", default=next(filter(shutil.which, COMPILERS), None))
    parser.add_argument("--seconds", type=int, default=10, help="for each target")
    parser.add_argument("--runs", type=int, help="inputs for each target, instead of seconds")
    parser.add_argument("targets", nargs="*")
    arguments = parser.parse_intermixed_args()
    if not arguments.compiler:
        print("1..0 # SKIP needs clang++")
        return 0
    sources = [source for source in sorted(here.glob("*.cpp"))
               if not arguments.targets or source.stem in arguments.targets]
    arguments.build.mkdir(parents=True, exist_ok=True)
    tap = Tap()
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        results = pool.map(lambda source: fuzz(source, arguments), sources)
        for source, (held, note, diagnosis) in zip(sources, results):
            tap.check(held, f"fuzz {source.stem}: {note}", diagnosis)
    tap.end()
    print(f"# {tap.number - tap.failed} passed, {tap.failed} failed")
    return 1 if tap.failed or not tap.number else 0


sys.exit(main())
