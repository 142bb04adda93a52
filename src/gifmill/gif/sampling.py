"""Samples of pictures, by which palettes are chosen."""

from __future__ import annotations

from math import gcd
from typing import TYPE_CHECKING

import numpy as np

from gifmill.gif.core import colour_cells

if TYPE_CHECKING:
    from gifmill.animation import Pixels

_GOLDEN_RATIO = (5**0.5 - 1) / 2


def sample_pixels(pixels: Pixels, max_px: int) -> Pixels:
    """Sample evenly spread pixels as one row: all of a small picture, some of a large one.

    Steps of the golden ratio through the pixels leave gaps of two or three sizes, without a period.
    A regular grid would always hit the same positions in every tile of a tiled picture.
    """
    flat = pixels.reshape(1, -1, 3)
    count = flat.shape[1]
    if count <= max_px:
        return flat
    step = int(count * _GOLDEN_RATIO)
    while gcd(step, count) > 1:  # else it would return to earlier pixels
        step += 1
    return flat.take(np.arange(max_px) * step % count, axis=1)


def colours_outside_sample(pixels: Pixels, sample: Pixels) -> Pixels:
    """Return a pixel of each cell of 8 x 8 x 8 levels that the sample missed: small details must stay."""
    sampled = np.zeros(1 << 15, np.bool)
    sampled[colour_cells(sample)] = True
    cells = colour_cells(pixels).ravel()
    missed = np.flatnonzero(~sampled[cells])
    _, first = np.unique(cells[missed], return_index=True)
    return pixels.reshape(1, -1, 3).take(missed[first], axis=1)
