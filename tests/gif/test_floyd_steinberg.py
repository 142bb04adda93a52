from __future__ import annotations

import numpy as np
import pytest

from gifmill.gif.floyd_steinberg import dither_floyd_steinberg, pull_towards_palette

GREYS = np.array([[0, 0, 0], [85, 85, 85], [170, 170, 170], [255, 255, 255]], np.uint8)


@pytest.mark.parametrize("level", [20, 60, 128, 200])
def test_flat_grey_keeps_its_mean(level: int) -> None:
    pixels = np.full((64, 64, 3), level, np.uint8)
    decoded_frames = GREYS[dither_floyd_steinberg(pixels, GREYS)]
    assert len(np.unique(decoded_frames)) > 1
    assert abs(decoded_frames.mean() - level) < 4


@pytest.mark.parametrize("entries", [1, 2, 100, 256])
def test_only_entries_of_the_palette_are_used(entries: int) -> None:
    random = np.random.default_rng(entries)
    palette = random.integers(0, 256, (entries, 3), np.uint8)
    indices = dither_floyd_steinberg(random.integers(0, 256, (30, 40, 3), np.uint8), palette)
    assert indices.dtype == np.uint8
    assert indices.shape == (30, 40)
    assert indices.max() < entries


@pytest.mark.parametrize(("strength", "left"), [(0.0, 0), (0.5, 50), (1.0, 100)])
def test_pulling_keeps_a_part_of_the_error(strength: float, left: int) -> None:
    pixels = np.array([[[200, 100, 0], [0, 0, 0]]], np.uint8)
    near = np.array([[[100, 0, 100], [0, 0, 0]]], np.uint8)
    assert pull_towards_palette(pixels, near, strength).tolist() == [
        [[100 + left, left, 100 - left], [0, 0, 0]]
    ]


def test_errors_over_the_whole_range_do_not_overflow() -> None:
    black, white = np.zeros((1, 1, 3), np.uint8), np.full((1, 1, 3), 255, np.uint8)
    assert pull_towards_palette(white, black, 0.99).tolist() == [[[253, 253, 253]]]
    assert pull_towards_palette(black, white, 0.99).tolist() == [[[2, 2, 2]]]
