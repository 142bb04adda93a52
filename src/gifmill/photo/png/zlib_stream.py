"""Zlib streams of PNG pixel data: incremental inflation with ISA-L, and uncompressed streams."""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING

from isal import isal_zlib

if TYPE_CHECKING:
    from collections.abc import Iterator

_PIECE_BYTES = 16_384
"""Input inflated at once: deflate compresses 1,032 to 1 at most, so the output is at most 17 MB."""


_ZLIB_HEADER_BYTES = 2
_RAW = -15
"""Raw deflate, without the zlib checksum: browsers ignore it, and each chunk has its own."""

_STORED_BYTES = 65_535
_LAST_BLOCK = b"\x01\x00\x00\xff\xff"
"""The longest stored block, and the last one, which is empty. Source: RFC 1951, section 3.2.4."""


class InflateStream:
    """A sequential reader of the inflated data of chunks."""

    def __init__(self, chunks: list[memoryview], all_bytes: int) -> None:
        """Open the stream.

        Args:
            chunks: together a zlib stream.
            all_bytes: the number of bytes that will be read.
        """
        self._pieces = _inflate(chunks, all_bytes)
        self._kept = memoryview(b"")

    def read(self, number: int) -> memoryview:
        """Return the next `number` bytes.

        Raises:
            ValueError: the data is truncated or cannot be inflated.
        """
        parts: list[bytes | memoryview] = [self._kept]
        available = len(self._kept)
        while available < number:
            part = next(self._pieces)
            parts.append(part)
            available += len(part)
        whole = memoryview(b"".join(parts)) if len(parts) > 1 else self._kept
        self._kept = whole[number:]
        return whole[:number]


def _inflate(chunks: list[memoryview], all_bytes: int) -> Iterator[bytes]:
    """Yield inflated data in pieces of any length, together at least `all_bytes`.

    The inflater gets no input after the end of its stream: it would keep that input, and copy all of it again
    for each further piece.
    """
    inflater = isal_zlib.decompressobj(_RAW)
    left, skipped = all_bytes, _ZLIB_HEADER_BYTES
    for chunk in chunks:
        start = min(skipped, len(chunk))
        skipped -= start
        for at in range(start, len(chunk), _PIECE_BYTES):
            try:
                part = inflater.decompress(chunk[at : at + _PIECE_BYTES])
            except isal_zlib.error as error:  # type: ignore[misc]  # their stub has an instance there
                raise ValueError("pixels that cannot be inflated") from error
            left -= len(part)
            yield part
            if left <= 0:
                return
            if inflater.eof:
                raise ValueError(f"{left} bytes of pixels are missing")
    raise ValueError(f"{left} bytes of pixels are missing")


def zlib_stored(*parts: bytes | memoryview) -> bytes:
    """Return a zlib stream without compression. Source: RFC 1950, section 2.2; RFC 1951, section 3.2.4."""
    stream: list[bytes | memoryview] = [b"\x78\x01"]
    checksum = 1
    for part in parts:
        checksum = isal_zlib.adler32(part, checksum)
        view = memoryview(part)
        for at in range(0, len(view), _STORED_BYTES):
            block = view[at : at + _STORED_BYTES]
            stream += [struct.pack("<BHH", 0, len(block), len(block) ^ 0xFFFF), block]
    return b"".join([*stream, _LAST_BLOCK, struct.pack(">I", checksum)])
