"""Quantisation of a single true-colour picture to palette indices."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from gifmill.gif.floyd_steinberg import dither_floyd_steinberg, pull_towards_palette, search_resolution
from gifmill.gif.indexed_image import IndexedImage
from gifmill.gif.lossy_runs import lengthen_runs
from gifmill.gif.nearest_colour_table import NearestColourTable
from gifmill.gif.palette import (
    colour_histogram,
    colours_outside_sample,
    fit_palette,
    has_few_colours,
    has_narrow_range,
    sample_pixels,
)
from gifmill.gif.per_colour_quantiser import quantise_by_colour, quantise_exactly
from gifmill.gif.presets import SMALL_PX

if TYPE_CHECKING:
    from gifmill.animation import Indices, Pixels
    from gifmill.gif.indexed_image import Palette
    from gifmill.gif.presets import Preset

_SMALL_EXTRA_STEPS = 2
"""Additional k-means steps for small pictures: their pixels appear enlarged, and a step costs little."""

_PULL_BITS = (5, 6, 5)
"""Bits of red, green and blue by which the nearest entry is found before diffusion. Diffusion corrects
entries that are not exactly the nearest, and a third of the cells take a third of the time."""

_NARROW_TOLERANCE_FACTOR = 0.5
"""Factor of the tolerance for repeats in pictures of narrow range, where smaller errors are visible."""


class Quantiser:
    """Quantises single pictures with one preset."""

    def __init__(self, preset: Preset) -> None:
        self._preset = preset

    def quantise(self, pixels: Pixels, *, dither: bool = True) -> IndexedImage:
        """Quantise a picture, exactly if it has at most `Preset.max_exact_colours` colours.

        Args:
            pixels: uint8, shape (height, width, 3).
            dither: False for pictures whose pixels appear enlarged, where dither shows as a pattern.
        """
        preset = self._preset
        area_px = pixels.shape[0] * pixels.shape[1]
        max_colours = preset.max_exact_colours(area_px)
        if has_few_colours(pixels, max_colours):
            return self._keep_exact(pixels, quantise_exactly(pixels))
        if area_px <= SMALL_PX:
            steps = preset.k_means_steps + _SMALL_EXTRA_STEPS
            return self._keep_exact(
                pixels, quantise_by_colour(pixels, max_colours, steps)[0].without_unused_entries()
            )
        sample = sample_pixels(pixels)
        strength = preset.dither if dither and area_px > preset.undithered_px else 0
        if has_narrow_range(sample):
            return self._quantise_narrow(pixels, strength)
        colours, counts = colour_histogram(sample)
        rare = colours_outside_sample(pixels, sample)
        colours, counts = np.concatenate([colours, rare]), np.append(counts, np.ones(len(rare), np.intp))
        palette = fit_palette(colours, counts, preset.colours, preset.k_means_steps)
        return self._finish(pixels, self._indices(pixels, palette, strength), palette)

    def _keep_exact(self, pixels: Pixels, found: IndexedImage) -> IndexedImage:
        """Keep the colours of an exact picture, unless the preset is lossy anyway."""
        return found if self._preset.exact else self._finish(pixels, found.indices, found.palette)

    def _quantise_narrow(self, pixels: Pixels, strength: float) -> IndexedImage:
        """Quantise a picture of narrow range. It is dithered only where the palette's error is large."""
        preset = self._preset
        near, error = quantise_by_colour(pixels, preset.colours, preset.k_means_steps)
        indices, palette = near.indices, near.palette
        if strength and error > search_resolution(palette) ** 2:
            indices = dither_floyd_steinberg(
                pull_towards_palette(pixels, palette[indices], strength), palette
            )
        return self._finish(pixels, indices, palette, _NARROW_TOLERANCE_FACTOR)

    def _finish(
        self, pixels: Pixels, indices: Indices, palette: Palette, tolerance_factor: float = 1.0
    ) -> IndexedImage:
        if self._preset.lossiness:
            indices = lengthen_runs(pixels, indices, palette, self._preset.lossiness * tolerance_factor)
        return IndexedImage(indices, palette).without_unused_entries()

    def _indices(self, pixels: Pixels, palette: Palette, strength: float) -> Indices:
        if strength == 1:
            return dither_floyd_steinberg(pixels, palette)
        if strength == 0:
            return NearestColourTable(palette, self._preset.table_bits).map(pixels)
        near = palette.take(NearestColourTable(palette, _PULL_BITS).map(pixels), axis=0)
        return dither_floyd_steinberg(pull_towards_palette(pixels, near, strength), palette)
