"""One picture in true colour -> palette indices."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from gifmill.gif.floyd_steinberg import diffuse, pulled, tells_apart
from gifmill.gif.indexed_image import Indexed
from gifmill.gif.lossy_runs import snap
from gifmill.gif.nearest_colour_table import EntryTable
from gifmill.gif.palette import (
    few_colours,
    fit_palette,
    histogram,
    narrow,
    sampled,
    unmet,
)
from gifmill.gif.per_colour_quantiser import by_colour, exactly
from gifmill.gif.presets import SMALL_PX

if TYPE_CHECKING:
    from gifmill.animation import Indices, Pixels
    from gifmill.gif.indexed_image import Palette
    from gifmill.gif.presets import Preset

_SMALL_EXTRA_STEPS = 2
"""More k-means steps for small pictures: their pixels are seen enlarged, and a step costs little."""

_PULL_BITS = (5, 6, 5)
"""Bits of red, green and blue by which the nearest entry is found before diffusion. Diffusion makes up for
what is not quite the nearest, and a third of the cells take a third of the time."""

_NARROW = 0.5
"""How much of the tolerance for repeats is left where all colours lie close together: there less is seen."""


class Quantiser:
    """Quantises pictures one after the other by one preset."""

    def __init__(self, preset: Preset) -> None:
        self._preset = preset

    def quantise(self, pixels: Pixels, *, dither: bool = True) -> Indexed:
        """A picture with a palette of its own: exact where it has at most `Preset.most_exact` colours.

        Args:
            pixels: uint8, shape (height, width, 3).
            dither: off for pictures whose pixels are seen enlarged: there dither is no blend but a pattern.
        """
        preset = self._preset
        area_px = pixels.shape[0] * pixels.shape[1]
        most = preset.most_exact(area_px)
        if few_colours(pixels, most):
            return self._kept(pixels, exactly(pixels))
        if area_px <= SMALL_PX:
            steps = preset.steps + _SMALL_EXTRA_STEPS
            return self._kept(pixels, by_colour(pixels, most, steps)[0].trimmed())
        sample = sampled(pixels)
        strength = preset.diffuse if dither and area_px > preset.flat_px else 0
        if narrow(sample):
            return self._narrow(pixels, strength)
        colours, counts = histogram(sample)
        rare = unmet(pixels, sample)
        colours, counts = np.concatenate([colours, rare]), np.append(counts, np.ones(len(rare), np.intp))
        palette = fit_palette(colours, counts, preset.colours, preset.steps)
        return self._finished(pixels, self._indices(pixels, palette, strength), palette)

    def _kept(self, pixels: Pixels, found: Indexed) -> Indexed:
        """A picture whose colours all matter, unless the preset gives up colours anyway."""
        return found if self._preset.exact else self._finished(pixels, found.indices, found.palette)

    def _narrow(self, pixels: Pixels, strength: float) -> Indexed:
        """A picture whose colours lie close together. It is diffused where its palette leaves much to mix."""
        preset = self._preset
        near, error = by_colour(pixels, preset.colours, preset.steps)
        indices, palette = near.indices, near.palette
        if strength and error > tells_apart(palette) ** 2:
            indices = diffuse(pulled(pixels, palette[indices], strength), palette)
        return self._finished(pixels, indices, palette, _NARROW)

    def _finished(self, pixels: Pixels, indices: Indices, palette: Palette, patience: float = 1.0) -> Indexed:
        if self._preset.snap:
            indices = snap(pixels, indices, palette, self._preset.snap * patience)
        return Indexed(indices, palette).trimmed()

    def _indices(self, pixels: Pixels, palette: Palette, strength: float) -> Indices:
        if strength == 1:
            return diffuse(pixels, palette)
        if strength == 0:
            return EntryTable(palette, self._preset.table_bits).map(pixels)
        near = palette.take(EntryTable(palette, _PULL_BITS).map(pixels), axis=0)
        return diffuse(pulled(pixels, near, strength), palette)
