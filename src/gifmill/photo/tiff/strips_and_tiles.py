"""Decompression of TIFF strips and tiles to bytes, several at a time.

Pillow's libtiff decompresses them as strips of an 8-bit grey, RGB or CMYK image with the same number of bytes
in a row. So samples of any type arrive unchanged, and the image is whole in memory only if it is a single
strip or tile.
"""

from __future__ import annotations

import struct
from dataclasses import replace
from io import BytesIO
from math import ceil
from typing import TYPE_CHECKING

import numpy as np
from PIL.TiffImagePlugin import TiffImageFile

from gifmill.errors import TooManyPixels
from gifmill.photo.limits import USE_SMALLER, format_bytes
from gifmill.photo.tiff.directory import STRIP_COUNTS, STRIP_OFFSETS, TILE_COUNTS, TILE_OFFSETS
from gifmill.photo.tiff.sample_layout import CMYK, MIN_IS_BLACK, NO_COMPRESSION, RGB

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray
    from PIL import Image

    from gifmill.photo.tiff.directory import Directory
    from gifmill.photo.tiff.sample_layout import SampleLayout
    from gifmill.settings import Settings

    type Bytes = NDArray[np.uint8]

_AT_ONCE_BYTES = 4_000_000
"""Bytes decompressed at once, unless a single strip or tile is larger."""

_MAX_PART_BYTES = 500_000_000
"""Of one strip, which is in memory twice during decompression, or of a row of tiles."""

_MAX_BYTES_PER_PX = 12
"""At the pixel limit: three floats. Smaller images may have more."""

_MAX_EXPANSION = 2
"""A compressed strip or tile may be this many times longer than its rows: LZW expands noise by half."""

_PHOTOMETRIC = {1: MIN_IS_BLACK, 3: RGB, 4: CMYK}
"""Photometric interpretation for grouping bytes as pixels: Pillow accepts fewer than 179 million pixels."""


def check_sample_bytes(layout: SampleLayout, settings: Settings) -> None:
    """Check that strips, tiles and samples are within the limits of memory and time.

    Raises:
        TooManyPixels: they have more bytes than allowed.
    """
    part_bytes = layout.row_bytes * layout.part_rows * layout.across
    is_split = layout.compression == NO_COMPRESSION and layout.across == layout.down == 1
    if part_bytes > _MAX_PART_BYTES and not is_split:
        problem = f"This TIFF has a strip or a row of tiles of {format_bytes(part_bytes)}"
        raise TooManyPixels(f"{problem}; the limit is {format_bytes(_MAX_PART_BYTES)}. {USE_SMALLER}")
    planes = len(layout.used) if layout.planes > 1 else 1
    whole_bytes = part_bytes * layout.down * planes
    max_bytes = settings.max_photo_pixels * _MAX_BYTES_PER_PX
    if whole_bytes > max_bytes:
        problem = f"This TIFF has {format_bytes(whole_bytes)} of pixels"
        raise TooManyPixels(f"{problem}; the limit is {format_bytes(max_bytes)}. {USE_SMALLER}")


