from __future__ import annotations

import io

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from bench.benchmark_photos import PHOTOS
from gifmill import open_photo
from gifmill.photo.png.encoder import encode_png


def decoded(data: bytes, mode: str = "RGB") -> np.ndarray:
    with Image.open(io.BytesIO(data)) as image:
        image.verify()  # the checksums of all chunks
    with Image.open(io.BytesIO(data)) as image:
        assert (image.format, image.mode, image.info) == ("PNG", mode, {})
        return np.asarray(image)


@given(st.sampled_from(["RGB", "RGBA"]), st.integers(1, 40), st.integers(1, 40), st.integers(0, 2**32 - 1))
def test_pillow_decodes_the_encoded_pixels(mode: str, width: int, height: int, seed: int) -> None:
    pixels = np.random.default_rng(seed).integers(0, 256, (height, width, len(mode)), np.uint8)
    assert np.array_equal(decoded(encode_png(pixels), mode), pixels)


@pytest.mark.parametrize("name", PHOTOS)
def test_an_encoded_photo_is_lossless_and_nearly_as_small_as_pillows(name: str) -> None:
    photo, file = open_photo(PHOTOS[name]), io.BytesIO()
    Image.fromarray(photo.pixels).save(file, "PNG", compress_level=1)
    data = encode_png(photo.pixels)
    assert np.array_equal(decoded(data), photo.pixels)
    assert np.array_equal(open_photo(data).pixels, photo.pixels)
    assert len(data) < 1.1 * file.tell()


def test_a_view_of_pixels_can_be_encoded() -> None:
    pixels = open_photo(PHOTOS["coffee"]).pixels[10:90:2, 20:100]
    assert np.array_equal(decoded(encode_png(pixels)), pixels)
