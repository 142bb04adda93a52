"""Truncated JPEG files: padding, completion, and whether all scans are present."""

from __future__ import annotations

from gifmill.photo.jpeg.segments import COMPONENTS_AT, DRI, FRAME_MARKERS, PROGRESSIVE, SOS, walk_segments

_EOI_MARKER = b"\xff\xd9"
_PADDING = bytes(16)
_FILLER_FIRST_BYTES = (b"\xfe", b"\x55")
_FILLER_DATA = bytes((37 * number) % 251 for number in range(1, 200))
"""Replacement for missing data: bytes without 0xFF, which would begin a marker."""


def strip_zero_padding(data: bytes) -> bytes:
    """Remove the zeros that a disk or a failed download left in place of missing data."""
    if not data.endswith(_PADDING):
        return data
    bare = data.rstrip(b"\x00")
    return bare + b"\x00" if bare.endswith(b"\xff") else bare


def complete_variants(data: bytes) -> list[bytes]:
    """Return a truncated JPEG completed in several ways: with an end marker at once, and after filler data.

    A decoder reads bits after the end as zeros. So where a bit is missing, the variants with filler differ
    from the first one in the pixels that depend on it. Filler for a missing restart interval begins with its
    marker.
    """
    if data.endswith(b"\xff"):  # half a marker, or a data byte without its stuffed zero
        data = data[:-1]
    starts = [b""]
    if any(marker == DRI for marker, *_ in walk_segments(data)):
        last = max(range(8), key=lambda number: data.rfind(bytes([0xFF, 0xD0 + number])))
        starts += [bytes([0xFF, 0xD0 + (last + 1) % 8]), b"\xff\xd0"]
    return [data + _EOI_MARKER] + [
        data + start + first + _FILLER_DATA + _EOI_MARKER for start in starts for first in _FILLER_FIRST_BYTES
    ]


def has_all_scans(data: bytes) -> bool:
    """Return whether the scans contain each coefficient of each component to its last bit.

    Source: ITU-T T.81, sections B.2.3 (scan header) and G.1.1.1 (spectral selection, approximation).
    """
    missing: set[tuple[int, int]] = set()
    is_progressive = False
    for marker, segment, _ in walk_segments(data):
        if marker in FRAME_MARKERS and len(segment) > COMPONENTS_AT:
            is_progressive = marker in PROGRESSIVE
            missing = {(each, number) for each in segment[COMPONENTS_AT + 1 :: 3] for number in range(64)}
        elif marker == SOS and segment:
            components, (first, last, bits) = segment[1:-3:2], segment[-3:]
            if not is_progressive:
                first, last, bits = 0, 63, 0
            if bits & 15 == 0:
                missing -= {(each, number) for each in components for number in range(first, last + 1)}
    return not missing
