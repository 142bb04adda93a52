"""Build hook: compiles the native libraries. Hatchling runs it whenever it builds a wheel.

    python hatch_build.py    compile the libraries of this checkout again, after a change to their C files

The compiler is `$CC` or `cc`. On machines without one it is Zig's, a package on PyPI that pip or uv installs
for the build only. An editable install has its libraries in `src/`. A wheel's are for this platform, or for
`GIFMILL_TARGET` if that is set: a target in Zig's notation, such as `aarch64-linux-gnu.2.28`.
"""

from __future__ import annotations

import os
import shlex
import shutil
import subprocess
import sys
import tempfile
from functools import cache
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface
from packaging.tags import platform_tags

ROOT = Path(__file__).parent
SOURCES = ROOT / "src"

PACKAGES = (Path("gifmill/effects/native"), Path("gifmill/gif/native"))
"""Packages with C files, relative to `SOURCES`. Each has a library of its own."""

ZIG = "ziglang==0.17.1"
"""The requirement of a build without a C compiler or for another platform."""

FLAGS = (
    "-std=c11",
    "-O3",
    "-shared",
    "-fvisibility=hidden",
    "-ffp-contract=off",  # no fused operations, so that all platforms round alike
    "-fno-math-errno",
    "-fno-trapping-math",  # changes no result; loops that compare floats get vector instructions
    "-Wall",
    "-Wextra",
)
"""Flags of every build. The instruction set is each platform's baseline."""

PLATFORMS = {
    "x86_64-linux-gnu.2.28": "manylinux_2_28_x86_64",
    "aarch64-linux-gnu.2.28": "manylinux_2_28_aarch64",
    "x86_64-macos.11.0": "macosx_11_0_x86_64",
    "aarch64-macos.11.0": "macosx_11_0_arm64",
    "x86_64-windows-gnu": "win_amd64",
}
"""By target, the platform tag of its wheel. glibc 2.28 is that of numpy's own wheels."""


class NativeLibraries(BuildHookInterface):  # type: ignore[type-arg]
    """Adds the libraries to a wheel, or to the source tree for an editable install."""

    def dependencies(self) -> list[str]:
        """Return what the build needs besides hatchling."""
        return [] if find_compiler() and not os.environ.get("GIFMILL_TARGET") else [ZIG]

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Compile the libraries. The wheel is for one platform, and for every version of Python."""
        target = os.environ.get("GIFMILL_TARGET", "")
        if version == "editable":
            compile_all(SOURCES)
        else:
            self._folder = tempfile.mkdtemp()
            for library in compile_all(Path(self._folder), target):
                place = library.relative_to(self._folder).as_posix()
                build_data["force_include"][str(library)] = place
        build_data["pure_python"] = False
        build_data["tag"] = f"py3-none-{PLATFORMS[target] if target else _this_platform()}"

    def finalize(self, version: str, build_data: dict[str, Any], artifact_path: str) -> None:  # noqa: ARG002
        """Remove the temporary folder of a wheel's libraries."""
        if version != "editable":
            shutil.rmtree(self._folder)


def compile_all(folder: Path, target: str = "") -> list[Path]:
    """Compile the libraries of all packages into a source tree, and return their paths.

    Args:
        folder: the root of the source tree; missing folders are made.
        target: a platform in Zig's notation; this one if empty.

    Raises:
        subprocess.CalledProcessError: the compiler failed; it has printed the reason.
    """
    for package in PACKAGES:
        (folder / package).mkdir(parents=True, exist_ok=True)
    return [compile_library(package, folder / package, target) for package in PACKAGES]


def compile_library(package: Path, folder: Path, target: str = "", *, flags: tuple[str, ...] = ()) -> Path:
    """Compile all C files of a package into one library and return its path.

    Args:
        package: one of `PACKAGES`.
        folder: receives the library. A library that is there is replaced, not overwritten: it may be in use.
        target: a platform in Zig's notation; this one if empty.
        flags: further flags for the compiler.

    Raises:
        subprocess.CalledProcessError: the compiler failed; it has printed the reason.
    """
    compiler = [] if target else find_compiler()
    if not compiler:
        chosen = ("-target", target) if target else ()
        # -s: no debug information, which would name folders of this machine
        compiler = [sys.executable, "-m", "ziglang", "cc", *chosen, "-mcpu=baseline", "-s"]
    if "windows" not in target and sys.platform != "win32":
        flags = ("-fPIC", *flags)
    library = folder / library_name(target)
    sources = sorted(
        path.name for path in (SOURCES / package).glob("*.c")
    )  # relative, so that builds are reproducible
    with tempfile.TemporaryDirectory(dir=folder) as unfinished:
        made = Path(unfinished) / library.name
        command = [*compiler, *FLAGS, *flags, *sources, "-o", str(made.resolve()), "-lm"]
        subprocess.run(command, cwd=SOURCES / package, check=True)
        made.replace(library)
    return library


def library_name(target: str = "") -> str:
    """Return the file name of the library for a target, or for this platform if it is empty."""
    if "windows" in target or (not target and sys.platform == "win32"):
        return "gifmill.dll"
    if "macos" in target or (not target and sys.platform == "darwin"):
        return "libgifmill.dylib"
    return "libgifmill.so"


@cache
def find_compiler() -> list[str]:
    """Return the command of this machine's C compiler, or an empty list if none works.

    A compiler without the C library's headers is as common as none, so this compiles a line that needs them.
    """
    command = shlex.split(os.environ.get("CC") or "cc")
    if not shutil.which(command[0]):
        return []
    trial = "#include <math.h>\n#include <stdint.h>\n#include <stdlib.h>\n"
    with tempfile.TemporaryDirectory() as folder:
        ended = subprocess.run(
            [*command, "-std=c11", "-shared", "-x", "c", "-", "-o", f"{folder}/trial", "-lm"],
            input=trial.encode(),
            capture_output=True,
            check=False,
        )
    return command if ended.returncode == 0 else []


def _this_platform() -> str:
    """Return the platform tag of a library that was compiled for this machine.

    manylinux is a promise about old versions of glibc, and only a build for a target can keep it.
    """
    return next(tag for tag in platform_tags() if "manylinux" not in tag and "musllinux" not in tag)


if __name__ == "__main__":
    compile_all(SOURCES)
