from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from bench.benchmark_photos import PHOTOS
from bench.photo_readers import decibels
from bench.quality import OriginalAnimation
from gifmill.animation import Size
from gifmill.photo import open_photo
from gifmill.photo.image_modes import to_8_bit
from gifmill.photo.resize import downscale, downscale_strips, fit_within, reduction_factors

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


def grain(mode: str, size: tuple[int, int]) -> Image.Image:
    levels = np.random.default_rng(3).integers(0, 256, (size[1], size[0], len(mode)), np.uint8)
    return Image.frombytes(mode, size, levels.tobytes())


def in_strips(image: Image.Image, rows: int) -> Iterator[Image.Image]:
    for top in range(0, image.height, rows):
        yield image.crop((0, top, image.width, min(top + rows, image.height)))


@settings(max_examples=60)
@given(
    st.sampled_from(["L", "RGB", "RGBA", "LA"]),
    st.integers(1, 200),
    st.integers(1, 200),
    st.integers(1, 99),
    st.integers(1, 4),
)
def test_strips_downscale_like_the_full_image_resampled_horizontally_first(
    mode: str, width: int, height: int, side_px: int, rows: int
) -> None:
    whole = Size(width, height)
    size = fit_within(whole, side_px)
    image = grain(mode, whole)

    if reduction_factors(whole, size) == (1, 1) and size != whole:
        narrow = to_8_bit(image).resize((size.width, height), Image.Resampling.LANCZOS)
        expected = narrow.resize(size, Image.Resampling.LANCZOS)
    else:
        expected = downscale(image, size)
    got = downscale_strips(in_strips(image, rows * reduction_factors(whole, size)[1]), whole, size)

    assert got.mode == expected.mode
    assert np.array_equal(np.asarray(got), np.asarray(expected))


def detailed_photos() -> Image.Image:
    """Return real photos side by side, 2400 x 1800 px, with fine detail everywhere."""
    tiles = []
    for path in PHOTOS.values():
        with Image.open(path) as photo:
            tiles.append(photo.convert("RGB").resize((300, 200)))
    image = Image.new("RGB", (2400, 1800))
    for number in range(72):
        image.paste(tiles[number % len(tiles)], (number % 8 * 300, number // 8 * 200))
    return image


@pytest.mark.parametrize("width", [120, 700, 1800])
def test_a_tall_image_in_strips_resembles_the_full_image(width: int) -> None:
    image = detailed_photos().transpose(Image.Transpose.ROTATE_90).crop((0, 0, width, 2400))
    whole = Size(*image.size)
    size = fit_within(whole, 1080)

    assert reduction_factors(whole, size) == (1, 1)
    got = downscale_strips(in_strips(image, 100), whole, size)
    assert decibels(np.asarray(downscale(image, size)), np.asarray(got)) > 50


@pytest.mark.parametrize("side_px", [180, 300, 480])
@pytest.mark.parametrize(("kind", "options"), [("PNG", {"compress_level": 1}), ("JPEG", {"quality": 95})])
def test_a_photo_resembles_the_full_photo_downscaled_by_lanczos(
    tmp_path: Path, kind: str, options: dict[str, int], side_px: int
) -> None:
    path = tmp_path / "photo"
    detailed_photos().save(path, kind, **options)
    with Image.open(path) as image:
        size = fit_within(Size(*image.size), side_px)
        expected = np.asarray(image.resize(size, Image.Resampling.LANCZOS))

    got = open_photo(path, max_side_px=side_px).pixels

    assert decibels(expected, got) > 44
    assert (
        OriginalAnimation([expected]).quality([got]).ssimulacra2 > 93
    )  # differences are invisible from 90 on
