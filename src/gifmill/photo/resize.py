"""Downscaling: box averaging by integer factors first, then Lanczos resampling."""

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
"""Averaging leaves an image at least this many times larger than the result.

From 4000 x 3000 px to 480 px the result is at 51 to 54 dB from Lanczos alone; libvips is at 47 to 52 dB.
"""

_LANCZOS = Image.Resampling.LANCZOS

_REDUCED_AT_ONCE_PX = 4_000_000
"""Pixels averaged at once, at most: of an image of 65,535 x 1,500 px 61 rows, not all that become one."""

STRIP_PX = 500_000
"""Pixels converted at once, for an image in a mode that cannot be averaged."""


def fit_within(size: Size, size_px: int) -> Size:
    """Scale a size down to a longest side of `size_px`: same aspect, each side at least 1, never enlarged."""
    longest = max(size)
    if longest <= size_px:
        return size
    return Size(*(max(1, (2 * side * size_px + longest) // (2 * longest)) for side in size))


def reduction_factors(size: Size, wanted: Size) -> tuple[int, int]:
    """Return the box averaging factors across and down, each at least 1.

    The factor down is limited so that few rows are in memory at once.
    """
    return (
        int(size.width / wanted.width / _REDUCING_GAP) or 1,
        min(int(size.height / wanted.height / _REDUCING_GAP), _REDUCED_AT_ONCE_PX // size.width) or 1,
    )


def downscale(
    image: Image.Image, size: Size, box: tuple[float, float, float, float] | None = None
) -> Image.Image:
    """Downscale an image, or a box of it, to a size, in a mode of `to_8_bit`."""
    whole = Size(*image.size)
    if whole == size:
        return to_8_bit(image, value_range([image]), premultiplied=False)
    if can_resample(image):
        return image.resize(size, _LANCZOS, box, reducing_gap=_REDUCING_GAP)
    rows = rows_per_strip(whole, size, STRIP_PX // whole.width)
    return downscale_strips(
        split_into_strips(image, rows), whole, size, value_range(split_into_strips(image, rows))
    )


def rows_per_strip(whole: Size, size: Size, about: int) -> int:
    """Return about `about` rows, as a strip height that `downscale_strips` accepts."""
    down = reduction_factors(whole, size)[1]
    return max(1, about // down) * down


def split_into_strips(image: Image.Image, rows: int) -> Iterator[Image.Image]:
    """Yield an image in strips of `rows` rows; the last strip has the rest."""
    for top in range(0, image.height, rows):
        yield image.crop((0, top, image.width, min(top + rows, image.height)))


def downscale_strips(
    strips: Iterator[Image.Image], whole: Size, size: Size, levels: ValueRange | None = None
) -> Image.Image:
    """Downscale an image that is never whole in memory.

    The result equals that of `downscale` bit for bit, except for a very tall image that is not averaged:
    there Pillow 13 resamples the height first, which strips cannot, so intermediate rounding differs. In
    photos that is at 55 dB.

    Args:
        strips: the image from top to bottom; each but the last has a multiple of the averaging factor of
            rows.
        whole: the size of the image.
        size: the size of the result, not larger on either side.
        levels: the value range, for `to_8_bit`.

    Raises:
        ValueError: there is no strip.
    """
    across, down = reduction_factors(whole, size)
    averaged: Image.Image | None = None
    top = 0
    for strip in strips:
        narrower = to_8_bit(strip, levels, premultiplied=size != whole)
        if (across, down) == (1, 1):
            narrower = narrower.resize((size.width, strip.height), _LANCZOS, (0, 0, *strip.size))
        else:
            narrower = narrower.reduce((across, down))
        if averaged is None:
            averaged = Image.new(narrower.mode, (narrower.width, ceil(whole.height / down)))
        averaged.paste(narrower, (0, top))
        top += narrower.height
    if averaged is None:
        raise ValueError("no strips")
    width = size.width if (across, down) == (1, 1) else whole.width / across
    return averaged.resize(size, _LANCZOS, (0, 0, width, whole.height / down))
