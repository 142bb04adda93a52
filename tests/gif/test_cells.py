from __future__ import annotations

import numpy as np

from gifmill.gif.cells import CellTable, cell_keys
from gifmill.gif.metric import nearest, to_lab

RANDOM = np.random.default_rng(0)


def test_a_cell_is_named_by_the_leading_bits() -> None:
    colours = np.array([[0b1010_1111, 0b0110_0000, 0b1111_1111]], np.uint8)
    assert cell_keys(colours, (3, 2, 1)).tolist() == [0b101_01_1]


def test_with_all_bits_every_pixel_gets_its_nearest_entry() -> None:
    pixels = RANDOM.integers(0, 256, (20, 30, 3), np.uint8) // 4 * 4
    palette = RANDOM.integers(0, 256, (50, 3), np.uint8)
    found = CellTable((6, 6, 6)).map(pixels, palette)
    wanted = nearest(to_lab(pixels.reshape(-1, 3)), to_lab(palette)).reshape(20, 30)
    np.testing.assert_array_equal(found, wanted)


def test_a_cell_is_judged_by_one_of_its_pixels() -> None:
    """Black and the next greys share a cell whose centre is far from all of them."""
    pixels = np.array([[[1, 1, 1], [2, 2, 2]]], np.uint8)
    palette = np.array([[0, 0, 0], [32, 32, 32]], np.uint8)
    assert CellTable((2, 2, 2)).map(pixels, palette).tolist() == [[0, 0]]


def test_what_a_table_mapped_before_does_not_matter() -> None:
    table = CellTable((5, 6, 5))
    pictures = RANDOM.integers(0, 256, (3, 40, 40, 3), np.uint8)
    palettes = RANDOM.integers(0, 256, (3, 99, 3), np.uint8)
    for pixels, palette in zip(pictures, palettes, strict=True):
        np.testing.assert_array_equal(table.map(pixels, palette), CellTable((5, 6, 5)).map(pixels, palette))
