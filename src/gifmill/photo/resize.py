"""A large picture made small: averaged by whole numbers first, then by Lanczos."""

from __future__ import annotations

from math import ceil
from typing import TYPE_CHECKING

from PIL import Image

from gifmill.animation import Size
from gifmill.photo.colour.srgb import eight_bit, is_averageable, span

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gifmill.photo.colour.srgb import Span

_GAP = 2.5
"""How much larger than wanted averaging leaves a picture at least.

Of 4000 x 3000 px to 480 px this is at 51 to 54 dB from Lanczos alone, libvips at 47 to 52.
"""

_LANCZOS = Image.Resampling.LANCZOS

_AVERAGED_PX = 4_000_000
"""What is averaged at once at most: of a picture of 65,535 x 1,500 px 61 rows, not all that become one."""

STRIP_PX = 500_000
"""What is converted at once of a picture in a mode that cannot be averaged."""


def fitted(size: Size, size_px: int) -> Size:
    """A size with its longest side shrunk to `size_px`, aspect kept, each side at least 1; never enlarged."""
    longest = max(size)
    if longest <= size_px:
        return size
    return Size(*(max(1, (2 * side * size_px + longest) // (2 * longest)) for side in size))


def averaged(size: Size, wanted: Size) -> tuple[int, int]:
    """By how much a picture is averaged across and down, each at least 1, of few enough rows at once."""
    return (
        int(size.width / wanted.width / _GAP) or 1,
        min(int(size.height / wanted.height / _GAP), _AVERAGED_PX // size.width) or 1,
    )


def shrunk(
    image: Image.Image, size: Size, box: tuple[float, float, float, float] | None = None
) -> Image.Image:
    """A picture, or the box of it, at another size, in a mode whose pixels may be averaged."""
    whole = Size(*image.size)
    if whole == size:
        return eight_bit(image, span([image]))
    if is_averageable(image):
        return image.resize(size, _LANCZOS, box, reducing_gap=_GAP)
    rows = rows_of(whole, size, STRIP_PX // whole.width)
    return shrunk_strips(cut(image, rows), whole, size, span(cut(image, rows)))


def rows_of(whole: Size, size: Size, about: int) -> int:
    """About so many rows, for strips that `shrunk_strips` takes."""
    down = averaged(whole, size)[1]
    return max(1, about // down) * down


def cut(image: Image.Image, rows: int) -> Iterator[Image.Image]:
    """A picture in strips of so many rows; the last one has what remains."""
    for top in range(0, image.height, rows):
        yield image.crop((0, top, image.width, min(top + rows, image.height)))


def shrunk_strips(
    strips: Iterator[Image.Image], whole: Size, size: Size, levels: Span | None = None
) -> Image.Image:
    """What `shrunk` makes of a picture, of one that is never whole in memory.

    To the last bit, but for a very high picture that is not averaged: there Pillow 13 starts with its height,
    which strips cannot, and rounding between the steps falls out otherwise. In photos that is at 55 dB.

    Args:
        strips: the picture from top to bottom; each but the last can be averaged without rows of the next.
        whole: the size of them all.
        size: that of the result, in neither direction larger.
        levels: as `eight_bit` takes them.
    """
    across, down = averaged(whole, size)
    partly: Image.Image | None = None
    top = 0
    for strip in strips:
        narrower = eight_bit(strip, levels)
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
