"""Intensifies: a shake that grows through the loop."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
import pytest

from gifmill.effects.intensifies import intensifies
from gifmill.photo.photo import Photo

if TYPE_CHECKING:
    from gifmill.animation import Pixels


def noise(width: int, height: int, channels: int = 3) -> Photo:
    small = np.random.default_rng(0).integers(0, 256, (-(-height // 8), -(-width // 8), channels), np.uint8)
    return Photo(small.repeat(8, axis=0).repeat(8, axis=1)[:height, :width])


def frames(
    photo: Photo, strength: int = 50, seed: int = 1, focus: str = "centre", duration: float = 2.4
) -> list[Pixels]:
    made = intensifies(photo, strength=strength, seed=seed, focus=focus, duration=duration)
    return [made.canvas(number) for number in range(len(made.frames))]


def test_the_first_frame_is_the_photo() -> None:
    photo = noise(96, 64)
    np.testing.assert_array_equal(frames(photo)[0], photo.pixels)


def test_it_moves_more_and_more_until_it_falls_back() -> None:
    shown = [frame.astype(int) for frame in frames(noise(96, 64))]
    steps = [abs(after - before).mean() for before, after in pairwise(shown)]
    quarter = len(steps) // 4
    first, second, third = (np.mean(steps[number * quarter : (number + 1) * quarter]) for number in range(3))
    assert first < second < third
    assert abs(shown[-1] - shown[0]).mean() < max(steps)


def test_the_photo_is_enlarged_around_the_focal_point() -> None:
    ramp = np.linspace(0, 255, 96).round().astype(np.uint8)
    photo = Photo(ramp[None, :, None].repeat(64, axis=0).repeat(3, axis=2))
    peak = [frame[32, :, 0].astype(int) for frame in frames(photo, strength=40, focus="0.25,0.5")][28:33]
    assert np.mean([row[-1] - row[0] for row in peak]) < 230
    assert np.mean([row[24] for row in peak]) == pytest.approx(255 * 24 / 96, abs=12)


@pytest.mark.parametrize("focus", ["left", "right", "top", "bottom", "0,0", "1,1"])
@pytest.mark.parametrize("size", [(96, 64), (100, 10), (10, 100)])
def test_no_edge_of_the_photo_is_visible(focus: str, size: tuple[int, int]) -> None:
    width, height = size
    marked = np.full((height, width, 4), 255, np.uint8)
    marked[[0, -1]] = marked[:, [0, -1]] = 0
    # Beyond an edge the photo is mirrored: a line would be inside of the canvas.
    for frame in frames(Photo(marked), strength=100, seed=3, focus=focus):
        inner = frame[4:-4, 4:-4]
        assert (inner[..., 3] == 255).all()


def test_a_seed_determines_the_path() -> None:
    photo = noise(48, 32)
    first, again, other = frames(photo), frames(photo), frames(photo, seed=2)
    assert all((one == two).all() for one, two in zip(first, again, strict=True))
    assert not (first[20] == other[20]).all()


def test_a_longer_loop_trembles_at_the_same_pace() -> None:
    """Else it would sway, and a short one would flash."""
    plain = np.full((64, 96, 3), 40, np.uint8)
    plain[:, 48:] = 220
    crossings = []
    for duration in (2.4, 4.8):
        edge = [int((frame[32, :, 0] < 128).sum()) for frame in frames(Photo(plain), 100, duration=duration)]
        moves = np.sign(np.diff(edge))
        moves = moves[moves != 0]
        crossings.append(np.count_nonzero(np.diff(moves)) / duration)
    assert crossings[1] == pytest.approx(crossings[0], rel=0.4)


def test_a_cut_out_stays_transparent_around_it() -> None:
    pixels = np.zeros((64, 64, 4), np.uint8)
    pixels[24:40, 24:40] = 255
    shown = frames(Photo(pixels), strength=100)
    assert all(frame.shape == (64, 64, 4) for frame in shown)
    assert all(frame[0, 0, 3] == 0 and frame[32, 32, 3] == 255 for frame in shown)
