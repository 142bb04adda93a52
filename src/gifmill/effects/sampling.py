"""Reading a photo between its pixels: what every effect that bends a photo is made of.

One look-up a pixel, of all three colours at once, in a copy that was enlarged by a good filter beforehand. That
is as smooth as a filter at each look-up, and many times as fast.
"""

from __future__ import annotations

from itertools import accumulate
from typing import TYPE_CHECKING

import numpy as np
from PIL import Image

from gifmill.frames import Size

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from gifmill.frames import Pixels

    type Field = NDArray[np.float32]

_FINE, _COARSE = 3, 2
"""Readings to a pixel's side: one at its centre, or, where a copy would be very large, none."""

_FINE_PX = 720 * 720
"""Photos of more pixels are read coarsely, if they are to be read at many scales."""

_JUST_UNDER_ONE = 1 - 2**-20
"""So that the far edge of a photo still belongs to its last pixel."""


class Texture:
    """A photo that can be read anywhere; beyond its edges it is mirrored, again and again.

    Places are in pixels from the upper left corner of the upper left pixel, whose centre is (0.5, 0.5).
    """

    def __init__(self, pixels: Pixels, octaves: int = 0) -> None:
        """Prepare a photo.

        Args:
            pixels: sRGB, uint8, shape (height, width, 3).
            octaves: how often the photo may be halved where it is read from afar.
        """
        size = Size.of(pixels)
        fine = _COARSE if octaves and size.width * size.height > _FINE_PX else _FINE
        levels = [_level(pixels, 2 ** (-step / 2), fine) for step in range(2 * octaves + 1)]
        self._texels = np.concatenate([level.ravel() for level in levels])
        starts = accumulate((level.size for level in levels[:-1]), initial=0)
        self._starts = np.array(list(starts), np.intp)
        self._heights = np.array([level.shape[0] for level in levels], np.float32)
        self._widths = np.array([level.shape[1] for level in levels], np.float32)
        self._half = (np.float32(0.5 / size.width), np.float32(0.5 / size.height))

    def read(self, x: Field, y: Field) -> Pixels:
        """The colours at places where the photo keeps about its size.

        Args:
            x, y: in pixels of the photo, of shapes that broadcast to (height, width).

        Returns:
            Shape (height, width, 3).
        """
        width, height = self._widths[0], self._heights[0]
        columns = (_mirrored(x * self._half[0]) * width).astype(np.intp)
        rows = (_mirrored(y * self._half[1]) * height).astype(np.intp)
        rows *= int(width)
        return self._colours(rows + columns)

    def read_from_afar(self, x: Field, y: Field, octave: Field) -> Pixels:
        """The colours at places where the photo is shrunk, without the grain of skipped pixels.

        Args:
            x, y: as for `read`, both of shape (height, width).
            octave: the binary logarithm of how much smaller the photo is there; below 0 it is larger.

        Returns:
            Shape (height, width, 3).
        """
        level = np.rint(octave * np.float32(2)).astype(np.intp)
        np.clip(level, 0, len(self._starts) - 1, out=level)
        widths = self._widths.take(level)
        columns = (_mirrored(x * self._half[0]) * widths).astype(np.intp)
        rows = (_mirrored(y * self._half[1]) * self._heights.take(level)).astype(np.intp)
        rows *= widths.astype(np.intp)
        rows += columns
        rows += self._starts.take(level)
        return self._colours(rows)

    def _colours(self, texels: NDArray[np.intp]) -> Pixels:
        # Clipping changes nothing here, but is faster than the check that raises.
        packed = self._texels.take(texels, mode="clip")
        size = Size(packed.shape[1], packed.shape[0])
        return np.asarray(Image.frombuffer("RGBX", size, packed, "raw", "RGBX", 0, 1).convert("RGB"))


def grid(size: Size) -> tuple[Field, Field]:
    """The centres of all pixels: x of shape (1, width) and y of shape (height, 1)."""
    x = np.arange(size.width, dtype=np.float32) + np.float32(0.5)
    y = np.arange(size.height, dtype=np.float32) + np.float32(0.5)
    return x[None, :], y[:, None]


def _level(pixels: Pixels, scale: float, fine: int) -> NDArray[np.uint32]:
    """The photo shrunk, then enlarged so that there is a reading for every part of a pixel."""
    image = Image.fromarray(pixels)
    small = [max(1, round(side * scale)) for side in image.size]
    if scale < 1:
        image = image.resize((small[0], small[1]), Image.Resampling.LANCZOS)
    image = image.resize((small[0] * fine, small[1] * fine), Image.Resampling.BICUBIC)
    packed = np.frombuffer(image.convert("RGBX").tobytes(), np.uint32)
    return packed.reshape(image.height, image.width)


def _mirrored(halves: Field) -> Field:
    """A place in [0, 1) within a photo that is mirrored at its edges; lengths of two photos come in as 1."""
    place = np.rint(halves)
    np.subtract(halves, place, out=place)
    np.abs(place, out=place)
    place *= np.float32(2 * _JUST_UNDER_ONE)
    return place
