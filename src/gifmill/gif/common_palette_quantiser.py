"""Quantisation with one common palette and lookup table for all pictures: the fast preset."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PIL import Image

from gifmill.gif.clustering import k_means
from gifmill.gif.colour_distance import from_lab, nearest_centres, to_lab
from gifmill.gif.indexed_image import IndexedImage
from gifmill.gif.nearest_colour_table import NearestColourTable
from gifmill.gif.palette import (
    MAX_COLOURS,
    colour_histogram,
    distinct_colours,
    fit_palette,
    has_few_colours,
    octree_palette,
    sampled_palette,
)
from gifmill.gif.per_colour_quantiser import quantise_by_colour, quantise_exactly

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gifmill.animation import Indices, Pixels
    from gifmill.gif.indexed_image import Palette
    from gifmill.gif.presets import Preset

_OWN_PX = 400
"""Pictures up to here get a palette of their own: it costs little, and enlarged their colours show."""

_OWN_STEPS = 2
"""k-means steps for those, and for pictures of narrow range."""

_MOST_CANVASES = 2
"""One palette serves pictures that together are smaller than this many canvases: they are then one photo at
several sizes, as far as structure can tell."""

_FEW_ENTRIES = 90
"""Where the octree finds fewer entries, the picture is dark, foggy or toned, and too fine for it."""


def quantise_with_common_palette(
    sources: Sequence[Pixels], preset: Preset
) -> tuple[list[IndexedImage], Palette | None]:
    """All pictures of an animation.

    Returns:
        The pictures in the same order, and the palette that those with `shared` set have in common.
    """
    large = [source for source in sources if _pixels(source) > _OWN_PX]
    biggest = max(sources, key=_pixels)
    unlike = sum(map(_pixels, sources)) >= _MOST_CANVASES * _pixels(biggest)
    if not large or unlike or has_few_colours(biggest, preset.colours):
        return [_alone(source, preset) for source in sources], None
    strip = np.concatenate([source.reshape(-1, 3) for source in large])[None]
    indices, palette = _one_palette(strip, biggest, preset)
    parts = iter(np.split(indices[0], np.cumsum([_pixels(source) for source in large])[:-1]))
    return [
        IndexedImage(next(parts).reshape(source.shape[:2]), palette, shared=True)
        if _pixels(source) > _OWN_PX
        else _alone(source, preset)
        for source in sources
    ], palette


def _one_palette(strip: Pixels, biggest: Pixels, preset: Preset) -> tuple[Indices, Palette]:
    """Indices for the strip, and a palette that was chosen for the biggest picture."""
    sample = np.ascontiguousarray(biggest[::2, ::2])  # a quarter of a photo has the same colours
    guess = octree_palette(sample, preset.colours)
    if len(np.unique(guess, axis=0)) < _FEW_ENTRIES:
        guess = sampled_palette(sample, preset.colours)
        picture = quantise_by_colour(strip, preset.colours, _OWN_STEPS, guess)[0].without_unused_entries()
        return picture.indices, picture.palette
    palette = fit_palette(*colour_histogram(sample), preset.colours, preset.k_means_steps, guess)
    picture = IndexedImage(
        NearestColourTable(palette, preset.table_bits).map(strip), palette
    ).without_unused_entries()
    return picture.indices, picture.palette


def _pixels(source: Pixels) -> int:
    return source.size // 3


def _alone(pixels: Pixels, preset: Preset) -> IndexedImage:
    """A picture by itself: small ones by k-means from colours in order of lightness, large ones by octree."""
    if has_few_colours(pixels, preset.max_exact_colours(_pixels(pixels))):
        return quantise_exactly(pixels)
    if _pixels(pixels) > _OWN_PX:
        quantised = Image.fromarray(pixels).quantize(MAX_COLOURS, method=Image.Quantize.FASTOCTREE)
        palette = np.array(quantised.getpalette(), np.uint8).reshape(-1, 3)
        picture = IndexedImage(np.asarray(quantised), palette).without_unused_entries()
        if len(picture.palette) >= _FEW_ENTRIES:
            return picture
        guess = sampled_palette(pixels, MAX_COLOURS)
        return quantise_by_colour(pixels, MAX_COLOURS, _OWN_STEPS, guess)[0].without_unused_entries()
    colours, numbers, counts = distinct_colours(pixels)
    points = to_lab(colours)
    start = points[np.argsort(points[:, 0])[np.linspace(0, len(points) - 1, preset.colours).astype(int)]]
    palette = from_lab(k_means(points, counts.astype(np.float32), start, preset.colours, _OWN_STEPS))
    entries = nearest_centres(points, to_lab(palette)).astype(np.uint8)
    return IndexedImage(entries[numbers].reshape(pixels.shape[:2]), palette).without_unused_entries()
