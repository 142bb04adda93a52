"""A fixture for tests of the encoder's native core."""

from __future__ import annotations

from typing import Any

import pytest
from tests.gif.frames import random_colours

import gifmill.gif.core as core
import gifmill.gif.frame_code as frame_code


class NoLibrary:
    """A library that no test may call."""

    def __getattr__(self, name: str) -> Any:
        raise AssertionError(f"{name} was called")


@pytest.fixture
def no_calls(monkeypatch: pytest.MonkeyPatch) -> frame_code.Search:
    """Return a search for 16 colours, and fail from now on whenever the library is called."""
    search = frame_code.Search(frame_code.MAX_BEAM)
    search.set_palette(random_colours(16))
    for module in (core, frame_code):
        monkeypatch.setattr(module, "library", NoLibrary)
    return search
