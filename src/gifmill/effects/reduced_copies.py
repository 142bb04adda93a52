"""Reduced copies of a photo: textures for places where it is displayed smaller, without aliasing."""

from __future__ import annotations

from itertools import accumulate
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from PIL import Image

from gifmill.animation import Size
from gifmill.effects.native import library
from gifmill.effects.texture_sampling import texels

if TYPE_CHECKING:
    from gifmill.animation import Pixels
    from gifmill.effects.texture_sampling import Field
    from gifmill.photo import Point


_MAX_OCTAVES = 15
"""The native library has room for 32 copies."""


class Border(NamedTuple):
    """The border of a photo.

    Attributes:
        width_px: in pixels of the photo.
        level: its grey, 0 to 255.
    """

    width_px: float
    level: float


class ReducedCopies:
    """The textures of a photo and of its copies, each smaller by the square root of 2."""

    def __init__(self, pixels: Pixels, octaves: int) -> None:
        """Prepare the copies.

        Args:
            pixels: sRGB, uint8, shape (height, width, 3), or (height, width, 4) with straight alpha.
            octaves: number of halvings of the photo, at most 15.
        """
        if not 0 <= octaves <= _MAX_OCTAVES:
            raise ValueError(f"{octaves} octaves")
        self._channels = pixels.shape[2]
        sizes = [_scaled(Size.of(pixels), 2 ** (-step / 2)) for step in range(2 * octaves + 1)]
        ends = [*accumulate(4 * (2 * size.width + 2) * (2 * size.height + 2) for size in sizes)]
        self._sizes = np.array(sizes, np.int32)
        self._starts = np.array([0, *ends[:-1]], np.int64)
        self._texels = np.empty(ends[-1], np.uint8)  # to join them in the end would take twice the memory
        copies = [pixels]
        for step, (size, end) in enumerate(zip(sizes, ends, strict=True)):
            if step:
                larger = copies[max(0, step - 2)]  # of about twice the size, except for the first copy
                copies.append(_shrunk(larger, size))
            made = texels(copies[step]).ravel()
            self._texels[end - len(made) : end] = made

    def nested(
        self,
        fields: tuple[Field, Field, Field, Field],
        phase: float,
        photos: Field,
        vanishing_point: Point,
        border: Border,
    ) -> Pixels:
        """Return a picture of the photo's size that shows a photo nested in itself.

        Args:
            fields: four numbers of each pixel, each of shape (height, width): x and y from the vanishing
                point in pixels of the photo, depth in nested photos, and binary logarithm of the photo's
                reduction.
            phase: added to each depth; the whole part of the sum is the number of the pixel's photo.
            photos: scale of x and y, and what is added to the reduction, for each number from -1; shape
                (numbers, 2).
            vanishing_point: in pixels of the photo, added to the scaled x and y.
            border: of each photo, at least 1.25 px wide on the canvas unless the photo is tiny there.
        """
        width, height = self._sizes[0].tolist()
        for field in fields:
            if field.shape != (height, width):
                raise ValueError(f"a field of {field.shape}, not {(height, width)}")
        if len(photos) < 2 or photos.shape != (len(photos), 2):
            raise ValueError(f"nested photos of shape {photos.shape}")
        picture = np.empty((height, width, self._channels), np.uint8)
        copies = (self._texels, self._starts, self._sizes, len(self._sizes))
        point = np.array(vanishing_point, np.float32)
        library().gifmill_nested(
            *copies,
            self._channels,
            *fields,
            phase,
            photos,
            len(photos),
            point,
            np.array(border, np.float32),
            picture,
        )
        return picture


def _scaled(size: Size, scale: float) -> Size:
    return Size(*(max(1, round(side * scale)) for side in size))


def _shrunk(pixels: Pixels, size: Size) -> Pixels:
    """Return a reduced copy. Sharper filters than this would put dark seams around light areas."""
    return np.asarray(Image.fromarray(pixels).resize(size, Image.Resampling.HAMMING))
