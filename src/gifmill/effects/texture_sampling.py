"""Textures: photos that can be sampled between their pixels and beyond their edges, the base of all warps.

The native library samples them; the methods here check every size before a call.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from gifmill.animation import Size
from gifmill.effects.alpha import premultiplied
from gifmill.effects.native import library

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from gifmill.animation import Pixels
    from gifmill.photo import Point

    type Field = NDArray[np.float32]

type Weights = tuple[int, ...]

SHARP: Weights = (42, -14, 5, -1)
SOFT: Weights = (39, -9, 2, 0)
"""Weights of the four nearest pixels to either side of a point halfway between two, in 64ths.

SOFT is the Lanczos filter. The stronger lobes of SHARP make up for the blur of the linear interpolation
between texels. Rotated photos were compared with photos of four times the size: with SHARP they are 0.2 to
1.4 dB nearer to these, and GIFs are 1 to 3 % larger.
"""

MAX_TEXTURE_SIDE_PX = 16_384
"""Maximum side of a texture and of a view: positions in it fit C's numbers with much room."""


class Texture:
    """A photo that can be sampled anywhere; beyond its edges it is mirrored repeatedly.

    Positions are in pixels from the upper left corner of the upper left pixel, whose centre is (0.5, 0.5).

    Its pictures have as many channels as the photo: three, or four with straight alpha.

    Attributes:
        size: of the photo, in pixels.
        texels: RGBA samples, two per pixel along each axis: see `texels`.
    """

    def __init__(self, pixels: Pixels, halfway: Weights = SOFT) -> None:
        """Prepare the texels.

        Args:
            pixels: sRGB, uint8, shape (height, width, 3), or (height, width, 4) with straight alpha.
            halfway: weights as for `texels`.
        """
        self.size = Size.of(pixels)
        self._channels = pixels.shape[2]
        self.texels = texels(pixels, halfway)

    def view(self, size: Size, matrix: tuple[float, float, float, float, float, float]) -> Pixels:
        """Return a picture that shows the photo through an affine transform.

        Args:
            size: of the picture.
            matrix: two rows of (a, b, c). The pixel whose centre is (x + 0.5, y + 0.5) has the photo's colour
                at a x + b y + c, of the first row across and of the second one down.
        """
        if not 1 <= min(size) <= max(size) <= MAX_TEXTURE_SIDE_PX:
            raise ValueError(f"a view of {size} px")
        picture = self._picture(size)
        library().gifmill_affine(
            self.texels, *self.size, self._channels, np.array(matrix, np.float32), *size, picture
        )
        return picture

    def displaced(
        self, columns: Field, rows: Field, near: Field | None = None, shift: tuple[float, float] = (0, 0)
    ) -> Pixels:
        """Return a picture of the photo's size whose pixels are displaced.

        Args:
            columns: x and y of each column, shape (2, width).
            rows: x and y that are added to them in each row, shape (2, height).
            near: factor of the shift of each pixel, shape (height, width); None for no shift.
            shift: right and down, in pixels.
        """
        width, height = self.size
        _check(columns, (2, width))
        _check(rows, (2, height))
        if near is not None:
            _check(near, (height, width))
        picture = self._picture(self.size)
        library().gifmill_displace(
            self.texels, width, height, self._channels, columns, rows, near, *shift, picture
        )
        return picture

    def draw_displaced(
        self, picture: Pixels, columns: Field, rows: Field, near: Field, shift: tuple[float, float]
    ) -> None:
        """Draw the photo over a picture of its size, displaced.

        Args:
            picture: sRGB, uint8, shape (height, width, 3), changed in place.
            columns: as for `displaced`.
            rows: likewise.
            near: likewise.
            shift: likewise.
        """
        width, height = self.size
        _check(columns, (2, width))
        _check(rows, (2, height))
        _check(near, (height, width))
        if picture.shape != (height, width, 3):
            raise ValueError(f"a picture of {picture.shape}")
        library().gifmill_displace_over(self.texels, width, height, columns, rows, near, *shift, picture)

    def twisted(
        self, centre: Point, cosine_part: Field, sine_part: Field, cosine: float, sine: float
    ) -> Pixels:
        """Return a picture of the photo's size whose pixels are rotated around a centre.

        The angle is cosine x cosine_part + sine x sine_part, in radians, at most 3.2 in magnitude. Cosine and
        sine are those of the loop's phase, or similar functions of it.

        Args:
            centre: in pixels.
            cosine_part: of each pixel, shape (height, width).
            sine_part: likewise.
            cosine: of the loop's phase.
            sine: likewise.
        """
        width, height = self.size
        for field in (cosine_part, sine_part):
            _check(field, (height, width))
        picture = self._picture(self.size)
        library().gifmill_twist(
            self.texels, width, height, self._channels, *centre, cosine_part, sine_part, cosine, sine, picture
        )
        return picture

    def mirrored_wedges(self, sectors: Field, phase: float, matrices: Field, apex: Point) -> Pixels:
        """Return a picture of the photo's size, made of wedges around its middle.

        Args:
            sectors: number of each pixel's half wedge, with a fraction; shape (height, width).
            phase: added to each of these; the whole part of the sum selects the matrix.
            matrices: by number, rotation or reflection from pixels around the middle to the photo; shape
                (numbers, 4), row by row.
            apex: in pixels, added to what the matrix gives.
        """
        width, height = self.size
        _check(sectors, (height, width))
        _check(matrices, (len(matrices), 4))
        picture, count, tip = self._picture(self.size), len(matrices), np.array(apex, np.float32)
        if not count:
            raise ValueError("wedges without a matrix")
        library().gifmill_kaleidoscope(
            self.texels, width, height, self._channels, sectors, phase, matrices, count, tip, picture
        )
        return picture

    def _picture(self, size: Size) -> Pixels:
        return np.empty((size.height, size.width, self._channels), np.uint8)


