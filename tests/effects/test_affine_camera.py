"""Views of an enlarged photo, compared with the photo."""

from __future__ import annotations

from math import cos, pi, sin
from typing import TYPE_CHECKING

import numpy as np
import pytest

from gifmill.animation import Size
from gifmill.effects.affine_camera import AffineCamera
from gifmill.photo.saliency import CENTRE, Point

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from gifmill.animation import Pixels


def noise(width: int, height: int) -> Pixels:
    return np.random.default_rng(0).integers(60, 200, (height, width, 3), np.uint8)


@pytest.mark.parametrize("size", [(1, 1), (1, 30), (31, 17), (600, 12)])
def test_a_view_without_zoom_or_rotation_is_the_photo(size: tuple[int, int]) -> None:
    pixels = noise(*size)
    assert (AffineCamera(pixels).view(Size(*size), CENTRE) == pixels).all()


def test_a_quarter_turn_is_clockwise() -> None:
    pixels = noise(32, 20)
    assert (AffineCamera(pixels).view(Size(20, 32), CENTRE, angle=pi / 2) == np.rot90(pixels, -1)).all()


def test_the_photo_is_mirrored_beyond_its_edges() -> None:
    pixels = noise(20, 10)
    look = AffineCamera(pixels).view(Size(20, 10), Point(0, 0.5))
    assert (look == np.concatenate([pixels[:, 9::-1], pixels[:, :10]], axis=1)).all()


def test_zooming_in_shows_less_of_the_photo() -> None:
    pixels = np.zeros((30, 30, 3), np.uint8)
    pixels[10:20, 10:20] = 200
    assert AffineCamera(pixels).view(Size(24, 24), CENTRE, zoom=3).min() > 150


@pytest.mark.parametrize("angle", [0.1, 0.8, 2.5])
def test_a_rotated_view_is_as_sharp_as_a_rotated_scene(angle: float) -> None:
    """A smooth scene can be computed exactly anywhere."""
    y, x = np.mgrid[0:60, 0:80] + 0.5
    right, down = x - 40, y - 30
    shown_x = 40 + right * cos(angle) + down * sin(angle)
    shown_y = 30 - right * sin(angle) + down * cos(angle)
    turned = AffineCamera(scene(x, y)).view(Size(80, 60), CENTRE, angle=angle)
    inside = (abs(shown_x - 40) < 35) & (abs(shown_y - 30) < 25)
    assert abs(turned.astype(int) - scene(shown_x, shown_y))[inside].max() <= 4


def scene(x: NDArray[np.float64], y: NDArray[np.float64]) -> Pixels:
    waves = 128 + 60 * np.sin(x) + 60 * np.cos(1.1 * y)
    pixels: Pixels = np.rint(waves).astype(np.uint8)[..., None].repeat(3, axis=2)
    return pixels
