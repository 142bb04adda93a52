"""Movement of a foreground against its background."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
from tests.conftest import SAMPLES

from gifmill.effects.parallax import wiggle
from gifmill.photo import Photo, open_photo

if TYPE_CHECKING:
    from gifmill.animation import Animation, Pixels

WIDTH, HEIGHT = 240, 180
SIZES = [(1, 1), (1, 300), (17, 301), (1080, 16), (90, 60)]


def figure() -> Pixels:
    """Return an orange figure before a wall with vertical stripes of 8 px."""
    pixels = np.full((HEIGHT, WIDTH, 3), (70, 110, 170), np.uint8)
    pixels[:, np.arange(WIDTH) % 16 < 8] = (110, 150, 210)
    pixels[50:, 90:150] = (220, 90, 30)
    return pixels


def noise(size: tuple[int, int], channels: int = 3) -> Pixels:
    return np.random.default_rng(3).integers(0, 256, (size[1], size[0], channels), np.uint8)


def wiggled(pixels: Pixels, strength: int = 100, frames: int = 8) -> Animation:
    return wiggle(Photo(pixels), strength=strength, focus="found", duration=1.2, frames=frames)


def first_column(row: Pixels) -> int:
    """Return the left edge of the figure in a row."""
    return int(np.argmax((row[:, 0] > 180) & (row[:, 2] < 90)))


def phase_of_stripes(rows: Pixels) -> float:
    """Return the phase of the wall's stripes at the left and right of the figure's height, in px of 16."""
    light = rows[:, 20:84, 0].astype(float).mean(axis=0) - rows[..., 0].mean()
    wave = np.exp(2j * np.pi * np.arange(20, 84) / 16)
    return float(np.angle((light * wave.conj()).sum()) / (2 * np.pi) * 16)


def test_a_loop_begins_with_the_photo() -> None:
    photo = open_photo(SAMPLES / "chelsea.jpg", max_side_px=300)
    first = wiggle(photo, strength=50, focus="found", duration=1.2).canvas(0)
    assert np.abs(first.astype(int) - photo.pixels).mean() < 0.5


def test_the_wall_moves_against_the_figure() -> None:
    made = wiggled(figure())
    left, right = made.canvas(2), made.canvas(6)
    assert abs(first_column(left[120]) - first_column(right[120])) <= 6
    assert abs(phase_of_stripes(left[20:40]) - phase_of_stripes(right[20:40])) > 1


def test_the_figure_has_straight_edges() -> None:
    """The background behind it is uncovered, rather than stretched with it."""
    for frame in (1, 2, 3, 5, 6, 7):
        shown = wiggled(figure()).canvas(frame)[100:160]
        edges = {first_column(row) for row in shown}
        assert max(edges) - min(edges) <= 3
        beside = shown[:, max(0, min(edges) - 14) : min(edges) - 3, 2]
        assert beside.min() > 120  # the wall


def test_no_two_frames_are_equal_except_where_the_camera_is_in_the_middle() -> None:
    made = wiggled(noise((120, 90)), frames=8)
    pictures = [made.canvas(frame).tobytes() for frame in range(8)]
    assert len(set(pictures)) == 7
    assert pictures[0] == pictures[4]


def test_more_strength_moves_further() -> None:
    pixels, moved = open_photo(SAMPLES / "chelsea.jpg", max_side_px=200).pixels, []
    for strength in (1, 50, 100):
        made = wiggled(pixels, strength)
        first, side = (made.canvas(frame).astype(int) for frame in (0, 2))
        moved.append(float(np.abs(side - first).mean()))
    assert moved[0] < 2
    assert moved[0] < moved[1] < moved[2]


def test_a_transparent_photo_keeps_its_alpha() -> None:
    pixels = np.zeros((90, 120, 4), np.uint8)
    pixels[20:70, 30:90] = (200, 60, 20, 255)
    made = wiggled(pixels)
    for frame in range(8):
        shown = made.canvas(frame)
        assert shown.shape == pixels.shape
        assert shown[45, 60].tolist() == [200, 60, 20, 255]
        assert not shown[:5, :, 3].any()


@pytest.mark.parametrize("channels", [3, 4])
@pytest.mark.parametrize("size", SIZES)
def test_frames_have_the_size_of_the_photo(size: tuple[int, int], channels: int) -> None:
    animation = wiggle(Photo(noise(size, channels)), strength=100, focus="found", duration=0.5)
    assert {frame.draw().shape for frame in animation.frames} == {(size[1], size[0], channels)}
