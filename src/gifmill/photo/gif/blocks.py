"""What is looked at in a file before Pillow opens it, so that no file keeps Pillow's own loops busy.

Pillow steps through the parts of a file in Python, before anybody knows how large the picture is: comments
of a GIF, chunks of a WebP, runs of a BMP. Millions of parts take it minutes or gigabytes.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from gifmill.errors import DamagedPhoto

_SCREEN_BYTES = 13
_GRAPHIC_CONTROL = b"\xf9"
_NOT_ZERO = re.compile(rb"[^\x00]")

_MAX_BLOCKS = 100_000
"""Of 1 to 255 bytes each, before the first frame of a GIF."""


class FirstFrame(NamedTuple):
    """A GIF in which nothing precedes the first frame but that frame's own control block.

    Attributes:
        data: the file.
        descriptor_at: where the frame's image descriptor begins.
    """

    data: bytes
    descriptor_at: int


def skip_to_first_frame(data: bytes) -> FirstFrame:
    """A GIF without the extensions before its first frame.

    Raises:
        DamagedPhoto: there are too many of them, or no frame behind them.

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
            raise DamagedPhoto("This GIF begins with too much else. Save it again with another program.")
        if data[start + 1 : start + 2] == _GRAPHIC_CONTROL:
            control = data[start : at + 1]
        at = _skip_zeros(data, at)
    if data[at : at + 1] != b",":  # which Pillow would look for byte by byte
        raise DamagedPhoto("This GIF has no picture where there should be one. Try the original file.")
    if at == screen_end:
        return FirstFrame(data, at)
    return FirstFrame(
        b"".join([data[:screen_end], control, memoryview(data)[at:]]), screen_end + len(control)
    )


def _skip_zeros(data: bytes, at: int) -> int:
    """Where something else begins: a zero ends an extension, and some programs write more than one."""
    found = _NOT_ZERO.search(data, at)
    return found.start() if found else len(data)


def _colour_table_bytes(packed: bytes) -> int:
    """How long a colour table is, by the byte that says so, where that is there."""
    flags = packed[0] if packed else 0
    return 3 * 2 ** ((flags & 7) + 1) if flags & 0x80 else 0
