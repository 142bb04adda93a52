"""Fixtures for the tests of the emulator's process and patches."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from tests.emulator.process import emulator, require_emulator

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.emulator.process import Emulator


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    from pathlib import Path

    for item in items:
        if item.path.is_relative_to(Path(__file__).parent):
            item.add_marker("emulator")


@pytest.fixture(scope="module")
def emulated() -> Iterator[Emulator]:
    """Yield an emulator with all patches."""
    require_emulator()
    with emulator() as running:
        yield running
