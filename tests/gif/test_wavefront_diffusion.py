from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from gifmill.gif.nearest_colour_table import NearestColourTable, cell_keys
from gifmill.gif.wavefront_diffusion import PaletteLookup, dither_along_wavefronts

if TYPE_CHECKING:
    from gifmill.animation import Indices, Pixels
    from gifmill.gif.indexed_image import Palette
    from gifmill.gif.nearest_colour_table import ChannelBits

BITS: ChannelBits = (6, 7, 6)
RANDOM = np.random.default_rng(0)
PALETTE = RANDOM.integers(0, 256, (40, 3), np.uint8)
GREYS = np.array([[0, 0, 0], [255, 255, 255]], np.uint8)


def diffused(pictures: list[Pixels], palette: Palette, strength: float) -> list[Indices]:
    search = PaletteLookup(palette, NearestColourTable(palette, BITS).complete((5, 5, 5)), BITS)
    return list(dither_along_wavefronts(pictures, [search] * len(pictures), strength))


def pixel_by_pixel(picture: Pixels, palette: Palette, strength: float) -> Indices:
    """Diffuse by Sierra's "Filter Lite", pixel by pixel and with the same fixed point."""
    entries = NearestColourTable(palette, BITS).complete((5, 5, 5))
    height, width = picture.shape[:2]
    half, quarter = round(strength * 32), round(strength * 16)
    errors = np.full((height + 1, width + 2, 3), 32)
    found = np.empty((height, width), np.uint8)
    for y in range(height):
        for x in range(width):
            expected = np.clip(picture[y, x] + (errors[y, x + 1] >> 6), 0, 255)
            found[y, x] = entries[cell_keys(expected.astype(np.uint8), BITS)]
            rest = expected - palette[found[y, x]]
            errors[y, x + 2] += rest * half
            errors[y + 1, x] += rest * quarter
            errors[y + 1, x + 1] += rest * quarter
    return found


@pytest.mark.parametrize(("height", "width"), [(1, 1), (1, 9), (9, 1), (2, 3), (17, 30), (40, 11)])
@pytest.mark.parametrize("strength", [0.5, 0.65, 1])
def test_a_wavefront_equals_a_loop_over_pixels(height: int, width: int, strength: float) -> None:
    picture = RANDOM.integers(0, 256, (height, width, 3), np.uint8)
    (found,) = diffused([picture], PALETTE, strength)
    np.testing.assert_array_equal(found, pixel_by_pixel(picture, PALETTE, strength))


def test_pictures_of_a_batch_do_not_affect_each_other() -> None:
    pictures = list(RANDOM.integers(0, 256, (5, 20, 30, 3), np.uint8))
    alone = [diffused([picture], PALETTE, 0.7)[0] for picture in pictures]
    for together, expected in zip(diffused(pictures, PALETTE, 0.7), alone, strict=True):
        np.testing.assert_array_equal(together, expected)


def test_pictures_of_several_batches_keep_their_order() -> None:
    pictures = list(RANDOM.integers(0, 256, (7, 300, 600, 3), np.uint8))
    found = diffused(pictures, PALETTE, 0.7)
    assert len(found) == 7
    np.testing.assert_array_equal(found[-1], diffused([pictures[-1]], PALETTE, 0.7)[0])


def test_black_and_white_are_dithered_to_the_requested_mean() -> None:
    (found,) = diffused([np.full((64, 64, 3), 64, np.uint8)], GREYS, 1)
    assert found.mean() == pytest.approx(64 / 255, abs=0.01)


def test_the_largest_errors_do_not_overflow() -> None:
    """White with a palette of black and nearly black gives the largest possible error."""
    palette = np.array([[0, 0, 0], [20, 20, 20]], np.uint8)
    (found,) = diffused([np.full((40, 40, 3), 255, np.uint8)], palette, 1)
    assert (found == 1).all()


def test_without_strength_each_pixel_has_the_entry_of_its_cell() -> None:
    picture = RANDOM.integers(0, 256, (20, 30, 3), np.uint8)
    table = NearestColourTable(PALETTE, BITS)
    expected = table.map(picture)
    (found,) = dither_along_wavefronts(
        [picture], [PaletteLookup(PALETTE, table.complete((5, 5, 5)), BITS)], 0
    )
    np.testing.assert_array_equal(found, expected)


def test_each_picture_may_have_a_palette_of_its_own() -> None:
    pictures = list(RANDOM.integers(0, 256, (3, 20, 30, 3), np.uint8))
    palettes = [GREYS, PALETTE, PALETTE[:7]]
    searches = [
        PaletteLookup(each, NearestColourTable(each, BITS).complete((5, 5, 5)), BITS) for each in palettes
    ]
    found = dither_along_wavefronts(pictures, searches, 0.7)
    for indices, picture, palette in zip(found, pictures, palettes, strict=True):
        np.testing.assert_array_equal(indices, diffused([picture], palette, 0.7)[0])
