# SPDX-License-Identifier: MIT
"""Writes all headers as one, for programs that take a single file.

usage: amalgamate.py OUTPUT

fmt.hpp and what reads streams back need fmt and simdjson and are left out. A header that needs one system's own
headers stands behind a check for that system. Includes of our own are dropped: what they name stands above.
"""
import importlib.util
import pathlib
import re
import sys

root = pathlib.Path(__file__).resolve().parents[2]
spec = importlib.util.spec_from_file_location("headers", root / "tests/odr/headers.py")
headers = importlib.util.module_from_spec(spec)
spec.loader.exec_module(headers)

SYSTEMS = {"linux": "defined(__linux__)", "darwin": "defined(__APPLE__)", "windows": "defined(_WIN32)"}
OWN = re.compile(r"^#include <(memscape/.+)>\n", re.MULTILINE)
HEAD = re.compile(r"\A// SPDX-License-Identifier: MIT\n#pragma once\n")


def in_order(name, done):
    """The header's own includes, all the way down, and then the header."""
    if name in done:
        return
    done[name] = None
    for other in OWN.findall(headers.paths[name].read_text()):
        yield from in_order(other, done)
    yield name


def text_of(name):
    text = OWN.sub("", HEAD.sub("", headers.paths[name].read_text())).strip("\n")
    homes = [system for system in SYSTEMS if headers.is_at_home(name, system)]
    if len(homes) < len(SYSTEMS):
        text = f"#if {' || '.join(SYSTEMS[system] for system in homes)}\n{text}\n#endif"
    return f"// {name}\n{text}\n"


def main():
    names = [name for name in headers.paths if not headers.needs_what_is_missing(name, {"fmt", "simdjson"})]
    done = {}
    parts = [text_of(part) for name in names for part in in_order(name, done)]
    licence = "".join(f"// {line}".rstrip() + "\n" for line in (root / "LICENSE").read_text().splitlines())
    output = pathlib.Path(sys.argv[1])
    output.parent.mkdir(parents=True, exist_ok=True)
    output.write_text(f"// SPDX-License-Identifier: MIT\n//\n{licence}#pragma once\n\n" + "\n".join(parts))
    print(f"{output}: {len(done)} headers, {output.stat().st_size // 1024} KiB")


main()
