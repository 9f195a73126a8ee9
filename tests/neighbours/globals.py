# SPDX-License-Identifier: MIT
"""Looks where the globals of globals.cpp stand: megabytes of zeros have no place in an executable.

usage: globals.py ROOT COMPILER [ARGUMENT...]
"""
import pathlib
import re
import subprocess
import sys
import tempfile

root = pathlib.Path(sys.argv[1]).resolve()
sys.path.insert(0, str(root / "tests/support"))
from tap import Tap  # noqa: E402

tap = Tap()
for level in ("-O0", "-O2"):
    with tempfile.TemporaryDirectory() as folder:
        made = f"{folder}/globals.o"
        built = subprocess.run([*sys.argv[2:], level, "-c", str(root / "tests/neighbours/globals.cpp"), "-o", made],
                               stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)
        tap.check(built.returncode == 0, f"the globals compile with {level}, constinit where they are to be", built.stdout)
        if built.returncode != 0:
            continue
        listed = subprocess.run(["nm", "-S", made], stdout=subprocess.PIPE, text=True, check=True).stdout
    symbols = [(int(size, 16), kind, name)
               for size, kind, name in re.findall(r"^\w+ (\w+) ([bBdD]) (\S+)$", listed, re.MULTILINE)]
    large = {name: kind for size, kind, name in symbols if name.startswith("large_")}
    tap.check(len(large) == 3 and set(large.values()) == {"B"}, f"the large ones stand in .bss with {level}", large)
    data = sum(size for size, kind, _ in symbols if kind in "dD")
    tap.check(data <= 4096, f"initialised data is small with {level}", f"{data} bytes: {symbols}")
tap.end()
