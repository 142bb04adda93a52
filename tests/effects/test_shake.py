"""A photo that trembles, from rest, with its edges."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
import pytest
from tests.conftest import SAMPLES

from gifmill.effects.shake import shake
from gifmill.photo import Photo, open_photo

if TYPE_CHECKING:
    from gifmill.animation import Pixels


@pytest.fixture(scope="module")
def cat() -> Photo:
    return open_photo(SAMPLES / "chelsea.jpg", max_side_px=120)


def frames(photo: Photo, strength: int = 100, seed: int = 1) -> list[Pixels]:
    made = shake(photo, strength=strength, seed=seed, duration=1.2)
    return [made.canvas(number) for number in range(len(made.frames))]


def mean_step(shown: list[Pixels]) -> float:
    changes = [abs(one.astype(int) - other) for one, other in pairwise([*shown, shown[0]])]
    return float(np.mean(changes))


@pytest.mark.parametrize("strength", [1, 50, 100])
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_a_shake_begins_with_the_whole_photo(cat: Photo, strength: int, seed: int) -> None:
    assert (frames(cat, strength, seed)[0] == cat.pixels).all()


@pytest.mark.parametrize("size", [(1, 1), (1, 90), (90, 1), (17, 101), (240, 16), (40, 30)])
def test_nothing_but_the_photo_is_visible_at_any_strength(size: tuple[int, int]) -> None:
    white = Photo(np.full((size[1], size[0], 3), 255, np.uint8))
    assert all((shown == 255).all() for shown in frames(white))


def test_most_of_the_photo_is_always_visible() -> None:
    """A frame of 12 px in a photo of 200 px keeps an edge at each side in nearly all frames."""
    pixels = np.full((200, 200, 3), 90, np.uint8)
    pixels[12:-12, 12:-12] = 200
    shown = frames(Photo(pixels), strength=50)
    for edge in ((100, 0), (100, -1), (0, 100), (-1, 100)):
        assert np.mean([picture[edge][0] < 100 for picture in shown]) > 0.9


def test_a_shake_stays_around_the_middle() -> None:
    row = np.linspace(40, 215, 80).round().astype(np.uint8)
    ramp = Photo(np.repeat(np.tile(row, (80, 1))[..., None], 3, axis=2))
    middles = [float(shown[40, 40, 0]) for shown in frames(ramp, seed=3)]
    assert np.mean(middles) == pytest.approx(float(ramp.pixels[40, 40, 0]), abs=2)
    assert max(middles) - min(middles) > 8


def test_a_seed_determines_the_path(cat: Photo) -> None:
    first, again, other = (frames(cat, 50, seed)[1:] for seed in (1, 1, 2))
    assert all((one == two).all() for one, two in zip(first, again, strict=True))
    assert not any((one == two).all() for one, two in zip(first, other, strict=True))


def test_a_stronger_shake_moves_further(cat: Photo) -> None:
    weak, medium, strong = (mean_step(frames(cat, strength)) for strength in (1, 50, 100))
    assert weak < medium / 4
    assert medium < strong


def test_the_edges_of_a_transparent_photo_move_with_it() -> None:
    pixels = np.full((100, 100, 4), (200, 40, 30, 255), np.uint8)
    pixels[:, 50:] = 0
    shown = frames(Photo(pixels))
    assert (shown[0][5:-5, 5:45] == (200, 40, 30, 255)).all()
    left_edges = [int((picture[50, :, 3] > 127).argmax()) for picture in shown]
    right_edges = [int((picture[50, ::-1, 3] > 127).argmax()) for picture in shown]
    assert max(left_edges) >= 2  # transparent beyond the photo's edge, not mirrored
    assert max(right_edges) - min(right_edges) >= 4
