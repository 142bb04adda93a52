"""Droste: the photo contains itself, without seams except at its frame."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
from PIL import Image

from gifmill.effects.droste import droste
from gifmill.photo import Photo, open_photo
from gifmill.photo.saliency import focal_point

if TYPE_CHECKING:
    from gifmill.animation import Pixels

SIDE = 240


@pytest.fixture(scope="module")
def cat(large_photo: bytes) -> Photo:
    return Photo(np.asarray(Image.fromarray(open_photo(large_photo).square().pixels).resize((SIDE, SIDE))))


def frames(photo: Photo, *, shrink: float = 4.0, arms: int = 0, focus: str = "centre") -> list[Pixels]:
    animation = droste(photo, shrink=shrink, arms=arms, focus=focus, duration=3)
    return [animation.canvas(frame) for frame in range(len(animation.frames))]


def difference(one: Pixels, other: Pixels) -> float:
    return float(np.abs(one.astype(int) - other.astype(int)).mean())


@pytest.mark.parametrize("shrink", [2.0, 3.0, 4.0])
def test_the_middle_of_each_picture_is_the_picture_itself(cat: Photo, shrink: float) -> None:
    small = round(SIDE / shrink)
    first = (SIDE - small) // 2
    for picture in frames(cat, shrink=shrink)[::6]:
        middle = picture[first : first + small, first : first + small]
        shrunk = np.asarray(Image.fromarray(picture).resize((small, small), Image.Resampling.LANCZOS))
        assert difference(middle, shrunk) < difference(middle, shrunk[::-1]) / 3


@pytest.mark.parametrize("arms", [1, 2, 3])
def test_a_spiral_has_no_seam_at_the_branch_cut(cat: Photo, arms: int) -> None:
    """The branch cut of the logarithm is to the left of the centre: rows above and below it must match."""
    rows = np.array([picture[:, : SIDE // 2].astype(int) for picture in frames(cat, arms=arms)[::6]])
    steps = np.abs(np.diff(rows, axis=1)).mean(axis=(0, 2, 3))
    cut = SIDE // 2 - 1
    neighbours = np.concatenate([steps[cut - 10 : cut], steps[cut + 1 : cut + 11]])
    assert steps[cut] < 1.5 * neighbours.max()


@pytest.mark.parametrize("arms", [0, 1])
def test_the_zoom_has_a_constant_speed(cat: Photo, arms: int) -> None:
    """The step from the last frame to the first is included: a seam in the loop would be a larger step."""
    pictures = frames(cat, arms=arms, shrink=2.0)
    steps = [difference(picture, pictures[at - 1]) for at, picture in enumerate(pictures)]
    assert max(steps) < 2 * min(steps)


def test_in_one_loop_each_copy_grows_to_the_size_of_the_next_larger(cat: Photo) -> None:
    pictures = frames(cat)
    grown = Image.fromarray(pictures[0]).resize((SIDE * 2, SIDE * 2), Image.Resampling.BICUBIC)
    half = np.asarray(grown)[SIDE // 2 : -SIDE // 2, SIDE // 2 : -SIDE // 2]
    differences = [difference(half, picture) for picture in pictures]
    assert int(np.argmin(differences)) == len(pictures) // 2  # twice as large, halfway to four times


@pytest.mark.parametrize("row", [30, 90, 150, 210])
@pytest.mark.parametrize("column", [30, 120, 210])
def test_the_vanishing_point_does_not_hide_the_focal_point(row: int, column: int) -> None:
    pixels = np.full((SIDE, SIDE, 3), 90, np.uint8)
    pixels[row - 15 : row + 15, column - 15 : column + 15] = (240, 20, 20)
    photo = Photo(pixels)
    at = focal_point(pixels)
    shown = [picture[round(at.y * SIDE), round(at.x * SIDE)] for picture in frames(photo, focus="found")]
    red = [bool(colour[0] > 200 and colour[1] < 60) for colour in shown]
    assert any(red)


def test_a_photo_of_one_colour_shows_its_frames() -> None:
    for picture in frames(Photo(np.full((SIDE, SIDE, 3), 40, np.uint8)), arms=1):
        assert picture.max() > 200
        assert np.median(picture) == 40


@pytest.mark.parametrize("arms", [1, 2])
def test_edges_of_photos_are_smooth(arms: int) -> None:
    """Pixels on an edge are grey: few neighbours differ by nearly the whole range."""
    for picture in frames(Photo(np.zeros((SIDE, SIDE, 3), np.uint8)), arms=arms)[::4]:
        steps = np.abs(np.diff(picture[..., 0].astype(int), axis=1))
        assert (steps > 230).sum() < (steps > 60).sum() / 6


def test_concentric_photos_begin_with_the_photo_in_its_border() -> None:
    photo = Photo(np.full((SIDE, SIDE, 3), 40, np.uint8))
    first = frames(photo)[0]
    assert (first[:4] == 250).all()
    assert (first[:, -4:] == 250).all()
    assert (first[8:30, 8:-8] == 40).all()


def test_a_spiral_begins_where_what_is_above_the_vanishing_point_fits_the_canvas() -> None:
    pixels = np.full((SIDE, SIDE, 3), 40, np.uint8)
    pixels[20:60, 100:140] = (240, 20, 20)
    shown = frames(Photo(pixels), arms=1)[0].astype(int)
    red = (shown[..., 0] > 200) & (shown[..., 1] < 60)
    assert red[25:50, 92:122].all()
    assert not red[:10].any()


@pytest.mark.parametrize("arms", [0, 1])
def test_borders_of_small_photos_are_as_bright_as_those_of_large_ones(arms: int) -> None:
    """Each border is a line without gaps, down to photos of 20 px."""
    dark = Photo(np.zeros((SIDE, SIDE, 3), np.uint8))
    for picture in frames(dark, arms=arms)[::4]:
        row = picture[SIDE // 2, : SIDE // 2 - 10, 0].astype(int)
        peaks = [
            row[at] for at in range(1, len(row) - 1) if row[at] > 20 and row[at] >= row[at - 1 : at + 2].max()
        ]
        assert peaks
        assert min(peaks) > 140


@pytest.mark.parametrize("shrink", [2.0, 16.0])
@pytest.mark.parametrize("arms", [0, 3])
@pytest.mark.parametrize("size", [(1, 1), (1, 300), (300, 16)])
def test_extreme_parameters_can_be_rendered(shrink: float, arms: int, size: tuple[int, int]) -> None:
    pixels = np.random.default_rng(2).integers(0, 256, (size[1], size[0], 3), np.uint8)
    assert all(
        picture.shape == pixels.shape
        for picture in frames(Photo(pixels), shrink=shrink, arms=arms, focus="found")
    )
