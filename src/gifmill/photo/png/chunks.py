"""PNG chunks: header, palette, pixel data, and ancillary chunks.

Broken ancillary chunks do not make a photo unreadable: one with a wrong checksum, length or position is
ignored, as in libpng.

Source: PNG, third edition, sections 5 (structure), 11 (chunks) and 13.1 (errors).
"""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING, NamedTuple

from isal import isal_zlib

from gifmill.animation import Size
from gifmill.errors import DamagedPhoto, UnsupportedPhoto

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_SIGNATURE_BYTES = 8
_CHUNK_OVERHEAD_BYTES = 12
"""Length and type before the data of a chunk, checksum after it. Source: section 5.3."""

_CHECKSUM_BYTES = 4
_HEADER_BYTES = 13
_MAX_PALETTE_BYTES = 768

_MAX_CHUNKS = 100_000
"""libpng writes 8,192 bytes into each; a program with one chunk a row needs 65,535. Hostile files have
millions."""

GREY, TRUECOLOUR, INDEXED, GREY_WITH_ALPHA, TRUECOLOUR_WITH_ALPHA = 0, 2, 3, 4, 6
DEPTHS = {
    GREY: {1, 2, 4, 8, 16},
    TRUECOLOUR: {8, 16},
    INDEXED: {1, 2, 4, 8},
    GREY_WITH_ALPHA: {8, 16},
    TRUECOLOUR_WITH_ALPHA: {8, 16},
}
"""Allowed bit depths for each colour type. Source: table 8."""

_COLOUR_CHUNKS = frozenset({b"cICP", b"iCCP", b"sRGB", b"gAMA", b"cHRM"})
"""These precede the palette and the pixels. Source: section 5.6."""

_CRITICAL = frozenset({b"IHDR", b"PLTE", b"IDAT", b"IEND"})
_READ_CHUNKS = _COLOUR_CHUNKS | {b"PLTE", b"tRNS", b"eXIf"}

type Transparency = bytes | tuple[int, ...]
"""The alpha of palette entries from the first one on, or the samples of the one transparent colour."""


class Header(NamedTuple):
    """The IHDR chunk. Source: section 11.2.1.

    Attributes:
        size: in pixels, unchecked.
        depth: bits a sample.
        colour_type: a key of `DEPTHS`, with an allowed depth.
        is_interlaced: rows are stored in seven passes.
    """

    size: Size
    depth: int
    colour_type: int
    is_interlaced: bool


class PngChunks(NamedTuple):
    """The chunks of a PNG.

    Attributes:
        header: the first chunk.
        by_type: the first intact chunk of each supported type in an allowed position: palette and
            ancillary chunks.
        pixels: the data of consecutive IDAT chunks, together the deflated rows.
    """

    header: Header
    by_type: Mapping[bytes, memoryview]
    pixels: list[memoryview]

    @property
    def palette(self) -> bytes | None:
        """The palette as 256 RGB entries, padded with black; None for images without a palette.

        Raises:
            ValueError: an indexed image has no valid palette.
        """
        if self.header.colour_type != INDEXED:
            return None
        entries = bytes(self.by_type.get(b"PLTE", b""))
        if not entries or len(entries) % 3 or len(entries) > _MAX_PALETTE_BYTES:
            raise ValueError(f"a palette of {len(entries)} bytes")
        return entries.ljust(_MAX_PALETTE_BYTES, b"\x00")

    @property
    def transparency(self) -> Transparency | None:
        """The transparency of an image without alpha samples. Source: section 11.3.1.1 (tRNS)."""
        content = bytes(self.by_type.get(b"tRNS", b""))
        if self.header.colour_type == INDEXED:
            fits = len(content) * 3 <= len(self.by_type.get(b"PLTE", b""))
            return content if fits and content.strip(b"\xff") else None
        samples = {GREY: 1, TRUECOLOUR: 3}.get(self.header.colour_type, 0)
        if not samples or len(content) != 2 * samples:
            return None
        levels = struct.unpack(f">{samples}H", content)
        return tuple(level & 2**self.header.depth - 1 for level in levels)

    @property
    def exif(self) -> bytes | None:
        """Exif data, a TIFF structure. Source: section 11.3.4.5 (eXIf)."""
        content = self.by_type.get(b"eXIf")
        return None if content is None else bytes(content)


