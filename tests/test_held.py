from __future__ import annotations

import io

import pytest
from PIL import Image
from tests.hostile.files import encoded

from gifmill.errors import TooManyPixels
from gifmill.formats import sniff
from gifmill.frames import Size
from gifmill.held import give_back, held_bytes
from gifmill.photo import open_photo
from gifmill.settings import Settings

SIZE = (1_000, 800)


def held(mode: str, kind: str, **options: object) -> float:
    """Bytes a pixel, shrunk to nearly nothing."""
    data = encoded(Image.new(mode, SIZE), kind, **options)
    known = sniff(data)
    assert known is not None
    with known.open(io.BytesIO(data)) as image:
        return held_bytes(data, image, Size(10, 8)) / (SIZE[0] * SIZE[1])


@pytest.mark.parametrize(("mode", "kind", "least"), [("P", "GIF", 1), ("L", "BMP", 1), ("RGB", "BMP", 4)])
def test_a_picture_takes_what_its_mode_takes(mode: str, kind: str, least: int) -> None:
    assert least <= held(mode, kind) < least + 0.1


def test_a_tiff_takes_its_strips_beside_it() -> None:
    strips = held("RGB", "TIFF", compression="tiff_lzw", strip_size=8_192)
    whole = held("RGB", "TIFF", compression="tiff_lzw", strip_size=10_000_000)

    assert 4 <= strips < 4.2
    assert whole == 8


def test_an_avif_takes_more_the_finer_its_colours_are() -> None:
    half, full = held("RGB", "AVIF", subsampling="4:2:0"), held("RGB", "AVIF", subsampling="4:4:4")

    assert 9 < half < full < 11


def test_what_takes_more_than_the_limit_is_refused_with_what_would_do() -> None:
    data = encoded(Image.new("RGB", SIZE), "JPEG", progressive=True)
    settings = Settings(max_decoder_bytes=2_000_000)

    with pytest.raises(
        TooManyPixels, match=r"1,000 x 800 px\. .* the limit is 2 MB.* a JPEG that is not progressive"
    ):
        open_photo(data, max_side_px=100, settings=settings)
    assert open_photo(encoded(Image.new("RGB", SIZE), "JPEG"), max_side_px=100, settings=settings).size == (
        100,
        80,
    )


def test_memory_is_given_back_wherever_this_runs() -> None:
    give_back()
