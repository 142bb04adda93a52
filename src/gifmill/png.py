"""The pixels of a PNG from top to bottom, some rows at a time: inflated by ISA-L, never whole in memory.

Pillow decodes a PNG only as a whole, and inflates it with the zlib that the system has, which alone may take
as long as libvips takes for everything. So the rows are inflated here, and Pillow undoes their filters: it is
handed them as a PNG's data that is stored without compression, below the row that they refer to.
"""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from isal import isal_zlib
from PIL import Image

from gifmill.errors import DamagedPhoto

if TYPE_CHECKING:
    from collections.abc import Iterator

    from PIL.ImageFile import ImageFile

_SIGNATURE_BYTES = 8
_AROUND_BYTES = 12
"""A chunk has its length and its kind before its data and a checksum behind it. Source: PNG, section 5.3."""

_MOST_CHUNKS = 100_000
"""libpng writes 8,192 bytes into each; a program that gives each row its own needs 65,535. Hostile files have
millions, for each of which Pillow takes some microseconds."""

_PIECE_BYTES = 16_384
"""What is inflated at once: deflate packs 1,032 bytes into one at most, so this becomes 17 MB at most."""

_STRIP_BYTES = 1_000_000
"""Rows for about as many bytes at a time."""

_STORED_BYTES = 65_535
_LAST_BLOCK = b"\x01\x00\x00\xff\xff"
"""The longest stored block, and the last one, which is empty. Source: RFC 1951, section 3.2.4."""


class _Packing(NamedTuple):
    """How pixels lie in a row.

    Attributes:
        bits: of a pixel.
        mode: of a picture of 8 bits a channel with as many bytes a pixel as the filters look back, so that
            decoded rows can be given back to the decoder as they were.
        high: only the first of the two bytes of each level is kept, which is what Pillow keeps too. Filters
            never mix the two.
        packed: rows are taken for pixels of one byte, and unpacked afterwards.

    Source: PNG, sections 7.2 (scanlines) and 9.2 (filters).
    """

    bits: int
    mode: str
    high: bool = False
    packed: bool = False


_PACKINGS = {
    "1": _Packing(1, "L", packed=True),
    "L;2": _Packing(2, "L", packed=True),
    "L;4": _Packing(4, "L", packed=True),
    "L": _Packing(8, "L"),
    "I;16B": _Packing(16, "LA", packed=True),
    "P;1": _Packing(1, "L", packed=True),
    "P;2": _Packing(2, "L", packed=True),
    "P;4": _Packing(4, "L", packed=True),
    "P": _Packing(8, "P"),
    "LA": _Packing(16, "LA"),
    "LA;16B": _Packing(32, "LA", high=True),
    "RGB": _Packing(24, "RGB"),
    "RGB;16B": _Packing(48, "RGB", high=True),
    "RGBA": _Packing(32, "RGBA"),
    "RGBA;16B": _Packing(64, "RGBA", high=True),
}
"""For each of Pillow's names for what a PNG's rows hold."""


class Unstreamable(Exception):
    """This PNG is for Pillow alone: interlaced, or with something behind its pixels that matters."""


class BreaksOff(Unstreamable):
    """Its pixels end too early, or cannot be inflated here."""


def strips(data: bytes, image: ImageFile, multiple: int) -> Iterator[Image.Image]:
    """The image in strips, as Pillow would decode it.

    Args:
        data: the file.
        image: the same, opened by Pillow and not loaded.
        multiple: every strip but the last has a multiple of this many rows.

    Returns:
        Images of the mode, palette and transparency of the file, as wide as it; together as high.

    Raises:
        Unstreamable: before the first strip.
        BreaksOff: later.
    """
    palette, (width, height) = image.palette, image.size
    packing = _PACKINGS.get(str(image.tile[0].args))
    if packing is None or image.tile[0].extents != (0, 0, width, height) or image.info.get("interlace"):
        raise Unstreamable
    row_bytes = 1 + (packing.bits * width + 7) // 8
    rows = max(1, _STRIP_BYTES // (row_bytes * multiple)) * multiple
    above: Image.Image | None = None
    for filtered in _cut(_inflated(pixel_chunks(data)), rows * row_bytes, height * row_bytes):
        added = len(filtered) // row_bytes
        strip = _unfiltered(
            _high_bytes(filtered, added) if packing.high else filtered, packing.mode, added, above
        )
        above = strip.crop((0, added - 1, strip.width, added))
        if packing.packed:
            size, raw = (width, added), str(image.tile[0].args)
            strip = Image.frombytes(image.mode, size, strip.tobytes(), "raw", raw)
        if strip.mode != image.mode:  # Pillow has no grey with alpha of 16 bits, and makes it colours
            strip = strip.convert(image.mode)
        if palette is not None:
            strip.putpalette(palette)
        if "transparency" in image.info:
            strip.info["transparency"] = image.info["transparency"]
        yield strip


def _high_bytes(filtered: bytes, rows: int) -> bytes:
    """Rows of levels of two bytes without the second ones."""
    pairs = np.frombuffer(filtered, np.uint8).reshape(rows, -1)
    return np.concatenate([pairs[:, :1], pairs[:, 1::2]], axis=1).tobytes()


def _unfiltered(filtered: bytes, mode: str, rows: int, above: Image.Image | None) -> Image.Image:
    """Rows of a picture of 8 bits a channel.

    Args:
        filtered: the rows, each with the filter that it was written with before it.
        mode: of the picture.
        rows: how many there are.
        above: the row that the first one refers to, if there is one.

    Raises:
        BreaksOff: there is no such filter.
    """
    width = (len(filtered) // rows - 1) // len(mode)
    before = b"\x00" + above.tobytes() if above else bytes(len(filtered) // rows)
    try:
        both = Image.frombytes(mode, (width, 1 + rows), _stored(before, filtered), "zip", mode)
    except ValueError as error:
        raise BreaksOff from error
    return both.crop((0, 1, width, 1 + rows))


def check_chunks(data: bytes) -> None:
    """Refuse a file of so many chunks that it keeps Pillow busy.

    Raises:
        DamagedPhoto: it is one.
    """
    if any(number == _MOST_CHUNKS for number, _ in enumerate(_chunks(data))):
        raise DamagedPhoto("This PNG is in too many chunks. Save it anew with another program.")


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
        Unstreamable: something behind the pixels says how the photo lies.
    """
    pixels: list[memoryview] = []
    for kind, content in _chunks(data):
        if kind == b"IDAT":
            pixels.append(content)
        elif pixels and _may_orient(kind, content):
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
        raise BreaksOff from error


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
    raise BreaksOff


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