class _Chunk(NamedTuple):
    """One chunk. Source: section 5.3.

    Attributes:
        kind: its type, four letters in a valid file.
        content: its data, possibly truncated.
        checked: type and data, the input of the checksum.
        checksum: the checksum in the file.
    """

    kind: bytes
    content: memoryview
    checked: memoryview
    checksum: memoryview

    @property
    def is_intact(self) -> bool:
        """Whether the checksum is correct."""
        return bytes(self.checksum) == isal_zlib.crc32(self.checked).to_bytes(_CHECKSUM_BYTES)

    @property
    def is_critical(self) -> bool:
        """Whether a decoder must understand it. Source: section 5.4."""
        return not self.kind[0] & 0x20


def read_chunks(data: bytes) -> PngChunks:
    """Read the chunks of a PNG up to its end or truncation.

    Args:
        data: the file.

    Raises:
        DamagedPhoto: it has too many chunks.
        UnsupportedPhoto: it has a critical chunk that no standard defines.
        ValueError: its header or pixel data is broken or missing.
    """
    chunks = _walk_chunks(data)
    header = _read_header(next(chunks, None))
    known: dict[bytes, memoryview] = {}
    pixels: list[memoryview] = []
    before = b"IHDR"
    for chunk in chunks:
        if chunk.kind == b"IDAT" and (not pixels or before == b"IDAT"):
            pixels.append(chunk.content)  # the checksum is ignored, as in Chromium
        elif chunk.kind in _READ_CHUNKS:
            if _is_in_place(chunk.kind, header, known, has_pixels=bool(pixels)) and chunk.is_intact:
                known[chunk.kind] = chunk.content
        elif chunk.is_critical and not pixels:
            raise _unreadable_chunk(chunk)
        before = chunk.kind
    if not pixels:
        raise ValueError("no pixels")
    return PngChunks(header, known, pixels)


def _walk_chunks(data: bytes) -> Iterator[_Chunk]:
    """Yield each chunk before IEND.

    Raises:
        DamagedPhoto: there are too many.
    """
    view, at = memoryview(data), _SIGNATURE_BYTES
    for _ in range(_MAX_CHUNKS):
        if at + _CHUNK_OVERHEAD_BYTES > len(data):
            return
        length, kind = struct.unpack_from(">I4s", data, at)
        if kind == b"IEND":
            return
        end = at + 8 + length
        yield _Chunk(kind, view[at + 8 : end], view[at + 4 : end], view[end : end + 4])
        at = end + 4
    raise DamagedPhoto("This PNG has too many chunks. Save it again with another program.")


def _read_header(chunk: _Chunk | None) -> Header:
    """Read the first chunk.

    Raises:
        UnsupportedPhoto: it is a critical chunk that no standard defines.
        ValueError: it is broken, or not IHDR.
    """
    if chunk is None or (chunk.kind == b"IHDR" and len(chunk.content) != _HEADER_BYTES):
        raise ValueError("no header of 13 bytes")
    if chunk.kind != b"IHDR" or not chunk.is_intact:
        raise _unreadable_chunk(chunk)
    width, height, depth, colour_type, compression, filters, interlace = struct.unpack(
        ">IIBBBBB", chunk.content
    )
    if depth not in DEPTHS.get(colour_type, ()) or compression or filters or interlace > 1:
        raise ValueError(f"a header of {chunk.content.hex()}")
    return Header(Size(width, height), depth, colour_type, is_interlaced=bool(interlace))


def _is_in_place(kind: bytes, header: Header, known: Mapping[bytes, memoryview], *, has_pixels: bool) -> bool:
    """Return whether a chunk is the first of its type and in an allowed position. Source: table 7."""
    if kind in known:
        return False
    if kind in _COLOUR_CHUNKS:
        return not has_pixels and b"PLTE" not in known
    if kind == b"tRNS":
        return not has_pixels and (header.colour_type != INDEXED or b"PLTE" in known)
    return kind == b"eXIf" or not has_pixels


def _unreadable_chunk(chunk: _Chunk) -> Exception:
    """Return the error for a chunk that cannot be read at its position.

    A decoder must not show an image with an unknown critical chunk; Apple's tools write `CgBI` into the PNGs
    of apps. Source: section 5.4.
    """
    name = chunk.kind.decode("ascii", "replace")
    is_known = chunk.kind in _CRITICAL or not chunk.is_critical
    if is_known or not (chunk.is_intact and name.isascii() and name.isalpha()):
        return ValueError(f"a chunk {chunk.kind!r} that is broken or in the wrong position")
    return UnsupportedPhoto(
        f"This PNG has a critical chunk '{name}', which the standard does not define. "
        "Save it again with another program."
    )
