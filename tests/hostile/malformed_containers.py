"""Files whose containers have extreme numbers of parts, or invalid ones."""

from __future__ import annotations

import struct
import zlib
from functools import partial

from PIL import Image
from tests.hostile.decompression_bombs import tiff
from tests.hostile.file_builders import Hostile, chunk, encoded, png, quadrants
from tests.hostile.heic_builder import GRID, box, heic, reference
from tests.hostile.hevc_configuration import configuration_of_size

PHOTO, DAMAGED, TOO_LARGE, TOO_MANY_PIXELS = "photo", "damaged_photo", "photo_too_large", "too_many_pixels"
UNSUPPORTED = "unsupported_photo"


def jpeg_segments(segment: bytes, number: int) -> bytes:
    """Return a JPEG with this number of segments before its tables. Source: ITU-T T.81, section B.1.1.3."""
    plain = encoded(quadrants(), "JPEG")
    return plain[:2] + segment * number + plain[2:]


def jpeg_scans(number: int) -> bytes:
    """Return a progressive JPEG whose last scan is repeated, over 12 megapixels.

    Source: ITU-T T.81, section G.1.
    """
    plain = encoded(Image.new("RGB", (4_000, 3_000)), "JPEG", progressive=True)
    return plain[:-2] + plain[plain.rindex(b"\xff\xda") : -2] * number + plain[-2:]


def jpeg_declared_as(marker: int, precision: int = 8) -> bytes:
    """Return a JPEG whose frame header declares another process or precision than its scan has.

    Source: ITU-T T.81, table B.1.
    """
    data = bytearray(encoded(quadrants(), "JPEG"))
    at = data.index(b"\xff\xc0")
    data[at + 1], data[at + 4] = marker, precision
    return bytes(data)


def jpeg_with_size(width: int, height: int) -> bytes:
    """Return a JPEG that declares another size than its scan has.

    With height 0 a DNL segment may follow, which no decoder reads.
    """
    data = bytearray(encoded(quadrants(), "JPEG"))
    at = data.index(b"\xff\xc0") + 5
    data[at : at + 4] = struct.pack(">HH", height, width)
    return bytes(data)


def jpeg_with_components(number: int) -> bytes:
    """Return a JPEG whose frame header declares this number of components.

    Source: ITU-T T.81, section B.2.2 (Nf).
    """
    head = struct.pack(">BHHB", 8, 48, 64, number) + b"".join(
        bytes([each, 0x11, 0]) for each in range(number)
    )
    plain = encoded(quadrants(), "JPEG")
    at = plain.index(b"\xff\xc0")
    return plain[:at] + b"\xff\xc0" + struct.pack(">H", len(head) + 2) + head + plain[at + 19 :]


def cmyk_jpeg_with_adobe_transform(transform: int) -> bytes:
    """Return a CMYK JPEG with this transform in its Adobe marker.

    Source: Adobe technical note 5116, section 18.
    """
    data = bytearray(encoded(quadrants().convert("CMYK"), "JPEG"))
    data[data.index(b"Adobe") + 11] = transform
    return bytes(data)


def png_chunks(kind: bytes, number: int) -> bytes:
    """Return a PNG with this number of empty chunks before its pixels."""
    return png(4, 4, 8, 2, bytes(52), chunk(kind, b"") * number)


def png_frames(number: int) -> bytes:
    """Return an animated PNG with this number of frames of 4 x 4 px.

    Source: PNG third edition, sections 11.3.6 (acTL, fcTL, fdAT).
    """
    pixels = zlib.compress(bytes(52))
    frames, numbers = b"", iter(range(2 * number))
    for _ in range(number):
        control = struct.pack(">IIIIIHHBB", next(numbers), 4, 4, 0, 0, 1, 10, 0, 0)
        frames += chunk(b"fcTL", control) + chunk(b"fdAT", struct.pack(">I", next(numbers)) + pixels)
    plain = png(4, 4, 8, 2, bytes(52), chunk(b"acTL", struct.pack(">II", number, 0)))
    return plain[:-12] + frames + plain[-12:]


def tiff_of_signed_bytes() -> bytes:
    """Return a TIFF with 20,000,000 values for its bit depth. Source: TIFF 6.0, section 2 (SBYTE)."""
    number = 20_000_000
    tags = [(256, 4, 1, 4), (257, 4, 1, 4), (258, 6, number, 8 + 2 + 12 * 3 + 4)]
    directory = b"".join(struct.pack("<HHII", *tag) for tag in tags)
    return b"II*\x00\x08\x00\x00\x00" + struct.pack("<H", len(tags)) + directory + bytes(4 + number)


