"""How much memory a picture takes that Pillow decodes whole, told from its header."""

from __future__ import annotations

import ctypes
import re
from functools import cache
from typing import TYPE_CHECKING, cast

from gifmill.frames import Size
from gifmill.jpeg import coefficients_bytes
from gifmill.shrink import averaged

if TYPE_CHECKING:
    from collections.abc import Callable

    from PIL.ImageFile import ImageFile

_MODE_BYTES = {"1": 1, "L": 1, "P": 1, "I;16": 2, "I;16B": 2, "I;16L": 2, "I;16N": 2}
_COLOUR_BYTES = 4
"""A pixel in Pillow's memory: three channels take as much as four."""

_ANIMATED_WEBP_BYTES = 12
"""Three canvases of four channels beside Pillow's own picture."""

_AV1_CONFIGURATION = re.compile(rb"av1C\x81.(.)", re.DOTALL)
_DEEP, _GREY, _NARROW, _LOW = 0x40, 0x10, 0x08, 0x04
"""Its third byte. Source: AV1 in ISOBMFF, section 2.3.3 (high_bitdepth, monochrome, chroma_subsampling)."""

_TILE_WIDTH, _TILE_LENGTH, _ROWS_PER_STRIP = 322, 323, 278
"""Source: TIFF 6.0, sections 8 and 15."""


def give_back() -> None:
    """Hand memory that was freed back to the system.

    The C library keeps what it thinks will be needed again, up to 100 MB after a large photo; the next one
    would come on top. Elsewhere than with glibc nothing happens.
    """
    trim = _trim()
    if trim:
        trim(0)


@cache
def _trim() -> Callable[[int], int] | None:
    try:
        return cast("Callable[[int], int]", ctypes.CDLL(None).malloc_trim)
    except (AttributeError, OSError):
        return None


def held_bytes(data: bytes, image: ImageFile, wanted: Size) -> int:
    """What an image takes at most, while it is decoded or while it is shrunk.

    Args:
        data: the file.
        image: the same, opened and not loaded; a JPEG after it was asked for a fraction of its size.
        wanted: the size to which it is shrunk.

    Raises:
        DamagedPhoto: a JPEG in too many pieces.
    """
    whole = Size(*image.size)
    pixels = whole.width * whole.height
    a_pixel = _MODE_BYTES.get(image.mode, _COLOUR_BYTES)
    across, down = averaged(whole, wanted)
    shrinking = pixels // (across * down) * _COLOUR_BYTES if across * down > 1 else 0
    decoding = round(pixels * _beside(data, image))
    match image.format:
        case "JPEG":
            decoding = coefficients_bytes(data)
        case "TIFF":
            decoding = _part_bytes(image)
    return pixels * a_pixel + max(decoding, shrinking)


def _beside(data: bytes, image: ImageFile) -> float:
    """What decoders of other libraries keep of a pixel beside Pillow's own picture."""
    if image.format == "WEBP":
        return _ANIMATED_WEBP_BYTES
    if image.format != "AVIF":
        return 0
    planes = max((_plane_bytes(found[0]) for found in _AV1_CONFIGURATION.findall(data)), default=6.0)
    channels = len(image.mode)
    return planes + channels + (2 if channels == 4 else 0) + 0.6  # which was measured beside what is known


def _plane_bytes(flags: int) -> float:
    """A pixel's luminance and colour as AV1 keeps them."""
    colours = 0 if flags & _GREY else 0.5 if flags & _LOW else 1 if flags & _NARROW else 2
    return (1 + colours) * (2 if flags & _DEEP else 1)


def _part_bytes(image: ImageFile) -> int:
    """What libtiff decodes at once: a strip or a tile, however large the header says that it is."""
    tags: dict[int, int] = image.tag_v2  # type: ignore[attr-defined]
    width, height = image.size
    a_pixel = _MODE_BYTES.get(image.mode, _COLOUR_BYTES)
    if _TILE_WIDTH in tags:
        return int(tags[_TILE_WIDTH]) * int(tags.get(_TILE_LENGTH, height)) * a_pixel
    return width * min(int(tags.get(_ROWS_PER_STRIP, height)), height) * a_pixel
