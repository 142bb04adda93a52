"""Photos with malformed profiles, Exif data and texts: they must stay readable, and use little memory."""

from __future__ import annotations

import struct
import zlib
from functools import partial
from typing import TYPE_CHECKING

import numpy as np
from tests.hostile.file_builders import Hostile, chunk, display_p3, encoded, png, profile, quadrants

if TYPE_CHECKING:
    from collections.abc import Sequence

PHOTO, DAMAGED = "photo", "damaged_photo"


def lookup_table_profile(nodes: int) -> bytes:
    """Return a profile with a lookup table of this number of nodes a side.

    Source: ICC.1:2001-04, section 6.5.8 (lut8Type).
    """
    ramp, identity = bytes(range(256)), struct.pack(">9i", 65_536, 0, 0, 0, 65_536, 0, 0, 0, 65_536)
    levels = np.random.default_rng(1).integers(0, 256, nodes**3 * 3, np.uint8).tobytes()
    head = b"mft1" + bytes(4) + bytes([3, 3, nodes, 0])
    return profile(b"prtr", b"RGB ", b"Lab ", {b"A2B0": head + identity + ramp * 3 + levels + ramp * 3})


def profile_with_tag_count(tags: int) -> bytes:
    """Return a profile that declares this number of tags. Source: ICC.1:2001-04, section 6.2."""
    data = display_p3()
    return data[:128] + struct.pack(">I", tags) + data[132:]


def self_referring_profile() -> bytes:
    """Return a profile whose tags all refer to its own tag table."""
    data = bytearray(display_p3())
    for at in range(132, 132 + 12 * int.from_bytes(data[128:132]), 12):
        data[at + 4 : at + 12] = struct.pack(">II", 128, len(data) - 128)
    return bytes(data)


def profile_with_long_curves() -> bytes:
    """Return a profile whose curves have a million points each.

    Source: ICC.1:2001-04, section 6.5.3 (curveType).
    """
    curve = b"curv" + struct.pack(">II", 0, 1_000_000) + bytes(2_000_000)
    white = b"XYZ " + bytes(4) + struct.pack(">3i", 63_190, 65_536, 54_061)
    shared = dict.fromkeys((b"rXYZ", b"gXYZ", b"bXYZ"), white)
    return profile(b"mntr", b"RGB ", b"XYZ ", shared | dict.fromkeys((b"rTRC", b"gTRC"), curve))


def zipped_profile(unpacked_bytes: int) -> bytes:
    """Return a PNG whose profile grows a thousandfold when decompressed.

    Source: PNG, section 11.3.2.3 (iCCP).
    """
    return png(8, 8, 8, 2, bytes(200), chunk(b"iCCP", b"p\x00\x00" + zlib.compress(bytes(unpacked_bytes), 9)))


def exif(entries: Sequence[tuple[int, int, int, int]], after: bytes = b"", following: int = 0) -> bytes:
    """Return Exif data: one directory of entries (tag, type, count, value), and the bytes that follow it.

    Source: Exif 2.32, section 4.6.2; TIFF 6.0, section 2.
    """
    compressed = b"".join(struct.pack("<HHII", *entry) for entry in entries)
    return (
        b"II*\x00" + struct.pack("<IH", 8, len(entries)) + compressed + struct.pack("<I", following) + after
    )


def overlapping_exif(entries: int, each_bytes: int) -> bytes:
    """Return Exif data whose entries all refer to the same bytes: the values are larger than the file."""
    start = 8 + 2 + 12 * entries + 4
    tags = [(0x9000 + number, 1, each_bytes, start) for number in range(entries)]
    return exif(tags, bytes(each_bytes))


def looping_exif() -> bytes:
    """Return Exif data whose next directory and sub-directories are its first directory."""
    return exif([(0x8769, 4, 1, 8), (0x8825, 4, 1, 8), (0xA005, 4, 1, 8)], following=8)


def nested_exif() -> bytes:
    """Return Exif data of 2,000 directories, each inside the previous one."""
    return b"".join(
        (b"II*\x00" + struct.pack("<I", 8) if not number else b"")
        + struct.pack("<HHHIII", 1, 0x8769, 4, 1, 8 + 18 * (number + 1), 0)
        for number in range(2_000)
    )


def jpeg_with(data: bytes) -> bytes:
    """Return a JPEG with Exif data first, and no JFIF header. Source: Exif 2.32, section 4.7.2."""
    plain = encoded(quadrants(), "JPEG")
    segment = b"Exif\x00\x00" + data
    return plain[:2] + b"\xff\xe1" + struct.pack(">H", len(segment) + 2) + segment + plain[20:]


def png_with(data: bytes) -> bytes:
    """Return a PNG with Exif data, whose chunk may be large.

    Source: PNG third edition, section 11.3.3.4 (eXIf).
    """
    rows = b"".join(b"\x00" + row.tobytes() for row in np.asarray(quadrants()))
    return png(64, 48, 8, 2, rows, chunk(b"eXIf", data))


def tiff_with(icc: bytes) -> bytes:
    return encoded(quadrants(600, 400), "TIFF", icc_profile=icc)


