"""One picture in true colour -> palette indices."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from gifmill.gif.cells import CellTable
from gifmill.gif.diffuse import diffuse, pulled
from gifmill.gif.indexed import Indexed
from gifmill.gif.metric import nearest, to_lab
from gifmill.gif.palette import MAX_COLOURS, distinct, fit_palette, histogram, sampled
from gifmill.gif.snap import snap

if TYPE_CHECKING:
    from gifmill.frames import Indices, Pixels
    from gifmill.gif.indexed import Palette
    from gifmill.gif.presets import Preset

_SMALL_PX = 2048
"""Up to here each colour is weighed by itself: cheaper than a histogram, and nothing is lost."""

_SMALL_EXTRA_STEPS = 2
"""More k-means steps for small pictures: their pixels are seen enlarged, and a step costs little."""

_PULL_BITS = (5, 6, 5)
"""Bits of red, green and blue by which the nearest entry is found before diffusion. Diffusion makes up for
what is not quite the nearest, and a third of the cells take a third of the time."""


class Quantiser:
    """Quantises pictures one after the other by one preset. Holds scratch arrays: one thread at a time."""

    def __init__(self, preset: Preset) -> None:
        self._preset = preset
        self._table = CellTable(preset.table_bits)
        self._rough_table = CellTable(_PULL_BITS)

    def quantise(self, pixels: Pixels, *, dither: bool = True) -> Indexed:
        """A picture with a palette of its own: exact where it has at most 256 colours.

        Args:
            pixels: uint8, shape (height, width, 3).
            dither: off for pictures whose pixels are seen enlarged: there dither is no blend but a pattern.
        """
        preset = self._preset
        area_px = pixels.shape[0] * pixels.shape[1]
        if area_px <= _SMALL_PX:
            return _small(pixels, preset.steps)
        sample = sampled(pixels)
        colours, counts = histogram(sample)
        if len(colours) <= MAX_COLOURS and exactly(sample) and (exact := exactly(pixels)):
            return exact
        palette = fit_palette(colours, counts, sample, preset.colours, preset.steps)
        strength = preset.diffuse if dither and area_px > preset.flat_px else 0
        indices = self._indices(pixels, palette, strength)
        if preset.snap:
            indices = snap(pixels, indices, palette, preset.snap)
        return Indexed(indices, palette).trimmed()

    def _indices(self, pixels: Pixels, palette: Palette, strength: float) -> Indices:
        if strength == 1:
            return diffuse(pixels, palette)
        if strength == 0:
            return self._table.map(pixels, palette)
        near = palette.take(self._rough_table.map(pixels, palette), axis=0)
        return diffuse(pulled(pixels, near, strength), palette)


def _small(pixels: Pixels, steps: int) -> Indexed:
    """A small picture, not dithered, each of its colours weighed by itself and at its nearest entry."""
    colours, numbers, counts = distinct(pixels)
    entries = numbers.astype(np.uint8)
    if len(colours) > MAX_COLOURS:
        palette = fit_palette(colours, counts, colours[None], MAX_COLOURS, steps + _SMALL_EXTRA_STEPS)
        entries = nearest(to_lab(colours), to_lab(palette)).astype(np.uint8)[numbers]
        colours = palette
    return Indexed(entries.reshape(pixels.shape[:2]), colours).trimmed()


def exactly(pixels: Pixels) -> Indexed | None:
    """The picture in its own colours, where there are at most 256."""
    colours, numbers, _ = distinct(pixels)
    if len(colours) > MAX_COLOURS:
        return None
    return Indexed(numbers.astype(np.uint8).reshape(pixels.shape[:2]), colours)
