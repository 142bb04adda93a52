from __future__ import annotations

import pytest
from PIL import Image
from tests.hostile.file_builders import encoded

from gifmill.errors import DamagedPhoto
from gifmill.photo.jpeg.segments import is_single_scan


def jpeg(mode: str = "RGB", **options: object) -> bytes:
    return encoded(Image.new(mode, (160, 96)), "JPEG", **options)


def test_a_single_sequential_scan_is_detected() -> None:
    assert is_single_scan(jpeg())


@pytest.mark.parametrize("mode", ["RGB", "L", "CMYK"])
def test_several_or_progressive_scans_are_detected(mode: str) -> None:
    assert not is_single_scan(jpeg(mode, progressive=True))


def test_a_truncated_jpeg_is_left_to_the_decoder() -> None:
    data = jpeg(progressive=True)
    for length in range(2, len(data), 7):
        assert not is_single_scan(data[:length])


def test_scans_after_the_end_of_the_image_are_ignored() -> None:
    data = jpeg(progressive=True)

    assert not is_single_scan(data + b"\xff\xda\x00\x02" * 200)
    with pytest.raises(DamagedPhoto, match="too many segments"):
        is_single_scan(data[:-2] + b"\xff\xda\x00\x03\x01" * 200 + data[-2:])
