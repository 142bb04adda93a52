"""Neon: the contours light up while the photo darkens."""

from __future__ import annotations

from colorsys import rgb_to_hsv
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest

import gifmill
from gifmill.effects import EFFECTS
from gifmill.effects.neon import neon
from gifmill.photo.photo import Photo

if TYPE_CHECKING:
    from gifmill.animation import Animation

PHOTO = gifmill.open_photo(Path(__file__).parents[1] / "sample_photos/chelsea.jpg", max_side_px=160)
FRAMES = 24
MIDDLE = FRAMES // 2


def animate(photo: Photo = PHOTO, strength: int = 50, detail: int = 50) -> Animation:
    return neon(photo, strength=strength, detail=detail, duration=3, frames=FRAMES)


def square(ground: int = 220, colour: tuple[int, int, int] = (120, 120, 120)) -> Photo:
    """Return a square of 100 px on a grey ground of 200 px."""
    pixels = np.full((200, 200, 3), ground, np.uint8)
    pixels[50:150, 50:150] = colour
    return Photo(pixels)


def cut_out() -> Photo:
    pixels = np.zeros((200, 200, 4), np.uint8)
    pixels[50:150, 50:150] = (120, 160, 200, 255)
    return Photo(pixels)


def hue(pixel: np.ndarray[tuple[int, ...], np.dtype[np.uint8]]) -> float:
    red, green, blue = (int(level) / 255 for level in pixel[:3])
    return rgb_to_hsv(red, green, blue)[0]


def test_the_first_frame_is_nearly_the_photo() -> None:
    difference = animate().canvas(0).astype(int) - PHOTO.pixels
    assert 0 < difference.mean() < 0.1 * 255
    assert difference.min() >= 0  # the tubes only add light


def test_the_photo_darkens_and_the_tubes_light_up() -> None:
    frame = animate(square()).canvas(MIDDLE).astype(int)
    assert frame[50, 100].max() > 200  # on the outline
    assert frame[10, 10].max() < 40
    assert frame[100, 100].max() < 40


def test_light_decreases_with_the_distance_from_a_tube() -> None:
    levels = animate(square()).canvas(MIDDLE)[100].max(axis=1).astype(int)[50:80:6].tolist()
    assert levels == sorted(levels, reverse=True)
    assert levels[0] > levels[1] + 50 > levels[2] + 60


def test_the_hues_pass_once_around_the_colour_wheel() -> None:
    animation = animate(square())
    hues = np.unwrap([hue(animation.canvas(number)[56, 100]) for number in range(6, 19)], period=1)
    assert hues[-1] - hues[0] == pytest.approx(0.5, abs=0.06)


def test_the_hues_begin_as_those_of_the_photo() -> None:
    for colour in ((220, 20, 20), (20, 200, 30), (30, 40, 230)):
        photo = square(20, colour)
        started = hue(animate(photo).canvas(MIDDLE)[100, 47]) - 0.5
        place = 0.3 * (47 / 200 * 0.9 + 100 / 200 * 0.6)
        expected = hue(np.array(colour, np.uint8)) + place
        assert abs((started - expected + 0.5) % 1 - 0.5) < 0.15


def test_a_grey_photo_has_tubes_of_several_hues() -> None:
    frame = animate(square()).canvas(MIDDLE)
    corners = [hue(frame[row, column]) for row in (44, 156) for column in (44, 156)]
    assert np.ptp(corners) > 0.3


def test_more_strength_gives_darker_photos_and_brighter_tubes() -> None:
    frames = [animate(square(), strength=strength).canvas(MIDDLE).astype(int) for strength in (1, 25, 50)]
    photos = [int(frame[10, 10].max()) for frame in frames]
    tubes = [int(frame[100, 50].max()) for frame in frames]
    assert photos == sorted(photos, reverse=True)
    assert tubes == sorted(tubes)


def test_more_detail_gives_more_light() -> None:
    means = [animate(detail=detail).canvas(MIDDLE).mean() for detail in (1, 50, 100)]
    assert means == sorted(means)


def test_the_brightness_changes_slowly() -> None:
    animation = animate(strength=100)
    means = [animation.canvas(number).mean() for number in range(FRAMES)]
    assert max(abs(after - before) for before, after in pairwise([*means, means[0]])) < 0.12 * 255


@pytest.mark.parametrize(("strength", "detail"), [(50, 50), (100, 50), (100, 100)])
def test_neon_does_not_flash(strength: int, detail: int) -> None:
    assert not gifmill.render(PHOTO, EFFECTS["neon"], strength=strength, detail=detail).calmed


def test_a_glow_surrounds_a_transparent_photo() -> None:
    frame = animate(cut_out()).canvas(MIDDLE).astype(int)
    assert 40 < frame[100, 45, 3] < 128
    assert frame[100, 45, 3] > frame[100, 35, 3] > frame[100, 5, 3]
    assert frame[100, 45, :3].max() > 240  # the colour is bright, and the alpha has its decrease
    assert (frame[60:140, 60:140, 3] == 255).all()


def test_a_transparent_photo_keeps_its_outline_in_the_first_frame() -> None:
    visible = animate(cut_out()).canvas(0)[..., 3] >= 128
    np.testing.assert_array_equal(visible, cut_out().pixels[..., 3] >= 128)
