from __future__ import annotations

import struct
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from tests.hostile.file_builders import encoded

from gifmill.errors import DamagedPhoto, UnsupportedPhoto
from gifmill.photo import open_photo

PHOTOS = Path(__file__).parents[2] / "sample_photos"

OPTIONS: dict[str, dict[str, object]] = {
    "baseline": {},
    "full colours": {"subsampling": 0},
    "optimised": {"optimize": True},
    "restarts in a row": {"restart_marker_blocks": 5},
    "restarts by the row": {"restart_marker_rows": 1},
    "progressive": {"progressive": True},
    "progressive with restarts": {"progressive": True, "restart_marker_rows": 1},
}


def jpeg(**options: object) -> bytes:
    """Return a picture with detail in every block, so that every bit affects pixels."""
    pixels = np.random.default_rng(5).integers(0, 256, (67, 93, 3), dtype=np.uint8)
    smooth = Image.fromarray(pixels).resize((186, 134), Image.Resampling.BICUBIC)
    return encoded(smooth, "JPEG", quality=88, **options)


@pytest.mark.parametrize("name", OPTIONS)
@pytest.mark.parametrize("max_side_px", [1_080, 60])
@pytest.mark.parametrize("missing", [1, 2])
def test_a_missing_end_marker_does_not_change_the_photo(name: str, max_side_px: int, missing: int) -> None:
    data = jpeg(**OPTIONS[name])
    assert data.endswith(b"\xff\xd9")

    cut = open_photo(data[:-missing], max_side_px=max_side_px)

    assert np.array_equal(cut.pixels, open_photo(data, max_side_px=max_side_px).pixels)


@pytest.mark.parametrize("name", OPTIONS)
def test_any_missing_pixels_make_a_jpeg_damaged(name: str) -> None:
    data = jpeg(**OPTIONS[name])
    whole = open_photo(data).pixels
    for missing in [*range(3, 40), *range(40, len(data) - 700, len(data) // 20)]:
        try:
            photo = open_photo(data[:-missing])
        except DamagedPhoto as error:
            assert "JPEG" in error.message  # noqa: PT017
        else:  # padding bits of the last byte
            assert np.array_equal(photo.pixels, whole)


@pytest.mark.parametrize("name", OPTIONS)
def test_zero_bytes_instead_of_pixels_are_damage(name: str) -> None:
    data = jpeg(**OPTIONS[name])
    whole = open_photo(data).pixels

    assert np.array_equal(open_photo(data[:-2] + bytes(5_000)).pixels, whole)
    with pytest.raises(DamagedPhoto, match="incomplete"):
        open_photo(data[: -len(data) // 8] + bytes(50_000))


def test_the_error_of_a_truncated_jpeg_has_the_share_of_rows() -> None:
    image = Image.fromarray(np.random.default_rng(1).integers(0, 256, (800, 400, 3), dtype=np.uint8))
    data = encoded(image, "JPEG")

    with pytest.raises(DamagedPhoto) as caught:
        open_photo(data[: 600 + (len(data) - 600) // 2])

    words = caught.value.message.split()
    assert words[:4] == ["This", "JPEG", "is", "incomplete:"]
    assert abs(int(words[4]) - 50) <= 3


def test_a_progressive_jpeg_truncated_between_scans_is_damaged() -> None:
    data = jpeg(progressive=True)
    last_scan = data.rindex(b"\xff\xda")
    # The tables of a scan precede it.
    for at in (last_scan, data.rindex(b"\xff\xc4", 0, last_scan)):
        with pytest.raises(DamagedPhoto, match="some of its scans are missing"):
            open_photo(data[:at])


@pytest.mark.parametrize(
    ("marker", "bits", "kind"),
    [
        (0xC3, 8, "lossless"),
        (0xC5, 8, "hierarchical"),
        (0xC1, 12, "12 bits a sample"),
        (0xF7, 8, "JPEG-LS"),
    ],
)
def test_the_error_for_a_variant_unsupported_by_libjpeg_names_it(marker: int, bits: int, kind: str) -> None:
    data = bytearray(encoded(Image.new("L", (16, 16), 90), "JPEG"))
    at = data.index(b"\xff\xc0")
    data[at + 1], data[at + 4] = marker, bits

    with pytest.raises(UnsupportedPhoto, match=rf"\({kind}\)\. Save it as a standard JPEG or a PNG"):
        open_photo(bytes(data))


def test_arithmetic_coding_over_several_reads_of_pillow_is_decoded() -> None:
    """The file is noise, encoded by `cjpeg -arithmetic -quality 97 -sample 1x1`."""
    data = (PHOTOS / "arithmetic.jpg").read_bytes()
    assert len(data) > 65_536

    expected = np.random.default_rng(7).integers(0, 256, (160, 210, 3), dtype=np.uint8).astype(int)
    assert abs(open_photo(data).pixels - expected).mean() < 3


@pytest.mark.parametrize("channels", [2, 5])
def test_the_error_for_an_unsupported_number_of_channels_names_it(channels: int) -> None:
    data = bytearray(encoded(Image.new("L", (16, 16), 90), "JPEG"))
    at = data.index(b"\xff\xc0")
    header = bytes([8, 0, 16, 0, 16, channels]) + b"".join(bytes([each, 17, 0]) for each in range(channels))
    data[at + 2 : at + 13] = struct.pack(">H", 2 + len(header)) + header

    with pytest.raises(UnsupportedPhoto, match=rf"\({channels} channels\)"):
        open_photo(bytes(data))
