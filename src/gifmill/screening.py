"""What is looked at in a file before Pillow opens it, so that no file keeps Pillow's own loops busy.

Pillow steps through the parts of a file in Python, before anybody knows how large the picture is: comments
of a GIF, segments of a JPEG, tiles of a TIFF, runs of a BMP. Millions of parts take it minutes or gigabytes.
"""

from __future__ import annotations

import re
import struct

from gifmill.errors import DamagedPhoto, PhotoTooLarge

_SCREEN_BYTES = 13
_GRAPHIC_CONTROL = b"\xf9"
_NOT_ZERO = re.compile(rb"[^\x00]")

_MOST_BLOCKS = 100_000
"""Of 1 to 255 bytes each, before the first frame of a GIF."""

_MOST_RUNS_BYTES = 2_000_000
"""Of a BMP with run lengths: Pillow takes 0.3 µs a byte. Nobody keeps large pictures so."""

_MOST_RIFF_CHUNKS = 100_000
"""Of a WebP, one a frame: libwebp keeps a note of each."""

_MOST_PARTS = 65_535
"""Strips or tiles of a TIFF: as many as it can have rows."""

_MOST_NUMBERS = 200_000
"""In one entry of a TIFF's directory: a palette of 65,536 colours has nearly as many."""

_PARTS_TAGS = {273, 279, 324, 325}
_NUMBER_TYPES = {3, 4, 5, 6, 8, 9, 10, 11, 12, 13, 16}
"""StripOffsets, StripByteCounts, TileOffsets, TileByteCounts; types that become Python's numbers.

Source: TIFF 6.0, sections 2, 8 and 15.
"""


def first_frame(data: bytes) -> bytes:
    """A GIF without what stands before its first frame, but for that frame's own control block.

    Source: GIF89a specification, sections 15 (blocks), 18 (screen) and 23 (graphic control).
    """
    screen_end = _SCREEN_BYTES + _palette_bytes(data[10:11])
    control, blocks = b"", 0
    at = _behind_zeros(data, screen_end)
    while data[at : at + 1] == b"!":
        start, at = at, at + 2
        blocks += 1
        while blocks <= _MOST_BLOCKS and (length := data[at : at + 1].strip(b"\x00")):
            at += 1 + length[0]
            blocks += 1
        if blocks > _MOST_BLOCKS:
            raise DamagedPhoto("This GIF begins with too much else. Save it anew with another program.")
        if data[start + 1 : start + 2] == _GRAPHIC_CONTROL:
            control = data[start : at + 1]
        at = _behind_zeros(data, at)
    if data[at : at + 1] != b",":  # which Pillow would look for byte by byte
        raise DamagedPhoto("This GIF has no picture where there should be one. Try the original file.")
    return data if at == screen_end else b"".join([data[:screen_end], control, memoryview(data)[at:]])


def _behind_zeros(data: bytes, at: int) -> int:
    """Where something else begins: a zero ends an extension, and some programs write more than one."""
    found = _NOT_ZERO.search(data, at)
    return found.start() if found else len(data)


def _palette_bytes(packed: bytes) -> int:
    """How long a colour table is, by the byte that says so, where that is there."""
    flags = packed[0] if packed else 0
    return 3 * 2 ** ((flags & 7) + 1) if flags & 0x80 else 0


def check_riff_chunks(data: bytes) -> None:
    """Refuse a WebP of too many chunks. Source: RFC 9649, section 2.3.

    Raises:
        DamagedPhoto: it is one.
    """
    at = 12
    for _ in range(_MOST_RIFF_CHUNKS):
        if at >= len(data):
            return
        length = int.from_bytes(data[at + 4 : at + 8], "little")
        at += 8 + length + length % 2
    raise DamagedPhoto("This WebP is in too many pieces. Save it anew with another program, and send that.")


def check_runs(data: bytes) -> None:
    """Refuse a BMP with too many run lengths.

    Raises:
        PhotoTooLarge: it is one.

    Source: Windows GDI, BITMAPINFOHEADER (compression 1 and 2 are run lengths).
    """
    has_runs = int.from_bytes(data[14:18], "little") >= 40 and int.from_bytes(data[30:34], "little") in {1, 2}
    if has_runs and len(data) > _MOST_RUNS_BYTES:
        raise PhotoTooLarge(
            f"This BMP is written as run lengths, of which {_MOST_RUNS_BYTES / 1e6:g} MB are the limit. "
            "Save it as a PNG."
        )


def check_parts(data: bytes) -> None:
    """Refuse a TIFF of too many strips, tiles or numbers.

    Raises:
        DamagedPhoto: it is one.

    Source: TIFF 6.0, section 2; the BigTIFF proposal, which has 8 bytes where that has 2 or 4.
    """
    order = "<" if data[:2] == b"II" else ">"
    big = data[2:4].strip(b"\x00") == b"+"
    offset, count, entry = ("8xQ", "Q", "HHQ8x") if big else ("4xI", "H", "HHI4x")
    try:
        (at,) = struct.unpack_from(order + offset, data)
        (entries,) = struct.unpack_from(order + count, data, at)
    except struct.error:
        return  # which is for Pillow to refuse
    for number in range(min(entries, _MOST_PARTS)):
        place = at + struct.calcsize(order + count) + number * struct.calcsize(order + entry)
        if place + struct.calcsize(order + entry) > len(data):
            break
        tag, kind, length = struct.unpack_from(order + entry, data, place)
        if length > (_MOST_PARTS if tag in _PARTS_TAGS else _MOST_NUMBERS) and kind in _NUMBER_TYPES:
            raise DamagedPhoto("This TIFF is in too many parts. Save it as a PNG or a JPEG.")
