"""Mosaics: the mean colours of blocks."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from gifmill.effects.alpha import MIN_VISIBLE_ALPHA, premultiplied, straight

if TYPE_CHECKING:
    from gifmill.animation import Pixels, Size


class BlockMeans:
    """Mean colours of blocks of any size, from one integral image. Means have alpha if the pixels have."""

    def __init__(self, pixels: Pixels) -> None:
        height, width, self._channels = pixels.shape
        levels = premultiplied(pixels)
        if self._channels == 4:
            levels = np.dstack([levels, levels * (pixels[..., 3:] >= MIN_VISIBLE_ALPHA)])
        # 32 bits overflow at 255 x 2,900 x 2,900 px.
        self._sums = np.zeros((height + 1, width + 1, levels.shape[2]), np.int32)
        np.cumsum(levels, axis=0, dtype=np.int32, out=self._sums[1:, 1:])
        np.cumsum(self._sums[1:, 1:], axis=1, out=self._sums[1:, 1:])

    def mosaic(self, block: Size) -> Pixels:
        """Return the means of blocks with alpha for a GIF, whose pixels are transparent or not.

        A block is visible if its visible pixels would cover a quarter of it, in their colour: a block of a
        soft shadow is not, and the shadow beside a logo does not darken the logo. Arguments as for a call.
        """
        means = self._means(block)
        if self._channels == 3:
            return means
        soft, solid = straight(means[..., :4]), straight(means[..., 4:])
        alpha = means[..., 3:4]
        soft[..., 3:] = np.minimum(alpha, MIN_VISIBLE_ALPHA - 1)
        solid[..., 3:] = np.maximum(np.minimum(alpha, 127) * 2 + (alpha > 127), MIN_VISIBLE_ALPHA)
        return np.where(means[..., 7:] >= 64, solid, soft)

    def __call__(self, block: Size) -> Pixels:
        """Return one pixel per block, from the top left. Blocks at the right and lower edges can be cut."""
        return straight(self._means(block)[..., : self._channels])

    def _means(self, block: Size) -> Pixels:
        """Return the means of premultiplied pixels; with alpha, followed by those of visible pixels alone."""
        height, width = self._sums.shape[0] - 1, self._sums.shape[1] - 1
        rows = np.append(np.arange(0, height, block.height), height)
        columns = np.append(np.arange(0, width, block.width), width)
        sums = np.diff(np.diff(self._sums[rows][:, columns], axis=0), axis=1).astype(np.int64)
        counts = (np.diff(rows)[:, None] * np.diff(columns))[..., None]
        means: Pixels = ((2 * sums + counts) // (2 * counts)).astype(np.uint8)
        return means
