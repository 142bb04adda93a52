"""Flip: a card with the photo on both sides, in perspective."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from gifmill.effects.flip import flip
from gifmill.photo.photo import Photo

if TYPE_CHECKING:
    from gifmill.animation import Pixels


def noise(width: int = 90, height: int = 60) -> Photo:
    return Photo(np.random.default_rng(0).integers(100, 256, (height, width, 3), np.uint8))


def frames(
    photo: Photo, axis: str = "vertical", flips: int = 1, background: str = "000000", count: int = 32
) -> list[Pixels]:
    made = flip(photo, axis=axis, flips=flips, background=background, duration=1.6, frames=count)
    return [made.canvas(number) for number in range(len(made.frames))]


@pytest.mark.parametrize("axis", ["vertical", "horizontal"])
def test_the_first_frame_is_the_photo_but_for_the_corners(axis: str) -> None:
    photo = noise()
    first = frames(photo, axis)[0].astype(int)
    assert abs(first - photo.pixels)[4:-4, 4:-4].max() <= 1
    assert first[0, 0].max() < 60


@pytest.mark.parametrize("axis", ["vertical", "horizontal"])
def test_the_back_shows_the_photo_as_the_front_does(axis: str) -> None:
    first, *_ = shown = frames(noise(), axis, flips=2)
    assert abs(shown[16].astype(int) - first).max() <= 1


def test_the_card_is_narrow_at_a_quarter_turn_and_has_an_edge() -> None:
    white = Photo(np.full((60, 90, 3), 255, np.uint8))
    middle = frames(white)[16]
    assert 1 <= (middle.max(axis=2) > 20).any(axis=0).sum() <= 4


def test_the_card_is_low_at_a_quarter_turn_around_a_horizontal_axis() -> None:
    white = Photo(np.full((60, 90, 3), 255, np.uint8))
    middle = frames(white, "horizontal")[16]
    assert 1 <= (middle.max(axis=2) > 20).any(axis=1).sum() <= 4


def test_the_near_side_is_longer_than_the_far_one() -> None:
    white = Photo(np.full((60, 90, 3), 255, np.uint8))
    heights = (frames(white)[12].max(axis=2) > 60).sum(axis=0)
    columns = np.nonzero(heights > 20)[0]
    left, right = heights[columns[1]], heights[columns[-2]]
    assert abs(left - right) > 6


@pytest.mark.parametrize("axis", ["vertical", "horizontal"])
@pytest.mark.parametrize("size", [(90, 60), (60, 60), (300, 30), (30, 300)])
def test_the_corners_of_the_card_stay_inside_of_the_canvas(axis: str, size: tuple[int, int]) -> None:
    white = Photo(np.full((size[1], size[0], 3), 255, np.uint8))
    for frame in frames(white, axis)[6:-6]:
        assert frame[[0, 0, -1, -1], [0, -1, 0, -1]].max() < 64


def test_light_changes_with_the_angle_and_is_even_at_the_front() -> None:
    grey = Photo(np.full((60, 90, 3), 128, np.uint8))
    levels = [int(frame[30, 45].max()) for frame in frames(grey)]
    assert levels[0] == 128
    assert min(levels) < 90


@pytest.mark.parametrize("flips", [1, 2, 3, 6])
def test_each_flip_is_complete(flips: int) -> None:
    shown = frames(noise(), flips=flips, count=24)
    for number in range(0, 24, 24 // flips):
        assert abs(shown[number].astype(int) - shown[0]).max() <= 1


def test_a_narrow_card_shows_means_of_its_pixels() -> None:
    """Fine stripes would flicker otherwise."""
    stripes = np.zeros((60, 240, 3), np.uint8)
    stripes[:, ::2] = 200
    for frame in frames(Photo(stripes), background="646464")[13:16]:
        inner = frame[20:40, 112:128].astype(int)
        assert np.ptp(inner, axis=1).max() < 120


@pytest.mark.parametrize("flips", [1, 2, 3, 6])
@pytest.mark.parametrize("axis", ["vertical", "horizontal"])
def test_a_cut_out_is_visible_in_each_frame(axis: str, flips: int) -> None:
    pixels = np.full((60, 90, 4), 255, np.uint8)
    pixels[0, 0] = 0
    for frame in frames(Photo(pixels), axis, flips, background="auto", count=24):
        assert (frame[..., 3] > 128).sum() > 90


def test_a_cut_out_flips_on_a_transparent_canvas() -> None:
    pixels = np.zeros((60, 60, 4), np.uint8)
    pixels[10:50, 10:50] = (250, 120, 30, 255)
    shown = frames(Photo(pixels), background="auto")
    np.testing.assert_array_equal(shown[0][..., 3], pixels[..., 3])
    assert all(frame.shape == (60, 60, 4) for frame in shown)
    assert shown[10][30, 2, 3] == 0
    assert 0 < (shown[10][..., 3] == 255).sum() < 1600
