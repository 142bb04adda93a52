"""The native libraries with AddressSanitizer and UndefinedBehaviorSanitizer, and processes that use them.

A library also counts its allocations (allocations.c). LeakSanitizer cannot: it reports at the end of a
process, when Python itself has freed little.
"""

from __future__ import annotations

import ctypes
import os
import subprocess
import sys
from pathlib import Path

import numpy as np

import gifmill.gif.frame_code as frame_code
import hatch_build
from gifmill.gif import native

ROOT = Path(__file__).parents[2]

ALLOCATIONS = Path(__file__).with_name("allocations.c")
_ALLOCATORS = ("malloc", "calloc", "realloc", "aligned_alloc", "free")

_SANITIZERS = (
    "-fsanitize=address,undefined,float-cast-overflow",
    "-fno-sanitize-recover=all",
    "-fno-omit-frame-pointer",
    "-g",
    "-O1",
)
_COUNTED = (*(f"-Wl,--wrap={name}" for name in _ALLOCATORS), str(ALLOCATIONS))

ENCODER = Path("gifmill/gif/native")
"""The package of the encoder's library."""

OPTIONS = {
    "ASAN_OPTIONS": "detect_leaks=0:quarantine_size_mb=32",
    "UBSAN_OPTIONS": "print_stacktrace=1",
    "PYTHONMALLOC": "malloc",  # so that small arrays have guarded memory too
}


class NoSanitizers(Exception):
    """This machine cannot build the library with sanitizers."""


def sanitized_library(folder: Path, *flags: str, package: Path = ENCODER) -> Path:
    """Compile a package's library with sanitizers, with further flags or C files, and return its path.

    Raises:
        NoSanitizers: the operating system or its compiler has none.
        subprocess.CalledProcessError: a C file is wrong; the compiler has printed the reason.
    """
    compiler = hatch_build.find_compiler()
    if sys.platform != "linux" or not compiler:
        raise NoSanitizers("sanitizers need Linux and a C compiler of the system: Zig's has none")
    trial = [*compiler, *_SANITIZERS, "-shared", "-x", "c", "/dev/null", "-o", str(folder / "trial.so")]
    if subprocess.run(trial, check=False).returncode:
        raise NoSanitizers("this C compiler has no sanitizers")
    headers = f"-I{hatch_build.SOURCES / package}"
    return hatch_build.compile_library(package, folder, flags=(*_SANITIZERS, headers, *_COUNTED, *flags))


def sanitized_python() -> tuple[list[str], dict[str, str]]:
    """Return the command and environment of a Python that can load the library.

    AddressSanitizer's runtime must be loaded before all other libraries.
    """
    find = [*hatch_build.find_compiler(), "-print-file-name=libasan.so"]
    runtime = subprocess.run(find, check=True, stdout=subprocess.PIPE, text=True).stdout.strip()
    path = os.pathsep.join((str(ROOT / "src"), str(ROOT)))
    return [sys.executable], {**os.environ, **OPTIONS, "LD_PRELOAD": runtime, "PYTHONPATH": path}


def run_sanitized(*arguments: str) -> subprocess.CompletedProcess[str]:
    """Run a Python that can load the library to its end."""
    command, environ = sanitized_python()
    return subprocess.run(
        [*command, *arguments], cwd=ROOT, env=environ, check=False, capture_output=True, text=True
    )


def guard_searches() -> None:
    """Allocate the memory of searches with guards around it, in this process: that of mmap has none."""
    assert "mmap" in vars(frame_code)
    vars(frame_code)["mmap"] = lambda _, size: np.zeros(size, np.uint8)


class NativeMemory:
    """The allocations of a library with sanitizers, in the process that uses it."""

    def __init__(self, library: Path) -> None:
        """Make the encoder use this library."""
        native.LIBRARY = library
        native.library.cache_clear()
        guard_searches()
        self._library = native.library()
        self._library.gifmill_live_allocations.restype = ctypes.c_int64
        self._library.gifmill_fail_allocation.argtypes = [ctypes.c_int64]
        self._allocated_bytes = ctypes.CDLL(None)["__sanitizer_get_current_allocated_bytes"]
        self._allocated_bytes.restype = ctypes.c_size_t

    @property
    def live_allocations(self) -> int:
        """Allocations of the core that are not free. Between calls there are none."""
        return int(self._library.gifmill_live_allocations())

    @property
    def process_bytes(self) -> int:
        """Allocated bytes of the whole process."""
        return int(self._allocated_bytes())

    def fail_allocation(self, number: int) -> None:
        """Let the core's allocation of this number fail, counted from now on; 0: none."""
        self._library.gifmill_fail_allocation(number)
