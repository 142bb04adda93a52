"""Sampling of a photo between its pixels and beyond its edges."""

from __future__ import annotations

from math import nan

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from gifmill.animation import Pixels, Size
from gifmill.effects.texture_sampling import SHARP, SOFT, Texture, Weights, pixel_centres, texels
from gifmill.photo.saliency import CENTRE, Point

SIZES = [Size(1, 1), Size(1, 300), Size(17, 301), Size(1080, 16), Size(64, 48)]
CORNER = Point(0, 0)

type Field = NDArray[np.float32]

coordinates = st.floats(-500, 500, width=32)
anything = st.floats(width=32)


def noise(size: Size) -> Pixels:
    return np.random.default_rng(1).integers(0, 256, (size.height, size.width, 3), np.uint8)


def at(texture: Texture, x: float, y: float) -> list[int]:
    found = texture.view(Size(1, 1), (1, 0, x, 0, 1, y))
    return [int(level) for level in found[0, 0]]


def still(size: Size) -> tuple[Field, Field]:
    """Return columns and rows that displace nothing."""
    x, y = (centres.ravel() for centres in pixel_centres(size, CORNER))
    return np.stack([x, np.zeros_like(x)]), np.stack([np.zeros_like(y), y])


@pytest.mark.parametrize("size", SIZES)
def test_texels_at_the_pixel_centres_are_the_photo(size: Size) -> None:
    pixels = noise(size)
    found = texels(pixels)
    assert found.shape == (2 * size.height + 2, 2 * size.width + 2, 4)
    assert (found[1:-1:2, 1:-1:2, :3] == pixels).all()
    assert (found[..., 3] == 255).all()


@pytest.mark.parametrize("size", SIZES)
def test_texels_are_mirrored_at_both_edges(size: Size) -> None:
    pixels = noise(size)
    assert (texels(pixels[::-1, ::-1])[:-1, :-1] == texels(pixels)[-2::-1, -2::-1]).all()
    assert (texels(pixels.transpose(1, 0, 2))[..., 0] == texels(pixels)[..., 0].T).mean() > 0.99  # rounding


@pytest.mark.parametrize("weights", [SHARP, SOFT])
def test_an_edge_is_as_steep_and_overshoots_little(weights: Weights) -> None:
    edge = np.repeat(np.array([50, 200], np.uint8), 10)[None, :, None].repeat(3, axis=2).repeat(9, axis=0)
    halfway = texels(edge, weights)[5, ::2, 0].astype(int)
    assert halfway[10] == 125
    assert 50 - 24 <= halfway.min() < 50 < 200 < halfway.max() <= 200 + 24


def test_between_two_pixels_the_colour_is_interpolated() -> None:
    ramp = np.repeat(np.arange(0, 240, 6, dtype=np.uint8)[None, :, None], 3, axis=2).repeat(20, axis=0)
    assert at(Texture(ramp), 20.75, 10.5) == [122, 122, 122]  # 121.5
    assert at(Texture(ramp), 21, 10.5) == [123, 123, 123]


@given(coordinates, coordinates)
def test_the_photo_is_mirrored_beyond_its_edges(x: float, y: float) -> None:
    texture = Texture(noise(Size(8, 5)))
    x, y = round(x * 32) / 32, round(y * 32) / 32  # exact
    assert at(texture, x, y) == at(texture, -x, y) == at(texture, 16 - x, y)
    assert at(texture, x, y) == at(texture, x, -y) == at(texture, x, 10 - y)


@given(anything, anything)
def test_every_position_has_a_colour_of_the_photo(x: float, y: float) -> None:
    assert at(Texture(np.full((4, 3, 3), 7, np.uint8)), x, y) == [7, 7, 7]


def test_the_far_edges_belong_to_the_last_pixels() -> None:
    pixels = np.zeros((40, 1080, 3), np.uint8)
    pixels[:, -8:] = 200
    assert at(Texture(pixels), 1080.0, 20.0) == at(Texture(pixels), 1080.0, 40.0) == [200, 200, 200]


@pytest.mark.parametrize("size", SIZES)
def test_without_displacement_the_photo_is_unchanged(size: Size) -> None:
    pixels = noise(size)
    texture = Texture(pixels)
    none = np.zeros((size.height, size.width), np.float32)
    assert (texture.displaced(*still(size)) == pixels).all()
    assert (texture.displaced(*still(size), none, (9, 9)) == pixels).all()
    assert (texture.twisted(CENTRE, none, none, 1, 0) == pixels).all()


