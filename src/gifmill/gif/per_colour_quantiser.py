"""Quantisation colour by colour instead of by grid cell: for pictures with few colours or a narrow range."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from gifmill.gif.colour_distance import nearest_centres, to_lab
from gifmill.gif.indexed_image import IndexedImage
from gifmill.gif.palette import distinct_colours, fit_palette

if TYPE_CHECKING:
    from gifmill.animation import Pixels
    from gifmill.gif.indexed_image import Palette


def quantise_exactly(pixels: Pixels) -> IndexedImage:
    """Index a picture of at most 256 colours exactly."""
    colours, numbers, _ = distinct_colours(pixels)
    return IndexedImage(numbers.astype(np.uint8).reshape(pixels.shape[:2]), colours)


def quantise_by_colour(
    pixels: Pixels, entries: int, steps: int, guess: Palette | None = None
) -> tuple[IndexedImage, float]:
    """Quantise a picture without dither, with each of its colours mapped to its nearest entry.

    Args:
        pixels: uint8, shape (height, width, 3).
        entries: maximum number of entries, 2 to 256.
        steps: k-means steps.
        guess: as in `fit_palette`.

    Returns:
        The picture, and the mean distance of its pixels from their entries.
    """
    colours, numbers, counts = distinct_colours(pixels)
    palette = fit_palette(colours, counts, entries, steps, guess)
    points, centres = to_lab(colours), to_lab(palette)
    owner = nearest_centres(points, centres).astype(np.uint8)
    error = float(np.average(np.square(points - centres[owner]).sum(axis=1), weights=counts))
    return IndexedImage(owner[numbers].reshape(pixels.shape[:2]), palette), error
