# SPDX-License-Identifier: MIT
"""Compiles each case twice: as it stands it must fail and say its sentence, and its twin, which
differs in the mistake alone, must compile.

usage: compile_fail.py FOLDER COMPILER [ARGUMENT...]
"""
import concurrent.futures
import os
import pathlib
import re
import subprocess
import sys

folder = pathlib.Path(sys.argv[1])
compiler = sys.argv[2:]
sys.path.insert(0, str(folder.parent / "support"))
from tap import Tap  # noqa: E402

# Messages in English with plain quotes, whatever the user's locale.
environment = dict(os.environ, LC_ALL="C")


def compile_case(path, *arguments):
    return subprocess.run([*compiler, "-fsyntax-only", *arguments, str(path)], env=environment, stdin=subprocess.DEVNULL,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)


def normal(text):
    """Compilers wrap lines, and some print a literal with its escapes."""
    return re.sub(r"\s+", " ", text.replace("\\", ""))


def run(path):
    text = path.read_text()
    sentences = re.findall(r"^// expect: (.+)$", text, re.MULTILINE)
    failing = compile_case(path)
    faults = []
    if not sentences:
        faults.append("no `// expect:` line")
    if failing.returncode == 0:
        faults.append("compiles")
    faults += [f"does not say: {s}" for s in sentences if normal(s) not in normal(failing.stdout)]
    if faults and failing.returncode != 0:
        faults.append(failing.stdout)
    twin = compile_case(path, "-DMEMSCAPE_PASSING_TWIN")
    twin_faults = [] if twin.returncode == 0 else [twin.stdout]
    if "MEMSCAPE_PASSING_TWIN" not in text:
        twin_faults.append("has no twin")
    return path.stem, faults, twin_faults


tap = Tap()
cases = sorted(folder.glob("*.cpp"))
tap.check(cases, "there are cases")
with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
    for name, faults, twin_faults in pool.map(run, cases):
        tap.check(not faults, f"{name} fails with its sentence", "\n".join(faults))
        tap.check(not twin_faults, f"{name}'s twin compiles", "\n".join(twin_faults))
tap.end()
