"""How a JPEG is built: read before a decoder works through it, and where it fails.

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

FRAME_MARKERS = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
PROGRESSIVE = frozenset({0xC2, 0xCA})
_SEQUENTIAL = frozenset({0xC0, 0xC1, 0xC9})
_JPEG_LS = 0xF7
EOI, SOS, DRI = 0xD9, 0xDA, 0xDD
_SOS_MARKER = b"\xff\xda"
_SIGNATURE_BYTES = 2

_MAX_SEGMENTS = 10_000
"""A profile takes up to 255 of them, a panorama's metadata some hundred."""

_MAX_FILL_BYTES = 10_000
"""What may stand before the markers to fill up: Pillow takes 1 µs for each."""

_MAX_SCANS = 50
"""Each costs a look at the whole picture. libjpeg writes 10; who searches for the best ones, up to 30."""

_APP1 = 0xE1
_EXIF = b"Exif\0\0"
_MAX_EXIF_BYTES = 1_000_000
"""Of all its segments, which Pillow joins one by one. The standard has one, of at most 64 KB."""

_ARITHMETIC = frozenset({0xC9, 0xCA})
_LOSSLESS = frozenset({0xC3, 0xCB})
_USUAL_BITS = 8

COMPONENTS_AT = 5
"""Where a frame header counts its components, behind precision, height and width. Source: section B.2.2."""


def is_single_scan(data: bytes) -> bool:
    """Whether a decoder needs no more than some rows in memory; False where it keeps the whole picture.

    What breaks off or makes no sense is left for the decoder to refuse.

    Raises:
        DamagedPhoto: it is in so many pieces that no camera and no program wrote it.
    """
    components: int | None = None
    is_progressive = False
    scans = exif_bytes = 0
    for marker, segment, end in walk_segments(data):
        if marker == _APP1 and segment.startswith(_EXIF):
            exif_bytes += len(segment)
            if exif_bytes > _MAX_EXIF_BYTES:
                raise _too_many_segments()
        elif marker in FRAME_MARKERS and components is None and len(segment) > COMPONENTS_AT:
            components, is_progressive = segment[COMPONENTS_AT], marker in PROGRESSIVE
        elif marker == SOS and components and segment:
            scans += 1
            if scans == 1 and not is_progressive and segment[0] == components:
                return True
            # Looking for the next marker takes a fifth of the time that decoding takes: seldom needed.
            if scans == 1 and data.count(_SOS_MARKER, end) < _MAX_SCANS:
                return False
            if scans > _MAX_SCANS:
                raise _too_many_segments()
    return False


def walk_segments(data: bytes) -> Iterator[tuple[int, bytes, int]]:
    """Each segment up to the end of the picture: its marker, what it holds, and where it ends.

    Raises:
        DamagedPhoto: there are too many, or too much between them.
    """
    at, filling, in_scans = _SIGNATURE_BYTES, 0, False
    for _ in range(_MAX_SEGMENTS):
        found = _MARKER.search(data, at)
        if not found or (marker := found[1][0]) == EOI:
            if in_scans or len(data) - at < _MAX_FILL_BYTES:
                return
            break  # Pillow goes on looking for a scan
        filling += 0 if in_scans else found.start(1) - at - 1
        if filling > _MAX_FILL_BYTES:
            break
        start = found.end()
        segment = data[start + 2 : start + int.from_bytes(data[start : start + 2])]
        at = start + 2 + len(segment)
        in_scans = in_scans or marker == SOS
        yield marker, segment, at
    raise _too_many_segments()


def _too_many_segments() -> DamagedPhoto:
    return DamagedPhoto("This JPEG is in too many pieces. Save it again with another program, and use that.")


def is_arithmetic_coded(data: bytes) -> bool:
    """Whether its entropy coding is arithmetic, not Huffman's. Source: ITU-T T.81, table B.1."""
    return next(
        (marker in _ARITHMETIC for marker, *_ in walk_segments(data) if marker in FRAME_MARKERS), False
    )


def unsupported_kind(data: bytes) -> str | None:
    """What is unusual about a JPEG that libjpeg cannot decode; None where it is an ordinary one.

    Source: ITU-T T.81, table B.1 (frame headers); ITU-T T.87, section C.1.1 (JPEG-LS).
    """
    for marker, segment, _ in walk_segments(data):
        if marker == _JPEG_LS:
            return "JPEG-LS"
        if marker in FRAME_MARKERS:
            if marker not in _SEQUENTIAL | PROGRESSIVE:
                return "lossless" if marker in _LOSSLESS else "hierarchical"
            if segment and segment[0] != _USUAL_BITS:
                return f"{segment[0]} bits a sample"
            components = segment[COMPONENTS_AT] if len(segment) > COMPONENTS_AT else 0
            return f"{components} channels" if components == 2 or components > 4 else None
    return None
