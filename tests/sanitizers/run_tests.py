"""Run tests with a sanitized library: `python -m tests.sanitizers.run_tests MODULE LIBRARY TESTS...`.

The process needs the sanitizer's runtime in LD_PRELOAD: test_native_code.py starts it so.
"""

from __future__ import annotations

import sys
from importlib import import_module
from pathlib import Path

import pytest
from tests.sanitizers.sanitized_libraries import guard_searches


def main() -> int:
    """Run pytest with another native library and return its exit code."""
    module, library, *arguments = sys.argv[1:]
    vars(import_module(module))["LIBRARY"] = Path(library)
    guard_searches()
    return pytest.main(["-q", *arguments])


if __name__ == "__main__":
    sys.exit(main())
