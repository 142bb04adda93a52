"""A photo, enlarged once, that can then be turned, moved and brought closer quickly."""

from __future__ import annotations

from math import ceil, cos, sin
from typing import TYPE_CHECKING

import numpy as np
from PIL import Image

from gifmill.frames import Size

if TYPE_CHECKING:
    from gifmill.focus import Point
    from gifmill.frames import Pixels

_ENLARGED_PX = 2160
"""The longest side that is worth its memory: 19 MB for a square."""

_MOST = 4
"""Four times larger, the nearest pixel is an eighth of a pixel away at most: less than the eye or a palette sees."""

_LEAST = 2


class Enlarged:
    """Looks at a photo from any place, at any angle.

    Lanczos is paid for once, on the enlarged copy; each look takes the nearest of its pixels, some twenty
    times as fast as interpolating each look, and equally sharp wherever it falls between the photo's pixels.
    """

    def __init__(self, pixels: Pixels, beyond: tuple[int, int] = (0, 0)) -> None:
        """Enlarge.

        Args:
            pixels: sRGB, uint8, shape (height, width, 3).
            beyond: how far looks reach over the edges, in pixels across and down. There the photo is
                mirrored.
        """
        self._size = Size.of(pixels)
        self._across, self._down = beyond[0] + 1, beyond[1] + 1  # one more: a look may round over the edge
        edges = ((self._down, self._down), (self._across, self._across), (0, 0))
        image = Image.fromarray(np.pad(pixels, edges, "symmetric"))
        self._scale = min(_MOST, max(_LEAST, _ENLARGED_PX // max(image.size)))
        larger = (image.width * self._scale, image.height * self._scale)
        self._image = image.resize(larger, Image.Resampling.LANCZOS)

    def look(self, size: Size, centre: Point, zoom: float = 1.0, angle: float = 0.0) -> Image.Image:
        """A picture of the photo.

        Args:
            size: of the picture.
            centre: the place of the photo that is in the middle of the picture.
            zoom: how many pixels of the picture one of the photo takes.
            angle: by which the photo is turned, in radians, clockwise.
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


def reach(half: float, side: int) -> int:
    """How far a look that takes `half` pixels to each side of the middle reaches over the edges."""
    return max(0, ceil(half - side / 2))
