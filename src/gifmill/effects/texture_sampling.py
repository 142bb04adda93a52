"""Texture sampling at subpixel positions, the base of all warping effects.

Each output pixel is one look-up, of all three colours at once, in a copy that was enlarged by a good filter.
That is as smooth as filtering at each look-up, and many times as fast.
"""

from __future__ import annotations

from itertools import accumulate
from typing import TYPE_CHECKING

import numpy as np
from PIL import Image

from gifmill.animation import Size

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from gifmill.animation import Pixels
    from gifmill.photo import Point

    type Field = NDArray[np.float32]

_FINE = 3
"""Samples per pixel along each axis: an odd number, so that one of them is at the centre."""

_COARSE = 2
"""The same for reduced copies, whose pixels are never displayed enlarged, and for large photos that have such
copies: there the gain would be small and the memory large.
"""

_LARGE_PX = 800 * 800

_BAND_PX = 32_768
"""Pixels per band: all intermediate arrays of a band fit the processor's cache."""

_JUST_UNDER_TWO = 2 - 2**-20
"""Scale factor that keeps the far edge of a photo within its last pixel."""


class Texture:
    """A photo that can be sampled anywhere; beyond its edges it is mirrored repeatedly.

    Positions are in pixels from the upper left corner of the upper left pixel, whose centre is (0.5, 0.5).
    """

    def __init__(self, pixels: Pixels, octaves: int = 0) -> None:
        """Prepare the enlarged and reduced copies of a photo.

        Args:
            pixels: sRGB, uint8, shape (height, width, 3).
            octaves: number of halvings of the photo for `sample_minified`.
        """
        size = Size.of(pixels)
        fine = _COARSE if octaves and size.width * size.height > _LARGE_PX else _FINE
        levels = [_enlarged(Image.fromarray(pixels), fine)]
        scales = [2 ** (-step / 2) for step in range(1, 2 * octaves + 1)]
        levels += [_enlarged(_shrunk(pixels, scale), _COARSE) for scale in scales]
        self._texels = np.concatenate([level.ravel() for level in levels]) if octaves else levels[0].ravel()
        self._starts = np.array([0, *accumulate(level.size for level in levels[:-1])], np.intp)
        self._heights = np.array([level.shape[0] for level in levels], np.float32)
        self._widths = np.array([level.shape[1] for level in levels], np.float32)
        self._halves = (np.float32(0.5 / size.width), np.float32(0.5 / size.height))

    def sample(self, x: Field, y: Field) -> Pixels:
        """Return the colours at positions where the photo is displayed at about its own size.

        Args:
            x: in pixels of the photo.
            y: the same. Both can have any shapes that broadcast.

        Returns:
            Shape (height, width, 3), or (positions, 3).
        """
        columns = (_mirrored(x * self._halves[0]) * self._widths[0]).astype(np.intp)
        rows = (_mirrored(y * self._halves[1]) * self._heights[0]).astype(np.intp)
        rows *= int(self._widths[0])
        return _colours(self._texels, rows + columns)

    def sample_minified(self, x: Field, y: Field, octave: Field) -> Pixels:
        """Return the colours at positions where the photo is displayed smaller, without aliasing.

        Args:
            x: in pixels of the photo; all three arrays have the shape of the result.
            y: the same.
            octave: binary logarithm of the reduction at each position; negative values are enlargements.

        Returns:
            Shape (height, width, 3), or (positions, 3).
        """
        level = np.rint(octave * np.float32(2)).clip(0, len(self._starts) - 1).astype(np.intp)
        widths = self._widths.take(level)
        rows = (_mirrored(y * self._halves[1]) * self._heights.take(level)).astype(np.intp)
        rows *= widths.astype(np.intp)
        rows += (_mirrored(x * self._halves[0]) * widths).astype(np.intp)
        rows += self._starts.take(level)
        return _colours(self._texels, rows)


def render_in_bands(size: Size, colours: Callable[[slice, float], Pixels], phase: float) -> Pixels:
    """Render the picture at a phase of a loop in bands of rows.

    Args:
        size: size of the picture.
        colours: function that returns the pixels of a band of rows at a phase, shape (rows, width, 3).
        phase: from 0 up to but excluding 1.
    """
    picture = np.empty((size.height, size.width, 3), np.uint8)
    rows = max(1, _BAND_PX // size.width)
    for top in range(0, size.height, rows):
        band = slice(top, min(top + rows, size.height))
        picture[band] = colours(band, phase)
    return picture


def pixel_centres(size: Size, origin: Point) -> tuple[Field, Field]:
    """Return the coordinates of all pixel centres relative to a point, in pixels.

    Returns:
        x of shape (1, width) and y of shape (height, 1).
    """
    x = np.arange(size.width, dtype=np.float32) + np.float32(0.5 - origin.x * size.width)
    y = np.arange(size.height, dtype=np.float32) + np.float32(0.5 - origin.y * size.height)
    return x[None, :], y[:, None]


def _shrunk(pixels: Pixels, scale: float) -> Image.Image:
    """Return a reduced copy. Sharper filters than this would put dark seams around light areas."""
    image = Image.fromarray(pixels)
    width, height = (max(1, round(side * scale)) for side in image.size)
    return image.resize((width, height), Image.Resampling.HAMMING)


def _enlarged(image: Image.Image, fine: int) -> NDArray[np.uint32]:
    """Return `fine` x `fine` samples of each pixel, each packed into one number."""
    width, height = image.size
    large = image.resize((width * fine, height * fine), Image.Resampling.BICUBIC).convert("RGBX")
    return np.frombuffer(large.tobytes(), np.uint32).reshape(large.height, large.width)


def _mirrored(place: Field) -> Field:
    """Map a position to [0, 1) in a photo that is mirrored at its edges.

    Args:
        place: as a fraction of twice the photo's length, which is the period. It is overwritten.
    """
    place -= np.rint(place)
    np.abs(place, out=place)
    place *= np.float32(_JUST_UNDER_TWO)
    return place


def _colours(texels: NDArray[np.uint32], at: NDArray[np.intp]) -> Pixels:
    packed = texels.take(at, mode="clip")  # nothing is ever clipped, but this mode skips the bounds check
    colours = Image.frombuffer("RGBX", (at.size, 1), packed, "raw", "RGBX", 0, 1).convert("RGB")
    return np.asarray(colours).reshape(*at.shape, 3)
