"""A large picture made small: averaged by whole numbers first, then by Lanczos."""

from __future__ import annotations

from math import ceil
from typing import TYPE_CHECKING

from PIL import Image

from gifmill.animation import Size
from gifmill.photo.image_modes import can_resample, to_8_bit, value_range

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gifmill.photo.image_modes import ValueRange

_REDUCING_GAP = 2.5
"""How much larger than wanted averaging leaves a picture at least.

Of 4000 x 3000 px to 480 px this is at 51 to 54 dB from Lanczos alone, libvips at 47 to 52.
"""

_LANCZOS = Image.Resampling.LANCZOS

_REDUCED_AT_ONCE_PX = 4_000_000
"""What is averaged at once at most: of a picture of 65,535 x 1,500 px 61 rows, not all that become one."""

STRIP_PX = 500_000
"""What is converted at once of a picture in a mode that cannot be averaged."""


def fit_within(size: Size, size_px: int) -> Size:
    """A size with its longest side shrunk to `size_px`, aspect kept, each side at least 1; never enlarged."""
    longest = max(size)
    if longest <= size_px:
        return size
    return Size(*(max(1, (2 * side * size_px + longest) // (2 * longest)) for side in size))


def reduction_factors(size: Size, wanted: Size) -> tuple[int, int]:
    """By how much a picture is averaged across and down, each at least 1, of few enough rows at once."""
    return (
        int(size.width / wanted.width / _REDUCING_GAP) or 1,
        min(int(size.height / wanted.height / _REDUCING_GAP), _REDUCED_AT_ONCE_PX // size.width) or 1,
    )


def downscale(
    image: Image.Image, size: Size, box: tuple[float, float, float, float] | None = None
) -> Image.Image:
    """A picture, or the box of it, at another size, in a mode whose pixels may be averaged."""
    whole = Size(*image.size)
    if whole == size:
        return to_8_bit(image, value_range([image]))
    if can_resample(image):
        return image.resize(size, _LANCZOS, box, reducing_gap=_REDUCING_GAP)
    rows = rows_per_strip(whole, size, STRIP_PX // whole.width)
    return downscale_strips(
        split_into_strips(image, rows), whole, size, value_range(split_into_strips(image, rows))
    )


def rows_per_strip(whole: Size, size: Size, about: int) -> int:
    """About so many rows, for strips that `downscale_strips` takes."""
    down = reduction_factors(whole, size)[1]
    return max(1, about // down) * down


def split_into_strips(image: Image.Image, rows: int) -> Iterator[Image.Image]:
    """A picture in strips of so many rows; the last one has what remains."""
    for top in range(0, image.height, rows):
        yield image.crop((0, top, image.width, min(top + rows, image.height)))


def downscale_strips(
    strips: Iterator[Image.Image], whole: Size, size: Size, levels: ValueRange | None = None
) -> Image.Image:
    """What `downscale` makes of a picture, of one that is never whole in memory.

    To the last bit, but for a very high picture that is not averaged: there Pillow 13 starts with its height,
    which strips cannot, and rounding between the steps falls out otherwise. In photos that is at 55 dB.

    Args:
        strips: the picture from top to bottom; each but the last can be averaged without rows of the next.
        whole: the size of them all.
        size: that of the result, in neither direction larger.
        levels: as `to_8_bit` takes them.
    """
    across, down = reduction_factors(whole, size)
    partly: Image.Image | None = None
    top = 0
    for strip in strips:
        narrower = to_8_bit(strip, levels)
        if (across, down) == (1, 1):
            narrower = narrower.resize((size.width, strip.height), _LANCZOS, (0, 0, *strip.size))
        else:
            narrower = narrower.reduce((across, down))
        if partly is None:
            partly = Image.new(narrower.mode, (narrower.width, ceil(whole.height / down)))
        partly.paste(narrower, (0, top))
        top += narrower.height
    if partly is None:
        raise ValueError("no strip makes no picture")
    width = size.width if (across, down) == (1, 1) else whole.width / across
    return partly.resize(size, _LANCZOS, (0, 0, width, whole.height / down))
