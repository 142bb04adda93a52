"""What a test cannot do without: where that is missing it is skipped, which in CI is an error."""

from __future__ import annotations

import os
from typing import NoReturn

import pytest


def skip_or_fail(reason: str) -> NoReturn:
    """End a test for want of something; the reason says how to come by it."""
    if os.environ.get("CI") == "true":
        pytest.fail(reason)
    pytest.skip(reason)
