"""Limits of photos in bytes and pixels, with the messages for photos over them."""

from __future__ import annotations

from math import ceil
from typing import TYPE_CHECKING, Literal

from gifmill.errors import DamagedPhoto, PhotoTooLarge, TooManyPixels

if TYPE_CHECKING:
    from gifmill.animation import Size
    from gifmill.settings import Settings

type PixelLimit = Literal["max_photo_pixels", "max_jpeg_pixels"]

USE_SMALLER = "Use a smaller version of it."

_MAX_SIDE_PX = 65_535
"""The longest side of a JPEG. A PNG header can declare a row of two thousand million pixels."""


def check_bytes(number: int, settings: Settings) -> None:
    """Reject a file with too many bytes.

    Raises:
        PhotoTooLarge: it has more than the limit.
    """
    limit = settings.max_photo_bytes
    if number > limit:
        size = f"This photo is {format_bytes(number)}"
        raise PhotoTooLarge(f"{size}; the limit is {format_bytes(limit)}. {USE_SMALLER}", "max_photo_bytes")


def check_pixels(size: Size, settings: Settings, limit: PixelLimit = "max_photo_pixels") -> None:
    """Reject a photo with no pixels or too many.

    Args:
        size: the size in the header.
        settings: the limits.
        limit: the setting that applies to this kind of file.

    Raises:
        DamagedPhoto: a side is 0.
        TooManyPixels: it has more than the limit.
    """
    if min(size) < 1:
        raise DamagedPhoto("This photo has no pixels. Try the original file.")
    max_pixels: int = getattr(settings, limit)
    if size.width * size.height > max_pixels:
        raise TooManyPixels(
            f"{_dimensions(size)}; the limit is {format_pixels(max_pixels)}. {USE_SMALLER}", limit
        )
    if max(size) > _MAX_SIDE_PX:
        raise TooManyPixels(f"{_dimensions(size)}; the limit is {_MAX_SIDE_PX:,} px a side. {USE_SMALLER}")


def format_bytes(number: int) -> str:
    """Format a size: exact below a megabyte, else in megabytes, rounded up.

    A size over the limit must not read like the limit.
    """
    if number < 1_000_000:
        return f"{number:,} bytes"
    return f"{ceil(number / 100_000) / 10:g} MB"


def format_pixels(number: int) -> str:
    """Format a number of pixels as megapixels."""
    return f"{number / 1_000_000:g} megapixels"


def _dimensions(size: Size) -> str:
    return f"This photo has {size.width:,} x {size.height:,} px"
