"""Slide: the photo follows itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from gifmill.effects.slide import slide
from gifmill.photo.photo import Photo

if TYPE_CHECKING:
    from gifmill.animation import Pixels


def noise(width: int, height: int, channels: int = 3) -> Photo:
    return Photo(np.random.default_rng(0).integers(0, 256, (height, width, channels), np.uint8))


def frames(photo: Photo, direction: str = "left", count: int = 20) -> list[Pixels]:
    made = slide(photo, towards=direction, duration=2.0, frames=count)
    return [made.canvas(number) for number in range(len(made.frames))]


def test_the_first_frame_is_the_photo_but_for_two_ends() -> None:
    photo = noise(100, 40)
    assert (frames(photo)[0][:, 14:86] == photo.pixels[:, 14:86]).all()


@pytest.mark.parametrize(
    ("direction", "across", "down"), [("left", -4, 0), ("right", 4, 0), ("up", 0, -4), ("down", 0, 4)]
)
def test_the_photo_moves_in_the_direction(direction: str, across: int, down: int) -> None:
    first, second, *_ = frames(noise(93, 93), direction)  # 93 px less the overlap are 80, in 20 steps
    moved = np.roll(first, (down, across), (0, 1))
    assert (second[8:-8, 8:-8] == moved[8:-8, 8:-8]).all()


def test_no_step_is_smaller_than_the_one_that_closes_the_loop() -> None:
    photo = np.zeros((5, 97, 4), np.uint8)
    photo[:, 50] = 255
    places = [int(np.nonzero(frame[0, :, 3])[0][0]) for frame in frames(Photo(photo), count=7)]
    period = 97 + 6
    steps = [
        (before - after) % period for before, after in zip(places, [*places[1:], places[0]], strict=True)
    ]
    assert sum(steps) == period
    assert steps[-1] == min(steps)


def test_neither_end_of_the_photo_is_an_edge() -> None:
    ramp = np.linspace(0, 255, 200).round().astype(np.uint8)
    photo = Photo(ramp[None, :, None].repeat(60, axis=0).repeat(3, axis=2))
    for frame in frames(photo):
        steps = abs(np.diff(frame[30, :, 0].astype(int)))
        assert steps.max() < 40  # it was 255


def test_the_ends_are_joined_where_they_are_alike() -> None:
    """A bright line from top to bottom in both ends: the path of the cut follows it."""
    pixels = np.full((60, 200, 3), 60, np.uint8)
    pixels[:, 186] = pixels[:, 14] = 200  # both are 14 px into the overlap of 28
    joined = frames(Photo(pixels))[0][:, 14]
    assert (joined > 190).all()


def test_a_cut_out_follows_itself_after_a_transparent_gap() -> None:
    photo = noise(100, 40, 4)
    first, *_, last = frames(photo)
    np.testing.assert_array_equal(first, photo.pixels)
    assert (last[:, :5] == photo.pixels[:, 100 - 0 - 5 :]).all() or (last[..., 3] == 0).any()


@pytest.mark.parametrize("size", [(1, 1), (1, 50), (50, 1), (3, 9), (29, 2)])
@pytest.mark.parametrize("direction", ["left", "down"])
def test_a_tiny_photo_slides_without_a_blend(size: tuple[int, int], direction: str) -> None:
    shown = frames(noise(*size), direction)
    assert all(frame.shape == (size[1], size[0], 3) for frame in shown)
