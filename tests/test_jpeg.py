from __future__ import annotations

import pytest
from PIL import Image
from tests.hostile.files import encoded

from gifmill.errors import DamagedPhoto
from gifmill.jpeg import coefficients_bytes


def jpeg(mode: str = "RGB", **options: object) -> bytes:
    return encoded(Image.new(mode, (160, 96)), "JPEG", **options)


def test_of_one_scan_nothing_is_kept() -> None:
    assert coefficients_bytes(jpeg()) == 0


@pytest.mark.parametrize(
    ("mode", "subsampling", "samples"),
    [("RGB", 2, 1.5), ("RGB", 1, 2), ("RGB", 0, 3), ("L", 0, 1), ("CMYK", 0, 4)],
)
def test_of_several_scans_each_sample_is_kept_in_two_bytes(
    mode: str, subsampling: int, samples: float
) -> None:
    data = jpeg(mode, progressive=True, subsampling=subsampling)

    assert coefficients_bytes(data) == 160 * 96 * samples * 2


def test_what_breaks_off_is_left_for_the_decoder_to_refuse() -> None:
    data = jpeg(progressive=True)
    for length in range(2, len(data), 7):
        assert coefficients_bytes(data[:length]) in {0, 160 * 96 * 3}


def test_scans_behind_the_end_of_the_picture_do_not_count() -> None:
    data = jpeg(progressive=True)

    assert coefficients_bytes(data + b"\xff\xda\x00\x02" * 200) == 160 * 96 * 3
    with pytest.raises(DamagedPhoto, match="too many pieces"):
        coefficients_bytes(data[:-2] + b"\xff\xda\x00\x03\x01" * 200 + data[-2:])
