"""Other delays for a finished GIF: only its graphic control extensions are rewritten."""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING

from gifmill.gif.gif89a_writer import MAX_DELAY_CS

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_HEADER_BYTES = 13
"""Bytes before the global colour table: header and logical screen descriptor (sections 17 and 18)."""

_SCREEN_FLAGS_AT, _IMAGE_FLAGS_AT = 10, 9
"""Positions of the flags in the header, and in an image descriptor."""

_EXTENSION, _IMAGE = 0x21, 0x2C
_CONTROL_LABEL = 0xF9


def with_delays(data: bytes, delays_cs: Sequence[int]) -> bytes:
    """Return a GIF with other delays.

    Args:
        data: a file of our writer: each image has a graphic control extension.
        delays_cs: display time of each image, 0 to 65,535 centiseconds.

    Raises:
        ValueError: there is not one delay for each image, or one is out of range.

    Source: GIF89a specification, sections 18, 20, 22 and 23.
    """
    if not all(0 <= delay_cs <= MAX_DELAY_CS for delay_cs in delays_cs):
        raise ValueError(f"the delays {list(delays_cs)} are not all from 0 to {MAX_DELAY_CS} cs")
    changed = bytearray(data)
    for at, delay_cs in zip(_delay_positions(data), delays_cs, strict=True):
        struct.pack_into("<H", changed, at, delay_cs)
    return bytes(changed)


def _delay_positions(data: bytes) -> Iterator[int]:
    """Yield the position of each delay: two bytes after the flags of a graphic control extension."""
    at = _HEADER_BYTES + _table_bytes(data[_SCREEN_FLAGS_AT])
    while data[at] in (_EXTENSION, _IMAGE):
        if data[at] == _IMAGE:
            at += _IMAGE_FLAGS_AT + 2 + _table_bytes(data[at + _IMAGE_FLAGS_AT])  # with the code size
        else:
            if data[at + 1] == _CONTROL_LABEL:
                yield at + 4
            at += 2
        while data[at]:  # sub-blocks, up to an empty one
            at += 1 + data[at]
        at += 1


def _table_bytes(flags: int) -> int:
    """Return the size of the colour table that follows a descriptor with these flags."""
    return 3 << (flags & 7) + 1 if flags & 0x80 else 0
