"""Heartbeat: two beats and a rest, of the whole canvas or of a heart."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from gifmill.effects.heartbeat import heartbeat
from gifmill.photo.photo import Photo

if TYPE_CHECKING:
    from gifmill.animation import Pixels

GREY = (128, 128, 128)


def plain(width: int, height: int) -> Photo:
    return Photo(np.full((height, width, 3), GREY, np.uint8))


def square(side: int = 100) -> Photo:
    """Return a white square on black, a fifth as large as the photo."""
    pixels = np.zeros((side, side, 3), np.uint8)
    pixels[2 * side // 5 : 3 * side // 5, 2 * side // 5 : 3 * side // 5] = 255
    return Photo(pixels)


def frames(photo: Photo, shape: str = "canvas", strength: int = 50, background: str = "auto") -> list[Pixels]:
    made = heartbeat(
        photo, shape=shape, strength=strength, focus="centre", background=background, duration=1.2, frames=48
    )
    return [made.canvas(number) for number in range(len(made.frames))]


def widths(shown: list[Pixels]) -> list[float]:
    """Return the width of what is white in each frame, in the middle row."""
    return [float(frame[len(frame) // 2, :, 1].sum() / 255) for frame in shown]


def test_the_first_frame_is_the_photo() -> None:
    photo = Photo(np.random.default_rng(0).integers(0, 256, (40, 60, 3), np.uint8))
    np.testing.assert_array_equal(frames(photo)[0], photo.pixels)


def test_there_are_two_beats_of_which_the_second_is_weaker() -> None:
    shown = widths(frames(square()))
    rises = [at for at in range(1, 47) if shown[at - 1] < shown[at] > shown[at + 1]]
    assert len(rises) == 2
    first, second = (shown[at] for at in rises)
    assert 20 < second < first


def test_it_rests_after_the_beats() -> None:
    shown = frames(square())
    assert all((frame == shown[0]).all() for frame in shown[-10:])


@pytest.mark.parametrize(("strength", "width"), [(1, 20), (50, 23), (100, 26)])
def test_strength_is_the_growth_at_a_beat(strength: int, width: int) -> None:
    assert max(widths(frames(square(), strength=strength))) == pytest.approx(width, abs=1)


def test_a_beat_glows_red_in_the_corners_and_not_in_the_middle() -> None:
    peak = frames(plain(80, 60))[4]
    red, green, blue = (int(level) for level in peak[0, 0])
    assert red > green + 50
    assert red > blue + 30
    assert peak[30, 40].tolist() == list(GREY)


def test_a_heart_has_two_lobes_above_and_a_point_below() -> None:
    pixels = np.full((100, 100, 3), 255, np.uint8)
    peak = frames(Photo(pixels), "heart", background="000000")[4][..., 0] > 128
    upper = np.diff(peak[12].astype(int))
    assert np.count_nonzero(upper == 1) == 2
    lowest = np.nonzero(peak.any(axis=1))[0][-1]
    assert peak[lowest - 1].sum() < 8
    assert abs(np.nonzero(peak[lowest - 1])[0].mean() - 49.5) < 1


def test_a_heart_stays_inside_of_the_canvas() -> None:
    shown = frames(Photo(np.full((80, 120, 3), 255, np.uint8)), "heart", strength=100, background="000000")
    assert max(max(frame[[0, -1]].max(), frame[:, [0, -1]].max()) for frame in shown) < 64


def test_a_heart_shows_the_focal_point() -> None:
    pixels = np.zeros((60, 200, 3), np.uint8)
    pixels[20:32, 20:32] = 255
    made = heartbeat(
        Photo(pixels), shape="heart", strength=10, focus="0.13,0.43", background="800000", duration=1.2
    )
    assert made.canvas(0)[..., 1].max() == 255


def test_a_heart_of_a_cut_out_is_transparent_around_it_and_where_that_is() -> None:
    pixels = np.full((60, 60, 4), 200, np.uint8)
    pixels[..., 3] = 255
    pixels[20:30, 25:35, 3] = 0
    first = frames(Photo(pixels), "heart")[0]
    assert first.shape == (60, 60, 4)
    assert first[0, 0, 3] == 0
    assert 0 in first[15:35, 30, 3]
    assert first[40, 30].tolist() == [200, 200, 200, 255]


def test_a_cut_out_is_smaller_at_rest_and_never_cropped() -> None:
    pixels = np.full((60, 60, 4), 255, np.uint8)
    pixels[0, 0] = 0
    shown = frames(Photo(pixels), strength=100)
    widths = [int((frame[30, :, 3] > 128).sum()) for frame in shown]
    assert widths[0] == pytest.approx(60 / 1.3, abs=1)
    assert max(widths) == 60
