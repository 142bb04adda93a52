from __future__ import annotations

import numpy as np
import pytest

from gifmill.gif.palette import colour_histogram, distinct_colours, fit_palette, sample_pixels

RANDOM = np.random.default_rng(0)
NOISE = RANDOM.integers(0, 256, (100, 150, 3), np.uint8)


def test_distinct_colours_and_indices_reproduce_the_picture() -> None:
    picture = NOISE[:20, :20] // 64 * 64
    colours, numbers, counts = distinct_colours(picture)
    np.testing.assert_array_equal(colours[numbers].reshape(picture.shape), picture)
    assert len(np.unique(colours, axis=0)) == len(colours)
    np.testing.assert_array_equal(counts, np.bincount(numbers))


def test_the_histogram_counts_every_pixel_and_keeps_the_mean() -> None:
    means, counts = colour_histogram(NOISE)
    assert counts.sum() == 100 * 150
    np.testing.assert_allclose((means * counts[:, None]).sum(0) / counts.sum(), NOISE.mean((0, 1)), atol=0.5)


def test_a_picture_has_no_more_cells_than_colours() -> None:
    few = NOISE[:40, :40] // 128 * 128
    assert len(colour_histogram(few)[0]) == len(distinct_colours(few)[0]) == 8


def test_all_pixels_of_a_small_picture_are_sampled() -> None:
    np.testing.assert_array_equal(sample_pixels(NOISE)[0], NOISE.reshape(-1, 3))


@pytest.mark.parametrize("width", [200, 255, 256, 300, 480, 1080])
def test_a_sample_of_a_large_picture_covers_all_columns_evenly(width: int) -> None:
    columns = np.arange(width, dtype=np.uint16)
    picture = np.zeros((400, width, 3), np.uint8)
    picture[..., 0], picture[..., 1] = columns >> 8, columns & 255
    sample = sample_pixels(picture)[0].astype(int)
    counts = np.bincount(sample[:, 0] << 8 | sample[:, 1], minlength=width)
    assert counts.min() > 0.6 * counts.mean()
    assert counts.max() < 1.4 * counts.mean()


@pytest.mark.parametrize("tile", [4, 9, 37, 64, 75, 150])
def test_a_sample_covers_every_position_of_a_tile(tile: int) -> None:
    y, x = np.mgrid[:300, :300] % tile
    picture = np.stack([x, y, x * 0], -1).astype(np.uint8)
    places = len(np.unique(sample_pixels(picture)[0].astype(int) @ [1, 256, 0]))
    assert places > 0.6 * tile * tile if tile > 100 else places == tile * tile


@pytest.mark.parametrize("entries", [2, 16, 96, 256])
def test_a_palette_has_at_most_the_requested_number_of_entries(entries: int) -> None:
    colours, counts = colour_histogram(NOISE)
    palette = fit_palette(colours, counts, entries, 4)
    assert palette.dtype == np.uint8
    assert 2 <= len(palette) <= entries


def test_more_entries_than_colours_are_allowed() -> None:
    colours, counts = colour_histogram(NOISE[:1, :5])
    assert len(fit_palette(colours, counts, 256, 4)) <= 256
