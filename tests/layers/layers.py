# SPDX-License-Identifier: MIT
"""Checks the rules of the source tree that no compiler knows."""
import pathlib
import re
import sys

root = pathlib.Path(sys.argv[1])
sys.path.insert(0, str(root / "tests/support"))
from tap import Tap  # noqa: E402

# A folder may include itself and what is listed; readers and sources do not see each other.
LAYERS = {
    "": {"core", "readers", "sources", "tree", "registry", "ledger"},  # the umbrella and version.hpp
    "core": set(),
    "readers": {"core"},
    "sources": {"core"},
    "tree": {"core", "readers", "sources"},
    "registry": {"core", "readers", "sources", "tree"},
    "ledger": {"core", "readers", "sources", "tree", "registry"},
    "exporters": {"core", "readers", "sources", "tree", "registry", "ledger"},
}
# Each costs 0.3 to 0.5 s of compile time in every file that includes us.
HEAVY = {"functional", "ranges", "chrono", "string", "iostream", "format"}
# What a freestanding reader of the standard's list would not call an OS header.
STANDARD = set(
    """algorithm any array atomic barrier bit bitset cassert cctype cerrno cfenv cfloat charconv
    chrono cinttypes climits clocale cmath codecvt compare complex concepts condition_variable
    coroutine csetjmp csignal cstdarg cstddef cstdint cstdio cstdlib cstring ctime cuchar cwchar
    cwctype deque exception execution filesystem format forward_list fstream functional future
    initializer_list iomanip ios iosfwd iostream istream iterator latch limits list locale map memory
    memory_resource mutex new numbers numeric optional ostream queue random ranges ratio regex
    scoped_allocator semaphore set shared_mutex source_location span sstream stack stdexcept
    stop_token streambuf string string_view syncstream system_error thread tuple type_traits typeindex
    typeinfo unordered_map unordered_set utility valarray variant vector version""".split()
)
INCLUDE = re.compile(r'^\s*#\s*include\s*[<"]([^>"]+)[>"]', re.MULTILINE)
MAX_LINES = 200
# One idea each, which cut in two would be read in two files; and why it takes more.
LONGER_LINES = 300
LONGER = {
    "memscape/exporters/prometheus_ledger.hpp": "one page in two formats, from its samples to its largest size",
    "memscape/ledger/auditor.hpp": "an audit from its options to its grades, and what makes it begin anew",
    "memscape/ledger/walk/classifier.hpp": "all that tells a cause, in the order in which it is asked",
    "memscape/ledger/ledger.hpp": "every figure of a ledger, which its readers look for in one place",
    "memscape/ledger/walk/memory_walk.hpp": "one walk, with and without the kernel's counts, and without mappings",
}

tap = Tap()


def rule(name, faults):
    tap.check(not faults, name, "\n".join(faults))


def strip_comments(text):
    return re.sub(r"//[^\n]*|/\*.*?\*/", "", text, flags=re.DOTALL)


class Header:
    def __init__(self, base, path):
        self.name = path.relative_to(root / base).as_posix()
        self.path = path.relative_to(root).as_posix()
        self.text = path.read_text()
        self.code = strip_comments(self.text)
        self.includes = INCLUDE.findall(self.code)
        folders = pathlib.PurePosixPath(self.name).parts[1:-1]
        self.layer = folders[0] if folders else ""


headers = [
    Header(base, path)
    for base in ("include", "exporters")
    for path in sorted((root / base).rglob("*.hpp"))
]
by_name = {header.name: header for header in headers}
tests = {p.relative_to(root).as_posix(): strip_comments(p.read_text()) for p in (root / "tests").rglob("*.cpp")
         if "node_modules" not in p.parts}


def looks_up(header):
    if header.layer not in LAYERS:
        return [f"{header.path}: no layer of this name"]
    allowed = LAYERS[header.layer] | {header.layer, ""}
    faults = []
    for name in header.includes:
        if not name.startswith("memscape/"):
            continue
        target = by_name.get(name)
        if target is None:
            faults.append(f"{header.path}: {name} does not exist")
        elif target.layer not in allowed or name == "memscape/memscape.hpp":
            faults.append(f"{header.path}: may not include {name}")
        elif target.layer == "" and name != "memscape/version.hpp":
            faults.append(f"{header.path}: may not include {name}")
    return faults


rule("there are headers to check", [] if len(headers) > 5 else [f"found {len(headers)}"])
for header in headers:
    rule(f"{header.path} includes nothing above its layer", looks_up(header))

core = [h for h in headers if h.path.startswith("include/")]
rule("the core includes no costly header",
     [f"{h.path}: <{name}>" for h in core for name in h.includes if name in HEAVY])
rule("the core needs neither fmt nor simdjson",
     [f"{h.path}: <{name}>" for h in core for name in h.includes if re.match(r"fmt/|simdjson", name)])
rule("simdjson.h costs 2.4 s and stands in the decoder and in one test",
     [f"{h.path}" for h in headers
      if "simdjson.h" in h.includes and not h.path.endswith("/stream_decoder.hpp")]
     + sorted(path for path, text in tests.items() if "simdjson.h" in INCLUDE.findall(text))[1:])
rule("only readers and the ledger talk to the system",
     [f"{h.path}: <{name}>" for h in headers if h.layer not in ("readers", "ledger")
      for name in h.includes
      if name not in STANDARD and not re.match(r"memscape/|fmt/|simdjson\.h$", name)])
rule(f"no header is longer than {MAX_LINES} lines, or {LONGER_LINES} where there is a reason",
     [f"{h.path}: {h.text.count(chr(10))}" for h in headers
      if h.text.count("\n") > (LONGER_LINES if h.name in LONGER else MAX_LINES)])

version = re.search(r"version_major = (\d+)", by_name["memscape/version.hpp"].text)
namespace = f"namespace memscape::inline v{version.group(1)} {{" if version else "no version"
rule("every header opens the version's inline namespace",
     [h.path for h in headers
      if namespace not in h.code and re.search(r"\b(struct|class|concept|auto|template|namespace)\b", h.code)])
rule("no header defines a macro",
     [h.path for h in headers if re.search(r"^\s*#\s*define\b", h.code, re.MULTILINE)])
rule("every header is guarded by #pragma once",
     [h.path for h in headers if len(re.findall(r"^#pragma once$", h.code, re.MULTILINE)) != 1])


def test_of(header):
    return header.name.replace("memscape/", "tests/", 1).replace(".hpp", ".cpp")


# The umbrella has nothing of its own, version.hpp is read by the build itself, and a former name is another's.
rule("every header has a test file at its path",
     [f"{h.path}: {test_of(h)} is missing" for h in headers
      if h.layer != "" and "// The name of this one until 0.1:" not in h.text and test_of(h) not in tests])

SOURCES = {".hpp": "//", ".cpp": "//", ".in": "//", ".js": "//", ".mjs": "//", ".css": "/*", ".py": "#", ".sh": "#"}
rule("every source says its licence in its first lines",
     [str(path.relative_to(root))
      for folder in ("include", "exporters", "dashboard", "examples", "tests", "bench")
      for path in sorted((root / folder).rglob("*"))
      if path.suffix in SOURCES and path.is_file() and "node_modules" not in path.parts
      and "SPDX-License-Identifier: MIT" not in "\n".join(path.read_text().splitlines()[:2])])

tap.end()
