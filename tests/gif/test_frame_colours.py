"""Colours of encoded frames: nearest entries, error diffusion, and what lossiness allows."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.gif.frames import (
    LOSSLESS,
    LOSSY,
    Step,
    distances,
    encoded,
    quick_distance,
    random_colours,
    random_pixels,
    sequences,
    to_metric,
)
from tests.gif.pictures import photo

from gifmill.gif import Preset
from gifmill.gif.palettes import FramePalette

if TYPE_CHECKING:
    from gifmill.animation import Pixels
    from gifmill.gif.core import Palette


@pytest.mark.parametrize("entries", [1, 2, 7, 64, 255, 256])
@pytest.mark.parametrize("beam", [1, 2, 16])
def test_without_lossiness_and_dither_each_pixel_has_its_nearest_entry(entries: int, beam: int) -> None:
    """The search distinguishes seven bits of each channel. By the quick approximation of the metric, another
    entry may be at least as near."""
    picture, colours = random_pixels(60, 50, entries) & np.uint8(0xFE), random_colours(entries)
    _, (shown,) = encoded([(picture, FramePalette(colours))], replace(LOSSLESS, beam=beam))
    nearest = colours[distances(picture, colours).argmin(axis=-1)]
    np.testing.assert_array_less(
        quick_distance(picture, shown), quick_distance(picture, nearest) + 1e-6, strict=True
    )
    same = (shown == nearest).all(axis=-1).mean()
    assert same > 0.8


@given(sequences(), st.sampled_from([0, 1e-4, 1e-3, 1e-2]))
@settings(max_examples=60)
def test_no_pixel_without_dither_is_farther_than_the_lossiness_allows(
    sequence: tuple[list[Step], Preset], lossiness: float
) -> None:
    """In areas of full activity 1.8 times the lossiness is allowed."""
    steps, preset = sequence
    steps = [
        (picture & np.uint8(0xFE), replace(palette, dither=0.0, shared=False)) for picture, palette in steps
    ]
    _, shown = encoded(steps, replace(preset, lossiness=lossiness))
    for number, (picture, palette) in enumerate(steps):
        nearest = palette.colours[distances(picture, palette.colours).argmin(axis=-1)]
        rounding = 4e-4  # of the linear metric, whose axes have steps of 1/8192
        limit = quick_distance(picture, nearest) + 1.8 * lossiness + rounding
        drawn = np.ones(picture.shape[:2], bool)
        if number:
            drawn = (picture != steps[number - 1][0]).any(axis=-1)
        assert (quick_distance(picture, shown[number])[drawn] <= limit[drawn]).all()


@pytest.mark.parametrize("level", [20, 64, 128, 200])
@pytest.mark.parametrize("lossiness", [0.0, 1e-3])
def test_dither_keeps_the_mean_of_flat_areas(level: int, lossiness: float) -> None:
    flat = np.full((64, 64, 3), level, np.uint8)
    greys = np.array([[0, 0, 0], [85, 85, 85], [170, 170, 170], [255, 255, 255]], np.uint8)
    preset = replace(LOSSLESS, lossiness=lossiness)
    _, (shown,) = encoded([(flat, FramePalette(greys, dither=1.0))], preset)
    assert len(np.unique(shown)) > 1
    assert abs(shown.mean() - level) < 4


def test_the_largest_errors_do_not_overflow() -> None:
    """White with a palette of black and nearly black gives the largest possible error."""
    white = np.full((40, 40, 3), 255, np.uint8)
    palette = FramePalette(np.array([[0, 0, 0], [20, 20, 20]], np.uint8), dither=1.0)
    for preset in (LOSSLESS, LOSSY):
        _, (shown,) = encoded([(white, palette)], preset)
        assert (shown == 20).all()
        _, (shown,) = encoded([(255 - white, FramePalette(255 - palette.colours, dither=1.0))], preset)
        assert (shown == 235).all()


def errors_of_choices(picture: Pixels, shown: Pixels, colours: Palette, strength: float) -> np.ndarray:
    """Repeat the error diffusion, by Sierra's "Filter Lite" and with the same fixed point.

    Returns:
        The squared distance by which each pixel is farther from what it should become than its nearest entry.
    """
    height, width = picture.shape[:2]
    half, quarter = round(strength * 32), round(strength * 16)
    errors = np.full((height + 1, width + 2, 3), 32)
    found = np.empty((height, width))
    for y in range(height):
        for x in range(width):
            expected = np.clip(picture[y, x] + (errors[y, x + 1] >> 6), 0, 255)
            nearest = colours[distances((expected & 0xFE).astype(np.uint8), colours).argmin()]
            found[y, x] = quick_distance(expected, shown[y, x]) - quick_distance(expected, nearest)
            rest = expected - shown[y, x]
            errors[y, x + 2] += rest * half
            errors[y + 1, x] += rest * quarter
            errors[y + 1, x + 1] += rest * quarter
    return found


@pytest.mark.parametrize(("height", "width"), [(1, 1), (1, 300), (40, 1), (2, 30), (17, 30), (40, 31)])
@pytest.mark.parametrize("strength", [0.0, 0.5, 0.65, 1.0])
@pytest.mark.parametrize("lossiness", [0.0, 1e-3])
def test_errors_are_diffused_in_scan_order(
    height: int, width: int, strength: float, lossiness: float
) -> None:
    """Where a string continues in the next row, the errors from above its last pixels are not known yet."""
    colours = random_colours(9)
    picture = random_pixels(width, height)
    preset = replace(LOSSY, lossiness=lossiness)
    _, (shown,) = encoded([(picture, FramePalette(colours, dither=strength))], preset)
    rounding = 2e-4
    wrong = errors_of_choices(picture, shown, colours, strength) > 1.8 * lossiness + rounding
    assert not wrong[0].any()
    assert not wrong[:, 8:].any()
    assert wrong.sum() <= 0.05 * wrong.size


def test_more_lossiness_gives_fewer_bytes() -> None:
    """Over several photos: a single one may lose a little between two similar values."""

    def total(lossiness: float, beam: int) -> int:
        preset, sizes = Preset("any", lossiness=lossiness, beam=beam), []
        for seed in range(4):
            picture = photo(160, 120, seed)
            palette = FramePalette(np.unique(picture[::9, ::11].reshape(-1, 3), axis=0)[:200], dither=0.5)
            sizes.append(len(encoded([(picture, palette)], preset)[0]))
        return sum(sizes)

    for beam in (1, 2, 16):
        sizes = [total(lossiness, beam) for lossiness in (0, 1e-4, 4e-4, 1.6e-3, 6.4e-3)]
        assert sizes == sorted(sizes, reverse=True)
        assert sizes[-1] < 0.7 * sizes[0]


def test_a_wider_beam_gives_fewer_bytes() -> None:
    picture = photo(160, 120)
    palette = FramePalette(np.unique(picture[::9, ::11].reshape(-1, 3), axis=0)[:200])
    sizes = [len(encoded([(picture, palette)], replace(LOSSY, beam=beam))[0]) for beam in (1, 4, 16)]
    assert sizes[2] < sizes[1] < sizes[0]


def test_the_error_grows_with_lossiness_by_no_more_than_allowed() -> None:
    picture = photo(120, 90)
    palette = FramePalette(random_colours(200))

    def errors(lossiness: float) -> float:
        _, (shown,) = encoded([(picture, palette)], replace(LOSSY, lossiness=lossiness))
        return float(np.square(to_metric(picture) - to_metric(shown)).sum(axis=-1).mean())

    for lossiness in (1e-4, 1e-3, 1e-2):
        assert errors(lossiness) - errors(0) < 1.8 * lossiness + 1e-4
