"""Colours and shapes of the background of a photo."""

from __future__ import annotations

from colorsys import rgb_to_hsv
from math import pi

import numpy as np
import pytest

from gifmill.animation import Pixels, Size
from gifmill.effects.backdrop import backdrop_colours, circle_mask, darkened, masked, plain_canvas


def plain(colour: tuple[int, int, int]) -> Pixels:
    return np.full((40, 60, 3), colour, np.uint8)


def hue(colour: tuple[int, int, int]) -> float:
    return rgb_to_hsv(*(part / 255 for part in colour))[0] * 360


COLOURS = [(200, 40, 30), (40, 160, 60), (40, 60, 180), (220, 190, 40)]


@pytest.mark.parametrize("colour", COLOURS)
def test_the_background_has_the_complementary_hue(colour: tuple[int, int, int]) -> None:
    apart = abs(hue(backdrop_colours(plain(colour)).background) - hue(colour)) % 360
    assert 165 < apart < 195


@pytest.mark.parametrize("colour", COLOURS)
def test_the_accent_has_the_photos_hue(colour: tuple[int, int, int]) -> None:
    apart = abs(hue(backdrop_colours(plain(colour)).accent) - hue(colour))
    assert min(apart, 360 - apart) < 15


def test_a_photo_without_colour_gets_a_warm_background() -> None:
    red, green, blue = backdrop_colours(plain((90, 90, 90))).background
    assert red > green > blue


def test_a_dark_photo_gets_the_lighter_background() -> None:
    assert sum(backdrop_colours(plain((60, 20, 20))).background) > sum(
        backdrop_colours(plain((240, 80, 80))).background
    )


def test_transparent_pixels_do_not_change_the_colours() -> None:
    photo = np.full((64, 64, 3), (200, 60, 20), np.uint8)
    cut_out = np.zeros((64, 64, 4), np.uint8)
    cut_out[:, 16:48] = (200, 60, 20, 255)
    assert backdrop_colours(cut_out) == backdrop_colours(photo)


def test_a_darkened_colour_is_darker() -> None:
    assert darkened((200, 100, 0), 0.5) == (100, 50, 0)


@pytest.mark.parametrize("size", [Size(50, 50), Size(80, 33)])
def test_the_circle_mask_is_round_and_centred(size: Size) -> None:
    mask = circle_mask(size, 30) / 255
    assert mask.sum() == pytest.approx(pi * 15**2, rel=0.01)
    assert (mask == mask[::-1, ::-1]).all()


def test_the_circle_mask_has_soft_edges() -> None:
    assert len(np.unique(circle_mask(Size(50, 50), 40))) > 10


def test_a_mask_mixes_pixels_with_a_colour() -> None:
    pixels, mask = np.full((2, 3, 3), 200, np.uint8), np.array([[0, 51, 255], [255, 204, 1]], np.uint8)
    expected = np.rint(np.array([10, 20, 30]) + mask[..., None] / 255 * (200 - np.array([10, 20, 30])))
    assert (masked(pixels, mask, (10, 20, 30)) == expected).all()
    assert (pixels == 200).all()


def test_a_mask_of_another_size_is_rejected() -> None:
    with pytest.raises(ValueError, match="a mask of"):
        masked(np.zeros((2, 3, 3), np.uint8), np.zeros((3, 2), np.uint8), (0, 0, 0))


def test_a_plain_canvas_has_one_colour() -> None:
    canvas = plain_canvas(Size(5, 3), (1, 2, 3))
    assert canvas.shape == (3, 5, 3)
    assert (canvas == (1, 2, 3)).all()
