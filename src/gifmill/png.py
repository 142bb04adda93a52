"""The pixels of a PNG from top to bottom, some rows at a time: inflated by ISA-L, never whole in memory.

Pillow decodes a PNG only as a whole, and inflates it with the zlib that the system has, which alone may take
as long as libvips takes for everything. So the rows are inflated here, and Pillow undoes their filters: it is
handed them as a PNG's data that is stored without compression, below the row that they refer to.
"""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING

from isal import isal_zlib
from PIL import Image

if TYPE_CHECKING:
    from collections.abc import Iterator

    from PIL.ImageFile import ImageFile

_SIGNATURE_BYTES = 8
_AROUND_BYTES = 12
"""A chunk has its length and its kind before its data and a checksum behind it. Source: PNG, section 5.3."""

_MODES = {"L", "LA", "P", "RGB", "RGBA"}
"""Modes of 8 bits a channel: of these a decoded row can be given back to the decoder as it was."""

_MOST_CHUNKS = 10_000
"""libpng writes 8,192 bytes into each, so these are 80 MB. Hostile files have millions."""

_PIECE_BYTES = 16_384
"""What is inflated at once: deflate packs 1,032 bytes into one at most, so this becomes 17 MB at most."""

_STRIP_BYTES = 1_000_000
"""Rows for about as many bytes at a time."""

_STORED_BYTES = 65_535
_LAST_BLOCK = b"\x01\x00\x00\xff\xff"
"""The longest stored block, and the last one, which is empty. Source: RFC 1951, section 3.2.4."""


class Unstreamable(Exception):
    """This PNG is for Pillow alone: interlaced, animated, crumbled, not of 8 bits, or broken."""


def strips(data: bytes, image: ImageFile, multiple: int) -> Iterator[Image.Image]:
    """The image in strips, as Pillow would decode it.

    Args:
        data: the file.
        image: the same, opened by Pillow and not loaded.
        multiple: every strip but the last has a multiple of this many rows.

    Returns:
        Images of the mode, palette and transparency of the file, as wide as it; together as high.

    Raises:
        Unstreamable: before the first strip, or later where the data break off.
    """
    mode, palette, (width, height) = image.mode, image.palette, image.size
    if mode not in _MODES or image.tile[0].args != mode or image.info.get("interlace"):
        raise Unstreamable
    row_bytes = 1 + len(mode) * width
    rows = max(1, _STRIP_BYTES // (row_bytes * multiple)) * multiple
    above = bytes(row_bytes)
    for filtered in _cut(_inflated(pixel_chunks(data)), rows * row_bytes, height * row_bytes):
        added = len(filtered) // row_bytes
        try:
            both = Image.frombytes(mode, (width, 1 + added), _stored(above, filtered), "zip", mode)
        except ValueError as error:
            raise Unstreamable from error
        strip = both.crop((0, 1, width, 1 + added))
        above = b"\x00" + strip.crop((0, added - 1, width, added)).tobytes()
        if palette is not None:
            strip.putpalette(palette)
        if "transparency" in image.info:
            strip.info["transparency"] = image.info["transparency"]
        yield strip


def _chunks(data: bytes) -> Iterator[tuple[bytes, memoryview]]:
    """Each chunk's kind and data. Source: PNG, section 5.3."""
    view, at = memoryview(data), _SIGNATURE_BYTES
    while at + _AROUND_BYTES <= len(data):
        length, kind = struct.unpack_from(">I4s", data, at)
        yield kind, view[at + 8 : at + 8 + length]
        at += _AROUND_BYTES + length


def pixel_chunks(data: bytes) -> list[memoryview]:
    """The data of the chunks that together are the pixels.

    Raises:
        Unstreamable: there are more frames, something behind the pixels says how the photo lies, or there are
            so many chunks that a list of them is large and Pillow, which only looks for the next, is quicker.
    """
    pixels: list[memoryview] = []
    for number, (kind, content) in enumerate(_chunks(data)):
        if number == _MOST_CHUNKS:
            raise Unstreamable
        if kind == b"IDAT":
            pixels.append(content)
        elif kind == b"acTL" or (pixels and _may_orient(kind, content)):
            raise Unstreamable
    return pixels


def _may_orient(kind: bytes, content: memoryview) -> bool:
    named = bytes(content[:22]).startswith((b"XML:com.adobe.xmp", b"Raw profile type"))
    return kind == b"eXIf" or (kind in {b"iTXt", b"tEXt", b"zTXt"} and named)


def _inflated(chunks: list[memoryview]) -> Iterator[bytes]:
    """What the chunks become, up to the end of their stream.

    An inflater keeps what is behind that, and copies all of it again for each piece of more.
    """
    inflater = isal_zlib.decompressobj()
    try:
        for chunk in chunks:
            for at in range(0, len(chunk), _PIECE_BYTES):
                yield inflater.decompress(chunk[at : at + _PIECE_BYTES])
                if inflater.eof:
                    return
    except isal_zlib.error as error:  # type: ignore[misc]  # their stub has an instance there
        raise Unstreamable from error


def _cut(parts: Iterator[bytes], each_bytes: int, all_bytes: int) -> Iterator[bytes]:
    """The same bytes cut to one length, the last piece shorter; what is over is never asked for."""
    left = all_bytes
    kept: list[bytes] = []
    kept_bytes = 0
    for part in parts:
        kept.append(part)
        kept_bytes += len(part)
        if kept_bytes < min(each_bytes, left):
            continue
        whole, at = b"".join(kept), 0
        while left and len(whole) - at >= (size := min(each_bytes, left)):
            yield whole[at : at + size]
            at += size
            left -= size
        if not left:
            return
        kept, kept_bytes = [whole[at:]], len(whole) - at
    raise Unstreamable


def _stored(*parts: bytes) -> bytes:
    """Bytes as a zlib stream without compression. Source: RFC 1950, section 2.2; RFC 1951, section 3.2.4."""
    stream: list[bytes | memoryview] = [b"\x78\x01"]
    checksum = 1
    for part in parts:
        checksum = isal_zlib.adler32(part, checksum)
        view = memoryview(part)
        for at in range(0, len(view), _STORED_BYTES):
            block = view[at : at + _STORED_BYTES]
            stream += [struct.pack("<BHH", 0, len(block), len(block) ^ 0xFFFF), block]
    return b"".join([*stream, _LAST_BLOCK, struct.pack(">I", checksum)])
