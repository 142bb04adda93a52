"""Reduced copies of a photo: what is displayed smaller has no aliasing."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gifmill.animation import Pixels, Size
from gifmill.effects.reduced_copies import Border, ReducedCopies
from gifmill.effects.texture_sampling import pixel_centres
from gifmill.photo.saliency import CENTRE, Point

NO_BORDER = Border(-1e6, 0)
anything = st.floats(width=32)


def noise(size: Size) -> Pixels:
    return np.random.default_rng(1).integers(0, 256, (size.height, size.width, 3), np.uint8)


def shown(pixels: Pixels, octave: float, border: Border = NO_BORDER, octaves: int = 3) -> Pixels:
    """Return the photo, read as if it were reduced from its middle."""
    size = Size.of(pixels)
    x, y = (np.ascontiguousarray(field) for field in np.broadcast_arrays(*pixel_centres(size, CENTRE)))
    plain = np.ones_like(x)
    photos = np.array([[0, 0], [1, 0]], np.float32)
    end = Point(size.width / 2, size.height / 2)
    fields = (x, y, plain * np.float32(0.5), plain * np.float32(octave))
    return ReducedCopies(pixels, octaves).nested(fields, 0, photos, end, border)


@pytest.mark.parametrize("size", [Size(1, 1), Size(1, 300), Size(64, 48)])
def test_without_reduction_the_photo_is_shown(size: Size) -> None:
    pixels = noise(size)
    assert (shown(pixels, 0) == pixels).all()


@pytest.mark.parametrize("octave", [1.0, 2.0, 3.0])
def test_a_minified_chessboard_is_grey(octave: float) -> None:
    board = (np.indices((64, 64)).sum(axis=0) % 2 * 255).astype(np.uint8)[..., None].repeat(3, axis=2)
    assert np.abs(shown(board, octave, octaves=2)[8:-8, 8:-8].astype(int) - 127).max() <= 4


@pytest.mark.parametrize("octave", [0.5, 1.0, 1.5, 2.0])
def test_copies_show_the_same_places(octave: float) -> None:
    """A slope is the same at all sizes, except at its ends."""
    slope = np.repeat(np.arange(0, 256, 2, dtype=np.uint8)[None, :, None], 3, axis=2).repeat(96, axis=0)
    seen = shown(slope, octave).astype(int)
    assert abs(seen - slope)[:, 12:-12].max() <= 2


def edge(photo_level: int, border: Border, reduction: float = 1.0) -> list[int]:
    """Return the levels of points from 2 px outside a photo's upper edge to 6 px inside it, 0.25 px apart."""
    side = 64
    y = np.arange(-2, 6, 0.25, dtype=np.float32)[None] + np.float32(0.125)
    where = np.repeat(np.repeat(y, 2, axis=1)[:, :side] * np.float32(reduction), side, axis=0)
    inner = np.float32(reduction) * np.ones_like(where)
    fields = (
        np.full((side, side), 32, np.float32),
        np.ascontiguousarray(where),
        (where > -0.5 * reduction).astype(np.float32) * np.float32(0.9),
        np.log2(inner),
    )
    photos = np.array([[1, 0], [1, 0], [1, 0]], np.float32)
    plain = np.full((side, side, 3), photo_level, np.uint8)
    picture = ReducedCopies(plain, 2).nested(fields, 0, photos, Point(0, 0), border)
    return [int(level) for level in picture[0, ::2, 0]]


def test_a_border_is_as_wide_as_the_photo_is_large() -> None:
    levels = edge(100, Border(2, 250))
    assert levels[:6] == [100] * 6  # mirrored, so the same photo outside
    assert levels.count(250) * 0.25 == pytest.approx(1, abs=0.3)  # between its soft edges
    assert sum(level - 100 for level in levels) / 150 * 0.25 == pytest.approx(2, abs=0.15)


@pytest.mark.parametrize("reduction", [2.0, 2.7])
def test_a_border_of_a_reduced_photo_does_not_dissolve(reduction: float) -> None:
    levels = edge(100, Border(0.5, 250), reduction)
    assert sum(level - 100 for level in levels) / 150 * 0.25 == pytest.approx(1.25, abs=0.2)
    assert max(levels) >= 245


@given(anything, anything, anything, anything, anything)
def test_any_numbers_give_a_colour_of_the_photo(
    x: float, y: float, depth: float, octave: float, width: float
) -> None:
    fields = (
        np.full((2, 3), x, np.float32),
        np.full((2, 3), y, np.float32),
        np.full((2, 3), depth, np.float32),
        np.full((2, 3), octave, np.float32),
    )
    photos = np.array([[1, 0], [2, 1], [1e30, -1e30]], np.float32)
    plain = np.full((2, 3, 3), 7, np.uint8)
    assert (ReducedCopies(plain, 2).nested(fields, 0.5, photos, CENTRE, Border(width, 7)) == 7).all()


def test_arguments_of_another_size_are_rejected() -> None:
    copies, photos = ReducedCopies(noise(Size(3, 2)), 1), np.zeros((2, 2), np.float32)
    right, wrong = np.zeros((2, 3), np.float32), np.zeros((3, 2), np.float32)
    for at in range(4):
        fields = [right] * 4
        fields[at] = wrong
        with pytest.raises(ValueError, match="a field of"):
            copies.nested((fields[0], fields[1], fields[2], fields[3]), 0, photos, CENTRE, NO_BORDER)
    for few in (photos[:1], photos[:, :1]):
        with pytest.raises(ValueError, match="nested photos of shape"):
            copies.nested((right, right, right, right), 0, few, CENTRE, NO_BORDER)


@pytest.mark.parametrize("octaves", [-1, 16])
def test_octaves_out_of_range_are_rejected(octaves: int) -> None:
    with pytest.raises(ValueError, match="octaves"):
        ReducedCopies(noise(Size(3, 2)), octaves)
