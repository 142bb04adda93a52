"""Invented background."""

from __future__ import annotations

import numpy as np
import pytest

from gifmill.effects.background_fill import filled_background


def test_visible_parts_stay() -> None:
    pixels = np.random.default_rng(1).integers(0, 256, (40, 60, 3), np.uint8)
    hidden = np.zeros((40, 60), np.bool_)
    hidden[10:30, 20:40] = True
    assert (filled_background(pixels, hidden)[~hidden] == pixels[~hidden]).all()


def test_a_hole_continues_what_is_beside_it() -> None:
    pixels = np.full((100, 200, 3), 60, np.uint8)
    pixels[:, 100:] = 180
    hidden = np.zeros((100, 200), np.bool_)
    hidden[20:80, 70:130] = True
    pixels[hidden] = 255
    row = filled_background(pixels, hidden)[50, :, 0]
    assert row[74] == pytest.approx(60, abs=3)
    assert row[126] == pytest.approx(180, abs=3)
    assert 60 <= row.min() <= row.max() <= 180


def test_stripes_beside_a_hole_are_mirrored_into_it() -> None:
    pixels = np.zeros((20, 400, 3), np.uint8)
    pixels[:, np.arange(400) % 8 < 4] = 200
    hidden = np.zeros((20, 400), np.bool_)
    hidden[:, 100:300] = True
    row = filled_background(pixels, hidden)[10, :, 0].astype(int)
    assert np.abs(row[100:103] - row[97:100][::-1]).max() < 60


def test_hidden_rows_repeat_the_nearest_row_above() -> None:
    pixels = np.full((50, 30, 3), 90, np.uint8)
    pixels[25:] = 250
    hidden = np.zeros((50, 30), np.bool_)
    hidden[25:] = True
    assert (filled_background(pixels, hidden) == 90).all()


def test_what_is_hidden_never_shows() -> None:
    random = np.random.default_rng(2)
    hidden = random.random((30, 50)) < 0.5
    pixels = np.where(hidden[..., None], 255, random.integers(0, 100, (30, 50, 3))).astype(np.uint8)
    assert filled_background(pixels, hidden).max() < 105
