from __future__ import annotations

import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gifmill.photo.formats import FORMATS, sniff


def ftyp(major: bytes, *compatible: bytes, size: int | None = None) -> bytes:
    brands = b"".join(compatible)
    return struct.pack(">I", size or 16 + len(brands)) + b"ftyp" + major + bytes(4) + brands + bytes(40)


def name_of(data: bytes) -> str | None:
    known = sniff(data)
    return known.name if known else None


@pytest.mark.parametrize(
    ("data", "name"),
    [
        (ftyp(b"avif", b"mif1"), "AVIF"),
        (ftyp(b"avis", b"avif"), "AVIF"),
        (ftyp(b"heic", b"mif1"), "HEIC"),
        (ftyp(b"mif1", b"miaf", b"heic"), "HEIC"),
        (ftyp(b"mif1", b"miaf", b"avif"), "AVIF"),
        (ftyp(b"msf1", b"hevc"), "HEIC"),
        (ftyp(b"mif1", b"avif", size=2**31), "AVIF"),
        (ftyp(b"mif1", b"avif", size=16), None),
        (ftyp(b"mif1", b"miaf"), None),
        (ftyp(b"isom", b"mp42", b"avc1"), None),
        (ftyp(b"qt  "), None),
        (ftyp(b"jxl "), None),
    ],
)
def test_the_first_brand_of_a_codec_identifies_the_format(data: bytes, name: str | None) -> None:
    assert name_of(data) == name


@pytest.mark.parametrize(("header_bytes", "name"), [(12, "BMP"), (40, "BMP"), (124, "BMP"), (41, None)])
def test_two_letters_are_not_enough_for_a_bmp(header_bytes: int, name: str | None) -> None:
    assert name_of(b"BM" + bytes(12) + struct.pack("<I", header_bytes)) == name


@pytest.mark.parametrize(
    ("data", "name"),
    [
        (b"\xff\xd8\xff\xe1", "JPEG"),
        (b"\xff\xd8", None),
        (b"\x89PNG\r\n\x1a\n", "PNG"),
        (b"\x89PNG\n\x1a\n", None),  # after a transfer as text
        (b"RIFF\x00\x00\x00\x00WEBP", "WebP"),
        (b"RIFF\x00\x00\x00\x00AVI ", None),
        (b"GIF87a", "GIF"),
        (b"GIF88a", None),
        (b"II*\x00", "TIFF"),
        (b"MM\x00*", "TIFF"),
        (b"MM\x00+", "TIFF"),
        (b"II\x00*", None),
        (b"", None),
    ],
)
def test_magic_numbers_identify_formats(data: bytes, name: str | None) -> None:
    assert name_of(data) == name


@given(st.binary(max_size=64))
def test_no_file_matches_two_formats(data: bytes) -> None:
    assert sum(known.matches(data) for known in FORMATS) <= 1
