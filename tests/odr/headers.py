# SPDX-License-Identifier: MIT
"""Prints every header as a program includes it, one a line; the build asks when it is configured.

usage: headers.py PLATFORM [without-simdjson]
"""
import pathlib
import re
import sys

root = pathlib.Path(__file__).resolve().parents[2]
platform, without_simdjson = sys.argv[1], sys.argv[2:] == ["without-simdjson"]
# Where a header is at home that needs a system's own headers; another that asks POSIX is at home on Linux.
HOMES = {"macos.hpp": {"darwin"}, "windows.hpp": {"windows"}, "windows_calls.hpp": {"windows"},
         "windows_clock.hpp": {"windows"}, "posix_clock.hpp": {"linux", "darwin"}}
POSIX = re.compile(r"(unistd|fcntl|sched|sys/\w+)\.h")

paths = {
    path.relative_to(root / base).as_posix(): path
    for base in ("include", "exporters")
    for path in sorted((root / base).rglob("*.hpp"))
}
includes = {name: re.findall(r"#include <(.+)>", path.read_text()) for name, path in paths.items()}


def needs_simdjson(name):
    return name == "simdjson.h" or any(map(needs_simdjson, includes.get(name, [])))


def is_at_home(name):
    """native.hpp is everywhere: it picks what it includes."""
    path = paths.get(name)
    if path is None or path.name == "native.hpp":
        return True
    needed = includes[name]
    here = platform in HOMES[path.name] if path.name in HOMES else (
        platform == "linux" or not any(map(POSIX.fullmatch, needed)))
    return here and all(map(is_at_home, needed))


for name in paths:
    if not is_at_home(name):
        continue
    if without_simdjson and needs_simdjson(name):
        continue
    print(name)
