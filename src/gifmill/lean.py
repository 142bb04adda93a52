"""Photos that are shrunk as they are decoded, never whole in memory or not for long: PNG, WebP and HEIC."""

from __future__ import annotations

from math import ceil
from typing import TYPE_CHECKING

import numpy as np
from PIL import Image

from gifmill.frames import Size
from gifmill.held import held_bytes
from gifmill.limits import check_held
from gifmill.shrink import STRIP_PX, averaged, fitted, rows_of, shrunk, shrunk_strips
from gifmill.srgb import eight_bit

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from PIL.ImageFile import ImageFile

_HEIC_BYTES, _DEEP_HEIC_BYTES = 4.4, 6.6
"""A pixel, measured: luminance and colour in 1.5 bytes, then RGB; of more than 8 bits half as much more."""


def lean(data: bytes, name: str, image: ImageFile, max_side_px: int, limit_bytes: int) -> Image.Image | None:
    """A photo with its longest side shrunk to `max_side_px`; None where it has to be decoded whole.

    Args:
        data: the file.
        name: of its format.
        image: the same, opened by Pillow and not loaded.
        max_side_px: how long it may be.
        limit_bytes: what a decoder may hold.

    Returns:
        An image in a mode whose pixels may be averaged.

    Raises:
        TooManyPixels: a decoder would hold more.
        Exception: whatever a decoder raises for what is damaged.
    """
    way = _WAYS.get(name)
    return way(data, image, max_side_px, limit_bytes) if way else None


def _png(data: bytes, image: ImageFile, max_side_px: int, limit_bytes: int) -> Image.Image | None:
    whole = Size(*image.size)
    size = fitted(whole, max_side_px)
    if size == whole:
        return None
    from gifmill.png import BreaksOff, Unstreamable, strips  # with a library that only these need

    try:
        return shrunk_strips(strips(data, image, averaged(whole, size)[1]), whole, size)
    except BreaksOff:
        if held_bytes(data, image, size) > limit_bytes:
            raise
        return None  # Pillow's own inflater has the last word
    except Unstreamable:
        return None


def _webp(data: bytes, image: ImageFile, max_side_px: int, limit_bytes: int) -> Image.Image | None:
    from gifmill.vp8 import decoded, first_picture

    whole = Size(*image.size)
    picture = first_picture(data, whole)
    if picture is None:
        return None
    size = fitted(whole, max_side_px)
    across, down = averaged(whole, size) if picture.shrinks else (1, 1)
    larger = Size(ceil(whole.width / across), ceil(whole.height / down))
    check_held(whole, picture.held_bytes(larger), limit_bytes)
    return shrunk(decoded(picture, larger), size)


def _heic(data: bytes, image: ImageFile, max_side_px: int, limit_bytes: int) -> Image.Image:
    from pi_heif import open_heif, options

    options.DECODE_THREADS = (
        1  # each would keep some 30 MB of its own; other workers have work for processors
    )
    header = Size(*image.size)
    a_pixel = _DEEP_HEIC_BYTES if image.info.get("bit_depth", 8) > 8 else _HEIC_BYTES
    check_held(header, round(header.width * header.height * a_pixel), limit_bytes)
    file = open_heif(data, remove_stride=False)
    picture = file[file.primary_index]
    pixels, stride, mode = np.frombuffer(picture.data, np.uint8), picture.stride, picture.mode
    whole = Size(*picture.size)  # known now: the pixels may lie otherwise than the header says

    def strips(rows: int) -> Iterator[Image.Image]:
        for top in range(0, whole.height, rows):
            size = (whole.width, min(rows, whole.height - top))
            # A copy: libheif frees its pixels with `file`, and `frombuffer` would share them where it can.
            yield Image.frombytes(mode, size, pixels[top * stride :], "raw", mode, stride, 1)

    size = fitted(whole, max_side_px)
    if size == whole:
        return eight_bit(next(strips(whole.height)))
    return shrunk_strips(strips(rows_of(whole, size, STRIP_PX // whole.width)), whole, size)


_WAYS: dict[str, Callable[[bytes, ImageFile, int, int], Image.Image | None]] = {
    "PNG": _png,
    "WebP": _webp,
    "HEIC": _heic,
}
