"""Run tests with an instrumented native library: `python -m tests.gif.sanitized LIBRARY TESTS...`.

The process needs the sanitizer's runtime in LD_PRELOAD: tests/gif/test_sanitizers.py starts it so.
"""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from gifmill.gif import native


def main() -> int:
    """Run pytest with another native library and return its exit code."""
    library, *arguments = sys.argv[1:]
    native.LIBRARY = Path(library)
    return pytest.main(["-q", *arguments])


if __name__ == "__main__":
    sys.exit(main())
