"""Mosaics: the mean colours of blocks."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from gifmill.effects.alpha import premultiplied, straight

if TYPE_CHECKING:
    from gifmill.animation import Pixels, Size


class BlockMeans:
    """Mean colours of blocks of any size, from one integral image. Means have alpha if the pixels have."""

    def __init__(self, pixels: Pixels) -> None:
        height, width, channels = pixels.shape
        # 32 bits overflow at 255 x 2,900 x 2,900 px.
        self._sums = np.zeros((height + 1, width + 1, channels), np.int32)
        np.cumsum(premultiplied(pixels), axis=0, dtype=np.int32, out=self._sums[1:, 1:])
        np.cumsum(self._sums[1:, 1:], axis=1, out=self._sums[1:, 1:])

    def mosaic(self, block: Size) -> Pixels:
        """Return the means of blocks with alpha for a GIF, whose pixels are transparent or not.

        A block is visible if a quarter of it is. Arguments as for a call.
        """
        means = self(block)
        if means.shape[2] == 4:
            means[..., 3] = np.minimum(means[..., 3], 127) * 2 + (means[..., 3] > 127)
        return means

    def __call__(self, block: Size) -> Pixels:
        """Return one pixel per block, from the top left. Blocks at the right and lower edges can be cut."""
        height, width = self._sums.shape[0] - 1, self._sums.shape[1] - 1
        rows = np.append(np.arange(0, height, block.height), height)
        columns = np.append(np.arange(0, width, block.width), width)
        sums = np.diff(np.diff(self._sums[rows][:, columns], axis=0), axis=1).astype(np.int64)
        counts = (np.diff(rows)[:, None] * np.diff(columns))[..., None]
        means: Pixels = ((2 * sums + counts) // (2 * counts)).astype(np.uint8)
        return straight(means)
