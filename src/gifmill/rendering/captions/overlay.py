"""The pixels of a caption, to be laid on frames."""

from __future__ import annotations

from math import floor
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from gifmill.animation import Pixels
    from gifmill.rendering.captions.lettering import Glyph

_OPAQUE = 255


class Overlay:
    """A layer over some rows of a canvas, transparent at first."""

    def __init__(self, width: int, rows: range) -> None:
        self._rows = slice(rows.start, rows.stop)
        self._layer = np.zeros((len(rows), width, 4), np.float32)  # premultiplied, 0 to 1

    def fill(self, colour: Sequence[float]) -> None:
        """Fill the rows with an opaque colour, three numbers from 0 to 1."""
        self._layer[:] = (*colour, 1)

    def cover(
        self,
        glyph: Glyph,
        mask: NDArray[np.float32],
        colours: Sequence[float] | NDArray[np.float32],
        shift_px: tuple[float, float],
    ) -> None:
        """Lay colours over what a mask covers; what lies outside of the rows or the canvas is cut off.

        Args:
            glyph: for its position.
            mask: opacity, 0 to 1, as large as the glyph; its outermost pixels are transparent.
            colours: three numbers from 0 to 1; or an array of them, as large as the glyph.
            shift_px: displacement to the right and downwards.
        """
        right_px, down_px = map(floor, shift_px)
        moved = _shifted(_shifted(mask, shift_px[0] - right_px, 1), shift_px[1] - down_px, 0)
        left, top = glyph.left + right_px, glyph.top + down_px - self._rows.start
        height, width = self._layer.shape[:2]
        rows = slice(max(-top, 0), max(height - top, 0))
        columns = slice(max(-left, 0), max(width - left, 0))
        opacity = moved[rows, columns, None]
        under = self._layer[max(top, 0) :, max(left, 0) :][: opacity.shape[0], : opacity.shape[1]]
        under *= 1 - opacity
        colour = np.asarray(colours, np.float32)
        under[..., :3] += opacity * (colour if colour.ndim == 1 else colour[rows, columns])
        under[..., 3:] += opacity

    def laid_on(self, canvas: Pixels) -> Pixels:
        """Return a canvas, of 3 or 4 channels, with the layer on it."""
        laid = canvas.copy()
        colours, opacity = self._layer[..., :3] * _OPAQUE, self._layer[..., 3:]
        under = canvas[self._rows].astype(np.float32)
        below = 1 - opacity
        if canvas.shape[2] == 4:
            below *= under[..., 3:] / _OPAQUE
            total = opacity + below
            laid[self._rows, :, :3] = np.rint((colours + under[..., :3] * below) / np.maximum(total, 1e-6))
            laid[self._rows, :, 3:] = np.rint(total * _OPAQUE)
        else:
            laid[self._rows] = np.rint(colours + under * below)
        return laid


def _shifted(mask: NDArray[np.float32], fraction: float, axis: int) -> NDArray[np.float32]:
    """Move a mask to the right or downwards by less than a pixel."""
    return mask if fraction == 0 else mask * (1 - fraction) + np.roll(mask, 1, axis) * fraction
