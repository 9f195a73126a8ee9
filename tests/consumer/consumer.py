# SPDX-License-Identifier: MIT
"""Builds one program against memscape in every way that README names: installed into a folder of its own with
pkg-config, CMake's find_package and Meson; from the source tree with CMake's add_subdirectory and FetchContent and as a
Meson subproject; and as one header.

usage: consumer.py ROOT MESON COMPILER [ARGUMENT...]
"""
import os
import pathlib
import re
import shlex
import shutil
import subprocess
import sys
import tempfile

root, meson, compiler = pathlib.Path(sys.argv[1]), sys.argv[2], sys.argv[3:]
here = root / "tests/consumer"
sys.path.insert(0, str(root / "tests/support"))
from tap import Tap  # noqa: E402

STRICT = ["-std=c++20", "-fno-exceptions", "-fno-rtti", "-Wall", "-Wextra", "-Wpedantic", "-Werror"]
NONE = ["-Dtests=disabled", "-Dexamples=disabled", "-Dbench=disabled", "-Ddemo=disabled"]
OUTPUT = """\
Scratch Arena N
Server N
Sessions N
Untracked N
RSS N
"""

tap = Tap()
environment = dict(os.environ, CXX=shlex.join(compiler))
environment.pop("DESTDIR", None)


class Failed(Exception):
    pass


def run(*command, **variables):
    done = subprocess.run([str(word) for word in command], env=environment | variables, stdin=subprocess.DEVNULL,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)
    if done.returncode != 0:
        raise Failed(f"{shlex.join(map(str, command))}\n{done.stdout}")
    return done.stdout


def check(name, work):
    try:
        tap.check(True, name, work())
        return True
    except Failed as failure:
        tap.check(False, name, failure)
        return False


def expect_output(program):
    output = run(program)
    shape = re.sub(r"\d+", "N", re.sub(r"[ ]+", " ", re.sub(r"^ +", "", output, flags=re.MULTILINE)))
    if shape != OUTPUT:
        raise Failed(f"printed\n{output}\ninstead of\n{OUTPUT}")
    if " 0\n" in output:
        raise Failed(f"a number is 0\n{output}")


with tempfile.TemporaryDirectory(prefix="memscape consumer ") as temporary:
    work = pathlib.Path(temporary)
    prefix = work / "prefix"

    def install():
        run(meson, "setup", work / "build", root, f"--prefix={prefix}", *NONE)
        run(meson, "install", "-C", work / "build", "--no-rebuild")

    def every_file():
        missing = [
            str(target)
            for base, into in (("include", "include"), ("exporters", "include"), ("dashboard", "share/memscape/dashboard"))
            for path in (root / base).rglob("*")
            if path.is_file() and (base == "dashboard" or path.suffix == ".hpp")
            and not (target := prefix / into / path.relative_to(root / base)).exists()
        ]
        extra = [str(p) for p in prefix.rglob("*") if re.search(r"\btests?\b|node_modules", p.name)]
        extra += [str(p) for p in (prefix / "include").rglob("*") if p.is_file() and p.suffix != ".hpp"]
        if missing or extra:
            raise Failed("\n".join([f"missing: {p}" for p in missing] + [f"too much: {p}" for p in extra]))

    def destdir():
        run(meson, "install", "-C", work / "build", "--no-rebuild", DESTDIR=str(work / "stage"))
        if not (work / "stage" / prefix.relative_to("/") / "include/memscape/memscape.hpp").exists():
            raise Failed("nothing under DESTDIR")

    def with_pkg_config():
        path = {"PKG_CONFIG_PATH": str(prefix / "share/pkgconfig")}
        flags = shlex.split(run("pkg-config", "--cflags", "--libs", "memscape >= 0.1", **path))
        run(*compiler, *STRICT, *flags, here / "main.cpp", "-o", work / "with_pkg_config")
        expect_output(work / "with_pkg_config")

    def with_cmake(name, folder, *options):
        build = work / name
        # CMake takes the compiler's arguments apart from it.
        run("cmake", "-G", "Ninja", "-S", here / folder, "-B", build, *options,
            f"-DCMAKE_CXX_COMPILER={compiler[0]}", f"-DCMAKE_CXX_FLAGS={shlex.join(compiler[1:] + STRICT[1:])}", CXX="")
        run("cmake", "--build", build)
        expect_output(build / "consumer")

    def with_meson(name, **variables):
        source = work / name
        source.mkdir()
        shutil.copy(here / "meson/meson.build", source)
        shutil.copy(here / "main.cpp", source)
        if not variables:
            (source / "subprojects").mkdir()
            (source / "subprojects/memscape").symlink_to(root)
        run(meson, "setup", source / "build", source, **variables)
        run("ninja", "-C", source / "build")
        expect_output(source / "build/consumer")

    def as_one_header():
        folder = work / "one"
        run(sys.executable, here / "amalgamate.py", folder / "memscape/memscape.hpp")
        # What the program includes by name is all in there.
        for name in set(re.findall(r"#include <(memscape/.+)>", (here / "main.cpp").read_text())) - {"memscape/memscape.hpp"}:
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_text("#include <memscape/memscape.hpp>\n")
        run(*compiler, *STRICT, "-Wconversion", "-Wshadow", f"-I{folder}", here / "main.cpp", "-o", work / "as_one_header")
        expect_output(work / "as_one_header")

    if check("meson install", install):
        check("the headers and the dashboard are installed, and no more", every_file)
        check("meson install under DESTDIR", destdir)
        check("a consumer with pkg-config", with_pkg_config)
        check("a consumer with find_package", lambda: with_cmake("found", "cmake", f"-DCMAKE_PREFIX_PATH={prefix}"))
        check("a consumer with Meson's dependency(), installed",
              lambda: with_meson("installed", PKG_CONFIG_PATH=str(prefix / "share/pkgconfig")))
    check("a consumer with add_subdirectory", lambda: with_cmake("added", "source", f"-DMEMSCAPE={root}"))
    check("a consumer with FetchContent", lambda: with_cmake("fetched", "source", f"-DMEMSCAPE={root}", "-DFETCH=ON"))
    check("a consumer with a Meson subproject", lambda: with_meson("subproject"))
    check("a consumer with one header", as_one_header)
tap.end()
