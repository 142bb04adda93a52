from __future__ import annotations

import numpy as np
import pytest
from tests.gif.frames import random_pixels

from gifmill.gif.sampling import colours_outside_sample, sample_pixels

BLUE = (0, 0, 255)


def test_colours_outside_the_sample_are_found_once_per_cell() -> None:
    picture = np.zeros((400, 400, 3), np.uint8)
    sample = sample_pixels(picture, 16_384)
    picture[7, 7], picture[7, 8], picture[9, 9] = (255, 0, 0), (254, 0, 0), BLUE
    found = colours_outside_sample(picture, sample)
    assert sorted(map(tuple, found[0].tolist())) == [BLUE, (255, 0, 0)]
    assert colours_outside_sample(picture[10:], sample).shape == (1, 0, 3)


def test_all_pixels_of_a_small_picture_are_sampled() -> None:
    picture = random_pixels(150, 100)
    np.testing.assert_array_equal(sample_pixels(picture, 15_000)[0], picture.reshape(-1, 3))


@pytest.mark.parametrize("width", [200, 255, 256, 300, 480, 1080])
def test_a_sample_of_a_large_picture_covers_all_columns_evenly(width: int) -> None:
    columns = np.arange(width, dtype=np.uint16)
    picture = np.zeros((400, width, 3), np.uint8)
    picture[..., 0], picture[..., 1] = columns >> 8, columns & 255
    sample = sample_pixels(picture, 32_768)[0].astype(int)
    counts = np.bincount(sample[:, 0] << 8 | sample[:, 1], minlength=width)
    assert counts.min() > 0.6 * counts.mean()
    assert counts.max() < 1.4 * counts.mean()


@pytest.mark.parametrize("tile", [4, 9, 37, 64, 75, 150])
def test_a_sample_covers_every_position_of_a_tile(tile: int) -> None:
    y, x = np.mgrid[:300, :300] % tile
    picture = np.stack([x, y, x * 0], -1).astype(np.uint8)
    places = len(np.unique(sample_pixels(picture, 32_768)[0].astype(int) @ [1, 256, 0]))
    assert places > 0.6 * tile * tile if tile > 100 else places == tile * tile


def test_a_sample_has_no_pixel_twice() -> None:
    picture = np.arange(300 * 300).reshape(300, 300, 1) >> np.array([16, 8, 0]) & 255
    sample = sample_pixels(picture.astype(np.uint8), 20_000)[0]
    assert len(np.unique(sample, axis=0)) == 20_000
