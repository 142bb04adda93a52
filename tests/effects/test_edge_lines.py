"""Edge lines: contours of a photo, one pixel wide, without its texture."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest
from numpy.typing import NDArray

import gifmill
from gifmill.effects.edge_lines import blurred, edge_lines

if TYPE_CHECKING:
    from gifmill.animation import Pixels

PHOTO = gifmill.open_photo(Path(__file__).parents[1] / "sample_photos/chelsea.jpg", max_side_px=200)

type Floats = NDArray[np.float32]


def square(channels: int = 3) -> Pixels:
    """Return a bright square of 60 px on a dark ground of 120 px, transparent if there are 4 channels."""
    pixels = np.full((120, 120, channels), 40, np.uint8)
    pixels[30:90, 30:90] = 200
    if channels == 4:
        pixels[..., 3] = 0
        pixels[30:90, 30:90, 3] = 255
    return pixels


def distance_from_outline(size: int = 120) -> NDArray[np.float64]:
    """Return for each pixel the distance of its centre from the outline of `square`."""
    rows, columns = abs(np.indices((size, size)) + 0.5 - 60)
    found: NDArray[np.float64] = abs(np.maximum(rows, columns) - 30)
    return found


def grain(deviation: float) -> Pixels:
    noise = np.random.default_rng(1).normal(0, deviation, (150, 150, 3))
    return np.clip(128 + noise, 0, 255).astype(np.uint8)


@pytest.mark.parametrize("tone", [0, 128, 255])
def test_a_plain_photo_has_no_lines(tone: int) -> None:
    assert not edge_lines(np.full((60, 80, 3), tone, np.uint8), 1).any()


@pytest.mark.parametrize("channels", [3, 4])
def test_the_outline_of_a_square_is_a_line_and_nothing_else(channels: int) -> None:
    lines = edge_lines(square(channels), 0.5) > 0
    assert distance_from_outline()[lines].max() < 4  # the blur rounds its corners
    assert lines[40:80].sum(axis=1).tolist() == [2] * 40
    assert lines[:, 40:80].sum(axis=0).tolist() == [2] * 40


def test_every_edge_of_a_drawing_is_a_line() -> None:
    """The faintest of its edges has a third of the contrast of the strongest."""
    pixels = square()
    pixels[45:75, 45:75] = (150, 150, 150)
    lines = edge_lines(pixels, 0.5) > 0
    assert lines[60].sum() == 4


def test_an_outline_between_colours_of_equal_lightness_is_a_line() -> None:
    pixels = np.full((120, 120, 3), (0, 100, 0), np.uint8)
    pixels[30:90, 30:90] = (197, 0, 0)
    lines = edge_lines(pixels, 0.5) > 0
    assert lines[60].sum() == 2


def test_colours_of_transparent_pixels_do_not_count() -> None:
    pixels = square(4)
    pixels[5:20, 5:110, :3] = 255
    np.testing.assert_array_equal(edge_lines(pixels, 1), edge_lines(square(4), 1))


def test_a_soft_shadow_has_no_lines() -> None:
    shadow = np.zeros((120, 120, 4), np.uint8)
    shadow[30:90, 30:90, 3] = 120
    assert not edge_lines(shadow, 1).any()


@pytest.mark.parametrize("deviation", [1, 3])
def test_faint_grain_has_no_lines(deviation: float) -> None:
    assert (edge_lines(grain(deviation), 0.5) > 0).mean() < 0.005


def test_a_dot_is_no_line() -> None:
    pixels = np.full((400, 400, 3), 40, np.uint8)
    pixels[200:203, 200:203] = 255
    assert not edge_lines(pixels, 0.5).any()


def test_more_detail_gives_more_lines() -> None:
    counts = [(edge_lines(PHOTO.pixels, detail) > 0).sum() for detail in (0, 0.25, 0.5, 0.75, 1)]
    assert counts == sorted(counts)
    assert counts[0] > 100
    assert counts[-1] > 1.3 * counts[0]


def test_strengths_are_from_0_to_1_and_lines_are_not_faint() -> None:
    lines = edge_lines(PHOTO.pixels, 0.5)
    assert lines.max() == 1
    assert lines[lines > 0].min() >= 0.35


@pytest.mark.parametrize("size", [(1, 1), (2, 2), (1, 300), (300, 1), (3, 50), (17, 301)])
def test_photos_of_any_size_have_lines_of_their_size(size: tuple[int, int]) -> None:
    noise = np.random.default_rng(1).integers(0, 256, (*size, 3), np.uint8)
    lines = edge_lines(noise, 1)
    assert lines.shape == size
    assert lines.dtype == np.float32


def impulse() -> Floats:
    picture = np.zeros((41, 51), np.float32)
    picture[20, 25] = 1
    return picture


@pytest.mark.parametrize("deviation", [0.5, 1.4, 5])
def test_a_blurred_point_is_a_gaussian(deviation: float) -> None:
    rows, columns = np.indices((41, 51)) - np.array([20, 25])[:, None, None]
    expected = np.exp(-(rows**2 + columns**2) / (2 * deviation**2))
    np.testing.assert_allclose(blurred(impulse(), deviation), expected / expected.sum(), atol=0.003)


def test_a_blur_of_0_changes_nothing() -> None:
    np.testing.assert_array_equal(blurred(impulse(), 0), impulse())


def test_edges_continue_beyond_the_picture_that_is_blurred() -> None:
    ramp = np.broadcast_to(np.float32(7), (3, 4)).copy()
    np.testing.assert_allclose(blurred(ramp, 20), ramp, rtol=1e-5)
