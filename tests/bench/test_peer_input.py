from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

import numpy as np
import pytest
from PIL import Image

from bench.peer_input import PeerInput, slots
from gifmill.animation import delays_cs

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def source(tmp_path: Path) -> PeerInput:
    canvases = [np.full((4, 6, 3), level, np.uint8) for level in (10, 20)]
    return PeerInput(canvases, [20, 10], tmp_path)


@pytest.mark.parametrize("shares", [(1, 1, 1), (2, 1, 1, 1, 1, 1), (1,) * 24, (3, 1, 2)])
@pytest.mark.parametrize("duration_cs", [80, 140, 300, 1000])
def test_slots_are_recovered_from_their_delays(duration_cs: int, shares: tuple[int, ...]) -> None:
    assert slots(delays_cs(duration_cs, shares)) == shares


def test_the_rate_keeps_the_duration(source: PeerInput) -> None:
    assert source.slots == (2, 1)
    assert source.rate == Fraction(10)


def test_the_raw_file_has_all_canvases_in_order(source: PeerInput) -> None:
    assert source.raw.read_bytes() == bytes([10]) * 72 + bytes([20]) * 72
    assert [path.read_bytes()[0] for path in source.raws] == [10, 20]


def test_a_png_contains_its_canvas(source: PeerInput) -> None:
    with Image.open(source.pngs[1]) as image:
        assert (image.size, image.getpixel((0, 0))) == ((6, 4), (20, 20, 20))
