"""Orientation: the colours of the corners must be where a viewer shows them."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image
from tests.hostile.avif_builder import avif, imir, irot
from tests.hostile.file_builders import BLUE, GREEN, RED, WHITE, corners, encoded, quadrants

from gifmill.photo.photo import open_photo

SEEN = {
    1: (RED, GREEN, BLUE, WHITE),
    2: (GREEN, RED, WHITE, BLUE),
    3: (WHITE, BLUE, GREEN, RED),
    4: (BLUE, WHITE, RED, GREEN),
    5: (RED, BLUE, GREEN, WHITE),
    6: (BLUE, RED, WHITE, GREEN),
    7: (WHITE, GREEN, BLUE, RED),
    8: (GREEN, WHITE, RED, BLUE),
}
"""For each value of the tag where the corners of `quadrants` are seen. Source: Exif 2.32, section 4.6.4 A."""


def turned(orientation: int, kind: str, width: int, height: int) -> bytes:
    exif = Image.Exif()
    exif[0x0112] = orientation
    lossless = {"lossless": True} if kind == "WEBP" else {"quality": 95} if kind in {"JPEG", "AVIF"} else {}
    return encoded(quadrants(width, height), kind, exif=exif, **lossless)


@pytest.mark.parametrize("orientation", sorted(SEEN))
@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "TIFF", "AVIF"])
def test_the_photo_is_upright(kind: str, orientation: int) -> None:
    photo = open_photo(turned(orientation, kind, 64, 48))

    assert photo.size == ((64, 48) if orientation < 5 else (48, 64))
    assert np.abs(np.subtract(corners(photo.pixels), SEEN[orientation])).max() <= 8


@pytest.mark.parametrize("orientation", sorted(SEEN))
def test_a_large_jpeg_is_upright_when_decoded_at_a_fraction(orientation: int) -> None:
    photo = open_photo(turned(orientation, "JPEG", 1203, 801), max_side_px=100)

    assert photo.size == ((100, 67) if orientation < 5 else (67, 100))
    assert np.abs(np.subtract(corners(photo.pixels), SEEN[orientation])).max() <= 8


@pytest.mark.parametrize("orientation", [0, 9, 4_000])
def test_an_orientation_that_does_not_exist_is_none(orientation: int) -> None:
    photo = open_photo(turned(orientation, "JPEG", 64, 48))

    assert np.abs(np.subtract(corners(photo.pixels), SEEN[1])).max() <= 8


def test_a_png_with_exif_after_its_pixels_is_upright() -> None:
    data = turned(6, "PNG", 64, 48)
    at = data.index(b"eXIf") - 4
    end = at + 12 + int.from_bytes(data[at : at + 4])
    late = data[:at] + data[end:-12] + data[at:end] + data[-12:]

    assert late.index(b"eXIf") > late.index(b"IDAT")
    assert np.abs(np.subtract(corners(open_photo(late).pixels), SEEN[6])).max() <= 1


XMP_6 = b"""<x:xmpmeta xmlns:x='adobe:ns:meta/'><rdf:RDF xmlns:rdf='http://www.w3.org/1999/02/22-rdf-syntax-ns#'>
<rdf:Description xmlns:tiff='http://ns.adobe.com/tiff/1.0/' tiff:Orientation='6'/></rdf:RDF></x:xmpmeta>"""


@pytest.mark.parametrize("turns", range(4))
@pytest.mark.parametrize("axis", [None, 0, 1])
def test_the_orientation_of_an_avif_is_that_of_its_boxes(turns: int, axis: int | None) -> None:
    more = [irot(turns)] + ([] if axis is None else [imir(axis)])
    photo = open_photo(avif(quadrants(64, 48), more=more, quality=95, xmp=XMP_6))

    wanted = np.rot90(np.asarray(quadrants(64, 48)), turns)
    wanted = wanted if axis is None else np.flip(wanted, axis)
    assert photo.pixels.shape == wanted.shape
    assert np.abs(np.subtract(corners(photo.pixels), corners(wanted))).max() <= 8


def test_exif_and_xmp_orientation_of_an_avif_is_ignored() -> None:
    """Browsers follow the boxes alone, too; Pillow follows Exif where there are none."""
    exif = Image.Exif()
    exif[0x0112] = 6
    data = avif(quadrants(64, 48), quality=95, xmp=XMP_6, exif=exif)
    assert data != avif(quadrants(64, 48), quality=95, xmp=XMP_6)
    still = avif(quadrants(64, 48), drop=[b"irot", b"imir"], quality=95, xmp=XMP_6, exif=exif)

    assert open_photo(data).size == (48, 64)
    assert np.abs(np.subtract(corners(open_photo(still).pixels), SEEN[1])).max() <= 8
