from __future__ import annotations

import numpy as np

from gifmill.gif.colour_distance import nearest_centres, to_lab
from gifmill.gif.nearest_colour_table import NearestColourTable, cell_keys

RANDOM = np.random.default_rng(0)


def test_a_cell_number_consists_of_the_leading_bits() -> None:
    colours = np.array([[0b1010_1111, 0b0110_0000, 0b1111_1111]], np.uint8)
    assert cell_keys(colours, (3, 2, 1)).tolist() == [0b101_01_1]


def test_with_all_bits_every_pixel_gets_its_nearest_entry() -> None:
    pixels = RANDOM.integers(0, 256, (20, 30, 3), np.uint8) // 4 * 4
    palette = RANDOM.integers(0, 256, (50, 3), np.uint8)
    found = NearestColourTable(palette, (6, 6, 6)).map(pixels)
    expected = nearest_centres(to_lab(pixels.reshape(-1, 3)), to_lab(palette)).reshape(20, 30)
    np.testing.assert_array_equal(found, expected)


def test_a_cell_has_the_nearest_entry_of_one_of_its_pixels() -> None:
    """Black and nearly black greys share a cell whose centre is far from all of them."""
    pixels = np.array([[[1, 1, 1], [2, 2, 2]]], np.uint8)
    palette = np.array([[0, 0, 0], [32, 32, 32]], np.uint8)
    assert NearestColourTable(palette, (2, 2, 2)).map(pixels).tolist() == [[0, 0]]


def test_a_cell_keeps_the_entry_of_its_first_picture() -> None:
    table = NearestColourTable(np.array([[0, 0, 0], [64, 64, 64]], np.uint8), (2, 2, 2))
    assert table.map(np.array([[[10, 10, 10]]], np.uint8)).tolist() == [[0]]
    assert table.map(np.array([[[60, 60, 60], [70, 70, 70]]], np.uint8)).tolist() == [[0, 1]]


def test_pictures_without_common_cells_are_mapped_independently() -> None:
    palette = RANDOM.integers(0, 256, (99, 3), np.uint8)
    table = NearestColourTable(palette, (5, 6, 5))
    dark = RANDOM.integers(0, 128, (40, 40, 3), np.uint8)
    for pixels in (dark, dark + np.uint8(128)):
        np.testing.assert_array_equal(table.map(pixels), NearestColourTable(palette, (5, 6, 5)).map(pixels))


def test_cells_without_pixels_have_the_entries_of_a_coarser_grid() -> None:
    palette = RANDOM.integers(0, 256, (99, 3), np.uint8)
    entries = NearestColourTable(palette, (4, 5, 4)).complete((3, 3, 3))
    colours = RANDOM.integers(0, 256, (500, 3), np.uint8)
    centres = (colours & np.uint8(0b1110_0000) | np.uint8(16)).astype(np.uint8)
    expected = nearest_centres(to_lab(centres), to_lab(palette))
    np.testing.assert_array_equal(entries[cell_keys(colours, (4, 5, 4))], expected)


def test_a_complete_table_equals_the_mapping() -> None:
    palette = RANDOM.integers(0, 256, (99, 3), np.uint8)
    pixels = RANDOM.integers(0, 256, (20, 30, 3), np.uint8)
    table = NearestColourTable(palette, (6, 7, 6))
    mapped = table.map(pixels)
    np.testing.assert_array_equal(table.complete((4, 5, 4))[cell_keys(pixels, (6, 7, 6))], mapped)
