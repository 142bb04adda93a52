"""Pixels of uncompressed BMP files, in strips from top to bottom.

Pillow reads only a few layouts of bit fields, and treats some small palettes as grey levels.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PIL import Image

from gifmill.photo.bmp.header import DEFAULT_MASKS, PALETTE_BITS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from gifmill.photo.bmp.header import BmpHeader

    type Levels = NDArray[np.uint8]
    type Values = NDArray[np.uint32]


def has_alpha(data: bytes, bmp: BmpHeader) -> bool:
    """Return whether the file has an alpha mask and a pixel that is not fully transparent.

    Programs without alpha support leave these bits at 0.
    """
    if not bmp.masks.alpha:
        return False
    return any((_pixel_values(rows, bmp) & bmp.masks.alpha).any() for rows in _read_rows(data, bmp, 64))


def read_strips(data: bytes, bmp: BmpHeader, rows: int, *, alpha: bool) -> Iterator[Image.Image]:
    """Yield an uncompressed image from top to bottom in strips of `rows` rows, RGB or RGBA.

    Raises:
        ValueError: the file ends before its pixels do.
    """
    for part in _read_rows(data, bmp, rows):
        if bmp.bits in PALETTE_BITS:
            pixels = bmp.palette[_unpack_indices(part, bmp)]
        elif bmp.bits == 24 and bmp.masks == DEFAULT_MASKS[24]:
            pixels = part[:, : bmp.size.width * 3].reshape(len(part), bmp.size.width, 3)[..., ::-1]
        else:
            values = _pixel_values(part, bmp)
            pixels = np.stack([_scale_component(values, mask) for mask in bmp.masks[: 3 + alpha]], axis=-1)
        yield Image.fromarray(np.ascontiguousarray(pixels))


def _read_rows(data: bytes, bmp: BmpHeader, rows: int) -> Iterator[Levels]:
    """Yield rows from top to bottom, several at a time: uint8, shape (rows, bytes in a row)."""
    needed = bmp.row_bytes * (bmp.size.height - 1) + (bmp.size.width * bmp.bits + 7) // 8
    if len(data) - bmp.pixels_at < needed:
        raise ValueError(f"{len(data) - bmp.pixels_at} bytes of {needed}")
    for top in range(0, bmp.size.height, rows):
        number = min(rows, bmp.size.height - top)
        first = top if bmp.is_top_down else bmp.size.height - top - number
        start = bmp.pixels_at + first * bmp.row_bytes
        part = data[start : start + number * bmp.row_bytes].ljust(number * bmp.row_bytes, b"\x00")
        table = np.frombuffer(part, np.uint8).reshape(number, bmp.row_bytes)
        yield table if bmp.is_top_down else table[::-1]


def _unpack_indices(rows: Levels, bmp: BmpHeader) -> Levels:
    """Unpack palette indices; the first pixel of a byte is in its highest bits."""
    width, bits = bmp.size.width, bmp.bits
    if bits == 8:
        return rows[:, :width]
    shifts = np.arange(8 - bits, -1, -bits, dtype=np.uint8)
    indices = (rows[..., None] >> shifts) & np.uint8((1 << bits) - 1)
    return indices.reshape(len(rows), -1)[:, :width]


def _pixel_values(rows: Levels, bmp: BmpHeader) -> Values:
    """Return pixels as integers: uint32, shape (rows, width)."""
    count = bmp.bits // 8
    pixel_bytes = rows[:, : bmp.size.width * count].reshape(len(rows), bmp.size.width, count)
    values = np.zeros(pixel_bytes.shape[:2], np.uint32)
    for index in range(count):
        values |= pixel_bytes[..., index].astype(np.uint32) << np.uint32(8 * index)
    return values


def _scale_component(values: Values, mask: int) -> Levels:
    """Extract one component of each pixel, scaled so that all bits set give 255."""
    if not mask:
        return np.zeros(values.shape, np.uint8)
    shift = (mask & -mask).bit_length() - 1
    width = mask.bit_length() - shift
    used = min(width, 16)
    highest = (1 << used) - 1
    table = ((np.arange(highest + 1) * 255 + highest // 2) // highest).astype(np.uint8)
    levels: Levels = table[(values & np.uint32(mask)) >> np.uint32(shift + width - used)]
    return levels
