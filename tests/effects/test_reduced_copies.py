"""Reduced copies of a photo: what is displayed smaller has no aliasing."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gifmill.animation import Pixels, Size
from gifmill.effects.reduced_copies import ReducedCopies
from gifmill.effects.texture_sampling import pixel_centres
from gifmill.photo.saliency import CENTRE, Point

anything = st.floats(width=32)


def noise(size: Size) -> Pixels:
    return np.random.default_rng(1).integers(0, 256, (size.height, size.width, 3), np.uint8)


def shown(pixels: Pixels, octave: float, scale: float = 1.0, octaves: int = 3, inside: float = 2.0) -> Pixels:
    """Return the photo, reduced from its middle, with each pixel at a distance from an edge."""
    size = Size.of(pixels)
    x, y = (np.ascontiguousarray(field) for field in np.broadcast_arrays(*pixel_centres(size, CENTRE)))
    plain = np.ones_like(x)
    photos = np.array([[0, 0], [scale, 0]], np.float32)
    end = Point(size.width / 2, size.height / 2)
    fields = (x, y, plain * np.float32(0.5), plain * np.float32(octave), plain * np.float32(2 * inside))
    return ReducedCopies(pixels, octaves).nested(fields, 0, photos, end)


@pytest.mark.parametrize("size", [Size(1, 1), Size(1, 300), Size(64, 48)])
def test_without_reduction_the_photo_is_shown(size: Size) -> None:
    pixels = noise(size)
    assert (shown(pixels, 0) == pixels).all()


@pytest.mark.parametrize("octave", [1.0, 2.0, 9.0])
def test_a_minified_chessboard_is_grey(octave: float) -> None:
    board = (np.indices((64, 64)).sum(axis=0) % 2 * 255).astype(np.uint8)[..., None].repeat(3, axis=2)
    assert np.abs(shown(board, octave)[8:-8, 8:-8].astype(int) - 127).max() <= 4


@pytest.mark.parametrize("octave", [0.5, 1.0, 1.5, 2.0])
def test_copies_show_the_same_places(octave: float) -> None:
    """A slope is the same at all sizes, except at its ends."""
    slope = np.repeat(np.arange(0, 256, 2, dtype=np.uint8)[None, :, None], 3, axis=2).repeat(96, axis=0)
    seen = shown(slope, octave).astype(int)
    assert abs(seen - slope)[:, 12:-12].max() <= 2


def test_a_pixel_on_an_edge_is_mixed_with_the_photo_outside() -> None:
    pixels = np.zeros((6, 6, 3), np.uint8)
    pixels[3:, 3:] = 200  # all of the inner photo; scaled by 0, the outer one shows its middle
    mixed, inner = shown(pixels, 0, inside=0.25), shown(pixels, 0)
    assert inner[0, 0, 0] == 0
    assert mixed[0, 0, 0] == pytest.approx(0.75 * shown(pixels, 0, scale=0)[0, 0, 0], abs=1)


@given(anything, anything, anything, anything, anything)
def test_any_numbers_give_a_colour_of_the_photo(
    x: float, y: float, depth: float, octave: float, edge: float
) -> None:
    fields = (
        np.full((2, 3), x, np.float32),
        np.full((2, 3), y, np.float32),
        np.full((2, 3), depth, np.float32),
        np.full((2, 3), octave, np.float32),
        np.full((2, 3), edge, np.float32),
    )
    photos = np.array([[1, 0], [2, 1], [1e30, -1e30]], np.float32)
    plain = np.full((2, 3, 3), 7, np.uint8)
    assert (ReducedCopies(plain, 2).nested(fields, 0.5, photos, CENTRE) == 7).all()


def test_arguments_of_another_size_are_rejected() -> None:
    copies, photos = ReducedCopies(noise(Size(3, 2)), 1), np.zeros((2, 2), np.float32)
    right, wrong = np.zeros((2, 3), np.float32), np.zeros((3, 2), np.float32)
    for at in range(5):
        fields = [right] * 5
        fields[at] = wrong
        with pytest.raises(ValueError, match="a field of"):
            copies.nested((fields[0], fields[1], fields[2], fields[3], fields[4]), 0, photos, CENTRE)
    for few in (photos[:1], photos[:, :1]):
        with pytest.raises(ValueError, match="nested photos of shape"):
            copies.nested((right, right, right, right, right), 0, few, CENTRE)


@pytest.mark.parametrize("octaves", [-1, 16])
def test_octaves_out_of_range_are_rejected(octaves: int) -> None:
    with pytest.raises(ValueError, match="octaves"):
        ReducedCopies(noise(Size(3, 2)), octaves)
