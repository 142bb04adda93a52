"""Views of an enlarged photo, compared with the photo."""

from __future__ import annotations

from math import pi
from typing import TYPE_CHECKING

import numpy as np
import pytest

from gifmill.animation import Size
from gifmill.effects.affine_camera import AffineCamera, overhang_px, supersampling_factor
from gifmill.photo.saliency import CENTRE, Point

if TYPE_CHECKING:
    from gifmill.animation import Pixels

ROUNDING = 2


def noise(width: int, height: int) -> Pixels:
    return np.random.default_rng(0).integers(60, 200, (height, width, 3), np.uint8)


def max_difference(one: Pixels, other: Pixels) -> int:
    return int(abs(one.astype(int) - other).max())


@pytest.mark.parametrize("size", [(1, 1), (1, 30), (31, 17), (600, 12)])
def test_a_view_without_zoom_or_rotation_is_the_photo(size: tuple[int, int]) -> None:
    pixels = noise(*size)
    assert max_difference(np.asarray(AffineCamera(pixels).view(Size(*size), CENTRE)), pixels) <= ROUNDING


def test_a_quarter_turn_is_clockwise() -> None:
    pixels = noise(32, 20)
    turned = AffineCamera(pixels).view(Size(20, 32), CENTRE, angle=pi / 2)
    assert max_difference(np.asarray(turned), np.rot90(pixels, -1)) <= ROUNDING


def test_the_photo_is_mirrored_beyond_its_edges() -> None:
    pixels = noise(20, 10)
    look = AffineCamera(pixels, (10, 0)).view(Size(20, 10), Point(0, 0.5))
    assert (
        max_difference(np.asarray(look), np.concatenate([pixels[:, 9::-1], pixels[:, :10]], axis=1))
        <= ROUNDING
    )


def test_zooming_in_shows_less_of_the_photo() -> None:
    pixels = np.zeros((30, 30, 3), np.uint8)
    pixels[10:20, 10:20] = 200
    assert np.asarray(AffineCamera(pixels).view(Size(24, 24), CENTRE, zoom=3)).min() > 150


def test_a_larger_photo_is_enlarged_less() -> None:
    assert supersampling_factor(Size(480, 320)) > supersampling_factor(Size(320, 1080))


def test_overhang_is_the_part_beyond_the_edge() -> None:
    assert overhang_px(15.2, 20) == 6
    assert overhang_px(9, 20) == 0
