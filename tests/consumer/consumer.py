# SPDX-License-Identifier: MIT
"""Installs memscape into a folder of its own and builds one program against it in three ways: with
pkg-config, with CMake's find_package, and as a Meson subproject.

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

    def with_cmake():
        build = work / "cmake"
        # CMake takes the compiler's arguments apart from it.
        run("cmake", "-G", "Ninja", "-S", here / "cmake", "-B", build, f"-DCMAKE_PREFIX_PATH={prefix}",
            f"-DCMAKE_CXX_COMPILER={compiler[0]}", f"-DCMAKE_CXX_FLAGS={shlex.join(compiler[1:] + STRICT[1:])}", CXX="")
        run("cmake", "--build", build)
        expect_output(build / "consumer")

    def with_meson():
        source = work / "meson"
        (source / "subprojects").mkdir(parents=True)
        shutil.copy(here / "meson/meson.build", source)
        shutil.copy(here / "main.cpp", source)
        (source / "subprojects/memscape").symlink_to(root)
        run(meson, "setup", source / "build", source)
        run("ninja", "-C", source / "build")
        expect_output(source / "build/consumer")

    if check("meson install", install):
        check("the headers and the dashboard are installed, and no more", every_file)
        check("meson install under DESTDIR", destdir)
        check("a consumer with pkg-config", with_pkg_config)
        check("a consumer with find_package", with_cmake)
    check("a consumer with a Meson subproject", with_meson)
tap.end()
