"""Each patch works and is needed. If a patch is not needed any more, upstream has fixed the problem."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from tests.emulator.probes import Probes
from tests.emulator.process import PATCHES, emulator, require_emulator

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.emulator.process import Emulator

_NAMES = sorted(path.stem for path in (PATCHES / "patched").glob("[!_]*.py"))


@pytest.fixture(scope="module")
def probes(emulated: Emulator) -> Iterator[Probes]:
    with Probes(emulated) as deployed:
        yield deployed


@pytest.mark.parametrize("name", _NAMES)
def test_a_probe_succeeds_with_its_patch(name: str, probes: Probes) -> None:
    assert getattr(probes, name)()


@pytest.mark.parametrize("name", _NAMES)
def test_a_probe_fails_without_its_patch(name: str) -> None:
    require_emulator()
    with emulator(without=[name]) as bare, Probes(bare) as probes:
        assert not getattr(probes, name)()
