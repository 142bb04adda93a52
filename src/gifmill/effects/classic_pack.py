"""The classic effects: blur, recursive, cyclic.

All three use the same levels: the photo's size, halved repeatedly.
"""

from __future__ import annotations

from functools import partial
from itertools import pairwise
from math import acos, pi
from typing import TYPE_CHECKING

import numpy as np
from PIL import Image

from gifmill.animation import Animation, Blocks, Drawing, Frame, Layout, Pixels, Plain, Size, Tiles, delays_cs
from gifmill.effects.alpha import premultiplied, straight
from gifmill.effects.mosaic import BlockMeans

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gifmill.photo import Photo

_SMALLEST_PX = 4
"""Minimum side of a level: below it a picture is only a spot of colour."""

_SLOTS = 10_000
"""Time slots of an eased loop: more than there are centiseconds."""

_CYCLE = 10
"""In `cyclic`, the level at which a tile would have only the colour of the area it covers."""


def blur(photo: Photo, *, duration: float) -> Animation:
    """Make a mosaic of ever smaller blocks that sharpens into the photo. The loop begins with the photo.

    Args:
        photo: at the size of the GIF.
        duration: of one loop, in seconds.
    """
    mean = BlockMeans(photo.pixels)
    # Drawn at once: all mosaics take less memory than the sums that they are made from.
    mosaics: list[tuple[Pixels | Drawing, Layout]] = [
        (mean.mosaic(level), Blocks(level.height, level.width)) for level in levels(photo.size)
    ]
    return _animation(photo.size, [(photo.pixels, Plain()), *mosaics], duration, [1] * (1 + len(mosaics)))


def recursive(photo: Photo, *, easing: str = "steps", duration: float) -> Animation:
    """Tile the photo with ever smaller copies of itself.

    Args:
        photo: at the size of the GIF.
        easing: "steps": the photo is shown for twice the time of each other picture; "eased": the first and
            the last picture are shown longest, and those in the middle shortest.
        duration: of one loop, in seconds.
    """
    smaller: list[tuple[Pixels | Drawing, Layout]] = [
        (partial(_shrunk, photo.pixels, tile), Tiles()) for tile in tile_sizes(photo.size)[1:]
    ]
    return _animation(
        photo.size, [(photo.pixels, Plain()), *smaller], duration, _slots(1 + len(smaller), easing)
    )


def cyclic(photo: Photo, *, easing: str = "steps", duration: float) -> Animation:
    """Tile the photo with ever smaller copies, each tinted with the colour of the area it covers.

    Args:
        photo: at the size of the GIF.
        easing: "steps": the photo is shown for twice the time of each other picture; "eased": the first and
            the last picture are shown longest, and those in the middle shortest.
        duration: of one loop, in seconds.
    """
    mean = BlockMeans(photo.pixels)
    blends: list[tuple[Pixels | Drawing, Layout]] = [
        (partial(_blend, photo.pixels, mean(tile), level, tile), Plain())
        for level, tile in enumerate(tile_sizes(photo.size)[1:], start=1)
    ]
    return _animation(
        photo.size, [(photo.pixels, Plain()), *blends], duration, _slots(1 + len(blends), easing)
    )


def levels(size: Size) -> tuple[Size, ...]:
    """Halve the size, rounding down, while both sides are at least 4 px; the size itself comes first.

    A photo with a side under 4 px has no levels.
    """
    found = []
    while min(size) >= _SMALLEST_PX:
        found.append(size)
        size = Size(size.width // 2, size.height // 2)
    return tuple(found)


def tile_sizes(size: Size) -> tuple[Size, ...]:
    """Return for each level the size of a copy that fits it and keeps the photo's aspect ratio.

    The arithmetic is in 32-bit floats: another precision would move some tiles by a pixel. No side is
    under 3 px, since both sides of a level are at least 4 and rounded down by the same halvings.
    """
    tiles = []
    for level in levels(size):
        scale = min(np.float32(side) / np.float32(whole) for side, whole in zip(level, size, strict=True))
        width, height = (int(scale * np.float32(whole)) for whole in size)
        tiles.append(Size(width, height))
    return tuple(tiles)


def _slots(count: int, easing: str) -> list[int]:
    """Return the time slots of pictures for a value of `easing`.

    An eased change follows half a cosine wave: each picture is shown for the time that the wave takes to rise
    by an equal part of its height.
    """
    if easing == "steps":
        return [2] + [1] * (count - 1)
    moments = [acos(1 - 2 * at / count) / pi for at in range(count + 1)]
    return [round(_SLOTS * (end - start)) for start, end in pairwise(moments)]


def _animation(
    size: Size, pictures: Sequence[tuple[Pixels | Drawing, Layout]], duration_s: float, slots: Sequence[int]
) -> Animation:
    """Make frames from pictures that are shown for some time slots each."""
    delays = delays_cs(round(duration_s * 100), slots)
    frames = [Frame(source, layout, delay) for (source, layout), delay in zip(pictures, delays, strict=True)]
    return Animation(tuple(frames), size)


def _shrunk(pixels: Pixels, size: Size) -> Pixels:
    """Return a small copy, resampled with Lanczos.

    Compared with the area mean (BOX), Lanczos keeps eyes, letters and edges readable one level further
    down; its overshoot is invisible at tile sizes, and neither filter aliases as a two-tap filter does.
    """
    return np.asarray(Image.fromarray(pixels).resize(size, Image.Resampling.LANCZOS))


def _blend(pixels: Pixels, cover: Pixels, level: int, tile: Size) -> Pixels:
    """Return the full-size picture of `cyclic` at a level from 1: at 0 it is the photo itself.

    Args:
        pixels: of the photo.
        cover: the mean colour of what each tile covers.
        level: from 1.
        tile: size of a tile.
    """
    size = Size.of(pixels)
    alpha = min(255, int(np.float32(level) / np.float32(_CYCLE) * np.float32(255)))
    copy = _shrunk(pixels, tile)
    rows = len(cover)
    covers = Blocks(1, tile.width).lay(premultiplied(cover), Size(size.width, rows)).astype(
        np.uint16
    ) * np.uint16(alpha)
    copies = Tiles().lay(premultiplied(copy), Size(size.width, tile.height)).astype(np.uint16) * np.uint16(
        255 - alpha
    )
    copies += np.uint16(127)  # to round
    blend = covers[:, None] + copies  # rows of tiles, rows of pixels, columns, colours
    carry = blend >> 8
    carry += np.uint16(1)
    blend += carry  # with the next line: x // 255, exact for x <= 65,152
    blend >>= 8
    return straight(blend.astype(np.uint8).reshape(rows * tile.height, size.width, -1)[: size.height])
