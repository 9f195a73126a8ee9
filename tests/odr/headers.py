# SPDX-License-Identifier: MIT
"""Prints every header as a program includes it, one a line; the build asks when it is configured."""
import pathlib
import sys

root = pathlib.Path(__file__).resolve().parents[2]
platform = sys.argv[1]  # Meson's name of the host: linux, darwin, windows
foreign = {"linux.hpp": "linux", "macos.hpp": "darwin", "windows.hpp": "windows"}

for base in ("include", "exporters"):
    for path in sorted((root / base).rglob("*.hpp")):
        if path.parent.name == "readers" and foreign.get(path.name, platform) != platform:
            continue  # needs another system's headers
        print(path.relative_to(root / base).as_posix())
