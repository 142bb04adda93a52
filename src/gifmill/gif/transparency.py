"""Transparent pixels: GIFs have no half-transparent ones, so alpha is reduced to one bit."""

from __future__ import annotations

from operator import index
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from gifmill.gif.core import Window, changed_window

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from gifmill.animation import Indices, Pixels

type Colour = tuple[int, int, int]
"""sRGB, 0 to 255 each."""

_MIN_ALPHA = 128
"""Alpha from which a pixel is visible: half of it."""

_MIN_COVER = 0.3
"""Part of a pixel that an edge must cover for its own colour to be found."""

_RINGING_PX = 4
"""Distance from an edge at which a Lanczos filter still makes a shadow more opaque."""

_SOLID = 0.8
"""Alpha, 0 to 1, of a neighbour that is no part of a shadow."""


class Picture(NamedTuple):
    """A canvas whose pixels are visible or transparent.

    Attributes:
        pixels: sRGB, uint8, shape (height, width, 3). Transparent pixels are black.
        visible: 0 where it is transparent, else 1, shape (height, width); None if all of it is visible.
    """

    pixels: Pixels
    visible: Indices | None = None

    def changed_window(self, following: Picture) -> Window | None:
        """Return the box around all pixels that differ in another picture, or None if none differs."""
        if self.visible is None and following.visible is None:
            return changed_window(self.pixels, following.pixels)
        changed = (self.pixels != following.pixels).any(axis=2)
        return bounding_box(changed | (self.visibility() != following.visibility()))

    def vanishing_window(self, following: Picture) -> Window | None:
        """Return the box around all visible pixels that are transparent in the next picture, or None."""
        if following.visible is None:
            return None
        return bounding_box(self.visibility() > following.visible)

    def visible_pixels(self) -> Pixels:
        """Return the colours of the visible pixels: the whole picture, or a row of them.

        If none is visible, it is one black pixel.
        """
        if self.visible is None:
            return self.pixels
        found: Pixels = self.pixels[self.visible != 0][None]
        return found if found.size else np.zeros((1, 1, 3), np.uint8)

    def visibility(self) -> Indices:
        """Return `visible` as an array in any case."""
        return np.ones(self.pixels.shape[:2], np.uint8) if self.visible is None else self.visible


def picture_of(pixels: Pixels, matte: Colour | None = None) -> Picture:
    """Separate the colours of a picture from its transparency.

    Args:
        pixels: uint8, shape (height, width, 3), or (height, width, 4) with straight alpha. A pixel is visible
            from an alpha of 128.
        matte: the colour that half-transparent pixels are mixed with, if the background is known; with None,
            visible ones have their own colours, without the shadow beside them, which suit any background.

    Raises:
        ValueError: the dtype or shape is another.
    """
    if pixels.dtype != np.uint8 or pixels.ndim != 3 or pixels.shape[2] not in (3, 4):
        raise ValueError(f"a frame has uint8 pixels of 3 or 4 channels, not {pixels.dtype} {pixels.shape}")
    if pixels.shape[2] == 3:
        return Picture(pixels)
    colours, alpha = pixels[..., :3], np.ascontiguousarray(pixels[..., 3])
    if (alpha == 255).all():
        return Picture(np.ascontiguousarray(colours))
    if matte is None:
        colours, alpha = _without_shadow(pixels)
    else:
        colours = on_background(pixels, matte)
    visible = (alpha >= _MIN_ALPHA).view(np.uint8)
    return Picture(colours * visible[..., None], None if visible.all() else visible)


def one_bit_alpha(pixels: Pixels) -> Pixels:
    """Return pixels as a GIF shows them: opaque or transparent.

    Args:
        pixels: uint8, shape (height, width, 3), or (height, width, 4) with straight alpha.
    """
    if pixels.shape[2] == 3:
        return pixels
    colours, alpha = _without_shadow(pixels)
    return np.dstack([colours, np.where(alpha >= _MIN_ALPHA, np.uint8(255), np.uint8(0))])


