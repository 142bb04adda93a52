"""Longer runs: a pixel takes its left neighbour's entry where that is hardly seen."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from gifmill.gif.metric import LINEAR_MAP, mapped

if TYPE_CHECKING:
    from gifmill.frames import Indices, Pixels
    from gifmill.gif.indexed import Palette
    from gifmill.gif.metric import Floats

_BUSY = 0.8
"""How far the tolerance follows local activity: 0 not at all, 1 wholly. Smooth places show every run."""

_FULL_ACTIVITY = 0.08
"""Difference in grey across a pixel, both ways together, from which a place counts as wholly busy."""


def snap(pixels: Pixels, indices: Indices, palette: Palette, tolerance: float) -> Indices:
    """Repeat the left neighbour's index where that costs little: LZW then finds longer strings.

    Goes column by column, all rows at once, on transposed arrays.

    Args:
        pixels: what is to be shown, uint8, shape (height, width, 3).
        indices: uint8, shape (height, width).
        palette: 1 to 256 colours.
        tolerance: what a repeat may add to a pixel's distance where activity is middling.
    """
    upright = pixels.transpose(1, 0, 2).astype(np.float32)
    points = mapped(upright.reshape(-1, 3), LINEAR_MAP).reshape(upright.shape)
    entries = palette @ LINEAR_MAP
    columns = indices.T.copy()
    allowed = _squares(points - entries[columns])
    allowed += np.float32(tolerance) * (
        np.float32(1 - _BUSY) + np.float32(2 * _BUSY) * _activity(points[..., 0])
    )
    for column in range(1, len(columns)):
        left = columns[column - 1]
        repeat = _squares(points[column] - entries[left]) < allowed[column]
        np.copyto(columns[column], left, where=repeat)
    snapped: Indices = columns.T.copy()
    return snapped


def _squares(vectors: Floats) -> Floats:
    """Squared lengths along the last axis."""
    squares: Floats = np.einsum("...k,...k->...", vectors, vectors)
    return squares


def _activity(grey: Floats) -> Floats:
    """How busy each place is, 0 to 1."""
    change = np.zeros_like(grey)
    change[1:-1] = abs(grey[2:] - grey[:-2])
    change[:, 1:-1] += abs(grey[:, 2:] - grey[:, :-2])
    activity: Floats = np.minimum(change * np.float32(1 / _FULL_ACTIVITY), 1)
    return activity
