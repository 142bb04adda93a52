"""A photo, enlarged once, that can then be turned, moved and brought closer quickly."""

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
"""How many times larger a copy is. The nearest pixel of a copy five times larger is as exact as bicubic
interpolation (45 dB on a portrait); three times larger, it is still better than linear (41 dB and 40 dB).
"""

_LARGE_PX = 2400
"""The longest side that a copy may have, if it can: a square takes 23 MB."""


class AffineCamera:
    """Looks at a photo from any place, at any angle.

    Lanczos is paid for once, on the enlarged copy; each look takes the nearest of its pixels, several times
    as fast as interpolating, and equally sharp wherever it falls between the photo's pixels.
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
        self._scale = supersampling_factor(Size(*image.size))
        larger = (image.width * self._scale, image.height * self._scale)
        self._image = image.resize(larger, Image.Resampling.LANCZOS)

    def view(self, size: Size, centre: Point, zoom: float = 1.0, angle: float = 0.0) -> Image.Image:
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


def supersampling_factor(size: Size) -> int:
    """How many times larger to keep a picture from which the nearest pixels are taken.

    Always odd: where nothing is turned or moved, the middle of a pixel is then the middle of one of these.
    """
    times = min(_MOST, max(_LEAST, _LARGE_PX // max(size)))
    return times - 1 + times % 2


def overhang_px(half: float, side: int) -> int:
    """How far a look that takes `half` pixels to each side of the middle reaches over the edges."""
    return max(0, ceil(half - side / 2))