def webp_chunks(number: int) -> bytes:
    """Return an animated WebP with this number of empty chunks before its frames.

    Source: RFC 9649, section 2.3.
    """
    plain = encoded(quadrants(), "WEBP", save_all=True, append_images=[Image.new("RGB", (64, 48))])
    at = plain.index(b"ANMF")
    body = plain[8:at] + (b"JUNK" + bytes(4)) * number + plain[at:]
    return b"RIFF" + struct.pack("<I", len(body)) + body


def png_first_frame_outside() -> bytes:
    """Return a PNG whose first frame declares an offset far outside the image."""
    outside = chunk(b"fcTL", struct.pack(">IIIIIHHBB", 0, 5_000, 5_000, 9_000, 9_000, 1, 10, 0, 0))
    return png(2_000, 1_000, 8, 0, bytes(1_000 * 2_001), chunk(b"acTL", struct.pack(">II", 1, 0)), outside)


ADAM7_PASSES = [
    (0, 0, 8, 8),
    (4, 0, 8, 8),
    (0, 4, 4, 8),
    (2, 0, 4, 4),
    (0, 2, 2, 4),
    (1, 0, 2, 2),
    (0, 1, 1, 2),
]
"""Left, top, horizontal step and vertical step of each Adam7 pass. Source: PNG, section 8.2."""


def adam7(width: int, height: int, kind: int = 2) -> bytes:
    """Return an interlaced PNG that is so small that some passes are empty. Source: PNG, section 8.2."""
    rows = b""
    for left, top, across, down in ADAM7_PASSES:
        columns = len(range(left, width, across))
        rows += bytes(1 + 3 * columns) * (len(range(top, height, down)) if columns else 0)
    data = bytearray(png(width, height, 8, kind, rows))
    data[28] = 1
    data[29:33] = struct.pack(">I", zlib.crc32(data[12:29]))
    return bytes(data)


def gif_extended(extension: bytes, number: int, *, begin: bytes = b"") -> bytes:
    """Return a GIF with this number of extensions before its first frame.

    Source: GIF89a, sections 23 to 26.
    """
    data = encoded(quadrants(), "GIF")
    at = 13 + 3 * 2 ** ((data[10] & 7) + 1)
    return data[:at] + begin + extension * number + (b"\x00" if begin else b"") + data[at:]


def gif_frames(number: int) -> bytes:
    """Return a GIF with this number of frames of one pixel."""
    data = encoded(Image.new("P", (64, 48), 1), "GIF")
    frame = b"\x2c" + bytes(4) + b"\x01\x00\x01\x00\x00\x02\x02\x4c\x01\x00"
    return data[:-1] + frame * number + b"\x3b"


def gif_frame_outside(left: int, top: int, *, interlaced: bool = False) -> bytes:
    """Return a GIF whose only frame is outside the canvas. Source: GIF89a, section 20 and appendix E."""
    data = bytearray(encoded(quadrants(), "GIF"))
    at = data.index(b"\x2c\x00\x00\x00\x00")
    data[at + 1 : at + 5] = struct.pack("<HH", left, top)
    data[at + 9] |= 0x40 if interlaced else 0
    return bytes(data)


def gif_with_size(width: int, height: int) -> bytes:
    """Return a GIF whose canvas and frame declare another size."""
    data = bytearray(encoded(quadrants(), "GIF"))
    at = data.index(b"\x2c\x00\x00\x00\x00")
    data[6:10] = data[at + 5 : at + 9] = struct.pack("<HH", width, height)
    return bytes(data)


def bmp_runs(data: bytes, width: int = 5_000, height: int = 5_000) -> bytes:
    """Return an RLE-compressed BMP. Source: BITMAPINFOHEADER (BI_RLE8)."""
    sizes = struct.pack("<IIIIiiHHIIIIII", 0, 0, 1_078, 40, width, height, 1, 8, 1, len(data), 0, 0, 256, 0)
    return b"BM" + sizes + bytes(1_024) + data


def tiff_parts(number: int, *, tiles: bool) -> bytes:
    """Return a TIFF of 4,000 x 4,000 px in this number of tiles or strips, all at the same offset."""
    shape = [(322, 4, [1]), (323, 4, [1]), (324, 4, [8] * number), (325, 4, [1])]
    strips = [(273, 4, [8] * number), (278, 4, [1]), (279, 4, [1] * number)]
    size = [(256, 4, [4_000]), (257, 4, [4_000]), (258, 3, [8]), (259, 3, [1]), (262, 3, [1])]
    return tiff([*size, *(shape if tiles else strips)])


