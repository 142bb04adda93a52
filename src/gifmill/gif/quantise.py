"""One picture in true colour -> palette indices."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from gifmill.gif.cells import CellTable
from gifmill.gif.diffuse import diffuse, pulled
from gifmill.gif.indexed import Indexed
from gifmill.gif.metric import nearest, to_lab
from gifmill.gif.palette import MAX_COLOURS, distinct, fit_palette, histogram
from gifmill.gif.snap import snap

if TYPE_CHECKING:
    from gifmill.frames import Indices, Pixels
    from gifmill.gif.indexed import Palette
    from gifmill.gif.presets import Preset

_SMALL_PX = 2048
"""Up to here each colour is weighed by itself: cheaper than a histogram, and nothing is lost."""

_SMALL_EXTRA_STEPS = 2
"""More k-means steps for small pictures: their pixels are seen enlarged, and a step costs little."""


class Quantiser:
    """Quantises pictures one after the other by one preset. Holds scratch arrays: one thread at a time."""

    def __init__(self, preset: Preset) -> None:
        self._preset = preset
        self._table = CellTable(preset.table_bits)

    def quantise(self, pixels: Pixels, *, dither: bool = True) -> Indexed:
        """A picture with a palette of its own: exact where it has at most 256 colours.

        Args:
            pixels: uint8, shape (height, width, 3).
            dither: off for pictures whose pixels are seen enlarged: there dither is no blend but a pattern.
        """
        preset = self._preset if dither else replace(self._preset, diffuse=0.0)
        if pixels.shape[0] * pixels.shape[1] <= _SMALL_PX:
            return self._small(pixels, preset)
        colours, counts = histogram(pixels)
        if len(colours) <= MAX_COLOURS and (exact := exactly(pixels)) is not None:
            return exact
        palette = fit_palette(colours, counts, pixels, preset.colours, preset.steps)
        indices = self._indices(pixels, palette, preset)
        if preset.snap:
            indices = snap(pixels, indices, palette, preset.snap)
        return Indexed(indices, palette).trimmed()

    def _small(self, pixels: Pixels, preset: Preset) -> Indexed:
        colours, numbers, counts = distinct(pixels)
        if len(colours) <= MAX_COLOURS:
            return Indexed(numbers.astype(np.uint8).reshape(pixels.shape[:2]), colours)
        steps = preset.steps + _SMALL_EXTRA_STEPS
        palette = fit_palette(colours, counts, colours[None], MAX_COLOURS, steps)
        if preset.diffuse:
            return Indexed(self._indices(pixels, palette, preset), palette).trimmed()
        indices = nearest(to_lab(colours), to_lab(palette)).astype(np.uint8)[numbers]
        return Indexed(indices.reshape(pixels.shape[:2]), palette).trimmed()

    def _indices(self, pixels: Pixels, palette: Palette, preset: Preset) -> Indices:
        if preset.diffuse == 1:
            return diffuse(pixels, palette)
        indices = self._table.map(pixels, palette)
        if preset.diffuse:
            return diffuse(pulled(pixels, palette[indices], preset.diffuse), palette)
        return indices


def exactly(pixels: Pixels) -> Indexed | None:
    """The picture in its own colours, where there are at most 256."""
    colours, numbers, _ = distinct(pixels)
    if len(colours) > MAX_COLOURS:
        return None
    return Indexed(numbers.astype(np.uint8).reshape(pixels.shape[:2]), colours)
