"""Sampling of a photo between its pixels and beyond its edges."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gifmill.animation import Pixels, Size
from gifmill.effects.texture_sampling import Texture, pixel_centres, render_in_bands
from gifmill.photo.saliency import CENTRE, Point

SIZES = [Size(1, 1), Size(1, 300), Size(17, 301), Size(1080, 16), Size(64, 48)]
CORNER = Point(0, 0)

coordinates = st.floats(-500, 500, width=32)


def noise(size: Size) -> Pixels:
    return np.random.default_rng(1).integers(0, 256, (size.height, size.width, 3), np.uint8)


def at(texture: Texture, x: float, y: float) -> list[int]:
    found = texture.sample(np.array([x], np.float32), np.array([y], np.float32))
    return [int(level) for level in found[0]]


@pytest.mark.parametrize("size", SIZES)
def test_sampling_the_pixel_centres_gives_the_photo(size: Size) -> None:
    pixels = noise(size)
    assert (Texture(pixels).sample(*pixel_centres(size, CORNER)) == pixels).all()


def test_between_two_pixels_the_colour_is_interpolated() -> None:
    ramp = np.repeat(np.arange(0, 240, 6, dtype=np.uint8)[None, :, None], 3, axis=2).repeat(20, axis=0)
    third = at(Texture(ramp), 20.5 + 1 / 3, 10.5)
    assert third == [122, 122, 122]


@given(coordinates, coordinates)
def test_the_photo_is_mirrored_beyond_its_edges(x: float, y: float) -> None:
    texture = Texture(noise(Size(8, 5)))
    # Off the grid, where rounding cannot select another sample.
    x, y = round(x * 3) / 3 + 1 / 6, round(y * 3) / 3 + 1 / 6
    assert at(texture, x, y) == at(texture, -x, y) == at(texture, 16 - x, y)
    assert at(texture, x, y) == at(texture, x, -y) == at(texture, x, 10 - y)


def test_the_far_edges_belong_to_the_last_pixels() -> None:
    pixels = np.zeros((40, 1080, 3), np.uint8)
    pixels[:, -8:] = 200
    assert at(Texture(pixels), 1080.0, 20.0) == at(Texture(pixels), 1080.0, 40.0) == [200, 200, 200]


def test_without_reduction_both_sampling_methods_agree() -> None:
    size = Size(30, 20)
    x, y = np.broadcast_arrays(*pixel_centres(size, CORNER))
    texture = Texture(noise(size), octaves=2)
    assert (texture.sample_minified(x, y, np.zeros_like(x)) == texture.sample(x, y)).all()


@pytest.mark.parametrize("octave", [1.0, 2.0, 9.0])
def test_a_minified_chessboard_is_grey(octave: float) -> None:
    board = (np.indices((64, 64)).sum(axis=0) % 2 * 255).astype(np.uint8)[..., None].repeat(3, axis=2)
    x, y = np.broadcast_arrays(*pixel_centres(Size(64, 64), CORNER))
    seen = Texture(board, octaves=3).sample_minified(x, y, np.full_like(x, octave))
    assert np.abs(seen[8:-8, 8:-8].astype(int) - 127).max() <= 4


def test_no_positions_give_no_colours() -> None:
    none = np.empty(0, np.float32)
    assert Texture(noise(Size(4, 4)), octaves=1).sample_minified(none, none, none).shape == (0, 3)


@pytest.mark.parametrize("size", [Size(1, 1), Size(3, 40_000), Size(40_000, 3), Size(301, 517)])
def test_rendering_in_bands_gives_the_whole_picture(size: Size) -> None:
    pixels = noise(size)
    assert (render_in_bands(size, lambda rows, _: pixels[rows], 0.0) == pixels).all()


def test_the_middle_of_an_odd_canvas_is_a_pixel_centre() -> None:
    x, y = pixel_centres(Size(5, 3), CENTRE)
    assert x.tolist() == [[-2, -1, 0, 1, 2]]
    assert y.tolist() == [[-1], [0], [1]]
