"""Glitch: bursts of distortion, with the unchanged photo between them."""

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

PHOTO = gifmill.open_photo(Path(__file__).parents[1] / "sample_photos/chelsea.jpg", max_side_px=160)


def animate(photo: Photo = PHOTO, strength: int = 50, seed: int = 1) -> Animation:
    return glitch(photo, strength=strength, seed=seed, duration=2.4)


def canvases(animation: Animation) -> list[Pixels]:
    return [animation.canvas(number) for number in range(len(animation.frames))]


def is_distorted(animation: Animation, photo: Photo = PHOTO) -> list[bool]:
    return [not np.array_equal(canvas, photo.pixels) for canvas in canvases(animation)]


def test_the_unchanged_photo_is_shown_between_three_bursts() -> None:
    found = is_distorted(animate())
    bursts = sum(after and not before for before, after in pairwise(found))
    assert bursts == 3
    assert not found[0]
    assert not found[-1]
    assert len(found) / 3 <= sum(found) <= len(found) * 2 / 3


def test_no_two_distorted_frames_are_equal() -> None:
    pictures = [
        canvas.tobytes()
        for canvas, distorted in zip(canvases(animate()), is_distorted(animate()), strict=True)
        if distorted
    ]
    assert len(set(pictures)) == len(pictures)


def test_another_seed_gives_other_distortion_at_the_same_times() -> None:
    one, other = animate(seed=1), animate(seed=2)
    assert is_distorted(one) == is_distorted(other)
    both = zip(canvases(one), canvases(other), is_distorted(one), strict=True)
    assert all(not np.array_equal(a, b) for a, b, distorted in both if distorted)


def test_more_strength_distorts_more() -> None:
    distortion = [
        np.mean(
            [abs(canvas.astype(int) - PHOTO.pixels).mean() for canvas in canvases(animate(strength=strength))]
        )
        for strength in (1, 20, 50, 100)
    ]
    assert distortion == sorted(distortion)
    assert distortion[0] > 0.1


def test_colours_separate_in_a_grey_photo() -> None:
    grey = Photo(PHOTO.pixels[..., 1:2].repeat(3, axis=2))
    spans = [np.ptp(canvas.astype(int), axis=2).max() for canvas in canvases(animate(grey))]
    assert [span > 0 for span in spans] == is_distorted(animate(grey), grey)
    assert max(spans) > 50


@pytest.mark.parametrize("strength", [50, 100])
def test_distorted_rows_show_only_the_photo(strength: int) -> None:
    """Edges are mirrored: a photo of one tone has no dark areas, however far rows are shifted."""
    flat = Photo(np.full((120, 90, 3), 100, np.uint8))
    for canvas in canvases(animate(flat, strength)):
        assert np.median(canvas) > 60
        assert (canvas > 0).mean() > 0.95


def test_the_mean_brightness_is_nearly_constant() -> None:
    means = [canvas.mean() for canvas in canvases(animate(strength=100))]
    assert max(means) - min(means) < 0.06 * 255


def test_rows_are_not_mixed() -> None:
    """Rows are shifted and dimmed: a photo with one colour per row keeps one colour per row."""
    rows = np.random.default_rng(0).integers(60, 200, (64, 1, 3), np.uint8).repeat(48, axis=1)
    photo = Photo(rows)
    for canvas in canvases(animate(photo)):
        uniform = np.ptp(canvas.astype(int), axis=1).max(axis=1) == 0
        assert uniform.mean() > 0.85  # the rest is noise
