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

PHONE = (8064, 6048)
"""48 megapixels, as phones have them."""

FIFTY = (8_192, 6_144)
"""50 megapixels, as other phones have them."""

SENSOR = (16_320, 12_240)
"""200 megapixels, the most that a phone has."""

WIDE = (12_000, 8_300)
"""Just under 100 megapixels."""


def flat_png(
    size: tuple[int, int], depth: int, colour_type: int, *extra: bytes, interlaced: bool = False
) -> bytes:
    """A PNG of one colour, deflated as it is written: 1,000 pixels to a byte. Source: PNG, section 11.2."""
    channels = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}[colour_type]
    width, height = size
    packer = zlib.compressobj(1)
    parts = [packer.compress(bytes(1 + (width * depth * channels + 7) // 8)) for _ in range(height)]
    if interlaced:  # seven passes have a few filters more; what is over at the end nobody reads
        parts.append(packer.compress(bytes(9 * height)))
    data = b"".join([*parts, packer.flush()])
    header = struct.pack(">IIBBBBB", width, height, depth, colour_type, 0, 0, interlaced)
    chunks = [chunk(b"IHDR", header), *extra, chunk(b"IDAT", data), chunk(b"IEND", b"")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunks)


def flat(mode: str, size: tuple[int, int], kind: str, **options: object) -> bytes:
    """A picture of one colour, written by Pillow."""
    return encoded(Image.new(mode, size), kind, **options)


def animated_png() -> bytes:
    """A PNG of 96 megapixels that declares 1,000 frames. Source: PNG third edition, section 11.3.6."""
    return flat_png((12_000, 8_000), 8, 2, chunk(b"acTL", struct.pack(">II", 1_000, 0)))


def raised_webp(width: int, height: int) -> bytes:
    """A lossless WebP whose header was raised. Source: RFC 9649, section 3.4 (14 bits each)."""
    data = bytearray(flat("RGB", (64, 64), "WEBP", lossless=True))
    at = data.index(b"VP8L") + 9
    data[at : at + 4] = struct.pack("<I", (width - 1) | (height - 1) << 14)
    return bytes(data)


def lossy_webp_with_alpha(width: int, height: int) -> bytes:
    """A lossy WebP whose canvas and frame header were raised, beside an alpha that is too small."""
    data = bytearray(encoded(Image.new("RGBA", (64, 64), (9, 9, 9, 99)), "WEBP", quality=50))
    canvas, frame = data.index(b"VP8X") + 12, data.index(b"\x9d\x01\x2a") + 3
    data[canvas : canvas + 6] = (width - 1).to_bytes(3, "little") + (height - 1).to_bytes(3, "little")
    data[frame : frame + 4] = struct.pack("<HH", width, height)
    return bytes(data)


def gif(width: int, height: int, *, frame: tuple[int, int] | None = None) -> bytes:
    """A GIF of one colour. Source: GIF89a, sections 18 and 20, and appendix F (LZW)."""
    return encoded(Image.new("P", frame or (width, height), 1), "GIF", optimize=False)


def one_bit_bmp() -> bytes:
    """A BMP of 100 megapixels of one bit. Source: BITMAPINFOHEADER (biBitCount)."""
    header = b"BM" + struct.pack("<IIIIiiHHIIIIII", 0, 0, 62, 40, 10_000, 10_000, 1, 1, 0, 0, 0, 0, 2, 0)
    return header + b"\x00\x00\x00\x00\xff\xff\xff\x00" + b"\xaa" * (1_252 * 10_000)


def tiff(tags: list[tuple[int, int, list[int]]], body: bytes = b"") -> bytes:
    """A TIFF of one directory, with values of its entries and then a body behind it.

    Args:
        tags: tag, type and values.
        body: pixels.

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
    """A TIFF of zeros, deflated. Source: TIFF 6.0, sections 4 to 6; Adobe's technical note on Deflate."""
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
    """A TIFF of 64 x 64 px in one tile of 60,000 x 60,000 px. Source: TIFF 6.0, section 15."""
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


def _floods() -> Iterator[tuple[str, Hostile]]:
    for name, make in BOMBS.items():
        yield f"{name} bomb", Hostile("too_many_pixels", make)
    yield "webp of 48 MP, lossless, raised", Hostile("damaged_photo", partial(raised_webp, *PHONE))
    yield (
        "webp of 48 MP, with alpha, raised",
        Hostile("damaged_photo", partial(lossy_webp_with_alpha, *PHONE)),
    )
    yield "tiff of one tile", Hostile("too_many_pixels", tile_bomb)


def large() -> dict[str, Hostile]:
    """Files that are large in memory, honest ones among them."""
    jpeg = partial(flat, kind="JPEG", quality=50)
    fours = {"progressive": True, "subsampling": 0}
    photo = "photo"
    wide_palette = chunk(b"PLTE", bytes(768))
    return {
        "png of 100 MP": Hostile(photo, partial(flat_png, WIDE, 8, 2)),
        "png of 100 MP with alpha": Hostile(photo, partial(flat_png, WIDE, 8, 6)),
        "png of 100 MP with a palette": Hostile(photo, partial(flat_png, WIDE, 8, 3, wide_palette)),
        "png of 100 MP of 1 bit": Hostile(photo, partial(flat_png, WIDE, 1, 0)),
        "png of 100 MP of 16 bits": Hostile(photo, partial(flat_png, WIDE, 16, 0)),
        "png of 48 MP of 16 bits with alpha": Hostile(photo, partial(flat_png, PHONE, 16, 6)),
        "png of 96 MP and 1,000 frames": Hostile(photo, animated_png),
        "png of 100 MP interlaced": Hostile(
            photo, partial(flat_png, WIDE, 8, 2, interlaced=True), 500_000_000
        ),
        "png of 100 MP interlaced grey": Hostile(photo, partial(flat_png, WIDE, 8, 0, interlaced=True)),
        "jpeg of 100 MP": Hostile(photo, partial(jpeg, "RGB", WIDE)),
        "jpeg of 100 MP in inks": Hostile(photo, partial(jpeg, "CMYK", WIDE)),
        "jpeg of 48 MP progressive": Hostile(photo, partial(jpeg, "RGB", PHONE, progressive=True)),
        "jpeg of 48 MP progressive, full colours": Hostile(
            photo, partial(jpeg, "RGB", PHONE, **fours), 400_000_000
        ),
        "jpeg of 100 MP progressive": Hostile(
            photo, partial(jpeg, "RGB", WIDE, progressive=True), 450_000_000
        ),
        "webp of 100 MP": Hostile(photo, partial(flat, "RGB", WIDE, "WEBP", quality=10, method=0)),
        "avif of 24 MP": Hostile(photo, partial(flat, "RGB", (6_000, 4_000), "AVIF", speed=10)),
        "gif of 65,535 px a row": Hostile(photo, partial(gif, 65_535, 1_500)),
        "gif of 100 MP": Hostile(photo, partial(gif, *WIDE)),
        "bmp of 100 MP": Hostile(photo, one_bit_bmp),
        "tiff of 48 MP in one strip": Hostile(
            photo, partial(flat_tiff, PHONE, [8, 8, 8], rows=6_048), 450_000_000
        ),
        "tiff of 40 MP": Hostile(photo, partial(flat_tiff, (8_000, 5_000), [8] * 3, rows=16)),
        "tiff of 40 MP of 16 bits": Hostile(photo, partial(flat_tiff, (8_000, 5_000), [16] * 3, rows=16)),
        "tiff of 40 MP of floats": Hostile(photo, partial(flat_tiff, (8_000, 5_000), [32], rows=16, kind=3)),
        "tiff of 100 MP of fax": Hostile(photo, partial(flat, "1", WIDE, "TIFF", compression="group4")),
        "jpeg of 200 MP": Hostile(photo, partial(jpeg, "RGB", SENSOR)),
        "heic of 50 MP": Hostile(photo, partial(heic, *FIFTY)),
        # The last ones: in a server they may take more than those before.
        "webp of 48 MP, lossless": Hostile(
            photo, partial(flat, "RGB", PHONE, "WEBP", lossless=True, quality=0, method=0), 400_000_000
        ),
        "heic of 100 MP": Hostile(photo, partial(heic, *WIDE), 550_000_000),
        "avif of 50 MP": Hostile(photo, partial(flat, "RGB", FIFTY, "AVIF", speed=10), 550_000_000),
        "avif of 100 MP": Hostile(photo, partial(flat, "RGB", WIDE, "AVIF", speed=10), 1_100_000_000),
    }


FILES = dict(_floods())
