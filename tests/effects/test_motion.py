"""Spin, bounce and zoom, applied to photos on which each movement can be measured."""

from __future__ import annotations

from functools import partial
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest

from gifmill.effects.backdrop import backdrop_colours
from gifmill.effects.motion import bounce, spin, zoom
from gifmill.photo import Photo, open_photo

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from gifmill.animation import Animation, Pixels

ODD_SIZES = [(1, 1), (1, 90), (90, 1), (17, 101), (240, 16), (40, 30)]
CAT = Path(__file__).parents[1] / "sample_photos/chelsea.jpg"


def canvases(made: Animation) -> list[Pixels]:
    return [made.canvas(number) for number in range(len(made.frames))]


def mean_difference(one: Pixels, other: Pixels) -> float:
    return float(abs(one.astype(int) - other).mean())


def steps(made: Animation) -> list[float]:
    """Return the mean difference of each frame from the next one, that of the last from the first."""
    shown = canvases(made)
    return [mean_difference(before, after) for before, after in pairwise([*shown, shown[0]])]


def plain(size: tuple[int, int], colour: tuple[int, int, int] = (255, 255, 255)) -> Photo:
    return Photo(np.full((size[1], size[0], 3), colour, np.uint8))


spun = partial(spin, direction="clockwise", focus="found", background="auto", duration=2.4, frames=24)


def ramp(width: int = 80, height: int = 80) -> Photo:
    """Return a photo whose brightness increases from left to right."""
    row = np.linspace(40, 215, width).round().astype(np.uint8)
    return Photo(np.repeat(np.tile(row, (height, 1))[..., None], 3, axis=2))


@pytest.fixture(scope="module")
def cat() -> Photo:
    return open_photo(CAT, max_side_px=120)


@pytest.fixture(scope="module")
def square_cat(cat: Photo) -> Photo:
    return cat.square()


