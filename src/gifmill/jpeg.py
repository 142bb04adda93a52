"""How a JPEG is built, read before a decoder works through it.

Pillow steps through the segments in Python, and libjpeg goes over the whole picture once for every scan: a
file of millions of empty segments, or of thousands of scans, keeps them busy for minutes.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from gifmill.errors import DamagedPhoto

if TYPE_CHECKING:
    from collections.abc import Iterator

_MARKER = re.compile(rb"\xff([^\x00\x01\xff\xd0-\xd7])")
"""The next marker that stands at the head of a segment. Fill bytes before it are passed by one by one: a
pattern for all of them would look at each again from each one before it.

Source: ITU-T T.81, section B.1.1.3 and table B.1.
"""

_FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
_PROGRESSIVE = frozenset({0xC2, 0xC6, 0xCA, 0xCE})
_END, _SCAN = 0xD9, 0xDA
_SCAN_MARKER = b"\xff\xda"
_SIGNATURE_BYTES = 2

_MOST_SEGMENTS = 10_000
"""A profile takes up to 255 of them, a panorama's metadata some hundred."""

_MOST_FILL_BYTES = 10_000
"""What may stand before the markers to fill up: Pillow takes 1 µs for each."""

_MOST_SCANS = 50
"""Each costs a look at the whole picture. libjpeg writes 10; who searches for the best ones, up to 30."""

_APP1 = 0xE1
_EXIF = b"Exif\0\0"
_MOST_EXIF_BYTES = 1_000_000
"""Of all its segments, which Pillow joins one by one. The standard has one, of at most 64 KB."""

_COMPONENTS_AT = 5
"""Where a frame header counts its components, behind precision, height and width. Source: section B.2.2."""


def has_one_scan(data: bytes) -> bool:
    """Whether a decoder needs no more than some rows in memory; False where it keeps the whole picture.

    What breaks off or makes no sense is left for the decoder to refuse.

    Raises:
        DamagedPhoto: it is in so many pieces that no camera and no program wrote it.
    """
    components: int | None = None
    is_progressive = False
    scans = exif_bytes = 0
    for marker, segment, end in _segments(data):
        if marker == _APP1 and segment.startswith(_EXIF):
            exif_bytes += len(segment)
            if exif_bytes > _MOST_EXIF_BYTES:
                raise _in_pieces()
        elif marker in _FRAMES and components is None and len(segment) > _COMPONENTS_AT:
            components, is_progressive = segment[_COMPONENTS_AT], marker in _PROGRESSIVE
        elif marker == _SCAN and components and segment:
            scans += 1
            if scans == 1 and not is_progressive and segment[0] == components:
                return True
            # Looking for the next marker takes a fifth of the time that decoding takes: seldom needed.
            if scans == 1 and data.count(_SCAN_MARKER, end) < _MOST_SCANS:
                return False
            if scans > _MOST_SCANS:
                raise _in_pieces()
    return False


def _segments(data: bytes) -> Iterator[tuple[int, bytes, int]]:
    """Each segment up to the end of the picture: its marker, what it holds, and where it ends.

    Raises:
        DamagedPhoto: there are too many, or too much between them.
    """
    at, filling, in_scans = _SIGNATURE_BYTES, 0, False
    for _ in range(_MOST_SEGMENTS):
        found = _MARKER.search(data, at)
        if not found or (marker := found[1][0]) == _END:
            if in_scans or len(data) - at < _MOST_FILL_BYTES:
                return
            break  # Pillow goes on looking for a scan
        filling += 0 if in_scans else found.start(1) - at - 1
        if filling > _MOST_FILL_BYTES:
            break
        start = found.end()
        segment = data[start + 2 : start + int.from_bytes(data[start : start + 2])]
        at = start + 2 + len(segment)
        in_scans = in_scans or marker == _SCAN
        yield marker, segment, at
    raise _in_pieces()


def _in_pieces() -> DamagedPhoto:
    return DamagedPhoto("This JPEG is in too many pieces. Save it anew with another program, and send that.")
