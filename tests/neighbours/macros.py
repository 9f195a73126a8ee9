# SPDX-License-Identifier: MIT
"""Holds the headers beside other people's macros, as macros/*.hpp have them: no header has a word that one of them
replaces, and headers and examples compile behind all of them.

usage: macros.py ROOT COMPILER [ARGUMENT...]
"""
import concurrent.futures
import os
import pathlib
import re
import subprocess
import sys
import tempfile

root = pathlib.Path(sys.argv[1]).resolve()
compiler = sys.argv[2:]
sys.path.insert(0, str(root / "tests/support"))
from tap import Tap  # noqa: E402

INCLUDE = re.compile(r"^\s*#\s*include\s*<([^>]+)>", re.MULTILINE)
# What a macro does not reach, and a separator of digits, which is no quote.
NO_CODE = re.compile(r'R"([^(\s]*)\(.*?\)\1"|"(?:\\.|[^"\\\n])*"|(?<![0-9a-fA-F])\'(?:\\.|[^\'\\\n])+\'|//[^\n]*|/\*.*?\*/',
                     re.DOTALL)
# One place may have a macro's name: where the macro is taken away, and given back.
SET_ASIDE = re.compile(r'#pragma push_macro\("(\w+)"\)\s*#undef \1\b(.*?)#pragma pop_macro\("\1"\)', re.DOTALL)
DEFINE = re.compile(r"^#define (\w+)(\(?).*$", re.MULTILINE)
WARNINGS = ["-Wall", "-Wextra", "-Wpedantic", "-Wconversion", "-Wshadow", "-Werror"]

families = {path.stem: path.read_text() for path in sorted((root / "tests/neighbours/macros").glob("*.hpp"))}
headers = [path for base in ("include", "exporters") for path in sorted((root / base).rglob("*.hpp"))]
tap = Tap()


def replaced_words(text, macros):
    """What the preprocessor would replace in this text: a word, or one in front of a parenthesis."""
    text = SET_ASIDE.sub(lambda found: re.sub(rf"\b{found[1]}\b", "set_aside", found[2]), text)
    text = NO_CODE.sub('""', text)
    text = re.sub(r"^\s*#.*$", "", text, flags=re.MULTILINE)
    return [found[1] for found in re.finditer(r"(?<![\w'])([A-Za-z_]\w*)(?=(\s*\(?))", text)
            if macros.get(found[1]) == "" or macros.get(found[1]) == "(" and "(" in found[2]]


def compile_text(text, *arguments):
    with tempfile.TemporaryDirectory() as folder:
        path = pathlib.Path(folder) / "beside.cpp"
        path.write_text(text)
        return subprocess.run([*compiler, *WARNINGS, *arguments, "-fsyntax-only", str(path)],
                              stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                              env=dict(os.environ, LC_ALL="C"), text=True, check=False)


planted = 'struct a { int slots; int max() { return "min(1)"[0]; } }; // emit\nint min(int), (max)(int), slots_;'
tap.check(replaced_words(planted, {"slots": "", "min": "(", "max": "(", "emit": ""}) == ["slots", "max", "min"],
          "a word that a macro replaces is found in code, and nowhere else")
tap.check(len(headers) > 100 and len(families) > 5, "there are headers, and macros")

for family, text in families.items():
    macros = {name: kind for name, kind in DEFINE.findall(text)}
    faults = [f"{path.relative_to(root)}: {word}" for path in headers
              for word in sorted(set(replaced_words(path.read_text(), macros)))]
    tap.check(macros and not faults, f"no header has a word that a macro of {family} replaces", "\n".join(faults))

# The system's and the standard's headers come first: behind such macros they themselves would not compile.
here = subprocess.run([sys.executable, str(root / "tests/odr/headers.py"), sys.platform,
                       *(f"without-{name}" for name, probe in (("simdjson", "simdjson.h"), ("fmt", "fmt/format.h"))
                         if compile_text(f"#include <{probe}>\n").returncode != 0)],
                      stdout=subprocess.PIPE, text=True, check=True).stdout.split()
text_of = {name: next((root / base / name).read_text() for base in ("include", "exporters") if (root / base / name).exists())
           for name in here}
examples = sorted((root / "examples").glob("*.cpp"))
foreign = sorted({name for text in [*text_of.values(), *(path.read_text() for path in examples)]
                  for name in INCLUDE.findall(text) if not name.startswith("memscape/")}
                 | {name for name in ("cstdlib", "cmath", "cstring")})
before = "".join(f"#if __has_include(<{name}>)\n#include <{name}>\n#endif\n" for name in foreign)
behind = "".join(f"#undef {name}\n{define}\n" for text in families.values()
                 for define, name in ((found[0], found[1]) for found in DEFINE.finditer(text)))
programs = {"every header": "".join(f"#include <{name}>\n" for name in here)}
programs |= {path.relative_to(root).as_posix(): f'#include "{path}"\n'
             for path in [*examples, root / "tests/neighbours/slabs.cpp"]}
with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
    results = pool.map(lambda item: (item[0], compile_text(before + behind + item[1])), programs.items())
    for name, result in results:
        tap.check(result.returncode == 0, f"{name} compiles behind all of them", result.stdout[-3000:])
# libstdc++'s own headers do not compile behind these two; the umbrella sets them aside, and gives them back.
both = "".join(DEFINE.search(families["windows"], families["windows"].index(f"#define {name}("))[0] + "\n"
               for name in ("min", "max"))
first = compile_text(f"#include <algorithm>\n#include <limits>\n#include <optional>\n{both}#include <memscape/memscape.hpp>\n"
                     "static_assert(max(1, 2) + min(1, 2) == 3);\n")
tap.check(first.returncode == 0, "memscape.hpp compiles where it is the first to bring the standard's headers", first.stdout)
tap.end()