def _without_shadow(pixels: Pixels) -> tuple[Pixels, NDArray[np.uint8]]:
    """Return the colours and the alpha of a picture, without the soft shadow or glow mixed into its edges.

    A shadow that is less than half opaque is not shown. Where an edge covers a part of a pixel and the shadow
    the rest, it would leave a dark dot. The most transparent neighbour is what lies below the edge. Where the
    edge covers too little to find its colour, the pixel belongs to the shadow: its alpha is 0. So is that of
    a shadow near an edge which resampling has made half opaque.

    Args:
        pixels: uint8, shape (height, width, 4), with straight alpha.

    Source: Porter and Duff, Compositing Digital Images (1984), section 4.3: "over", solved for the upper one.
    """
    rows, columns = np.nonzero((pixels[..., 3] >= _MIN_ALPHA) & (pixels[..., 3] < 255))
    if not len(rows):
        return pixels[..., :3], np.ascontiguousarray(pixels[..., 3])
    near = _neighbours(pixels, rows, columns, 1)
    edge, below = pixels[rows, columns] / 255, near[np.arange(len(near)), near[..., 3].argmin(axis=1)] / 255
    alpha, alpha_below = edge[:, 3:], below[:, 3:]
    cover = (alpha - alpha_below) / (1 - alpha_below)
    unmixed = (alpha * edge[:, :3] - (1 - cover) * alpha_below * below[:, :3]) / np.maximum(cover, _MIN_COVER)
    is_found = (cover >= _MIN_COVER) & (alpha_below > 0)
    colours, shown_alpha = pixels[..., :3].copy(), pixels[..., 3].copy()
    colours[rows, columns] = (np.where(is_found, unmixed, edge[:, :3]) * 255 + 0.5).clip(0, 255)
    is_soft = (cover < _MIN_COVER) & (alpha_below > 0) & (alpha_below < _MIN_ALPHA / 255)
    rows, columns = rows[is_soft[:, 0]], columns[is_soft[:, 0]]
    is_shadow = _neighbours(pixels, rows, columns, _RINGING_PX)[..., 3].max(axis=1) > 255 * _SOLID
    shown_alpha[rows[is_shadow], columns[is_shadow]] = 0
    return colours, shown_alpha


def _neighbours(pixels: Pixels, rows: NDArray[np.intp], columns: NDArray[np.intp], reach_px: int) -> Pixels:
    """Return the pixels of the square around each of some pixels, shape (count, pixels of a square, 4)."""
    around = np.arange(-reach_px, reach_px + 1)
    near_rows = (rows[:, None, None] + around[:, None]).clip(0, pixels.shape[0] - 1)
    near_columns = (columns[:, None, None] + around).clip(0, pixels.shape[1] - 1)
    near: Pixels = pixels[near_rows, near_columns].reshape(len(rows), len(around) ** 2, 4)
    return near


def on_background(pixels: Pixels, background: Colour) -> Pixels:
    """Return a picture with alpha as it is seen on a background.

    Args:
        pixels: uint8, shape (height, width, 4).
        background: the colour.
    """
    share = pixels[..., 3:].astype(np.uint16)
    mixed = pixels[..., :3] * share + np.array(background, np.uint16) * (255 - share)
    return ((mixed + 127) // 255).astype(np.uint8)


def check_matte(matte: Colour | None) -> None:
    """Reject what is no colour.

    Raises:
        ValueError: it is not three whole numbers from 0 to 255.
    """
    if matte is None:
        return
    try:
        levels = [index(level) for level in matte]
    except TypeError:
        levels = []
    if len(levels) != 3 or not 0 <= min(levels) <= max(levels) <= 255:
        raise ValueError(f"the matte {matte!r} is not three whole numbers from 0 to 255: red, green and blue")


def bounding_box(mask: NDArray[np.bool]) -> Window | None:
    """Return the smallest box around all pixels of a mask, or None if there are none."""
    rows, columns = np.flatnonzero(mask.any(axis=1)), np.flatnonzero(mask.any(axis=0))
    if not len(rows):
        return None
    return Window(int(columns[0]), int(rows[0]), int(columns[-1]) + 1, int(rows[-1]) + 1)


def union(window: Window, other: Window | None) -> Window:
    """Return the smallest box around both."""
    if other is None:
        return window
    return Window(*map(min, window[:2], other[:2]), *map(max, window[2:], other[2:]))
