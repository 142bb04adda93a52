"""The three effects gifmill began with: a mosaic that resolves, and a photo tiled with copies of itself.

All three walk the same levels: the photo's size, halved again and again.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PIL import Image

from gifmill.animation import Animation, Blocks, Frame, Layout, Pixels, Plain, Size, Tiles, delays_cs
from gifmill.effects.mosaic import BlockMeans

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from gifmill.photo import Photo

_SMALLEST_PX = 4
"""No level has a side shorter than this: below it a picture is a spot of colour."""

_CYCLE = 10
"""In `cyclic`, the level at which a tile would be wholly covered by the colour of the place it hides."""


def blur(photo: Photo, *, duration: float) -> Animation:
    """A mosaic of ever smaller blocks that resolves into the photo.

    Args:
        photo: of the size that the GIF is to have.
        duration: of one turn, in seconds.
    """
    mean = BlockMeans(photo.pixels)
    mosaics: list[tuple[Pixels, Layout]] = [
        (mean(level), Blocks(level.height, level.width)) for level in levels(photo.size)
    ]
    return _animation(photo.size, [*mosaics, (photo.pixels, Plain())], duration, first=1)


def recursive(photo: Photo, *, duration: float) -> Animation:
    """The photo, tiled with ever smaller copies of itself.

    Args:
        photo: of the size that the GIF is to have.
        duration: of one turn, in seconds. The photo itself is shown for two shares of it.
    """
    smaller: list[tuple[Pixels, Layout]] = [
        (_shrunk(photo.pixels, tile), Tiles()) for tile in tile_sizes(photo.size)[1:]
    ]
    return _animation(photo.size, [(photo.pixels, Plain()), *smaller], duration, first=2)


def cyclic(photo: Photo, *, duration: float) -> Animation:
    """Ever smaller copies of the photo, each taking on the colour of the place it hides.

    Args:
        photo: of the size that the GIF is to have.
        duration: of one turn, in seconds. The photo itself is shown for two shares of it.
    """
    blends: list[tuple[Pixels, Layout]] = [(blend, Plain()) for blend in _blends(photo.pixels)]
    return _animation(photo.size, [(photo.pixels, Plain()), *blends], duration, first=2)


def levels(size: Size) -> tuple[Size, ...]:
    """The size halved, rounding down, while both sides are at least 4 px; the size itself comes first.

    A photo with a side under 4 px has no levels.
    """
    found = []
    while min(size) >= _SMALLEST_PX:
        found.append(size)
        size = Size(size.width // 2, size.height // 2)
    return tuple(found)


def tile_sizes(size: Size) -> tuple[Size, ...]:
    """For each level the size of a copy that fits it and keeps the photo's aspect.

    The arithmetic is in 32-bit floats: another precision would move some tiles by a pixel. No side falls
    under 3 px, since both sides of a level are at least 4 and rounded down by the same halvings.
    """
    tiles = []
    for level in levels(size):
        scale = min(np.float32(side) / np.float32(whole) for side, whole in zip(level, size, strict=True))
        width, height = (int(scale * np.float32(whole)) for whole in size)
        tiles.append(Size(width, height))
    return tuple(tiles)


def _animation(
    size: Size, pictures: Sequence[tuple[Pixels, Layout]], duration_s: float, *, first: int
) -> Animation:
    """Pictures as frames that last equally long, the first for `first` shares."""
    slots = [first] + [1] * (len(pictures) - 1)
    delays = delays_cs(round(duration_s * 100), slots)
    frames = [Frame(source, layout, delay) for (source, layout), delay in zip(pictures, delays, strict=True)]
    return Animation(tuple(frames), size)


def _shrunk(pixels: Pixels, size: Size) -> Pixels:
    """A small copy, by Lanczos.

    Side by side with the area mean (BOX), Lanczos keeps eyes, letters and edges readable one level further
    down; its overshoot does not show at tile sizes, and neither filter aliases as the usual two taps do.
    """
    return np.asarray(Image.fromarray(pixels).resize(size, Image.Resampling.LANCZOS))


def _blends(pixels: Pixels) -> Iterator[Pixels]:
    """Full-size pictures of `cyclic` from the second level on: the first is the photo itself."""
    size = Size.of(pixels)
    mean = BlockMeans(pixels)
    for level, tile in enumerate(tile_sizes(size)[1:], start=1):
        alpha = min(255, int(np.float32(level) / np.float32(_CYCLE) * np.float32(255)))
        cover, copy = mean(tile), _shrunk(pixels, tile)
        rows = len(cover)
        covers = Blocks(1, tile.width).lay(cover, Size(size.width, rows)).astype(np.uint16) * np.uint16(alpha)
        copies = Tiles().lay(copy, Size(size.width, tile.height)).astype(np.uint16) * np.uint16(255 - alpha)
        copies += np.uint16(127)  # to round
        blend = covers[:, None] + copies  # rows of tiles, rows of pixels, columns, colours
        blend += (blend >> 8) + np.uint16(1)  # with the next line: x // 255, exact for x <= 65,152
        blend >>= 8
        yield blend.astype(np.uint8).reshape(rows * tile.height, size.width, 3)[: size.height]