def texels(pixels: Pixels, halfway: Weights = SOFT) -> NDArray[np.uint8]:
    """Return RGBA texels, two per pixel along each axis, shape (2 height + 2, 2 width + 2, 4).

    Texels are at the edges, at the centres and halfway between: those at the centres are the photo's pixels.
    Their colours are premultiplied by alpha.

    Args:
        pixels: sRGB, uint8, shape (height, width, 3), or (height, width, 4) with straight alpha; each side
            1 to 16,384.
        halfway: weights of pixels, as of `SHARP`; their magnitudes add up to at most 64.
    """
    width, height = Size.of(pixels)
    channels = pixels.shape[-1]
    if pixels.dtype != np.uint8 or pixels.ndim != 3 or channels not in (3, 4):
        raise ValueError(f"a photo has sRGB bytes, not {pixels.dtype} of {pixels.shape}")
    if not 1 <= min(width, height) <= max(width, height) <= MAX_TEXTURE_SIDE_PX:
        raise ValueError(f"a photo of {width} x {height} px")
    if len(halfway) != 4 or sum(map(abs, halfway)) > 64:
        raise ValueError(f"weights {halfway}")
    made = np.empty((2 * height + 2, 2 * width + 2, 4), np.uint8)
    weights = np.array(halfway, np.int16)
    row = np.empty(channels * (width + 8), np.int16)
    prepared = np.ascontiguousarray(premultiplied(pixels))
    library().gifmill_texture(prepared, width, height, channels, weights, row, made)
    return made


def pixel_centres(size: Size, origin: Point) -> tuple[Field, Field]:
    """Return the coordinates of all pixel centres relative to a point, in pixels.

    Returns:
        x of shape (1, width) and y of shape (height, 1).
    """
    x = np.arange(size.width, dtype=np.float32) + np.float32(0.5 - origin.x * size.width)
    y = np.arange(size.height, dtype=np.float32) + np.float32(0.5 - origin.y * size.height)
    return x[None, :], y[:, None]


def _check(field: Field, shape: tuple[int, ...]) -> None:
    """Raise ValueError if a field has another shape. Its type is checked in the call."""
    if field.shape != shape:
        raise ValueError(f"a field of {field.shape}, not {shape}")
