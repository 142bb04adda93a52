"""Swirl and kaleidoscope, applied to a photo whose colours are its coordinates."""

from __future__ import annotations

from math import tau
from typing import TYPE_CHECKING

import numpy as np
import pytest

from gifmill.effects.warp import kaleidoscope, swirl
from gifmill.photo import Photo, open_photo

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from gifmill.animation import Animation

SIDE = 200


def coordinates() -> Photo:
    """Return a photo whose red level is the column and whose green level is the row."""
    pixels = np.zeros((SIDE, SIDE, 3), np.uint8)
    pixels[..., 0] = np.arange(SIDE)
    pixels[..., 1] = np.arange(SIDE)[:, None]
    return Photo(pixels)


def displacements(animation: Animation) -> list[NDArray[np.int64]]:
    """Return the displacement of each pixel, right and down, by frame."""
    original = coordinates().pixels[..., :2].astype(int)
    frames = range(len(animation.frames))
    return [animation.canvas(frame)[..., :2].astype(int) - original for frame in frames]


def animate(form: str, strength: int) -> Animation:
    return swirl(coordinates(), form=form, strength=strength, focus="centre", duration=2.4)


def test_the_rim_of_a_twist_lags_behind_its_centre() -> None:
    right = np.array(displacements(animate("twist", 50)))[:, : SIDE // 2, SIDE // 2, 0]  # above the centre
    middle, rim = (np.angle(np.fft.rfft(right[:, SIDE // 2 - away])[1]) for away in (15, 60))
    assert 1 <= (middle - rim) % tau / tau * 24 <= 6


@pytest.mark.parametrize("form", ["twist", "wave"])
def test_more_strength_twists_further(form: str) -> None:
    weak, medium, strong = (
        float(np.mean([np.abs(move).mean() for move in displacements(animate(form, strength))]))
        for strength in (1, 50, 100)
    )
    assert weak < 1
    assert medium > 4 * weak
    assert strong > 1.2 * medium


def test_a_twist_does_not_move_the_corners() -> None:
    for move in displacements(animate("twist", 100)):
        corners = move[[0, 0, -1, -1], [0, -1, 0, -1]]
        assert (corners == 0).all()


def test_a_twist_keeps_the_distance_from_the_focal_point() -> None:
    away = np.hypot(*np.indices((SIDE, SIDE)) - (SIDE - 1) / 2)
    for move in displacements(animate("twist", 100)):
        shown = move + np.indices((SIDE, SIDE))[::-1].transpose(1, 2, 0) - (SIDE - 1) / 2
        inside = away < SIDE / 3
        assert np.abs(np.hypot(shown[..., 0], shown[..., 1]) - away)[inside].max() < 1.5


def test_a_twist_swings_to_both_sides() -> None:
    above = [int(move[SIDE // 2 - 20, SIDE // 2, 0]) for move in displacements(animate("twist", 50))]
    assert max(above) > 8
    assert abs(max(above) + min(above)) <= 2


def test_a_wave_swings_to_both_sides_everywhere_and_begins_with_the_photo() -> None:
    assert (animate("wave", 50).canvas(0) == animate("wave", 1).canvas(0)).all()
    right = np.array(displacements(animate("wave", 50)))[:, 20:-20, 20:-20, 0]
    assert (right.max(axis=0) >= 1).all()
    assert (right.min(axis=0) <= -1).all()


@pytest.mark.parametrize("wedges", [4, 8, 12])
def test_a_quarter_turn_shows_the_same_pattern(wedges: int, photo: bytes) -> None:
    cat = open_photo(photo).square()
    animation = kaleidoscope(cat, wedges=wedges, focus="found", duration=3)
    for frame in range(len(animation.frames)):
        picture = animation.canvas(frame).astype(int)
        assert np.abs(picture - np.rot90(picture)).mean() < 1


def test_three_wedges_differ_after_a_quarter_turn(photo: bytes) -> None:
    animation = kaleidoscope(open_photo(photo).square(), wedges=3, focus="found", duration=3)
    picture = animation.canvas(0).astype(int)
    assert np.abs(picture - np.rot90(picture)).mean() > 5


def test_the_pattern_changes_from_frame_to_frame(photo: bytes) -> None:
    animation = kaleidoscope(open_photo(photo).square(), wedges=6, focus="found", duration=3)
    frames = {animation.canvas(frame).tobytes() for frame in range(len(animation.frames))}
    assert len(frames) == len(animation.frames)


def test_the_mirrors_show_the_focal_point() -> None:
    pixels = np.full((SIDE, SIDE, 3), 60, np.uint8)
    pixels[60:90, 60:90] = (250, 30, 30)  # the only detail
    animation = kaleidoscope(Photo(pixels), wedges=6, focus="found", duration=3)
    for frame in range(len(animation.frames)):
        assert (animation.canvas(frame)[..., 0] > 200).mean() > 0.05