def read_plane_rows(page: Directory, layout: SampleLayout, plane: int, at_once: int) -> Iterator[Bytes]:
    """Yield the rows of one plane from top to bottom.

    Args:
        page: the directory of the image.
        layout: of the image.
        plane: 0, or the index of a sample where each has its own plane.
        at_once: maximum number of rows to yield at once.

    Yields:
        uint8, shape (tiles across, rows, bytes in a row of a strip or tile).

    Raises:
        ValueError, OSError: a strip or tile is missing or broken.
    """
    parts = _locate_parts(page, layout)[plane * layout.across * layout.down :]
    if layout.compression == NO_COMPRESSION and layout.across == layout.down == 1:
        layout, parts = _split_strip(layout, parts[0][0])
    tall = max(1, _AT_ONCE_BYTES // (layout.row_bytes * layout.part_rows * layout.across))
    for top in range(0, layout.down, tall):
        down = min(tall, layout.down - top)
        chosen = parts[top * layout.across : (top + down) * layout.across]
        rows = (
            down * layout.part_rows
            if layout.is_tiled
            else min(down * layout.part_rows, layout.height - top * layout.part_rows)
        )
        with TiffImageFile(BytesIO(_build_byte_tiff(page, layout, chosen, rows * layout.across))) as image:
            image.load()
            yield from _split_parts(image, layout, down, rows, at_once)


def _split_parts(
    image: Image.Image, layout: SampleLayout, down: int, rows: int, at_once: int
) -> Iterator[Bytes]:
    """Rearrange strips or tiles stacked in one image into rows of adjacent tiles."""
    if layout.across == 1:
        for top in range(0, rows, at_once):
            yield _row_bytes(image, top, min(top + at_once, rows))[np.newaxis]
        return
    for first in range(0, down * layout.across, layout.across):
        for top in range(0, layout.part_rows, at_once):
            bottom = min(top + at_once, layout.part_rows)
            starts = [(first + number) * layout.part_rows for number in range(layout.across)]
            yield np.stack([_row_bytes(image, start + top, start + bottom) for start in starts])


def _row_bytes(image: Image.Image, top: int, bottom: int) -> Bytes:
    """Return rows of an image, shape (rows, bytes)."""
    return np.asarray(image.crop((0, top, image.width, bottom))).reshape(bottom - top, -1)


def _split_strip(layout: SampleLayout, start: int) -> tuple[SampleLayout, list[tuple[int, int]]]:
    """Split one uncompressed strip into several of limited size; return their layout, offsets and lengths."""
    rows = min(layout.height, max(1, _AT_ONCE_BYTES // layout.row_bytes))
    down = ceil(layout.height / rows)
    strip_bytes = rows * layout.row_bytes
    parts = [(start + number * strip_bytes, strip_bytes) for number in range(down)]
    return replace(layout, part_rows=rows, down=down, is_tiled=False), parts


def _locate_parts(page: Directory, layout: SampleLayout) -> list[tuple[int, int]]:
    """Return offset and length of each strip or tile of all planes.

    Raises:
        ValueError: the directory lists fewer than the image needs.
    """
    number = layout.across * layout.down * layout.planes
    starts = page.integers(TILE_OFFSETS if layout.is_tiled else STRIP_OFFSETS)
    lengths = page.integers(TILE_COUNTS if layout.is_tiled else STRIP_COUNTS)
    part_bytes = layout.row_bytes * layout.part_rows
    if layout.compression == NO_COMPRESSION:  # many programs write wrong lengths
        lengths = (part_bytes,) * number
    elif number == 1:
        lengths = lengths or (len(page.data),)
    if min(len(starts), len(lengths)) < number:
        raise ValueError(f"{len(starts)} parts with {len(lengths)} lengths, not {number}")
    most = part_bytes * _MAX_EXPANSION + 1_000
    return [
        (start, min(length, most)) for start, length in zip(starts[:number], lengths[:number], strict=True)
    ]


def _build_byte_tiff(page: Directory, layout: SampleLayout, parts: list[tuple[int, int]], rows: int) -> bytes:
    """Build a TIFF that stacks these strips or tiles as strips of 8-bit samples.

    Source: TIFF 6.0, sections 2, 3, 4 and 16.
    """
    pixels = [page.data[start : start + length] for start, length in parts]
    tables_at = 8
    pixels_at = tables_at + 8 * len(parts)
    starts = np.cumsum([pixels_at, *(len(part) for part in pixels)])
    tables = struct.pack(f"<{2 * len(parts)}I", *starts[:-1], *(len(part) for part in pixels))
    is_one = len(parts) == 1  # a single offset is in the entry itself
    positions = (int(starts[0]), len(pixels[0])) if is_one else (tables_at, tables_at + 4 * len(parts))
    whole = [each for each in (4, 3) if layout.row_bytes % each == 0] if layout.fill_order == 1 else []
    channels = next(iter(whole), 1)
    tags = [
        (256, 1, layout.row_bytes // channels),
        (257, 1, rows),
        (258, 1, 8),
        (259, 1, layout.compression),
        (262, 1, _PHOTOMETRIC[channels]),
        (266, 1, layout.fill_order),
        (273, len(parts), positions[0]),
        (277, 1, channels),
        (278, 1, layout.part_rows),
        (279, len(parts), positions[1]),
    ]
    entries = b"".join(struct.pack("<HHII", tag, 4, count, value) for tag, count, value in tags)
    end = int(starts[-1]) + int(starts[-1]) % 2
    head = b"II*\x00" + struct.pack("<I", end)
    padding = bytes(end - int(starts[-1]))
    return b"".join([head, tables, *pixels, padding, struct.pack("<H", len(tags)), entries, bytes(4)])
