from __future__ import annotations

import io

import numpy as np
import pytest
from PIL import Image
from tests.hostile.file_builders import encoded, quadrants

from gifmill.animation import Size
from gifmill.photo import open_photo
from gifmill.photo.webp.libwebp import decode_picture, read_picture

WHOLE = Size(640, 480)


def webp(image: Image.Image, **options: object) -> bytes:
    return encoded(image, "WEBP", **options)


def with_alpha() -> Image.Image:
    image = quadrants(*WHOLE).convert("RGBA")
    image.putalpha(Image.linear_gradient("L").resize(WHOLE))
    return image


@pytest.mark.parametrize("lossless", [False, True])
@pytest.mark.parametrize("has_alpha", [False, True])
def test_at_full_size_the_result_equals_pillows(*, lossless: bool, has_alpha: bool) -> None:
    data = webp(with_alpha() if has_alpha else quadrants(*WHOLE), lossless=lossless)
    picture = read_picture(data)
    assert picture is not None

    with Image.open(io.BytesIO(data)) as image:
        assert np.array_equal(np.asarray(decode_picture(picture, WHOLE)), np.asarray(image))
    assert (picture.has_alpha, picture.is_lossy) == (has_alpha, not lossless)


def test_decoding_at_reduced_size_resembles_downscaling() -> None:
    photo = open_photo(webp(quadrants(1_920, 1_440), quality=95), max_side_px=96)

    expected = np.asarray(quadrants(1_920, 1_440).resize((96, 72), Image.Resampling.LANCZOS)).astype(int)
    assert abs(photo.pixels - expected).mean() < 1


def test_colours_of_transparent_lossy_pixels_do_not_bleed_when_downscaled() -> None:
    image = Image.new("RGBA", (1_280, 1_280), (255, 0, 0, 0))
    image.paste((0, 0, 255, 255), (0, 0, 620, 1_280))
    small = open_photo(webp(image, quality=95, exact=True), max_side_px=64).pixels

    assert (small[..., 0] <= 40).all()


def test_a_damaged_webp_raises_an_error() -> None:
    data = webp(quadrants(*WHOLE))
    picture = read_picture(data)
    assert picture is not None

    with pytest.raises(ValueError, match="status"):
        decode_picture(picture._replace(data=data[: len(data) // 2]), WHOLE)
    with pytest.raises(ValueError, match="broken WebP header"):
        read_picture(data[:14])


def test_a_lossy_image_with_alpha_is_not_downscaled_during_decoding() -> None:
    plain, alpha = read_picture(webp(quadrants(*WHOLE))), read_picture(webp(with_alpha()))
    assert plain is not None
    assert alpha is not None

    assert plain.can_downscale
    assert not alpha.can_downscale
