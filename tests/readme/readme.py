# SPDX-License-Identifier: MIT
"""Checks what README.md and docs/ quote. A fenced block counts when a comment stands on the line before it:

    <!-- file: examples/first.cpp -->     the block is a run of that file's lines
    <!-- output: first -->                the block is what that example prints, numbers aside

usage: readme.py ROOT FOLDER_OF_THE_EXAMPLES
"""
import pathlib
import re
import subprocess
import sys
import textwrap

root, programs = pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2])
sys.path.insert(0, str(root / "tests/support"))
from tap import Tap  # noqa: E402

BLOCK = re.compile(r"^<!-- (file|output): (.+?) -->\n+```[^\n]*\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def is_excerpt(block, text):
    """Whether the block's lines stand in the text one after another, at any indentation."""
    wanted = textwrap.dedent(block).splitlines()
    lines = text.splitlines()
    return any(
        textwrap.dedent("\n".join(lines[start:start + len(wanted)])).splitlines() == wanted
        for start in range(len(lines) - len(wanted) + 1)
    )


def shape(text):
    """The text without its numbers, whose width also moves the blanks beside them."""
    text = re.sub(r"\d[\d.,]*", "N", text)
    return [re.sub(r"\s+", " ", line).strip() for line in text.strip().splitlines()]


tap = Tap()
blocks = BLOCK.findall((root / "README.md").read_text())
tap.check(blocks, "the README quotes an example")
for page in sorted((root / "docs").glob("*.md")):
    blocks += BLOCK.findall(page.read_text())
for kind, name, block in blocks:
    if kind == "file":
        path = root / name
        tap.check(path.is_file() and is_excerpt(block, path.read_text()),
                  f"a quoted block is in {name}", block)
    else:
        program = programs / name
        output = subprocess.run([program], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True, check=False,
                                timeout=60).stdout if program.is_file() else "there is no such program"
        tap.check(shape(block) == shape(output), f"the README shows what {name} prints",
                  f"quoted\n{block}\nprinted\n{output}")
tap.end()
