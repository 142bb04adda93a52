"""WebP container: canvas, first frame and metadata.

Source: RFC 9649, sections 2.3 to 2.7.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from gifmill.animation import Size
from gifmill.errors import DamagedPhoto

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_HEADER_BYTES, _CHUNK_BYTES, _EXTENDED_BYTES, _FRAME_HEADER_BYTES = 12, 8, 10, 16
_ICC, _EXIF, _ANIMATION = 0x20, 0x08, 0x02

_MAX_CHUNKS = 100_000
"""One for each frame; reading this many takes 20 ms."""


class WebpContainer(NamedTuple):
    """The content of a WebP file.

    Attributes:
        canvas: its size; None for a simple file, whose canvas is its image.
        bitstream: the only image or the first frame, as input of libwebp.
        frame: the size of the first frame of an animation, else None.
        left, top: the offset of the frame on the canvas, in pixels.
        icc, exif: the metadata, unchecked; None where the header has no flag for it or the chunk is
            truncated.
    """

    canvas: Size | None
    bitstream: bytes
    frame: Size | None = None
    left: int = 0
    top: int = 0
    icc: bytes | None = None
    exif: bytes | None = None


class _Chunk(NamedTuple):
    kind: bytes
    start: int
    length: int


def read_container(data: bytes) -> WebpContainer:
    """Read the container of a WebP.

    Raises:
        DamagedPhoto: it has too many chunks.
        ValueError: its header is truncated, or its first frame is missing or exceeds the canvas.
    """
    chunks = _walk_chunks(data)
    header = next(chunks, None)
    if header is None or header.kind != b"VP8X" or header.length < _EXTENDED_BYTES:
        return WebpContainer(None, data)
    if header.start + _EXTENDED_BYTES > len(data):
        raise ValueError("a truncated header")
    flags = data[header.start]
    first: dict[bytes, _Chunk] = {}
    for chunk in chunks:
        first.setdefault(chunk.kind, chunk)

    def payload(kind: bytes, flag: int) -> bytes | None:
        chunk = first.get(kind)
        if not chunk or not flags & flag or chunk.start + chunk.length > len(data):
            return None
        return data[chunk.start : chunk.start + chunk.length]

    canvas = Size(_number(data, header.start + 4) + 1, _number(data, header.start + 7) + 1)
    still = WebpContainer(
        canvas, _still_bitstream(data, first), icc=payload(b"ICCP", _ICC), exif=payload(b"EXIF", _EXIF)
    )
    if not flags & _ANIMATION:
        return still
    frame = payload(b"ANMF", _ANIMATION)
    if frame is None or len(frame) < _FRAME_HEADER_BYTES:
        raise ValueError("no first frame")
    left, top = 2 * _number(frame, 0), 2 * _number(frame, 3)
    size = Size(_number(frame, 6) + 1, _number(frame, 9) + 1)
    if left + size.width > canvas.width or top + size.height > canvas.height:
        raise ValueError("a frame that exceeds the canvas")
    return still._replace(bitstream=frame[_FRAME_HEADER_BYTES:], frame=size, left=left, top=top)


def _still_bitstream(data: bytes, first: Mapping[bytes, _Chunk]) -> bytes:
    """Return the chunks of a still image, without metadata, which may be truncated."""
    chunks = [chunk for kind in (b"ALPH", b"VP8 ", b"VP8L") if (chunk := first.get(kind))]
    return b"".join(
        data[each.start - _CHUNK_BYTES : each.start + each.length + each.length % 2] for each in chunks
    )


def _number(data: bytes, at: int) -> int:
    return int.from_bytes(data[at : at + 3], "little")


def _walk_chunks(data: bytes) -> Iterator[_Chunk]:
    """Yield each chunk up to the end in the header; the last one may be truncated.

    Raises:
        DamagedPhoto: there are too many.
    """
    end = min(len(data), 8 + int.from_bytes(data[4:8], "little"))
    at = _HEADER_BYTES
    for _ in range(_MAX_CHUNKS):
        if at + _CHUNK_BYTES > end:
            return
        length = int.from_bytes(data[at + 4 : at + 8], "little")
        yield _Chunk(data[at : at + 4], at + _CHUNK_BYTES, length)
        at += _CHUNK_BYTES + length + length % 2
    raise DamagedPhoto("This WebP has too many chunks. Save it again with another program and use that.")
