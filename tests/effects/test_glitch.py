"""Glitch: bursts of damage, calm between."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest

import gifmill
from gifmill.effects.glitch import glitch
from gifmill.photo.photo import Photo

if TYPE_CHECKING:
    from gifmill.animation import Animation, Pixels

PHOTO = gifmill.open_photo(Path(__file__).parents[1] / "photos/chelsea.jpg", max_side_px=160)


def made(photo: Photo = PHOTO, strength: int = 50, seed: int = 1) -> Animation:
    return glitch(photo, strength=strength, seed=seed, duration=2.4)


def canvases(animation: Animation) -> list[Pixels]:
    return [animation.canvas(number) for number in range(len(animation.frames))]


def broken(animation: Animation, photo: Photo = PHOTO) -> list[bool]:
    return [not np.array_equal(canvas, photo.pixels) for canvas in canvases(animation)]


def test_bursts_of_damage_with_the_photo_itself_between() -> None:
    found = broken(made())
    bursts = sum(after and not before for before, after in pairwise(found))
    assert bursts == 3
    assert not found[0]
    assert not found[-1]
    assert 8 <= sum(found) <= 16


def test_no_two_distorted_frames_are_equal() -> None:
    pictures = [canvas.tobytes() for canvas, bad in zip(canvases(made()), broken(made()), strict=True) if bad]
    assert len(set(pictures)) == len(pictures)


def test_another_seed_gives_other_damage_at_the_same_times() -> None:
    one, other = made(seed=1), made(seed=2)
    assert broken(one) == broken(other)
    both = zip(canvases(one), canvases(other), broken(one), strict=True)
    assert all(not np.array_equal(a, b) for a, b, bad in both if bad)


def test_more_strength_distorts_more() -> None:
    damage = [
        np.mean(
            [abs(canvas.astype(int) - PHOTO.pixels).mean() for canvas in canvases(made(strength=strength))]
        )
        for strength in (1, 20, 50, 100)
    ]
    assert damage == sorted(damage)
    assert damage[0] > 0.1


def test_colours_separate_in_a_grey_photo() -> None:
    grey = Photo(PHOTO.pixels[..., 1:2].repeat(3, axis=2))
    apart = [np.ptp(canvas.astype(int), axis=2).max() for canvas in canvases(made(grey))]
    assert [span > 0 for span in apart] == broken(made(grey), grey)
    assert max(apart) > 50


@pytest.mark.parametrize("strength", [50, 100])
def test_every_row_shows_only_the_photo(strength: int) -> None:
    """Edges are mirrored: a photo of one tone has no dark corner, whatever is pulled where."""
    flat = Photo(np.full((120, 90, 3), 100, np.uint8))
    for canvas in canvases(made(flat, strength)):
        assert np.median(canvas) > 60
        assert (canvas > 0).mean() > 0.95


def test_the_mean_brightness_is_nearly_constant() -> None:
    means = [canvas.mean() for canvas in canvases(made(strength=100))]
    assert max(means) - min(means) < 0.06 * 255


def test_a_row_stays_a_row() -> None:
    """Rows are pulled aside and dimmed, not mixed: a photo of one colour a row keeps one colour a row."""
    rows = np.random.default_rng(0).integers(60, 200, (64, 1, 3), np.uint8).repeat(48, axis=1)
    photo = Photo(rows)
    for canvas in canvases(made(photo)):
        uniform = np.ptp(canvas.astype(int), axis=1).max(axis=1) == 0
        assert uniform.mean() > 0.85  # the rest is where it snows
