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

_MAX_SMALL_PX = 400
"""Pictures of up to this many pixels get a palette of their own: it costs little, and they appear enlarged,
which makes wrong colours visible."""

_SMALL_STEPS = 2
"""k-means steps for small pictures, and for pictures of narrow range."""

_MAX_CANVASES = 2
"""Pictures share a palette if their total area is smaller than this many canvases: they are then probably one
photo at several sizes."""

_MIN_OCTREE_ENTRIES = 90
"""With fewer entries from the octree, the picture is dark, foggy or toned: the octree is too coarse."""


def quantise_with_common_palette(
    sources: Sequence[Pixels], preset: Preset
) -> tuple[list[IndexedImage], Palette | None]:
    """Quantise all pictures of an animation.

    Returns:
        The pictures in the same order, and the common palette of those with `shared` set, if any.
    """
    large = [source for source in sources if _area_px(source) > _MAX_SMALL_PX]
    biggest = max(sources, key=_area_px)
    different = sum(map(_area_px, sources)) >= _MAX_CANVASES * _area_px(biggest)
    if not large or different or has_few_colours(biggest, preset.colours):
        return [_quantise_alone(source, preset) for source in sources], None
    strip = np.concatenate([source.reshape(-1, 3) for source in large])[None]
    indices, palette = _quantise_together(strip, biggest, preset)
    parts = iter(np.split(indices[0], np.cumsum([_area_px(source) for source in large])[:-1]))
    return [
        IndexedImage(next(parts).reshape(source.shape[:2]), palette, shared=True)
        if _area_px(source) > _MAX_SMALL_PX
        else _quantise_alone(source, preset)
        for source in sources
    ], palette


def _quantise_together(strip: Pixels, biggest: Pixels, preset: Preset) -> tuple[Indices, Palette]:
    """Quantise the strip with a palette chosen for the biggest picture; return indices and palette."""
    sample = np.ascontiguousarray(biggest[::2, ::2])  # a quarter of a photo has the same colours
    guess = octree_palette(sample, preset.colours)
    if len(np.unique(guess, axis=0)) < _MIN_OCTREE_ENTRIES:
        guess = sampled_palette(sample, preset.colours)
        picture = quantise_by_colour(strip, preset.colours, _SMALL_STEPS, guess)[0].without_unused_entries()
        return picture.indices, picture.palette
    palette = fit_palette(*colour_histogram(sample), preset.colours, preset.k_means_steps, guess)
    picture = IndexedImage(
        NearestColourTable(palette, preset.table_bits).map(strip), palette
    ).without_unused_entries()
    return picture.indices, picture.palette


def _area_px(source: Pixels) -> int:
    return source.size // 3


def _quantise_alone(pixels: Pixels, preset: Preset) -> IndexedImage:
    """Quantise one picture: a large one by octree, a small one by k-means from colours of even lightness."""
    if has_few_colours(pixels, preset.max_exact_colours(_area_px(pixels))):
        return quantise_exactly(pixels)
    if _area_px(pixels) > _MAX_SMALL_PX:
        quantised = Image.fromarray(pixels).quantize(MAX_COLOURS, method=Image.Quantize.FASTOCTREE)
        palette = np.array(quantised.getpalette(), np.uint8).reshape(-1, 3)
        picture = IndexedImage(np.asarray(quantised), palette).without_unused_entries()
        if len(picture.palette) >= _MIN_OCTREE_ENTRIES:
            return picture
        guess = sampled_palette(pixels, MAX_COLOURS)
        return quantise_by_colour(pixels, MAX_COLOURS, _SMALL_STEPS, guess)[0].without_unused_entries()
    colours, numbers, counts = distinct_colours(pixels)
    points = to_lab(colours)
    start = points[np.argsort(points[:, 0])[np.linspace(0, len(points) - 1, preset.colours).astype(int)]]
    palette = from_lab(k_means(points, counts.astype(np.float32), start, preset.colours, _SMALL_STEPS))
    entries = nearest_centres(points, to_lab(palette)).astype(np.uint8)
    return IndexedImage(entries[numbers].reshape(pixels.shape[:2]), palette).without_unused_entries()
