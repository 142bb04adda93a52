"""The native core under AddressSanitizer and UndefinedBehaviorSanitizer, in a process of its own.

A finding ends that process. To check another function, add the file of its tests to `TESTS`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from tests.gif.sanitizers import NoSanitizers, run_sanitized, sanitized_library

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.slow

TESTS = [
    "tests/gif/native",
    "tests/gif/test_core.py",
    "tests/gif/test_encoder.py",
    "tests/gif/test_frame_code.py",
    "tests/gif/test_frame_colours.py",
]
"""Test files that call native functions, or wrappers of them."""

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
    try:
        return sanitized_library(tmp_path_factory.mktemp("sanitized"))
    except NoSanitizers as error:
        pytest.skip(str(error))


@pytest.mark.parametrize("tests", TESTS)
def test_native_functions_pass_their_tests_with_sanitizers(library: Path, tests: str) -> None:
    ended = run_sanitized("-m", "tests.gif.sanitized", str(library), tests)
    assert ended.returncode == 0, ended.stdout + ended.stderr


def test_sanitizers_find_a_buffer_overflow(library: Path) -> None:
    ended = run_sanitized("-c", OVERFLOW, str(library))
    assert ended.returncode != 0
    assert "AddressSanitizer: heap-buffer-overflow" in ended.stderr
