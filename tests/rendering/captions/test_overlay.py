from __future__ import annotations

import numpy as np
import pytest

from gifmill.rendering.captions.lettering import Glyph
from gifmill.rendering.captions.overlay import Overlay

RED = (1.0, 0.0, 0.0)


def dot(left: int = 4, top: int = 4, opacity: float = 1) -> Glyph:
    """Return a glyph of 5 x 5 pixels with one pixel in the middle."""
    mask = np.zeros((5, 5), np.float32)
    mask[2, 2] = opacity
    return Glyph(left, top, mask, mask, None)


def covered(glyph: Glyph, shift_px: tuple[float, float] = (0, 0), channels: int = 3) -> np.ndarray:
    overlay = Overlay(12, range(2, 10))
    overlay.cover(glyph, glyph.letters, RED, shift_px)
    return overlay.laid_on(np.zeros((12, 12, channels), np.uint8))


def test_a_mask_is_laid_at_its_position() -> None:
    laid = covered(dot())

    assert np.argwhere(laid[..., 0]).tolist() == [[6, 6]]
    assert laid[6, 6].tolist() == [255, 0, 0]


def test_a_whole_shift_moves_it() -> None:
    assert np.argwhere(covered(dot(), (-2, 1))[..., 0]).tolist() == [[7, 4]]


def test_a_part_of_a_pixel_is_divided_between_two() -> None:
    laid = covered(dot(), (0.25, 0))

    assert laid[6, 6:8, 0].tolist() == [191, 64]


@pytest.mark.parametrize("corner", [(-3, 4), (4, -9), (11, 4), (4, 11), (-30, -30), (30, 30)])
def test_what_lies_outside_is_cut_off(corner: tuple[int, int]) -> None:
    assert not covered(dot(*corner)).any()


def test_half_opacity_mixes_with_the_canvas() -> None:
    overlay = Overlay(12, range(12))
    overlay.cover(dot(opacity=0.5), dot(opacity=0.5).letters, RED, (0, 0))

    assert overlay.laid_on(np.full((12, 12, 3), 100, np.uint8))[6, 6].tolist() == [178, 50, 50]


def test_alpha_of_the_canvas_is_kept_around_and_grows_below() -> None:
    laid = covered(dot(opacity=0.5), channels=4)

    assert laid[6, 6].tolist() == [255, 0, 0, 128]
    assert laid[..., 3].sum() == 128


def test_a_filled_overlay_covers_its_rows_only() -> None:
    overlay = Overlay(12, range(2, 10))
    overlay.fill((1, 1, 1))
    rows = overlay.laid_on(np.zeros((12, 12, 3), np.uint8)).all(axis=(1, 2))

    assert np.flatnonzero(rows).tolist() == list(range(2, 10))


def test_the_canvas_is_not_changed() -> None:
    canvas = np.zeros((12, 12, 3), np.uint8)
    overlay = Overlay(12, range(12))
    overlay.fill((1, 1, 1))
    overlay.laid_on(canvas)

    assert not canvas.any()
