"""Chunks of a stored photo's PNG: its size, and the time of its arrival.

Struct only: the photo package would import numpy.
"""

from __future__ import annotations

import struct
from datetime import UTC, datetime
from zlib import crc32

_HEADER_BYTES = 33
HEAD_BYTES = _HEADER_BYTES + 19
"""A PNG's signature and IHDR; the same with a tIME. Source: PNG specification, third edition, section 5."""


def read_size(head: bytes) -> tuple[int, int]:
    """Return width and height from the first 24 bytes of a PNG.

    Source: PNG specification, third edition, section 11.2.1 (IHDR).
    """
    width, height = struct.unpack(">II", head[16:24])
    return width, height


def read_arrival_time(head: bytes) -> datetime | None:
    """Return the arrival time that `with_arrival_time` wrote into a PNG, or None.

    Args:
        head: at least the first `HEAD_BYTES` of the PNG.
    """
    if head[_HEADER_BYTES + 4 : _HEADER_BYTES + 8] != b"tIME":
        return None
    year, month, day, hour, minute, second = struct.unpack_from(">H5B", head, _HEADER_BYTES + 8)
    return datetime(year, month, day, hour, minute, second, tzinfo=UTC)


def with_arrival_time(png: bytes, arrived: datetime) -> bytes:
    """Add the photo's arrival to a copy of it, as the store gives the copy a new date.

    Source: PNG specification, third edition, section 11.3.6 (tIME), directly behind the header.
    """
    if read_arrival_time(png):
        return png
    utc = arrived.astimezone(UTC)
    time = struct.pack(">H5B", utc.year, utc.month, utc.day, utc.hour, utc.minute, utc.second)
    chunk = struct.pack(">I4s7sI", len(time), b"tIME", time, crc32(b"tIME" + time))
    return png[:_HEADER_BYTES] + chunk + png[_HEADER_BYTES:]
