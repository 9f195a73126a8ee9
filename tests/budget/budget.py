# SPDX-License-Identifier: MIT
"""Keeps the cost of including us: preprocessed lines are the same on every run, times are not.

usage: budget.py check|print ROOT COMPILER [ARGUMENT...]
"""
import concurrent.futures
import os
import pathlib
import subprocess
import sys

verb, root, compiler = sys.argv[1], pathlib.Path(sys.argv[2]), sys.argv[3:]
sys.path.insert(0, str(root / "tests/support"))
from tap import Tap  # noqa: E402


def lines_of(header):
    run = subprocess.run([*compiler, "-E", "-P", "-x", "c++", "-"], input=f"#include <{header}>\n",
                         stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, check=False)
    return (run.stdout.count("\n"), "") if run.returncode == 0 else (None, run.stderr)


listing = subprocess.run([sys.executable, root / "tests/odr/headers.py", "linux"],
                         stdout=subprocess.PIPE, text=True, check=True)
# The fronts, which users include; what serves them lies in rooms, a folder deeper.
headers = [header for header in listing.stdout.split() if header.count("/") <= 2]
with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
    lines = dict(zip(headers, pool.map(lines_of, headers)))

if verb == "print":
    for header, (count, error) in lines.items():
        if count is None:
            sys.exit(error)
        # 2 % of air, in steps of 50, so that a patch to the standard library does not fail the suite.
        print(f"{header} {-(-count * 102 // 5000) * 50}")
    sys.exit()

budget = {}
for line in (root / "tests/budget/lines.txt").read_text().splitlines():
    if line and not line.startswith("#"):
        header, limit = line.split()
        budget[header] = int(limit)

tap = Tap()
for header, (count, error) in lines.items():
    limit = budget.pop(header, None)
    if count is None:
        tap.check(False, f"{header} preprocesses", error)
    elif limit is None:
        tap.check(False, f"{header} has a budget", f"it has {count} lines; add it to tests/budget/lines.txt")
    else:
        tap.check(count <= limit, f"{header} keeps its budget", f"{count} lines, {limit} allowed")
tap.check(not budget, "the budget lists no header that is gone", "\n".join(budget))
tap.end()
