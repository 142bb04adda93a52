"""The native core under AddressSanitizer and UndefinedBehaviorSanitizer, in a process of its own.

A finding ends that process. To check another function, add the file of its tests to `TESTS`.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

import hatch_build

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[2]

TESTS = [
    "tests/gif/native",
    "tests/gif/test_core.py",
    "tests/gif/test_encoder.py",
    "tests/gif/test_frame_code.py",
    "tests/gif/test_frame_colours.py",
]
"""Test files that call native functions, or wrappers of them."""

FLAGS = ("-fsanitize=address,undefined", "-fno-sanitize-recover=all", "-fno-omit-frame-pointer", "-g", "-O1")

OVERFLOW = """
import sys
import numpy as np
from pathlib import Path
from gifmill.gif import native
native.LIBRARY = Path(sys.argv[1])
native.library().gifmill_from_metric(np.zeros(3000, np.float32), 1000, np.zeros(10, np.uint8))
"""


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the path of a library with sanitizers."""
    if sys.platform != "linux" or not hatch_build.find_compiler():
        pytest.skip("sanitizers need Linux and a C compiler of the system: Zig's has no AddressSanitizer")
    try:
        return hatch_build.compile_library(tmp_path_factory.mktemp("sanitized"), flags=FLAGS)
    except subprocess.CalledProcessError:
        pytest.skip("this C compiler has no sanitizers")


def run_sanitized(*arguments: str) -> subprocess.CompletedProcess[str]:
    """Run Python with AddressSanitizer's runtime, which must be loaded before all other libraries."""
    find = [*hatch_build.find_compiler(), "-print-file-name=libasan.so"]
    runtime = subprocess.run(find, check=True, stdout=subprocess.PIPE, text=True).stdout.strip()
    environ = {
        **os.environ,
        "LD_PRELOAD": runtime,
        "ASAN_OPTIONS": "detect_leaks=0",  # Python itself frees little as it ends
        "UBSAN_OPTIONS": "print_stacktrace=1",
        "PYTHONMALLOC": "malloc",  # so that small arrays have guarded memory too
        "PYTHONPATH": os.pathsep.join((str(ROOT / "src"), str(ROOT))),
    }
    return subprocess.run(
        [sys.executable, *arguments], cwd=ROOT, env=environ, check=False, capture_output=True, text=True
    )


@pytest.mark.parametrize("tests", TESTS)
def test_native_functions_pass_their_tests_with_sanitizers(library: Path, tests: str) -> None:
    ended = run_sanitized("-m", "tests.gif.sanitized", str(library), tests)
    assert ended.returncode == 0, ended.stdout + ended.stderr


def test_sanitizers_find_a_buffer_overflow(library: Path) -> None:
    ended = run_sanitized("-c", OVERFLOW, str(library))
    assert ended.returncode != 0
    assert "AddressSanitizer: heap-buffer-overflow" in ended.stderr
