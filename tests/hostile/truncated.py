"""Truncated files, and files with wrong lengths."""

from __future__ import annotations

import struct
from functools import partial
from typing import TYPE_CHECKING

from PIL import Image
from tests.hostile.file_builders import Hostile, encoded, png, quadrants, valid
from tests.hostile.heic_builder import heic

if TYPE_CHECKING:
    from collections.abc import Callable

SHARES = (0.02, 0.5, 0.8)


def truncated(name: str, share: float) -> bytes:
    """Return the beginning of a valid file."""
    data = valid()[name]
    return data[: max(32, int(len(data) * share))]


def patched(make: Callable[[], bytes], mark: bytes, offset: int, value: bytes) -> bytes:
    """Return a file with other bytes at an offset from the first occurrence of a mark."""
    data = bytearray(make())
    at = data.index(mark) + offset
    data[at : at + len(value)] = value
    return bytes(data)


def jpeg() -> bytes:
    return encoded(quadrants(), "JPEG")


def plain_png() -> bytes:
    return encoded(quadrants(), "PNG")


def gif() -> bytes:
    return encoded(quadrants(), "GIF")


def tiff() -> bytes:
    return encoded(quadrants(), "TIFF")


def bmp() -> bytes:
    return encoded(quadrants(), "BMP")


def webp() -> bytes:
    return encoded(quadrants(), "WEBP")


def avif() -> bytes:
    return encoded(quadrants(), "AVIF")


def png_with_half_of_its_rows() -> bytes:
    """Return a PNG whose stream ends regularly after half of the rows.

    Source: PNG, section 10.1.
    """
    return png(64, 48, 8, 2, bytes(24 * 193))


def png_with_chunk_of_2_gb() -> bytes:
    """Return a PNG with a chunk before its pixels that declares 2 GB. Source: PNG, section 5.3."""
    return png(4, 4, 8, 2, bytes(52), struct.pack(">I4s", 0x7FFF_FFFF, b"tEXt") + b"a\x00b")


def truncated_large_png() -> bytes:
    """Return a large PNG, truncated after two thirds."""
    data = encoded(Image.effect_noise((3_000, 2_000), 60), "PNG", compress_level=1)
    return data[: len(data) * 2 // 3]


DAMAGED, PHOTO = "damaged_photo", "photo"

_LENGTHS: dict[str, Hostile] = {
    # JPEG: two bytes of length, which include themselves. Source: ITU-T T.81, section B.1.1.4.
    "jpeg with a table of length 0": Hostile(DAMAGED, partial(patched, jpeg, b"\xff\xdb", 2, b"\x00\x00")),
    "jpeg with a table of 64 KB": Hostile(DAMAGED, partial(patched, jpeg, b"\xff\xdb", 2, b"\xff\xff")),
    "jpeg with a scan of length 1": Hostile(DAMAGED, partial(patched, jpeg, b"\xff\xda", 2, b"\x00\x01")),
    # PNG: four bytes of length before the type of each chunk.
    "png with pixels of 4 GB": Hostile(PHOTO, partial(patched, plain_png, b"IDAT", -4, b"\xff\xff\xff\xff")),
    "png with a header of 9 bytes": Hostile(
        DAMAGED, partial(patched, plain_png, b"IHDR", -4, b"\x00\x00\x00\x09")
    ),
    "png with half of its rows": Hostile(DAMAGED, png_with_half_of_its_rows),
    "png with a chunk of 2 GB": Hostile(DAMAGED, png_with_chunk_of_2_gb),
    "large png truncated within its strips": Hostile(DAMAGED, truncated_large_png),
    # GIF: one byte before each block of its pixels; codes of at most 8 bits. Source: GIF89a, section 22.
    "gif with codes of 255 bits": Hostile(DAMAGED, lambda: gif_with_codes(b"\xff")),
    "gif without image data": Hostile(DAMAGED, lambda: gif_with_codes(b"\x08\x00")),
    # TIFF: offsets of the directory and of the strips, and their lengths. Source: TIFF 6.0, section 2.
    "tiff with a directory after its end": Hostile(
        DAMAGED, partial(patched, tiff, b"II*", 4, b"\xff\xff\xff\x7f")
    ),
    "tiff with strips after its end": Hostile(
        DAMAGED, partial(patched, tiff, b"\x11\x01\x04\x00\x01", 8, b"\xff\xff\xff\x7f")
    ),
    # BMP: the offset of the pixels. Source: BITMAPFILEHEADER (bfOffBits).
    "bmp with pixels after its end": Hostile(DAMAGED, partial(patched, bmp, b"BM", 10, b"\xff\xff\xff\x7f")),
    # RIFF and ISO boxes: four bytes of length. Source: RFC 9649, section 2.3; ISO/IEC 14496-12, section 4.2.
    "webp with a length of 2 GB": Hostile(DAMAGED, partial(patched, webp, b"RIFF", 4, b"\xff\xff\xff\x7f")),
    "webp with a picture of 2 GB": Hostile(DAMAGED, partial(patched, webp, b"VP8 ", 4, b"\xfe\xff\xff\x7f")),
    "avif with boxes of length 1": Hostile(DAMAGED, partial(patched, avif, b"meta", -4, b"\x00\x00\x00\x01")),
    "avif with pixels after its end": Hostile(
        DAMAGED, partial(patched, avif, b"iloc", 22, b"\xff\xff\xff\x7f")
    ),
    "heic with boxes of 4 GB": Hostile(
        DAMAGED, partial(patched, partial(heic, 512, 512), b"meta", -4, b"\xff" * 4)
    ),
    "heic with properties of length 3": Hostile(
        DAMAGED, partial(patched, partial(heic, 512, 512), b"ipco", -4, b"\x00\x00\x00\x03")
    ),
}


def gif_with_codes(codes: bytes) -> bytes:
    """Return a GIF of one frame with these bytes as image data."""
    size = struct.pack("<HH", 64, 48)
    return (
        b"GIF89a" + size + b"\x80\x00\x00" + bytes(6) + b"\x2c" + bytes(4) + size + b"\x00" + codes + b"\x3b"
    )


FILES = {
    f"{name} truncated at {share:.0%}": Hostile(DAMAGED, partial(truncated, name, share))
    for name in valid()
    for share in SHARES
} | _LENGTHS
