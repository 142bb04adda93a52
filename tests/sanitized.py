"""Run tests with an instrumented native library: `python -m tests.sanitized MODULE LIBRARY TESTS...`.

The process needs the sanitizer's runtime in LD_PRELOAD: tests/test_sanitizers.py starts it so.
"""

from __future__ import annotations

import sys
from importlib import import_module
from pathlib import Path

import pytest


def main() -> int:
    """Run pytest with another native library and return its exit code."""
    module, library, *arguments = sys.argv[1:]
    vars(import_module(module))["LIBRARY"] = Path(library)
    return pytest.main(["-q", *arguments])


if __name__ == "__main__":
    sys.exit(main())
