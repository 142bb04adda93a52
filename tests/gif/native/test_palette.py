"""Palette selection of the native core."""

from __future__ import annotations

from math import sqrt
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from PIL import Image
from tests.gif.pictures import narrow_range

from gifmill.effects.oklab import TO_CONES, TO_LAB
from gifmill.gif.native import library

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from gifmill.gif.core import Palette

type Points = NDArray[np.float32]

PHOTOS = Path(__file__).parents[3] / "bench" / "photos"
NOISE = np.random.default_rng(0).integers(0, 256, (20_000, 3), np.uint8)
GREY_AXIS = np.repeat(np.arange(256, dtype=np.uint8)[:, None], 3, axis=1)
GUARD = 0xA5
"""Value of bytes around a buffer, which no function may change."""
NONE = np.empty((0, 3), np.uint8)


def to_metric(rgb: Palette) -> Points:
    points = np.empty(rgb.shape, np.float32)
    library().gifmill_to_metric(rgb, len(rgb), points)
    return points


def from_metric(points: Points) -> Palette:
    rgb = np.empty(points.shape, np.uint8)
    library().gifmill_from_metric(points, len(points), rgb)
    return rgb


def distinct_colours(rgb: Palette, most: int) -> tuple[Palette, NDArray[np.int64]] | None:
    palette, counts = np.full((most + 1, 3), GUARD, np.uint8), np.zeros(most, np.int64)
    found = library().gifmill_distinct_colours(rgb, len(rgb), most, palette, counts)
    assert (palette[max(found, 0) :] == GUARD).all()
    return None if found < 0 else (palette[:found], counts[:found])


def select_palette(sample: Palette, entries: int, steps: int = 3, fixed: Palette = NONE) -> Palette:
    palette = np.full((entries + 1, 3), GUARD, np.uint8)
    found = library().gifmill_select_palette(sample, len(sample), entries, steps, fixed, len(fixed), palette)
    assert 0 <= found <= entries
    assert (palette[entries] == GUARD).all()
    return palette[:found]


def palette_error(sample: Palette, palette: Palette) -> float:
    return float(library().gifmill_palette_error(sample, len(sample), palette, len(palette)))


def exact_metric(rgb: Palette) -> NDArray[np.float64]:
    """Convert by the definitions of sRGB and Oklab, in double precision."""
    level = rgb / 255
    light = np.where(level <= 0.04045, level / 12.92, ((level + 0.055) / 1.055) ** 2.4)
    lab = np.cbrt(light @ TO_CONES.astype(float)) @ TO_LAB.astype(float)
    return np.asarray(lab * (1, 1.5, 1.5))


def exact_error(sample: Palette, palette: Palette) -> float:
    """Return the root mean squared distance of every pixel from its nearest entry."""
    colours, counts = np.unique(sample, axis=0, return_counts=True)
    offsets = exact_metric(colours)[:, None] - exact_metric(palette)
    return sqrt(np.average(np.square(offsets).sum(axis=2).min(axis=1), weights=counts))


def tuning_photo(name: str, side: int = 128) -> Palette:
    with Image.open(PHOTOS / f"{name}.jpg") as image:
        small = image.convert("RGB").resize((side, side), Image.Resampling.BOX)
    return np.array(small).reshape(-1, 3)


@pytest.mark.parametrize("colours", [NOISE, GREY_AXIS], ids=["noise", "greys"])
def test_the_metric_is_stretched_oklab(colours: Palette) -> None:
    np.testing.assert_allclose(to_metric(colours), exact_metric(colours), atol=2e-6)


def test_black_is_the_origin_of_the_metric() -> None:
    assert to_metric(np.zeros((1, 3), np.uint8)).tolist() == [[0, 0, 0]]


@pytest.mark.parametrize("colours", [NOISE, GREY_AXIS], ids=["noise", "greys"])
def test_every_colour_survives_conversion_to_the_metric_and_back(colours: Palette) -> None:
    np.testing.assert_array_equal(from_metric(to_metric(colours)), colours)


def test_points_outside_srgb_are_clipped() -> None:
    outside = np.array([[1.2, 0, 0], [-0.1, 0, 0], [np.nan, 0, 0], [np.inf, 0, 0]], np.float32)
    assert from_metric(outside)[:2].tolist() == [[255, 255, 255], [0, 0, 0]]


@given(
    arrays(np.uint8, st.tuples(st.integers(1, 300), st.just(3)), elements=st.sampled_from([0, 1, 90, 255]))
)
def test_distinct_colours_are_sorted_and_counted(rgb: Palette) -> None:
    colours, counts = np.unique(rgb, axis=0, return_counts=True)
    found = distinct_colours(rgb, 64)
    assert found is not None
    np.testing.assert_array_equal(found[0], colours)
    np.testing.assert_array_equal(found[1], counts)
    assert distinct_colours(rgb, len(colours)) is not None
    if len(colours) > 1:
        assert distinct_colours(rgb, len(colours) - 1) is None


def test_distinct_colours_of_a_large_picture() -> None:
    colours, counts = np.unique(NOISE, axis=0, return_counts=True)
    found = distinct_colours(NOISE, 20_000)
    assert found is not None
    np.testing.assert_array_equal(found[0], colours)
    np.testing.assert_array_equal(found[1], counts)
    assert distinct_colours(NOISE, 256) is None


