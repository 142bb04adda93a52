"""Segments of a JPEG: structure checks before decoding, and detection of unsupported variants.

Pillow steps through the segments in Python, and libjpeg processes the whole image once for every scan: a file
with millions of empty segments, or thousands of scans, takes them minutes.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from gifmill.errors import DamagedPhoto

if TYPE_CHECKING:
    from collections.abc import Iterator

_MARKER = re.compile(rb"\xff([^\x00\x01\xff\xd0-\xd7])")
"""The next marker that begins a segment. Fill bytes before it are skipped one by one: a pattern that matches
all of them would take time quadratic in their number.

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
"""An ICC profile takes up to 255 segments, the metadata of a panorama about a hundred."""

_MAX_FILL_BYTES = 10_000
"""Fill bytes before markers: Pillow takes 1 µs for each."""

_MAX_SCANS = 50
"""Each scan is a pass over the whole image. libjpeg writes 10; optimisers write up to 30."""

_APP1 = 0xE1
_EXIF = b"Exif\0\0"
_MAX_EXIF_BYTES = 1_000_000
"""Of all Exif segments, which Pillow joins one by one. The standard has one, of at most 64 KB."""

_ARITHMETIC = frozenset({0xC9, 0xCA})
_LOSSLESS = frozenset({0xC3, 0xCB})
_USUAL_BITS = 8

COMPONENTS_AT = 5
"""Offset of the number of components in a frame header. Source: section B.2.2."""


def is_single_scan(data: bytes) -> bool:
    """Return whether a decoder needs only some rows in memory: one sequential scan has all components.

    With more scans, or progressive ones, a decoder keeps the whole image in memory. Truncated or invalid
    files are left for the decoder to reject.

    Raises:
        DamagedPhoto: it has more segments or scans than any camera or program writes.
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
            # A search for the next marker takes a fifth of the decoding time; counting markers is faster.
            if scans == 1 and data.count(_SOS_MARKER, end) < _MAX_SCANS:
                return False
            if scans > _MAX_SCANS:
                raise _too_many_segments()
    return False


def walk_segments(data: bytes) -> Iterator[tuple[int, bytes, int]]:
    """Yield each segment up to the end of the image: its marker, its content, and the offset of its end.

    Raises:
        DamagedPhoto: there are too many segments, or too many fill bytes between them.
    """
    at, filling, in_scans = _SIGNATURE_BYTES, 0, False
    for _ in range(_MAX_SEGMENTS):
        found = _MARKER.search(data, at)
        if not found or (marker := found[1][0]) == EOI:
            if in_scans or len(data) - at < _MAX_FILL_BYTES:
                return
            break  # Pillow would continue to search for a scan
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
    return DamagedPhoto("This JPEG has too many segments. Save it again with another program and use that.")


def is_arithmetic_coded(data: bytes) -> bool:
    """Return whether the entropy coding is arithmetic instead of Huffman. Source: ITU-T T.81, table B.1."""
    return next(
        (marker in _ARITHMETIC for marker, *_ in walk_segments(data) if marker in FRAME_MARKERS), False
    )


def unsupported_kind(data: bytes) -> str | None:
    """Name the variant of a JPEG that libjpeg cannot decode; return None for a common JPEG.

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
