"""Builders of valid and hostile photos, so that no downloaded collection is needed."""

from __future__ import annotations

import io
import struct
import zlib
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from PIL import Image

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray


class Hostile(NamedTuple):
    """A file of the corpus.

    Attributes:
        outcome: the code of the error that rejects it, or "photo".
        make: returns its bytes.
        max_bytes: memory limit of the process that decodes it.
    """

    outcome: str
    make: Callable[[], bytes]
    max_bytes: int = 300_000_000


HEIC = Path(__file__).parents[1] / "sample_photos/sideways_p3.heic"
"""`quadrants` in Display P3, rotated by its metadata. Pillow does not write HEIC."""

RED, GREEN, BLUE, WHITE = (200, 30, 30), (30, 160, 30), (30, 30, 200), (230, 230, 230)


def encoded(image: Image.Image, kind: str, **options: object) -> bytes:
    file = io.BytesIO()
    image.save(file, kind, **options)
    return file.getvalue()


def quadrants(width: int = 64, height: int = 48) -> Image.Image:
    """Return a picture with red and green above blue and white."""
    pixels = np.empty((height, width, 3), np.uint8)
    pixels[: height // 2, : width // 2] = RED
    pixels[: height // 2, width // 2 :] = GREEN
    pixels[height // 2 :, : width // 2] = BLUE
    pixels[height // 2 :, width // 2 :] = WHITE
    return Image.fromarray(pixels)


def on_white(pixels: NDArray[np.integer]) -> NDArray[np.float64]:
    """Return the colours of pixels, with or without alpha, as they are seen on white."""
    alpha = pixels[..., 3:] / 255 if pixels.shape[2] == 4 else np.ones(1)
    return np.asarray(pixels[..., :3] * alpha + 255 * (1 - alpha), np.float64)


def corners(pixels: np.ndarray[tuple[int, ...], np.dtype[np.uint8]]) -> list[tuple[int, ...]]:
    """Return the colours a few pixels from each corner: top left, top right, bottom left, bottom right."""
    return [tuple(int(level) for level in pixels[y, x]) for y in (5, -6) for x in (5, -6)]


def chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def png(width: int, height: int, depth: int, colour_type: int, rows: bytes, *extra: bytes) -> bytes:
    """Return a PNG whose header need not match its rows. Source: PNG specification, section 11."""
    header = struct.pack(">IIBBBBB", width, height, depth, colour_type, 0, 0, 0)
    chunks = [chunk(b"IHDR", header), *extra, chunk(b"IDAT", zlib.compress(rows, 9)), chunk(b"IEND", b"")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunks)


def png_bomb() -> bytes:
    """Return a PNG of four thousand million pixels in 5 KB."""
    return png(64_250, 64_250, 8, 2, bytes(5_000_000))


def gif_bomb() -> bytes:
    """Return a GIF of 64,250 x 64,250 px in 800 bytes, whose first frame covers the whole canvas."""
    size = struct.pack("<HH", 64_250, 64_250)
    screen = b"GIF89a" + size + b"\x80\x00\x00" + bytes(6)
    frame = b"\x2c" + bytes(4) + size + b"\x00\x02\x02\x4c\x01\x00"
    return screen + frame * 50 + b"\x3b"


def webp_bomb() -> bytes:
    """Return a WebP with a canvas of 16,383 x 16,383 px and a frame of one pixel."""
    picture = encoded(Image.new("RGB", (1, 1)), "WEBP")[12:]
    side = (16_383 - 1).to_bytes(3, "little")
    body = b"WEBPVP8X" + struct.pack("<I", 10) + bytes(4) + side + side + picture
    return b"RIFF" + struct.pack("<I", len(body)) + body


def tiff_bomb() -> bytes:
    """Return a TIFF whose directory declares 60,000 x 60,000 px. Source: TIFF 6.0, section 2."""
    tags = [
        (256, 4, 60_000),
        (257, 4, 60_000),
        (258, 3, 8),
        (259, 3, 1),
        (262, 3, 1),
        (273, 4, 8),
        (279, 4, 1),
    ]
    entries = b"".join(struct.pack("<HHII", tag, kind, 1, value) for tag, kind, value in tags)
    return b"II*\x00" + struct.pack("<I", 8) + struct.pack("<H", len(tags)) + entries + bytes(4)


def bmp_bomb() -> bytes:
    """Return a BMP that declares 65,000 x 65,000 px and has none."""
    return b"BM" + struct.pack("<IIIIiiHHIIIIII", 54, 0, 54, 40, 65_000, 65_000, 1, 24, 0, 0, 0, 0, 0, 0)


def jpeg_bomb() -> bytes:
    """Return a JPEG whose frame header declares 65,535 x 65,535 px."""
    data = bytearray(encoded(quadrants(), "JPEG"))
    at = data.index(b"\xff\xc0") + 5
    data[at : at + 4] = b"\xff\xff\xff\xff"
    return bytes(data)


def narrow_png() -> bytes:
    """Return a PNG of one row of 99 million pixels: under the pixel limit, but the row is too long."""
    return png(99_000_000, 1, 1, 0, bytes(12_375_001))


def _with_size(data: bytes, side_px: int) -> bytes:
    """Return an AVIF or HEIC with another declared size. Source: ISO/IEC 23008-12, section 6.5.3 (ispe)."""
    parts = data.split(b"ispe")
    return parts[0] + b"".join(
        b"ispe" + part[:4] + struct.pack(">II", side_px, side_px) + part[12:] for part in parts[1:]
    )


def avif_bomb() -> bytes:
    return _with_size(encoded(quadrants(), "AVIF"), 12_000)


def heic_bomb() -> bytes:
    return _with_size(HEIC.read_bytes(), 60_000)


BOMBS: dict[str, Callable[[], bytes]] = {
    "png": png_bomb,
    "gif": gif_bomb,
    "webp": webp_bomb,
    "tiff": tiff_bomb,
    "bmp": bmp_bomb,
    "jpeg": jpeg_bomb,
    "avif": avif_bomb,
    "heic": heic_bomb,
    "one row": narrow_png,
}


def valid() -> dict[str, bytes]:
    """Return a small photo in every format, some with the metadata that is broken most often."""
    image, exif = quadrants(), Image.Exif()
    exif[0x0112] = 6
    soft = image.convert("RGBA")
    soft.putalpha(Image.linear_gradient("L").resize(image.size))
    return {
        "jpeg": encoded(image, "JPEG", exif=exif, icc_profile=display_p3()),
        "progressive jpeg": encoded(image, "JPEG", progressive=True),
        "cmyk jpeg": encoded(image.convert("CMYK"), "JPEG"),
        "png": encoded(image, "PNG", exif=exif, icc_profile=display_p3()),
        "palette png": encoded(image.quantize(8), "PNG", transparency=2),
        "webp": encoded(image, "WEBP", exif=exif, icc_profile=display_p3()),
        "lossless webp": encoded(image.convert("RGBA"), "WEBP", lossless=True),
        "transparent png": encoded(soft, "PNG", exif=exif, icc_profile=display_p3()),
        "transparent webp": encoded(soft, "WEBP", icc_profile=display_p3()),
        "transparent avif": encoded(soft, "AVIF", icc_profile=display_p3()),
        "transparent tiff": encoded(soft, "TIFF", icc_profile=display_p3()),
        "avif": encoded(image, "AVIF", exif=exif, icc_profile=display_p3()),
        "gif": encoded(image, "GIF"),
        "tiff": encoded(image, "TIFF", exif=exif, icc_profile=display_p3()),
        "lzw tiff": encoded(image, "TIFF", compression="tiff_lzw"),
        "jpeg tiff": encoded(image, "TIFF", compression="jpeg"),
        "bmp": encoded(image, "BMP"),
        "heic": HEIC.read_bytes(),
    }


def display_p3() -> bytes:
    """Return a Display P3 profile: matrix and curve.

    Source: SMPTE EG 432-1 (the primaries, here adapted to D50); IEC 61966-2-1 (the curve, which is sRGB's).
    """
    curve = b"para" + bytes(4) + b"\x00\x03\x00\x00"
    curve += _fixed(2.4, 1 / 1.055, 0.055 / 1.055, 1 / 12.92, 0.04045)
    primaries = {
        b"rXYZ": _xyz(0.51512, 0.24120, -0.00105),
        b"gXYZ": _xyz(0.29198, 0.69225, 0.04189),
        b"bXYZ": _xyz(0.15710, 0.06657, 0.78407),
    }
    return profile(b"mntr", b"RGB ", b"XYZ ", primaries | dict.fromkeys((b"rTRC", b"gTRC", b"bTRC"), curve))


def linear_grey() -> bytes:
    """Return a grey profile with a linear curve."""
    return profile(b"mntr", b"GRAY", b"XYZ ", {b"kTRC": b"curv" + bytes(8)})


def unusual_cmyk() -> bytes:
    """Return a CMYK profile: no ink is white, all four inks are black, all else is a grey of L* = 60."""
    ramp = bytes(range(256))
    nodes = bytes([255, 128, 128]) + bytes([153, 128, 128]) * 14 + bytes([0, 128, 128])
    identity = _fixed(1, 0, 0, 0, 1, 0, 0, 0, 1)
    table = b"mft1" + bytes(4) + bytes([4, 3, 2, 0]) + identity + ramp * 4 + nodes + ramp * 3
    return profile(b"prtr", b"CMYK", b"Lab ", {b"A2B0": table})


def _fixed(*values: float) -> bytes:
    return b"".join(struct.pack(">i", round(value * 65_536)) for value in values)


def _xyz(*values: float) -> bytes:
    return b"XYZ " + bytes(4) + _fixed(*values)


def profile(kind: bytes, space: bytes, connection: bytes, tags: dict[bytes, bytes]) -> bytes:
    """Return an ICC profile of version 2.4. Source: ICC.1:2001-04, section 6."""
    white = (0.9642, 1, 0.8249)
    tags = tags | {
        b"desc": b"desc" + bytes(4) + struct.pack(">I", 5) + b"test\x00" + bytes(78),
        b"cprt": b"text" + bytes(4) + b"none\x00",
        b"wtpt": _xyz(*white),
    }
    start, table, body = 132 + 12 * len(tags), b"", b""
    for tag, data in tags.items():
        table += tag + struct.pack(">II", start + len(body), len(data))
        body += data + bytes(-len(data) % 4)
    header = struct.pack(">I4x4s4s4s4s", start + len(body), b"\x02\x40\x00\x00", kind, space, connection)
    header += bytes(12) + b"acsp" + bytes(28) + _fixed(*white) + bytes(48)
    return header + struct.pack(">I", len(tags)) + table + body
