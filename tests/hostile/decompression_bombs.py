"""Decompression bombs: headers with too many pixels, and valid files just within the limits."""

from __future__ import annotations

import struct
import zlib
from functools import partial
from typing import TYPE_CHECKING

import numpy as np
from PIL import Image
from tests.hostile.file_builders import BOMBS, Hostile, chunk, encoded
from tests.hostile.heic_builder import heic

if TYPE_CHECKING:
    from collections.abc import Iterator

PHONE_48_MP = (8064, 6048)
"""A phone's sensor of 48 megapixels."""

PHONE_50_MP = (8_192, 6_144)
"""A phone's sensor of 50 megapixels."""

SENSOR_200_MP = (16_320, 12_240)
"""A phone's sensor of 200 megapixels, the largest there is."""

SIZE_100_MP = (12_000, 8_300)
"""Just under 100 megapixels."""


def flat_png(
    size: tuple[int, int], depth: int, colour_type: int, *extra: bytes, interlaced: bool = False
) -> bytes:
    """Return a PNG of one colour, deflated while it is written: 1,000 pixels per byte.

    Source: PNG, section 11.2.
    """
    channels = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}[colour_type]
    width, height = size
    packer = zlib.compressobj(1)
    parts = [packer.compress(bytes(1 + (width * depth * channels + 7) // 8)) for _ in range(height)]
    if interlaced:  # seven passes have a few more filter bytes; decoders ignore those left over
        parts.append(packer.compress(bytes(9 * height)))
    data = b"".join([*parts, packer.flush()])
    header = struct.pack(">IIBBBBB", width, height, depth, colour_type, 0, 0, interlaced)
    chunks = [chunk(b"IHDR", header), *extra, chunk(b"IDAT", data), chunk(b"IEND", b"")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunks)


def flat(mode: str, size: tuple[int, int], kind: str, **options: object) -> bytes:
    """Return a picture of one colour, written by Pillow."""
    return encoded(Image.new(mode, size), kind, **options)


def animated_png() -> bytes:
    """Return a PNG of 96 megapixels that declares 1,000 frames. Source: PNG third edition, section 11.3.6."""
    return flat_png((12_000, 8_000), 8, 2, chunk(b"acTL", struct.pack(">II", 1_000, 0)))


def webp_with_size(width: int, height: int) -> bytes:
    """Return a lossless WebP with this size in its header. Source: RFC 9649, section 3.4 (14 bits each)."""
    data = bytearray(flat("RGB", (64, 64), "WEBP", lossless=True))
    at = data.index(b"VP8L") + 9
    data[at : at + 4] = struct.pack("<I", (width - 1) | (height - 1) << 14)
    return bytes(data)


def lossy_webp_with_size_and_alpha(width: int, height: int) -> bytes:
    """Return a lossy WebP with this size in its canvas and frame headers, and a smaller alpha channel."""
    data = bytearray(encoded(Image.new("RGBA", (64, 64), (9, 9, 9, 99)), "WEBP", quality=50))
    canvas, frame = data.index(b"VP8X") + 12, data.index(b"\x9d\x01\x2a") + 3
    data[canvas : canvas + 6] = (width - 1).to_bytes(3, "little") + (height - 1).to_bytes(3, "little")
    data[frame : frame + 4] = struct.pack("<HH", width, height)
    return bytes(data)


def gif(width: int, height: int, *, frame: tuple[int, int] | None = None) -> bytes:
    """Return a GIF of one colour. Source: GIF89a, sections 18 and 20, and appendix F (LZW)."""
    return encoded(Image.new("P", frame or (width, height), 1), "GIF", optimize=False)


def one_bit_bmp() -> bytes:
    """Return a BMP of 100 megapixels of one bit. Source: BITMAPINFOHEADER (biBitCount)."""
    header = b"BM" + struct.pack("<IIIIiiHHIIIIII", 0, 0, 62, 40, 10_000, 10_000, 1, 1, 0, 0, 0, 0, 2, 0)
    return header + b"\x00\x00\x00\x00\xff\xff\xff\x00" + b"\xaa" * (1_252 * 10_000)


def tiff(tags: list[tuple[int, int, list[int]]], body: bytes = b"") -> bytes:
    """Return a TIFF of one directory, followed by the values of its entries and a body.

    Args:
        tags: tag, type and values of each entry.
        body: the pixels.

    Source: TIFF 6.0, section 2.
    """
    kinds = {1: "B", 3: "H", 4: "I"}
    start = 8 + 2 + 12 * len(tags) + 4
    entries, extra = b"", b""
    for tag, kind, values in tags:
        raw = struct.pack(f"<{len(values)}{kinds[kind]}", *values)
        entries += struct.pack("<HHI", tag, kind, len(values))
        if len(raw) > 4:
            entries += struct.pack("<I", start + len(extra))
            extra += raw
        else:
            entries += raw.ljust(4, b"\x00")
    return b"II*\x00" + struct.pack("<IH", 8, len(tags)) + entries + bytes(4) + extra + body


def flat_tiff(size: tuple[int, int], bits: list[int], *, rows: int, kind: int = 1) -> bytes:
    """Return a TIFF of zeros, deflated.

    Source: TIFF 6.0, sections 4 to 6; Adobe's technical note on Deflate.
    """
    width, height = size
    strips = [bytes(width * sum(bits) // 8 * min(rows, height - top)) for top in range(0, height, rows)]
    packed = [zlib.compress(strip, 1) for strip in strips]
    starts = np.cumsum([0, *(len(each) for each in packed)])[:-1]
    tags = [
        (256, 4, [width]),
        (257, 4, [height]),
        (258, 3, bits),
        (259, 3, [8]),
        (262, 3, [2 if len(bits) == 3 else 1]),
        (273, 4, [0] * len(packed)),
        (277, 3, [len(bits)]),
        (278, 4, [rows]),
        (279, 4, [len(each) for each in packed]),
        (339, 3, [kind] * len(bits)),
    ]
    head_bytes = len(tiff(tags))
    tags[5] = (273, 4, [head_bytes + int(start) for start in starts])
    return tiff(tags, b"".join(packed))


def tile_bomb() -> bytes:
    """Return a TIFF of 64 x 64 px in one tile of 60,000 x 60,000 px. Source: TIFF 6.0, section 15."""
    tags = [
        (256, 64),
        (257, 64),
        (258, 8),
        (259, 8),
        (262, 1),
        (322, 60_000),
        (323, 60_000),
        (324, 8),
        (325, 9),
    ]
    return tiff([(tag, 4 if tag > 300 else 3, [value]) for tag, value in tags])


def _bombs() -> Iterator[tuple[str, Hostile]]:
    for name, make in BOMBS.items():
        yield f"{name} bomb", Hostile("too_many_pixels", make)
    yield (
        "webp of 48 MP, lossless, size only in its header",
        Hostile("damaged_photo", partial(webp_with_size, *PHONE_48_MP)),
    )
    yield (
        "webp of 48 MP, with alpha, size only in its headers",
        Hostile("damaged_photo", partial(lossy_webp_with_size_and_alpha, *PHONE_48_MP)),
    )
    yield "tiff of one tile", Hostile("too_many_pixels", tile_bomb)


def large() -> dict[str, Hostile]:
    """Return valid files with many pixels, each with the memory that its decoder needs."""
    jpeg = partial(flat, kind="JPEG", quality=50)
    full_chroma = {"progressive": True, "subsampling": 0}
    photo = "photo"
    wide_palette = chunk(b"PLTE", bytes(768))
    return {
        "png of 100 MP": Hostile(photo, partial(flat_png, SIZE_100_MP, 8, 2)),
        "png of 100 MP with alpha": Hostile(photo, partial(flat_png, SIZE_100_MP, 8, 6)),
        "png of 100 MP with a palette": Hostile(photo, partial(flat_png, SIZE_100_MP, 8, 3, wide_palette)),
        "png of 100 MP of 1 bit": Hostile(photo, partial(flat_png, SIZE_100_MP, 1, 0)),
        "png of 100 MP of 16 bits": Hostile(photo, partial(flat_png, SIZE_100_MP, 16, 0)),
        "png of 48 MP of 16 bits with alpha": Hostile(photo, partial(flat_png, PHONE_48_MP, 16, 6)),
        "png of 96 MP and 1,000 frames": Hostile(photo, animated_png),
        "png of 100 MP interlaced": Hostile(
            photo, partial(flat_png, SIZE_100_MP, 8, 2, interlaced=True), 500_000_000
        ),
        "png of 100 MP, interlaced, grey": Hostile(
            photo, partial(flat_png, SIZE_100_MP, 8, 0, interlaced=True)
        ),
        "jpeg of 100 MP": Hostile(photo, partial(jpeg, "RGB", SIZE_100_MP)),
        "cmyk jpeg of 100 MP": Hostile(photo, partial(jpeg, "CMYK", SIZE_100_MP)),
        "jpeg of 48 MP progressive": Hostile(photo, partial(jpeg, "RGB", PHONE_48_MP, progressive=True)),
        "jpeg of 48 MP progressive, full chroma": Hostile(
            photo, partial(jpeg, "RGB", PHONE_48_MP, **full_chroma), 400_000_000
        ),
        "jpeg of 100 MP progressive": Hostile(
            photo, partial(jpeg, "RGB", SIZE_100_MP, progressive=True), 450_000_000
        ),
        "webp of 100 MP": Hostile(photo, partial(flat, "RGB", SIZE_100_MP, "WEBP", quality=10, method=0)),
        "avif of 24 MP": Hostile(photo, partial(flat, "RGB", (6_000, 4_000), "AVIF", speed=10)),
        "gif of 65,535 px a row": Hostile(photo, partial(gif, 65_535, 1_500)),
        "gif of 100 MP": Hostile(photo, partial(gif, *SIZE_100_MP)),
        "bmp of 100 MP": Hostile(photo, one_bit_bmp),
        "tiff of 48 MP in one strip": Hostile(
            photo, partial(flat_tiff, PHONE_48_MP, [8, 8, 8], rows=6_048), 450_000_000
        ),
        "tiff of 40 MP": Hostile(photo, partial(flat_tiff, (8_000, 5_000), [8] * 3, rows=16)),
        "tiff of 40 MP of 16 bits": Hostile(photo, partial(flat_tiff, (8_000, 5_000), [16] * 3, rows=16)),
        "tiff of 40 MP of floats": Hostile(photo, partial(flat_tiff, (8_000, 5_000), [32], rows=16, kind=3)),
        "fax tiff of 100 MP": Hostile(photo, partial(flat, "1", SIZE_100_MP, "TIFF", compression="group4")),
        "jpeg of 200 MP": Hostile(photo, partial(jpeg, "RGB", SENSOR_200_MP)),
        "heic of 50 MP": Hostile(photo, partial(heic, *PHONE_50_MP)),
        # The last ones, with rising limits: the peak memory of a server's process never falls.
        "webp of 48 MP, lossless": Hostile(
            photo, partial(flat, "RGB", PHONE_48_MP, "WEBP", lossless=True, quality=0, method=0), 400_000_000
        ),
        "heic of 100 MP": Hostile(photo, partial(heic, *SIZE_100_MP), 550_000_000),
        "avif of 50 MP": Hostile(photo, partial(flat, "RGB", PHONE_50_MP, "AVIF", speed=10), 550_000_000),
        "avif of 100 MP": Hostile(photo, partial(flat, "RGB", SIZE_100_MP, "AVIF", speed=10), 1_100_000_000),
    }


FILES = dict(_bombs())
