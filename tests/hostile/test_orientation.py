"""Orientation of photos: the corners must have the colours that a viewer shows."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image
from tests.hostile.avif_builder import avif, imir, irot
from tests.hostile.file_builders import BLUE, GREEN, RED, WHITE, corners, encoded, quadrants

from gifmill.photo import open_photo

CORNERS_SHOWN = {
    1: (RED, GREEN, BLUE, WHITE),
    2: (GREEN, RED, WHITE, BLUE),
    3: (WHITE, BLUE, GREEN, RED),
    4: (BLUE, WHITE, RED, GREEN),
    5: (RED, BLUE, GREEN, WHITE),
    6: (BLUE, RED, WHITE, GREEN),
    7: (WHITE, GREEN, BLUE, RED),
    8: (GREEN, WHITE, RED, BLUE),
}
"""Colours of the corners of `quadrants` by orientation. Source: Exif 2.32, section 4.6.4 A."""


def with_orientation(orientation: int, kind: str, width: int, height: int) -> bytes:
    exif = Image.Exif()
    exif[0x0112] = orientation
    lossless = {"lossless": True} if kind == "WEBP" else {"quality": 95} if kind in {"JPEG", "AVIF"} else {}
    return encoded(quadrants(width, height), kind, exif=exif, **lossless)


@pytest.mark.parametrize("orientation", sorted(CORNERS_SHOWN))
@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "TIFF", "AVIF"])
def test_the_photo_is_upright(kind: str, orientation: int) -> None:
    photo = open_photo(with_orientation(orientation, kind, 64, 48))

    assert photo.size == ((64, 48) if orientation < 5 else (48, 64))
    assert np.abs(np.subtract(corners(photo.pixels), CORNERS_SHOWN[orientation])).max() <= 8


@pytest.mark.parametrize("orientation", sorted(CORNERS_SHOWN))
def test_a_large_jpeg_is_upright_when_decoded_at_a_fraction(orientation: int) -> None:
    photo = open_photo(with_orientation(orientation, "JPEG", 1203, 801), max_side_px=100)

    assert photo.size == ((100, 67) if orientation < 5 else (67, 100))
    assert np.abs(np.subtract(corners(photo.pixels), CORNERS_SHOWN[orientation])).max() <= 8


@pytest.mark.parametrize("orientation", [0, 9, 4_000])
def test_an_invalid_orientation_is_ignored(orientation: int) -> None:
    photo = open_photo(with_orientation(orientation, "JPEG", 64, 48))

    assert np.abs(np.subtract(corners(photo.pixels), CORNERS_SHOWN[1])).max() <= 8


def test_a_png_with_exif_after_its_pixels_is_upright() -> None:
    data = with_orientation(6, "PNG", 64, 48)
    at = data.index(b"eXIf") - 4
    end = at + 12 + int.from_bytes(data[at : at + 4])
    late = data[:at] + data[end:-12] + data[at:end] + data[-12:]

    assert late.index(b"eXIf") > late.index(b"IDAT")
    assert np.abs(np.subtract(corners(open_photo(late).pixels), CORNERS_SHOWN[6])).max() <= 1


XMP_6 = b"""<x:xmpmeta xmlns:x='adobe:ns:meta/'><rdf:RDF xmlns:rdf='http://www.w3.org/1999/02/22-rdf-syntax-ns#'>
<rdf:Description xmlns:tiff='http://ns.adobe.com/tiff/1.0/' tiff:Orientation='6'/></rdf:RDF></x:xmpmeta>"""


@pytest.mark.parametrize("quarter_turns", range(4))
@pytest.mark.parametrize("axis", [None, 0, 1])
def test_the_orientation_of_an_avif_is_that_of_its_boxes(quarter_turns: int, axis: int | None) -> None:
    more = [irot(quarter_turns)] + ([] if axis is None else [imir(axis)])
    photo = open_photo(avif(quadrants(64, 48), more=more, quality=95, xmp=XMP_6))

    expected = np.rot90(np.asarray(quadrants(64, 48)), quarter_turns)
    expected = expected if axis is None else np.flip(expected, axis)
    assert photo.pixels.shape == expected.shape
    assert np.abs(np.subtract(corners(photo.pixels), corners(expected))).max() <= 8


def test_exif_and_xmp_orientation_of_an_avif_are_ignored() -> None:
    """As in browsers. Pillow applies Exif to files without the boxes."""
    exif = Image.Exif()
    exif[0x0112] = 6
    data = avif(quadrants(64, 48), quality=95, xmp=XMP_6, exif=exif)
    assert data != avif(quadrants(64, 48), quality=95, xmp=XMP_6)
    without_boxes = avif(quadrants(64, 48), drop=[b"irot", b"imir"], quality=95, xmp=XMP_6, exif=exif)

    assert open_photo(data).size == (48, 64)
    assert np.abs(np.subtract(corners(open_photo(without_boxes).pixels), CORNERS_SHOWN[1])).max() <= 8