@pytest.mark.parametrize("size", SIZES)
def test_a_displacement_is_in_pixels(size: Size) -> None:
    pixels, all_of_it = noise(size), np.ones((size.height, size.width), np.float32)
    moved = Texture(pixels).displaced(*still(size), all_of_it, (2, -1))
    expected = np.pad(pixels, ((1, 0), (0, 2), (0, 0)), "symmetric")[: size.height, 2:]
    assert (moved == expected).all()


def test_a_twist_by_a_quarter_turn_rotates_the_photo() -> None:
    pixels = noise(Size(31, 31))
    quarter = np.full((31, 31), np.pi / 4, np.float32)
    middle = Point(15.5, 15.5)
    assert (Texture(pixels).twisted(middle, quarter, quarter, 1, 1) == np.rot90(pixels)).all()
    assert (Texture(pixels).twisted(middle, quarter, quarter, -2, 0) == np.rot90(pixels, -1)).all()


def test_every_half_wedge_has_its_own_matrix() -> None:
    pixels = noise(Size(16, 16))
    sectors = np.zeros((16, 16), np.float32)
    sectors[:, 8:] = 1.5
    matrices = np.array([[1, 0, 0, 1], [-1, 0, 0, 1], [1, 0, 0, 1]], np.float32)
    shown = Texture(pixels).mirrored_wedges(sectors, 0.25, matrices, Point(8, 8))
    assert (shown[:, :8] == pixels[:, :8]).all()
    assert (shown[:, 8:] == pixels[:, 7::-1]).all()


@pytest.mark.parametrize(("phase", "used"), [(-1e9, 0), (nan, 0), (1e9, 1)])
def test_a_half_wedge_without_a_matrix_uses_the_first_or_the_last(phase: float, used: int) -> None:
    pixels, sectors = noise(Size(5, 4)), np.zeros((4, 5), np.float32)
    matrices = np.array([[1, 0, 0, 1], [1, 0, 0, -1]], np.float32)
    shown = Texture(pixels).mirrored_wedges(sectors, phase, matrices, Point(2.5, 2))
    assert (shown == (pixels, pixels[::-1])[used]).all()
    alone = Texture(pixels).mirrored_wedges(sectors, 0, matrices[used:][:1], Point(2.5, 2))
    assert (shown == alone).all()


def test_arguments_of_another_size_are_rejected() -> None:
    texture, field = Texture(noise(Size(5, 4))), np.zeros((5, 4), np.float32)
    columns, rows = still(Size(5, 4))
    with pytest.raises(ValueError, match=r"a field of \(5, 4\), not \(4, 5\)"):
        texture.twisted(CENTRE, field, field, 1, 0)
    with pytest.raises(ValueError, match="a field of"):
        texture.displaced(columns, rows, field)
    for mixed in ((rows, rows), (columns, columns)):
        with pytest.raises(ValueError, match="a field of"):
            texture.displaced(*mixed)
    with pytest.raises(ValueError, match="a field of"):
        texture.mirrored_wedges(field, 0, np.zeros((1, 4), np.float32), CENTRE)
    for matrices in (np.zeros((0, 4), np.float32), np.zeros((2, 3), np.float32)):
        with pytest.raises(ValueError, match=r"matrix|field"):
            texture.mirrored_wedges(field.T.copy(), 0, matrices, CENTRE)
    for size in (Size(0, 5), Size(5, 20_000)):
        with pytest.raises(ValueError, match="a view of"):
            texture.view(size, (1, 0, 0, 0, 1, 0))


@pytest.mark.parametrize(
    "pixels",
    [
        np.zeros((4, 5), np.uint8),
        np.zeros((4, 5, 2), np.uint8),
        np.zeros((0, 5, 3), np.uint8),
        np.zeros((1, 20_000, 3), np.uint8),
        np.zeros((4, 5, 3), np.int16),
    ],
)
def test_a_photo_of_another_kind_is_rejected(pixels: Pixels) -> None:
    with pytest.raises(ValueError, match="a photo"):
        texels(pixels)


@pytest.mark.parametrize("weights", [(64, -1, 0, 0), (32, -11, 11, -11), (32,), ()])
def test_weights_of_more_than_the_whole_are_rejected(weights: Weights) -> None:
    with pytest.raises(ValueError, match="weights"):
        texels(noise(Size(3, 2)), weights)


def test_the_middle_of_an_odd_canvas_is_a_pixel_centre() -> None:
    x, y = pixel_centres(Size(5, 3), CENTRE)
    assert x.tolist() == [[-2, -1, 0, 1, 2]]
    assert y.tolist() == [[-1], [0], [1]]
