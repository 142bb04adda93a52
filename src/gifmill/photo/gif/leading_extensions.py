"""GIF blocks before the first frame, skipped within limits.

Pillow steps through extension blocks in Python before it reads the size of the frame: millions of blocks take
minutes or gigabytes.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from gifmill.errors import DamagedPhoto

_SCREEN_BYTES = 13
_GRAPHIC_CONTROL = b"\xf9"
_NOT_ZERO = re.compile(rb"[^\x00]")

_MAX_BLOCKS = 100_000
"""Before the first frame, of 1 to 255 bytes each."""


class FirstFrame(NamedTuple):
    """A GIF with nothing before the first frame except its own graphic control block.

    Attributes:
        data: the file.
        descriptor_at: offset of the image descriptor of the frame.
    """

    data: bytes
    descriptor_at: int


def skip_to_first_frame(data: bytes) -> FirstFrame:
    """Remove the extensions before the first frame of a GIF.

    Raises:
        DamagedPhoto: there are too many extensions, or no frame follows them.

    Source: GIF89a specification, sections 15 (blocks), 18 (screen) and 23 (graphic control).
    """
    screen_end = _SCREEN_BYTES + _colour_table_bytes(data[10:11])
    control, blocks = b"", 0
    at = _skip_zeros(data, screen_end)
    while data[at : at + 1] == b"!":
        start, at = at, at + 2
        blocks += 1
        while blocks <= _MAX_BLOCKS and (length := data[at : at + 1].strip(b"\x00")):
            at += 1 + length[0]
            blocks += 1
        if blocks > _MAX_BLOCKS:
            raise DamagedPhoto(
                "This GIF has too many blocks before its first frame. Save it again with another program."
            )
        if data[start + 1 : start + 2] == _GRAPHIC_CONTROL:
            control = data[start : at + 1]
        at = _skip_zeros(data, at)
    if data[at : at + 1] != b",":  # Pillow would search for a frame byte by byte
        raise DamagedPhoto("This GIF has no frame. Try the original file.")
    if at == screen_end:
        return FirstFrame(data, at)
    return FirstFrame(
        b"".join([data[:screen_end], control, memoryview(data)[at:]]), screen_end + len(control)
    )


def _skip_zeros(data: bytes, at: int) -> int:
    """Return the offset after any zeros: a zero ends an extension, and some programs write several."""
    found = _NOT_ZERO.search(data, at)
    return found.start() if found else len(data)


def _colour_table_bytes(packed: bytes) -> int:
    """Return the length of a colour table from its packed field; 0 where that is missing."""
    flags = packed[0] if packed else 0
    return 3 * 2 ** ((flags & 7) + 1) if flags & 0x80 else 0
