# SPDX-License-Identifier: MIT
"""Prints every header as a program includes it, one a line; the build asks when it is configured.

usage: headers.py PLATFORM [without-simdjson] [without-fmt]
"""
import pathlib
import re
import sys

root = pathlib.Path(__file__).resolve().parents[2]
# Where a header is at home that needs a system's own headers; another that asks POSIX is at home on Linux.
HOMES = {"macos.hpp": {"darwin"}, "windows.hpp": {"windows"}, "windows/calls.hpp": {"windows"},
         "windows/clock.hpp": {"windows"}, "common/posix_clock.hpp": {"linux", "darwin"},
         "common/monotonic_clock.hpp": {"linux"}}
POSIX = re.compile(r"(unistd|fcntl|sched|elf|link|pthread|dirent|signal|sys/\w+|linux/\w+)\.h")

paths = {
    path.relative_to(root / base).as_posix(): path
    for base in ("include", "exporters")
    for path in sorted((root / base).rglob("*.hpp"))
}
includes = {name: re.findall(r"#include <(.+)>", path.read_text()) for name, path in paths.items()}


def needs_what_is_missing(name, missing):
    """simdjson.h and fmt/format.h, or a header that includes such a one."""
    return re.split(r"[./]", name)[0] in missing or any(
        needs_what_is_missing(other, missing) for other in includes.get(name, []))


def is_at_home(name, platform):
    """native.hpp is everywhere: it picks what it includes."""
    path = paths.get(name)
    if path is None or path.name == "native.hpp":
        return True
    needed = includes[name]
    home = HOMES.get(name.removeprefix("memscape/readers/"))
    here = platform in home if home else platform == "linux" or not any(map(POSIX.fullmatch, needed))
    return here and all(is_at_home(other, platform) for other in needed)


if __name__ == "__main__":
    without = {option.removeprefix("without-") for option in sys.argv[2:]}
    for each in paths:
        if is_at_home(each, sys.argv[1]) and not needs_what_is_missing(each, without):
            print(each)