def test_a_spin_begins_upright(square_cat: Photo) -> None:
    shown = spun(square_cat, turns=1, cut="circle").canvas(0)
    side = square_cat.size.width
    inner = slice(side // 4, side - side // 4)
    assert abs(shown[inner, inner].astype(int) - square_cat.pixels[inner, inner]).max() <= 2


def test_a_spin_is_upside_down_at_half_of_the_loop(square_cat: Photo) -> None:
    made = spun(square_cat, turns=1, cut="canvas")
    assert mean_difference(made.canvas(12), made.canvas(0)[::-1, ::-1]) < 0.5


def test_a_clockwise_spin_moves_the_top_to_the_right() -> None:
    pixels = np.zeros((80, 80, 3), np.uint8)
    pixels[:25] = 255
    for direction, bright, dark in (
        ("clockwise", slice(60, 80), slice(20)),
        ("anticlockwise", slice(20), slice(60, 80)),
    ):
        made = spun(
            Photo(pixels),
            turns=1,
            direction=direction,
            cut="canvas",
        )
        quarter = made.canvas(7)[30:50]
        assert quarter[:, bright].mean() > 200
        assert quarter[:, dark].mean() < 20


def test_each_of_several_turns_is_complete(square_cat: Photo) -> None:
    made = canvases(spun(square_cat, turns=3, cut="circle"))
    assert mean_difference(made[8], made[0]) < 0.5
    assert mean_difference(made[16], made[0]) < 0.5
    assert mean_difference(made[4], made[0]) > 5


@pytest.mark.parametrize("turns", [1, 2, 4])
@pytest.mark.parametrize("cut", ["circle", "canvas"])
def test_a_spin_is_slowest_where_the_loop_closes(cat: Photo, turns: int, cut: str) -> None:
    made = steps(spun(cat, turns=turns, cut=cut))
    assert made[-1] <= 1.01 * np.median(made)  # quarter turns and larger steps change all pixels, and equally


@pytest.mark.parametrize("size", ODD_SIZES)
def test_a_rotating_canvas_has_no_empty_corners(size: tuple[int, int]) -> None:
    made = spun(
        plain(size),
        turns=1,
        cut="canvas",
    )
    assert all((shown == 255).all() for shown in canvases(made))


def test_a_spin_cut_to_a_circle_has_a_plain_background(cat: Photo) -> None:
    background = backdrop_colours(cat.pixels).background
    for shown in canvases(spun(cat, turns=1, cut="circle")):
        assert (shown[:, :18] == background).all()
        assert (shown[:, -18:] == background).all()


def test_a_round_logo_with_a_shadow_spins_in_place_and_is_not_reduced() -> None:
    pixels = np.zeros((100, 100, 4), np.uint8)
    rows, columns = np.indices((100, 100)) + 0.5
    pixels[np.hypot(rows - 46, columns - 50) < 40] = (230, 40, 30, 255)
    pixels[(np.hypot(rows - 50, columns - 50) < 44) & (pixels[..., 3] == 0)] = (0, 0, 0, 90)
    frames = canvases(spun(Photo(pixels), turns=1, cut="circle"))
    first_row = np.nonzero(frames[0][..., 3] >= 128)[0].mean()
    for shown in frames:
        y, x = np.nonzero(shown[..., 3] >= 128)
        assert abs(x.mean() + 0.5 - 50) < 0.7
        assert x.max() - x.min() >= 78
        assert abs(y.mean() - first_row) < 0.7


def test_a_zoom_begins_with_the_whole_photo(cat: Photo) -> None:
    made = zoom(cat, strength=50, focus="found", duration=4.0, frames=24)
    assert (made.canvas(0) == cat.pixels).all()


def test_a_zoom_returns_by_the_same_path(cat: Photo) -> None:
    made = canvases(zoom(cat, strength=50, focus="found", duration=4.0, frames=24))
    assert all(mean_difference(made[number], made[-number]) < 0.1 for number in range(1, 12))


@pytest.mark.parametrize(("focus", "x"), [("left", 0.21), ("centre", 0.5), ("right", 0.79)])
def test_the_closest_frame_of_a_zoom_is_centred_on_the_focus(focus: str, x: float) -> None:
    photo = ramp()
    closest = zoom(photo, strength=100, focus=focus, duration=4.0, frames=24).canvas(12)
    assert closest[40, 39:41, 0].mean() == pytest.approx(40 + 175 * x, abs=3)


def zoomed_in(strength: int) -> Pixels:
    return zoom(ramp(), strength=strength, focus="centre", duration=4.0, frames=24).canvas(12)


def test_a_stronger_zoom_enlarges_more() -> None:
    widths = [
        float(
            np.ptp(
                zoom(ramp(), strength=strength, focus="centre", duration=4.0, frames=24)
                .canvas(12)[..., 0]
                .astype(int)
            )
        )
        for strength in (1, 50, 100)
    ]
    assert widths == sorted(widths, reverse=True)
    assert widths[2] == pytest.approx(175 / 2.4, abs=4)


def bounce_masks(strength: int) -> list[NDArray[np.bool_]]:
    """Bounce a red photo, and return the mask of its pixels in each frame."""
    made = bounce(plain((120, 100), (220, 20, 20)), strength=strength, background="auto", duration=1.0)
    return [(shown[..., 0] > 180) & (shown[..., 1] < 90) for shown in canvases(made)]


def test_a_bouncing_photo_keeps_its_area() -> None:
    areas = [photo.sum() for photo in bounce_masks(50)]
    assert max(areas) < 1.06 * min(areas)


def test_a_bounce_is_highest_at_the_start_and_lowest_at_half_of_the_loop() -> None:
    tops = [int(np.nonzero(photo.any(axis=1))[0][0]) for photo in bounce_masks(50)]
    assert tops[0] == min(tops) < 10
    assert tops[12] == max(tops)


def test_a_squashed_photo_touches_the_floor() -> None:
    bottoms = [int(np.nonzero(photo.any(axis=1))[0][-1]) for photo in bounce_masks(50)]
    assert all(bottom in {94, 95} for bottom in bottoms[9:16])
    assert bottoms[0] < 75


@pytest.mark.parametrize("strength", [1, 50, 100])
def test_a_bouncing_photo_never_leaves_the_canvas(strength: int) -> None:
    for photo in bounce_masks(strength):
        assert not photo[[0, -1]].any()
        assert not photo[:, [0, -1]].any()


def test_a_stronger_bounce_is_squashed_more() -> None:
    ratios = []
    for strength in (1, 50, 100):
        flat = bounce_masks(strength)[12]
        ratios.append(float(flat.any(axis=0).sum() / flat.any(axis=1).sum()))
    assert ratios == sorted(ratios)
    assert ratios[2] > 2 * ratios[0]