@given(st.integers(1, 256), st.integers(0, 300))
def test_few_colours_are_the_palette_in_order(entries: int, repeats: int) -> None:
    colours = NOISE[:entries]
    sample = np.concatenate([colours, colours[np.arange(repeats) * 7 % entries]])
    np.testing.assert_array_equal(select_palette(sample, entries), np.unique(colours, axis=0))


def test_a_sample_of_one_pixel_and_a_plain_one() -> None:
    pixel = np.array([[7, 200, 31]], np.uint8)
    for sample in (pixel, pixel.repeat(5000, axis=0)):
        for entries in (1, 2, 256):
            np.testing.assert_array_equal(select_palette(sample, entries), pixel)
        assert palette_error(sample, pixel) == pytest.approx(0, abs=1e-6)


def test_an_empty_sample_has_no_entries_and_no_error() -> None:
    assert len(select_palette(NONE, 16)) == 0
    assert palette_error(NONE, NOISE[:4]) == 0


@pytest.mark.parametrize("steps", [0, 1, 3, 9])
@pytest.mark.parametrize("entries", [1, 2, 3, 5, 16, 127, 255, 256])
def test_a_photo_fills_every_palette(entries: int, steps: int) -> None:
    palette = select_palette(tuning_photo("astronaut"), entries, steps)
    assert len(palette) == entries
    assert len(np.unique(palette, axis=0)) == entries


@pytest.mark.parametrize("name", ["dark", "foggy", "toned"])
def test_a_narrow_range_is_clustered_by_its_colours(name: str) -> None:
    """Cells of 5 bits would leave an error of their own width."""
    sample = narrow_range(name).reshape(-1, 3)
    palette = select_palette(sample, 255)
    assert len(palette) == 255
    assert exact_error(sample, palette) < 0.008


@pytest.mark.parametrize("count", [1, 5, 63])
def test_fixed_colours_are_the_last_entries(count: int) -> None:
    fixed = NOISE[:count]
    palette = select_palette(tuning_photo("coffee"), 64, fixed=fixed)
    assert len(palette) == 64
    np.testing.assert_array_equal(palette[-count:], fixed)


def test_fixed_colours_may_take_every_entry() -> None:
    np.testing.assert_array_equal(select_palette(tuning_photo("coffee"), 8, fixed=NOISE[:8]), NOISE[:8])


def test_fixed_colours_join_the_palette_of_a_sample_of_few_colours() -> None:
    expected = np.unique(NOISE[:5], axis=0)
    np.testing.assert_array_equal(
        select_palette(NOISE[:3], 6, fixed=np.ascontiguousarray(NOISE[2:5])), expected
    )


@pytest.mark.parametrize(
    ("name", "entries", "steps", "error"),
    [
        ("astronaut", 255, 3, 0.011369),
        ("astronaut", 127, 2, 0.016345),
        ("astronaut", 32, 4, 0.031136),
        ("chelsea", 255, 3, 0.005244),
        ("chelsea", 127, 2, 0.009651),
        ("chelsea", 32, 4, 0.019603),
        ("coffee", 255, 3, 0.005893),
        ("coffee", 127, 2, 0.009662),
        ("coffee", 32, 4, 0.019918),
        ("rocket", 255, 3, 0.004368),
        ("rocket", 127, 2, 0.008206),
        ("rocket", 32, 4, 0.017954),
        ("hubble", 255, 3, 0.002633),
        ("hubble", 127, 2, 0.004833),
        ("hubble", 32, 4, 0.009929),
    ],
)
def test_a_palette_is_no_worse_than_the_former_one(name: str, entries: int, steps: int, error: float) -> None:
    """The errors are those of the palettes that the encoder selected with numpy, before the native core."""
    sample = tuning_photo(name)
    assert palette_error(sample, select_palette(sample, entries, steps)) <= error * 1.002


@pytest.mark.parametrize("entries", [1, 3, 40, 256])
def test_the_error_of_a_palette_follows_that_of_every_pixel(entries: int) -> None:
    """It misses only the error of the histogram's cells."""
    sample = tuning_photo("astronaut", 64)
    palette = np.ascontiguousarray(NOISE[:entries])
    assert palette_error(sample, palette) == pytest.approx(exact_error(sample, palette), rel=0.05)


@given(
    arrays(np.uint8, st.tuples(st.integers(0, 400), st.just(3))),
    st.integers(1, 256),
    st.integers(0, 4),
    st.integers(0, 256),
)
def test_any_sample_has_a_palette(sample: Palette, entries: int, steps: int, fixed: int) -> None:
    fixed = min(fixed, entries)
    palette = select_palette(sample, entries, steps, NOISE[:fixed])
    wanted = {tuple(colour) for colour in NOISE[:fixed].tolist()}
    assert wanted <= {tuple(colour) for colour in palette.tolist()}
    np.testing.assert_array_equal(select_palette(sample, entries, steps, NOISE[:fixed]), palette)
    if len(sample):
        assert palette_error(sample, NOISE[:entries]) >= 0
