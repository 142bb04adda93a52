"""Jello: the photo sways and is squashed, and its bottom stays."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from gifmill.effects.jello import jello
from gifmill.photo.photo import Photo

if TYPE_CHECKING:
    from numpy.typing import NDArray


def masks(strength: int = 50, size: tuple[int, int] = (120, 100)) -> list[NDArray[np.bool_]]:
    """Return where the photo is in each frame."""
    white = np.full((size[1], size[0], 3), 255, np.uint8)
    made = jello(Photo(white), strength=strength, background="000000", duration=1.4, frames=42)
    return [made.canvas(number)[..., 0] > 128 for number in range(len(made.frames))]


def middle(row: NDArray[np.bool_]) -> float:
    return float(np.nonzero(row)[0].mean())


def top_and_bottom(mask: NDArray[np.bool_]) -> tuple[int, int]:
    rows = np.nonzero(mask.any(axis=1))[0]
    return int(rows[0]), int(rows[-1])


def test_the_photo_is_straight_in_the_first_frame() -> None:
    first = masks()[0]
    assert (first != first[:, ::-1]).mean() < 0.01


def test_the_bottom_stays_where_it_is() -> None:
    shown = masks(100)
    bottoms = [top_and_bottom(mask)[1] for mask in shown]
    assert max(bottoms) - min(bottoms) <= 1
    assert max(abs(middle(mask[bottoms[0] - 1]) - 59.5) for mask in shown) < 1.5


def test_the_top_sways_to_both_sides_less_and_less() -> None:
    tops = [middle(mask[top_and_bottom(mask)[0] + 8]) - 59.5 for mask in masks(100)]
    thirds = [tops[start : start + 14] for start in (0, 14, 28)]
    swings = [max(part) - min(part) for part in thirds]
    assert swings[0] > 15
    assert swings[0] > swings[1] > swings[2]
    assert min(thirds[0]) < -2 < 2 < max(thirds[0])


def test_the_photo_keeps_its_area() -> None:
    areas = [mask.sum() for mask in masks(60)]
    assert max(areas) < 1.15 * min(areas)


@pytest.mark.parametrize("strength", [1, 50, 100])
@pytest.mark.parametrize("size", [(120, 100), (400, 40), (40, 400)])
def test_the_photo_never_leaves_the_canvas(strength: int, size: tuple[int, int]) -> None:
    for mask in masks(strength, size):
        assert not mask[[0, -1]].any()
        assert not mask[:, [0, -1]].any()


def test_the_wobble_has_died_down_when_the_loop_closes() -> None:
    shown = masks(100)
    assert (shown[-1] ^ shown[0]).mean() < 0.01


def test_a_cut_out_wobbles_on_a_transparent_canvas() -> None:
    pixels = np.zeros((60, 60, 4), np.uint8)
    pixels[10:, 20:40] = (10, 200, 30, 255)
    made = jello(Photo(pixels), strength=50, background="auto", duration=1.4)
    first = made.canvas(0)
    assert first.shape == (60, 60, 4)
    assert first[0, 0, 3] == 0
    assert first[40, 30].tolist() == [10, 200, 30, 255]
