from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from gifmill.gif.colour_distance import LINEAR_MAP, nearest_centres, to_lab
from gifmill.gif.lossy_runs import lengthen_runs, lengthen_runs_of_all
from gifmill.gif.lzw import compress

if TYPE_CHECKING:
    from gifmill.animation import Indices, Pixels

RANDOM = np.random.default_rng(0)
PALETTE = RANDOM.integers(0, 256, (96, 3), np.uint8)
PIXELS: Pixels = np.clip(
    np.linspace(40, 200, 90)[None, :, None] + RANDOM.normal(0, 12, (60, 90, 3)), 0, 255
).astype(np.uint8)
INDICES: Indices = (
    nearest_centres(to_lab(PIXELS.reshape(-1, 3)), to_lab(PALETTE)).astype(np.uint8).reshape(60, 90)
)


def errors(indices: Indices) -> float:
    return float(np.square((PIXELS - PALETTE[indices].astype(int)) @ LINEAR_MAP).sum(-1).mean())


def test_more_tolerance_gives_longer_runs_and_less_code() -> None:
    sizes = [
        len(compress(lengthen_runs(PIXELS, INDICES, PALETTE, tolerance), 7))
        for tolerance in (0.0, 3e-3, 3e-2)
    ]
    assert sizes == sorted(sizes, reverse=True)
    assert sizes[1] < 0.95 * sizes[0]


def test_a_pixel_changes_only_to_its_left_neighbours_entry() -> None:
    snapped = lengthen_runs(PIXELS, INDICES, PALETTE, 1e-3)
    changed = snapped[:, 1:] != INDICES[:, 1:]
    assert changed.any()
    np.testing.assert_array_equal(snapped[:, 1:][changed], snapped[:, :-1][changed])
    np.testing.assert_array_equal(snapped[:, 0], INDICES[:, 0])


def test_the_error_grows_by_no_more_than_the_tolerance() -> None:
    assert errors(lengthen_runs(PIXELS, INDICES, PALETTE, 3e-4)) - errors(INDICES) < 1.8 * 3e-4


def test_a_single_column_is_not_changed() -> None:
    np.testing.assert_array_equal(lengthen_runs(PIXELS[:, :1], INDICES[:, :1], PALETTE, 1.0), INDICES[:, :1])


def test_a_batch_equals_single_pictures() -> None:
    pictures = [np.roll(PIXELS, 7 * turn, axis=0) for turn in range(3)]
    palettes = [PALETTE, RANDOM.integers(0, 256, (40, 3), np.uint8), PALETTE[:64]]
    indices = [
        nearest_centres(to_lab(pixels.reshape(-1, 3)), to_lab(palette)).astype(np.uint8).reshape(60, 90)
        for pixels, palette in zip(pictures, palettes, strict=True)
    ]
    together = lengthen_runs_of_all(pictures, indices, palettes, 1e-3)
    for picture, entries, palette, found in zip(pictures, indices, palettes, together, strict=True):
        np.testing.assert_array_equal(found, lengthen_runs(picture, entries, palette, 1e-3))


def test_processing_a_wide_picture_in_strips_costs_few_bytes() -> None:
    wide, entries = np.tile(PIXELS, (1, 4, 1)), np.tile(INDICES, (1, 4))
    found = lengthen_runs(wide, entries, PALETTE, 1e-3)
    assert found.shape == entries.shape
    alone = lengthen_runs(PIXELS, INDICES, PALETTE, 1e-3)
    assert len(compress(found, 7)) < 1.03 * len(compress(np.tile(alone, (1, 4)), 7))