def tiff_with_directory_loop() -> bytes:
    """Return a TIFF whose next directory and sub-directories are its first directory.

    Source: TIFF 6.0, section 2.
    """
    tags = [(256, 4, [64]), (257, 4, [48]), (258, 3, [8]), (259, 3, [1]), (262, 3, [1]), (273, 4, [200])]
    data = bytearray(tiff([*tags, (278, 4, [48]), (279, 4, [3_072]), (330, 4, [8]), (0x8769, 4, [8])]))
    data[8 + 2 + 12 * 10 : 8 + 2 + 12 * 10 + 4] = struct.pack("<I", 8)
    return bytes(data).ljust(200, b"\x00") + bytes(3_072)


def avif_without_size() -> bytes:
    """Return an AVIF of 0 x 0 px. Source: ISO/IEC 23008-12, section 6.5.3 (ispe)."""
    data = encoded(quadrants(), "AVIF")
    at = data.index(b"ispe") + 8
    return data[:at] + bytes(8) + data[at + 8 :]


FILES: dict[str, Hostile] = {
    "jpeg of 6,000,000 segments": Hostile(DAMAGED, partial(jpeg_segments, b"\xff\xfe\x00\x02", 6_000_000)),
    "jpeg with 24 MB of fill bytes": Hostile(DAMAGED, partial(jpeg_segments, b"\xff", 24_000_000)),
    "jpeg with 24 MB of fill bytes and no marker": Hostile(
        DAMAGED, lambda: encoded(quadrants(), "JPEG")[:2] + b"\xff" * 24_000_000 + b"\x00"
    ),
    "jpeg that ends before 24 MB of fill bytes": Hostile(
        DAMAGED, lambda: encoded(quadrants(), "JPEG")[:2] + b"\xff\xd9" + b"\xff" * 24_000_000
    ),
    "jpeg of 300,000 tables": Hostile(
        DAMAGED, partial(jpeg_segments, b"\xff\xdb\x00\x43\x00" + bytes([1] * 64), 300_000)
    ),
    "jpeg of 5,000 scans": Hostile(DAMAGED, partial(jpeg_scans, 5_000)),
    "jpeg of 48 scans": Hostile(PHOTO, partial(jpeg_scans, 38)),
    "jpeg of 12 bits": Hostile(UNSUPPORTED, partial(jpeg_declared_as, 0xC1, 12)),
    "jpeg declared arithmetic": Hostile(PHOTO, partial(jpeg_declared_as, 0xC9)),
    "jpeg declared lossless": Hostile(UNSUPPORTED, partial(jpeg_declared_as, 0xC3)),
    "jpeg declared hierarchical": Hostile(UNSUPPORTED, partial(jpeg_declared_as, 0xC5)),
    "jpeg without height": Hostile(DAMAGED, partial(jpeg_with_size, 64, 0)),
    "jpeg without width": Hostile(DAMAGED, partial(jpeg_with_size, 0, 48)),
    "jpeg of 65,535 x 1,500 px, truncated": Hostile(DAMAGED, partial(jpeg_with_size, 65_535, 1_500)),
    "jpeg of 255 channels": Hostile(UNSUPPORTED, partial(jpeg_with_components, 255)),
    "cmyk jpeg declared YCCK": Hostile(PHOTO, partial(cmyk_jpeg_with_adobe_transform, 2)),
    "cmyk jpeg with an unknown transform": Hostile(PHOTO, partial(cmyk_jpeg_with_adobe_transform, 255)),
    "png of 2,000,000 chunks": Hostile(DAMAGED, partial(png_chunks, b"abCd", 2_000_000)),
    "png of 90,000 chunks": Hostile(PHOTO, partial(png_chunks, b"abCd", 90_000)),
    "png of 10,000 frames": Hostile(PHOTO, partial(png_frames, 10_000)),
    "png with its first frame outside": Hostile(PHOTO, png_first_frame_outside),
    "png without width": Hostile(DAMAGED, lambda: png(0, 4, 8, 2, bytes(4))),
    "png of 1 x 1 px, interlaced": Hostile(PHOTO, partial(adam7, 1, 1)),
    "png of 3 x 2 px, interlaced": Hostile(PHOTO, partial(adam7, 3, 2)),
    "png of 1 x 9 px, interlaced": Hostile(PHOTO, partial(adam7, 1, 9)),
    "png of an unknown colour type": Hostile(DAMAGED, lambda: png(4, 4, 8, 5, bytes(52))),
    "png of 3 bits": Hostile(DAMAGED, lambda: png(4, 4, 3, 0, bytes(52))),
    "png with a palette of 300 colours": Hostile(
        DAMAGED, lambda: png(4, 4, 8, 3, bytes(20), chunk(b"PLTE", bytes(900)))
    ),
    "png without a palette": Hostile(DAMAGED, lambda: png(4, 4, 8, 3, bytes(20))),
    "gif with a comment of 12,000,000 sub-blocks": Hostile(
        DAMAGED, partial(gif_extended, b"\x01x", 12_000_000, begin=b"!\xfe")
    ),
    "gif with 12,000,000 stray bytes": Hostile(DAMAGED, partial(gif_extended, b"x", 12_000_000)),
    "gif with stray zeros": Hostile(PHOTO, partial(gif_extended, b"\x00", 9)),
    "gif of comments only": Hostile(DAMAGED, lambda: gif_extended(b"!\xfe\x01x\x00", 9).partition(b",")[0]),
    "gif with 4,000,000 comments": Hostile(DAMAGED, partial(gif_extended, b"!\xfe\x01x\x00", 4_000_000)),
    "gif with 40,000 comments": Hostile(PHOTO, partial(gif_extended, b"!\xfe\x01x\x00", 40_000)),
    "gif of 100,000 frames": Hostile(PHOTO, partial(gif_frames, 100_000)),
    "gif with its frame outside": Hostile(PHOTO, partial(gif_frame_outside, 500, 500)),
    "gif with its frame outside, interlaced": Hostile(
        PHOTO, partial(gif_frame_outside, 60, 40, interlaced=True)
    ),
    "gif with its frame far outside": Hostile(TOO_MANY_PIXELS, partial(gif_frame_outside, 65_000, 65_000)),
    "gif of 65,535 x 1 px, truncated": Hostile(DAMAGED, partial(gif_with_size, 65_535, 1)),
    "gif without size": Hostile(DAMAGED, partial(gif_with_size, 0, 0)),
    "bmp of 12,000,000 runs": Hostile(TOO_LARGE, partial(bmp_runs, b"\x01\x05" * 12_000_000)),
    "bmp of 900,000 runs, truncated": Hostile(DAMAGED, partial(bmp_runs, b"\x01\x05" * 900_000)),
    "bmp of delta escapes": Hostile(PHOTO, partial(bmp_runs, b"\x00\x02\xff\xff" * 50_000)),
    "bmp without size": Hostile(DAMAGED, partial(bmp_runs, b"\x00\x01", 0, 0)),
    "tiff of 6,000,000 tiles": Hostile(DAMAGED, partial(tiff_parts, 6_000_000, tiles=True)),
    "tiff of 6,000,000 strips": Hostile(DAMAGED, partial(tiff_parts, 3_000_000, tiles=False)),
    "tiff with 20,000,000 signed bytes": Hostile(DAMAGED, tiff_of_signed_bytes),
    "tiff with a directory loop": Hostile(PHOTO, tiff_with_directory_loop),
    "webp of 3,000,000 chunks": Hostile(DAMAGED, partial(webp_chunks, 3_000_000)),
    "webp of 4,000 chunks": Hostile(PHOTO, partial(webp_chunks, 4_000)),
    "tiff without size": Hostile(DAMAGED, lambda: tiff([(256, 4, [0]), (257, 4, [0]), (273, 4, [8])])),
    "tiff without tags": Hostile(DAMAGED, lambda: tiff([])),
    "avif without size": Hostile(DAMAGED, avif_without_size),
    "heic with 60,000 references": Hostile(DAMAGED, lambda: heic(512, 512, grid_items=[2] * 60_000)),
    "heic grid that contains itself": Hostile(DAMAGED, lambda: heic(512, 512, grid_items=[GRID])),
    "heic grid of missing items": Hostile(PHOTO, lambda: heic(1_024, 512, grid_items=[70, 71])),
    "heic with 324 of 65,536 declared tiles": Hostile(PHOTO, lambda: heic(9_000, 9_000, shape=(256, 256))),
    "heic whose tiles refer to the grid": Hostile(
        PHOTO, lambda: heic(512, 512, more=reference(b"thmb", 2, [GRID]))
    ),
    "heic without size": Hostile(DAMAGED, lambda: heic(0, 0, shape=(1, 1))),
    "heic with tiles larger than declared": Hostile(
        DAMAGED, lambda: heic(512, 512, configuration=configuration_of_size(8_192, 8_192))
    ),
    "heic with 10,000 empty boxes": Hostile(DAMAGED, lambda: heic(512, 512, more=box(b"free") * 10_000)),
}
