"""Detection of TIFF-based camera raw files, and their JPEG previews.

Source: Adobe DNG 1.7; TIFF/EP (ISO 12234-2); the makers' formats as documented by ExifTool.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from gifmill.animation import Size
from gifmill.photo.tiff.directory import (
    COMPRESSION,
    DNG_VERSION,
    JPEG_BYTES,
    JPEG_OFFSET,
    JPEG_TABLES,
    PHOTOMETRIC,
    STRIP_COUNTS,
    STRIP_OFFSETS,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gifmill.photo.tiff.directory import Directory

_MARK_AT = 8
_MARKS = re.compile(rb"CR[\x02\x03]|IIII.waR|MMMMRaw.", re.DOTALL)
"""Marks of Canon CR2 and Phase One IIQ after the TIFF header."""

_MOSAIC, _LINEAR = 32803, 34892
"""Photometric interpretations: a colour filter array, and linear raw. Source: DNG, chapter 4."""

_VENDOR_COMPRESSIONS = {32767, 32769, 32770, 34713, 65000, 65535}
"""Compressions of Sony, Epson, Samsung, Nikon, Kodak and Pentax."""

_OLD_JPEG, _JPEG = 6, 7
_JPG_FROM_RAW = 46

_MARKER = re.compile(rb"\xff([^\x00\x01\xff\xd0-\xd9])")
_MAX_SEGMENTS = 1_000
_PREVIEW_FRAMES = {0xC0, 0xC1, 0xC2}
_OTHER_FRAMES = frozenset(range(0xC3, 0xD0)) - {0xC4, 0xC8, 0xCC}
_SCAN = 0xDA
"""JPEG markers. A lossless frame (0xC3) is raw data, not a preview. Source: ITU-T T.81, table B.1."""


class Preview(NamedTuple):
    """A JPEG embedded in another file.

    Attributes:
        size: in pixels, from its frame header.
        start, end: offsets in the file.
    """

    size: Size
    start: int
    end: int


def is_camera_raw(data: bytes, found: list[Directory]) -> bool:
    """Return whether a TIFF has sensor data. A camera maker's name and a thumbnail do not prove that."""
    return bool(_MARKS.match(data, _MARK_AT)) or any(_has_sensor_data(directory) for directory in found)


def _has_sensor_data(directory: Directory) -> bool:
    return (
        DNG_VERSION in directory.entries
        or directory.integer(PHOTOMETRIC) in {_MOSAIC, _LINEAR}
        or directory.integer(COMPRESSION) in _VENDOR_COMPRESSIONS
    )


def largest_preview(data: bytes, found: list[Directory]) -> Preview | None:
    """Return the embedded JPEG with the most pixels, or None."""
    previews = []
    for start, length in {span for directory in found for span in _embedded_jpegs(directory)}:
        end = min(start + length, len(data))
        if size := jpeg_frame_size(data, start, end):
            previews.append(Preview(size, start, end))
    return max(previews, key=lambda preview: preview.size.width * preview.size.height, default=None)


def _embedded_jpegs(directory: Directory) -> Iterator[tuple[int, int]]:
    """Yield offset and length of each JPEG that a directory refers to."""
    yield directory.integer(JPEG_OFFSET), directory.integer(JPEG_BYTES)
    entry = directory.entries.get(_JPG_FROM_RAW)
    if entry:
        yield entry.start, entry.length
    offsets, counts = directory.integers(STRIP_OFFSETS), directory.integers(STRIP_COUNTS)
    is_jpeg = directory.integer(COMPRESSION) in {_OLD_JPEG, _JPEG}
    if is_jpeg and len(offsets) == len(counts) == 1 and JPEG_TABLES not in directory.entries:
        yield offsets[0], counts[0]


def jpeg_frame_size(data: bytes, start: int, end: int) -> Size | None:
    """Read the size of a JPEG; return None where there is no JPEG, or one with sensor data.

    Source: ITU-T T.81, section B.2.2 (frame header).
    """
    if data[start : start + 2] != b"\xff\xd8":
        return None
    at = start + 2
    for _ in range(_MAX_SEGMENTS):
        marker = _MARKER.match(data, at, end)
        if not marker or marker[1][0] == _SCAN or marker[1][0] in _OTHER_FRAMES:
            return None
        if marker[1][0] in _PREVIEW_FRAMES:
            height, width = (int.from_bytes(data[at + offset : at + offset + 2]) for offset in (5, 7))
            return Size(width, height)
        at += 2 + int.from_bytes(data[at + 2 : at + 4])
    return None
