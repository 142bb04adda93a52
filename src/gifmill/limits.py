"""What a photo may ask for: bytes, pixels, memory; and how each refusal is worded."""

from __future__ import annotations

from math import ceil
from typing import TYPE_CHECKING

from gifmill.errors import DamagedPhoto, PhotoTooLarge, TooManyPixels

if TYPE_CHECKING:
    from gifmill.frames import Size

SMALLER = "Send a smaller version of it."

_MAX_SIDE_PX = 65_535
"""The longest side that a JPEG can have; a PNG may ask for a row of two thousand million pixels."""


def check_bytes(number: int, limit: int) -> None:
    """Refuse a file with too many bytes.

    Raises:
        PhotoTooLarge: it is one.
    """
    if number > limit:
        size = f"This photo has {megabytes(number)}"
        raise PhotoTooLarge(f"{size}; the limit is {megabytes(limit)}. {SMALLER}")


def check_pixels(size: Size, limit: int) -> None:
    """Refuse a photo of no pixels, or of too many.

    Raises:
        DamagedPhoto, TooManyPixels: it is one.
    """
    if min(size) < 1:
        raise DamagedPhoto("This photo has no pixels. Send the original file again.")
    if size.width * size.height > limit:
        raise TooManyPixels(f"{_asked(size)}; the limit is {megapixels(limit)}. {SMALLER}")
    if max(size) > _MAX_SIDE_PX:
        raise TooManyPixels(f"{_asked(size)}; the limit is {_MAX_SIDE_PX:,} px a side. {SMALLER}")


def check_held(size: Size, held_bytes: int, limit_bytes: int) -> None:
    """Refuse a photo that takes too much memory to decode, of a kind that can only be decoded whole.

    Raises:
        TooManyPixels: it is one.
    """
    if held_bytes > limit_bytes:
        most = megapixels(size.width * size.height * limit_bytes // held_bytes // 1_000_000 * 1_000_000)
        raise TooManyPixels(
            f"{_asked(size)}. A file of its kind takes {megabytes(held_bytes)} of memory to decode so many; "
            f"the limit is {megabytes(limit_bytes)}, about {most}. Send a smaller version of it, or a JPEG "
            "that is not progressive."
        )


def megabytes(number: int) -> str:
    """Rounded up, so that what is over the limit never reads like the limit."""
    return f"{ceil(number / 100_000) / 10:g} MB"


def megapixels(number: int) -> str:
    """In words."""
    return f"{number / 1_000_000:g} megapixels"


def _asked(size: Size) -> str:
    return f"This photo has {size.width:,} x {size.height:,} px"
