"""Sunglasses: they sit on the eyes first, leave, and drop onto the eyes again."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
from tests.conftest import SAMPLES

import gifmill
from gifmill.effects.sunglasses import sunglasses
from gifmill.photo.photo import Photo

if TYPE_CHECKING:
    from gifmill.animation import Pixels

FRAMES = 50
every_style = pytest.mark.parametrize("style", ["pixel", "classic"])
ASTRONAUT = gifmill.open_photo(SAMPLES / "astronaut.jpg", max_side_px=240)


def frames(
    photo: Photo = ASTRONAUT, style: str = "pixel", scale: int = 100, focus: str = "found"
) -> list[Pixels]:
    animation = sunglasses(photo, style=style, scale=scale, focus=focus, duration=3, frames=FRAMES)
    return [animation.canvas(number) for number in range(FRAMES)]


def box(canvas: Pixels, photo: Photo = ASTRONAUT) -> tuple[int, int, int, int] | None:
    """Return left, top, right and bottom of what differs from the photo."""
    rows, columns = np.nonzero((canvas != photo.pixels).any(axis=2))
    if not len(rows):
        return None
    return int(columns.min()), int(rows.min()), int(columns.max()), int(rows.max())


@every_style
def test_the_first_frame_has_the_glasses_on_the_eyes(style: str) -> None:
    shown = box(frames(style=style)[0])
    assert shown is not None
    left, top, right, bottom = shown
    assert (left + right) / 2 == pytest.approx(0.442 * 240, abs=4)
    assert top < 0.195 * 240 < bottom
    assert 35 < right - left < 60


@every_style
def test_the_photo_is_shown_once_without_glasses(style: str) -> None:
    without = [number for number, canvas in enumerate(frames(style=style)) if box(canvas) is None]
    assert without
    assert without == list(range(without[0], without[-1] + 1))
    assert FRAMES // 2 <= without[0] <= without[-1] < 0.8 * FRAMES


@every_style
def test_the_glasses_fall_bounce_and_rest_at_the_end_of_the_loop(style: str) -> None:
    shown = frames(style=style)
    np.testing.assert_array_equal(shown[-1], shown[0])
    tops = [found[1] for canvas in shown[34:] if (found := box(canvas))]
    landed = tops.index(max(tops))
    assert tops[:landed] == sorted(tops[:landed])
    assert min(tops[landed:]) < max(tops)


@every_style
def test_a_chosen_point_without_eyes_has_the_glasses_there(style: str) -> None:
    shown = box(frames(style=style, focus="0.3,0.7")[0])
    assert shown is not None
    assert (shown[0] + shown[2]) / 240 / 2 == pytest.approx(0.3, abs=0.02)
    assert shown[1] < 0.7 * 240 < shown[3]


@every_style
def test_the_width_follows_the_scale(style: str) -> None:
    photo = gifmill.open_photo(SAMPLES / "chelsea.jpg", max_side_px=360)
    widths = []
    for scale in (50, 100, 150):
        shown = box(frames(photo, style, scale)[0], photo)
        assert shown is not None
        widths.append(shown[2] - shown[0])
    assert widths[1] == pytest.approx(2 * widths[0], rel=0.2)
    assert widths[2] == pytest.approx(1.5 * widths[1], rel=0.2)


@every_style
def test_glasses_are_opaque_on_a_transparent_photo(style: str) -> None:
    pixels = np.zeros((200, 200, 4), np.uint8)
    pixels[20:180, 85:115] = (240, 120, 20, 255)
    first = frames(Photo(pixels), style)[0]
    left, top, right, bottom = box(first, Photo(pixels)) or (0, 0, 0, 0)
    assert left < 85
    assert right > 114
    beside = first[top : bottom + 1, left:85, 3]
    assert (beside == 255).any()
    assert not first[:top, :85, 3].any()


def test_pixels_are_upright_on_a_slightly_tilted_head() -> None:
    photo = gifmill.open_photo(SAMPLES / "chelsea.jpg", max_side_px=240)
    changed = (frames(photo)[0] != photo.pixels).any(axis=2)
    rows = np.nonzero(changed.any(axis=1))[0]
    assert changed[rows[0]].sum() > 0.9 * changed.any(axis=0).sum()
