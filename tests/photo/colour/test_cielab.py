"""Colours in CIELAB, against published values."""

from __future__ import annotations

import numpy as np
import pytest

from gifmill.photo.colour.cielab import cielab


@pytest.mark.parametrize(
    ("colour", "expected"),
    [
        ((0, 0, 0), (0, 0, 0)),
        ((255, 255, 255), (100, 0, 0)),
        ((255, 0, 0), (53.24, 80.09, 67.20)),
        ((0, 0, 255), (32.30, 79.19, -107.86)),
        ((10, 10, 10), (2.74, 0, 0)),
    ],
)
def test_colours_have_their_coordinates(
    colour: tuple[int, int, int], expected: tuple[float, float, float]
) -> None:
    assert cielab(np.array([[colour]], np.uint8))[0, 0].tolist() == pytest.approx(expected, abs=0.1)
