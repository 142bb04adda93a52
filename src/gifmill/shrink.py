"""A large picture made small: averaged by whole numbers first, then by Lanczos."""

from __future__ import annotations

from math import ceil
from typing import TYPE_CHECKING

from PIL import Image

from gifmill.srgb import eight_bit

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gifmill.frames import Size

_GAP = 2.5
"""How much larger than wanted averaging leaves a picture at least.

Of 4000 x 3000 px to 480 px this is at 51 to 54 dB from Lanczos alone, libvips at 47 to 52.
"""

_LANCZOS = Image.Resampling.LANCZOS


def averaged(size: Size, wanted: Size) -> tuple[int, int]:
    """By how much a picture is averaged across and down, each at least 1."""
    return (
        int(size.width / wanted.width / _GAP) or 1,
        int(size.height / wanted.height / _GAP) or 1,
    )


def shrunk(
    image: Image.Image, size: Size, box: tuple[float, float, float, float] | None = None
) -> Image.Image:
    """A picture, or the box of it, at another size, in a mode whose pixels may be averaged."""
    image = eight_bit(image)
    return image if image.size == size else image.resize(size, _LANCZOS, box, reducing_gap=_GAP)


def shrunk_strips(strips: Iterator[Image.Image], whole: Size, size: Size) -> Image.Image:
    """What `shrunk` makes of a picture, of one that is never whole in memory.

    To the last bit, but for a very high picture that is not averaged: there Pillow 13 starts with its height,
    which strips cannot, and rounding between the steps falls out otherwise. In photos that is at 55 dB.

    Args:
        strips: the picture from top to bottom; each but the last can be averaged without rows of the next.
        whole: the size of them all.
        size: that of the result, in neither direction larger.
    """
    across, down = averaged(whole, size)
    partly: Image.Image | None = None
    top = 0
    for strip in strips:
        narrower = eight_bit(strip)
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
