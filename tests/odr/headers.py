# SPDX-License-Identifier: MIT
"""Prints every header as a program includes it, one a line; the build asks when it is configured.

usage: headers.py PLATFORM [without-simdjson]
"""
import pathlib
import re
import sys

root = pathlib.Path(__file__).resolve().parents[2]
platform, without_simdjson = sys.argv[1], sys.argv[2:] == ["without-simdjson"]
foreign = {"linux.hpp": "linux", "macos.hpp": "darwin", "windows.hpp": "windows"}

paths = {
    path.relative_to(root / base).as_posix(): path
    for base in ("include", "exporters")
    for path in sorted((root / base).rglob("*.hpp"))
}
includes = {name: re.findall(r"#include <(.+)>", path.read_text()) for name, path in paths.items()}


def needs_simdjson(name):
    return name == "simdjson.h" or any(map(needs_simdjson, includes.get(name, [])))


for name, path in paths.items():
    if path.parent.name == "readers" and foreign.get(path.name, platform) != platform:
        continue  # needs another system's headers
    if without_simdjson and needs_simdjson(name):
        continue
    print(name)
