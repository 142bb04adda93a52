"""Fast rotation, translation and zoom of a photo that is enlarged once."""

from __future__ import annotations

from math import ceil, cos, sin
from typing import TYPE_CHECKING

import numpy as np
from PIL import Image

from gifmill.animation import Size

if TYPE_CHECKING:
    from gifmill.animation import Pixels
    from gifmill.photo import Point

_LEAST, _MOST = 3, 9
"""Range of the factor by which the copy is enlarged.

The nearest pixel of a copy five times larger is as exact as bicubic
interpolation (45 dB on a portrait); three times larger, it is still better than linear (41 dB and 40 dB).
"""

_LARGE_PX = 2400
"""Longest side of the enlarged copy, if the minimum factor allows it: a square takes 23 MB."""


class AffineCamera:
    """A camera that views a photo from any position, at any angle.

    Lanczos runs once, for the enlarged copy. Each view takes the nearest of its pixels: that is several times
    as fast as interpolation, and equally sharp at every subpixel position.
    """

    def __init__(self, pixels: Pixels, beyond: tuple[int, int] = (0, 0)) -> None:
        """Enlarge the photo.

        Args:
            pixels: sRGB, uint8, shape (height, width, 3).
            beyond: how far views extend over the edges, in pixels across and down. There the photo is
                mirrored.
        """
        self._size = Size.of(pixels)
        self._across, self._down = beyond[0] + 1, beyond[1] + 1  # one more: a view can round over the edge
        edges = ((self._down, self._down), (self._across, self._across), (0, 0))
        image = Image.fromarray(np.pad(pixels, edges, "symmetric"))
        self._scale = supersampling_factor(Size(*image.size))
        larger = (image.width * self._scale, image.height * self._scale)
        self._image = image.resize(larger, Image.Resampling.LANCZOS)

    def view(self, size: Size, centre: Point, zoom: float = 1.0, angle: float = 0.0) -> Image.Image:
        """Return a view of the photo.

        Args:
            size: of the picture.
            centre: the point of the photo in the middle of the picture.
            zoom: pixels of the picture per pixel of the photo.
            angle: clockwise rotation of the photo, in radians.
        """
        step = self._scale / zoom
        right, down = step * cos(angle), step * sin(angle)
        x = (centre.x * self._size.width + self._across) * self._scale
        y = (centre.y * self._size.height + self._down) * self._scale
        left, top = size.width / 2, size.height / 2
        matrix = (
            right,
            down,
            x - right * left - down * top,
            -down,
            right,
            y + down * left - right * top,
        )
        return self._image.transform(size, Image.Transform.AFFINE, matrix, Image.Resampling.NEAREST)


def supersampling_factor(size: Size) -> int:
    """Return the factor by which to enlarge a picture for nearest-neighbour sampling.

    It is odd, so that without rotation or shift the centre of a pixel is the centre of an enlarged one.
    """
    times = min(_MOST, max(_LEAST, _LARGE_PX // max(size)))
    return times - 1 + times % 2


def overhang_px(half: float, side: int) -> int:
    """Return how far a view of `half` pixels to each side of the middle extends over the edges."""
    return max(0, ceil(half - side / 2))