def png_with_texts(kind: bytes, head: bytes, number: int, unpacked_bytes: int) -> bytes:
    """Return a PNG with texts that grow a thousandfold when decompressed.

    Source: PNG, sections 11.3.3.3 and 11.3.3.4.
    """
    compressed = zlib.compress(bytes(unpacked_bytes), 9)
    notes = [chunk(kind, b"k%d" % each + head + compressed) for each in range(number)]
    return png(4, 4, 8, 2, bytes(52), *notes)


def long_text() -> bytes:
    """Return a PNG with 20 MB of uncompressed text. Source: PNG, section 11.3.3.2 (tEXt)."""
    return png(4, 4, 8, 2, bytes(52), chunk(b"tEXt", b"k\x00" + b"x" * 20_000_000))


def many_comments() -> bytes:
    """Return a JPEG with 9,000 comments of one byte."""
    plain = encoded(quadrants(), "JPEG")
    return plain[:2] + b"\xff\xfe\x00\x03x" * 9_000 + plain[2:]


def profile_in_equal_segments() -> bytes:
    """Return a JPEG whose profile is in 255 segments with the same number. Source: ICC.1:2022, annex B.4."""
    plain, piece = encoded(quadrants(), "JPEG"), b"ICC_PROFILE\x00\x01\xff" + bytes(65_000)
    return plain[:2] + (b"\xff\xe2" + struct.pack(">H", len(piece) + 2) + piece) * 255 + plain[2:]


def oriented(value: int, kind: int = 3) -> bytes:
    return jpeg_with(exif([(0x0112, kind, 1, value)]))


def exif_in_segments() -> bytes:
    """Return a JPEG with 23 MB of Exif data in 9,000 segments: Pillow joins them one by one."""
    plain = encoded(quadrants(), "JPEG")
    segment = b"\xff\xe1" + struct.pack(">H", 2_608) + b"Exif\x00\x00" + bytes(2_600)
    return plain[:2] + segment * 9_000 + plain[2:]


FILES: dict[str, Hostile] = {
    "profile of 20 MB": Hostile(PHOTO, lambda: tiff_with(lookup_table_profile(188))),
    "profile of 4 MB": Hostile(PHOTO, lambda: tiff_with(lookup_table_profile(110))),
    "profile of 4 billion tags": Hostile(PHOTO, lambda: tiff_with(profile_with_tag_count(0xFFFF_FFFF))),
    "profile of 101 tags": Hostile(PHOTO, lambda: tiff_with(profile_with_tag_count(101))),
    "profile whose tags are its tag table": Hostile(PHOTO, lambda: tiff_with(self_referring_profile())),
    "profile with curves of a million points": Hostile(PHOTO, lambda: tiff_with(profile_with_long_curves())),
    "profile in 255 first segments": Hostile(PHOTO, profile_in_equal_segments),
    "profile that decompresses to 1 MB": Hostile(PHOTO, partial(zipped_profile, 1_000_000)),
    "profile that decompresses to 100 MB": Hostile(PHOTO, partial(zipped_profile, 100_000_000)),
    "exif of 65,535 entries": Hostile(PHOTO, lambda: png_with(exif([(0x010F, 2, 1, 65)] * 65_535))),
    "exif of 400 x 60 KB": Hostile(PHOTO, lambda: jpeg_with(overlapping_exif(400, 60_000))),
    "exif of 20,000 x 10 MB": Hostile(PHOTO, lambda: png_with(overlapping_exif(20_000, 10_000_000))),
    "exif of 4 GB": Hostile(
        PHOTO, lambda: jpeg_with(exif([(0x0112, 3, 0xFFFF_FFFF, 8), (0x927C, 7, 0xFFFF_FFFF, 8)]))
    ),
    "exif of 10,000,000 orientations": Hostile(
        PHOTO, lambda: png_with(exif([(0x0112, 3, 10_000_000, 26)], bytes(20_000_000)))
    ),
    "exif in 9,000 segments": Hostile(DAMAGED, exif_in_segments),
    "exif that loops": Hostile(PHOTO, lambda: jpeg_with(looping_exif())),
    "exif of 2,000 nested directories": Hostile(PHOTO, lambda: jpeg_with(nested_exif())),
    "exif with a maker note of 15 MB": Hostile(
        PHOTO, lambda: png_with(exif([(0x927C, 7, 15_000_000, 26)], bytes(15_000_000)))
    ),
    "empty exif": Hostile(PHOTO, lambda: jpeg_with(b"")),
    "orientation 9999": Hostile(PHOTO, partial(oriented, 9_999)),
    "orientation of 4 bytes": Hostile(PHOTO, partial(oriented, 0xFFFF_FFFF, 4)),
    "orientation as a fraction": Hostile(PHOTO, partial(oriented, 8, 5)),
    "png with 40 compressed texts of 50 MB": Hostile(
        PHOTO, lambda: png_with_texts(b"zTXt", b"\x00\x00", 40, 50_000_000)
    ),
    "png with 100 compressed texts of 1 MB": Hostile(
        PHOTO, lambda: png_with_texts(b"zTXt", b"\x00\x00", 100, 1_000_000)
    ),
    "png with international texts": Hostile(
        PHOTO, lambda: png_with_texts(b"iTXt", b"\x00\x01\x00\x00\x00", 40, 50_000_000)
    ),
    "png with a text of 20 MB": Hostile(PHOTO, long_text),
    "jpeg with 9,000 comments": Hostile(PHOTO, many_comments),
}
