"""Palette selection: a histogram of sampled pixels, clustered by colour distance."""

from __future__ import annotations

from math import gcd
from typing import TYPE_CHECKING

import numpy as np
from PIL import Image

from gifmill.gif.clustering import divide_boxes, k_means
from gifmill.gif.colour_distance import SRGB_TO_LINEAR, from_lab, to_lab
from gifmill.gif.nearest_colour_table import cell_keys

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from gifmill.animation import Pixels
    from gifmill.gif.indexed_image import Palette
    from gifmill.gif.nearest_colour_table import CellKeys

MAX_COLOURS = 256
"""Maximum entries of a colour table (GIF89a specification, section 18)."""

_HISTOGRAM_BITS = 5
"""Bits per channel: a photo fills 500 to 4,000 of the 32,768 cells, so that k-means costs milliseconds."""

_LIGHTNESS = (255 * np.cbrt(SRGB_TO_LINEAR) + 0.5).astype(np.uint8)
"""Cube root of linear light, as in Oklab, for each sRGB byte. Cells of equal width in sRGB would be too wide
in dark colours: all levels up to 7 are an eighth of lightness, and one colour would represent a night sky."""

_NARROW_CELLS = 256
"""Pictures that occupy fewer cells are dark, foggy, toned or small: their palette is finer than the cells."""

_SAMPLE_PX = 16_384
"""Maximum pixels by which a palette is chosen: more change quality by less than one part in 100."""

_MAX_SAMPLE_SPACING = 6
"""A sample of at least one pixel in this many contains every visible detail."""

_GOLDEN_RATIO = (5**0.5 - 1) / 2

_WEIGHT_EXPONENT = 0.8
"""Weights are counts to this power: large flat areas must not take all entries from small details."""


def pack_rgb(colours: NDArray[np.uint8]) -> NDArray[np.uint32]:
    """Pack colours, shape (..., 3), into numbers ordered by red, then green, then blue."""
    wide = colours.astype(np.uint32)
    words: NDArray[np.uint32] = (wide[..., 0] << 16 | wide[..., 1] << 8 | wide[..., 2]).astype(np.uint32)
    return words


_CHECKED_ROWS = 8
"""Rows that are checked first: Pillow copies all pixels that it counts."""


def distinct_colours(pixels: Pixels) -> tuple[Palette, NDArray[np.intp], NDArray[np.intp]]:
    """Find all colours of a picture.

    Returns:
        The colours in ascending order; for each pixel, row by row, the number of its colour; the pixel
        count of each colour.
    """
    words, numbers, counts = np.unique(
        pack_rgb(pixels.reshape(-1, 3)), return_inverse=True, return_counts=True
    )
    return np.stack([words >> 16, words >> 8 & 255, words & 255], -1).astype(np.uint8), numbers, counts


def has_few_colours(pixels: Pixels, max_colours: int = MAX_COLOURS) -> bool:
    """Return whether a picture has at most `max_colours` colours. For a photo, a few rows decide it."""
    some = pixels[:: max(1, len(pixels) // _CHECKED_ROWS)]
    return all(Image.fromarray(part).getcolors(max_colours) is not None for part in (some, pixels))


def sample_pixels(pixels: Pixels, max_px: int = _SAMPLE_PX) -> Pixels:
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


def has_narrow_range(sample: Pixels) -> bool:
    """Return whether the colours are so close together that an RGB grid is too coarse for them."""
    keys = cell_keys(sample, (_HISTOGRAM_BITS,) * 3)
    return int(np.count_nonzero(np.bincount(keys.ravel()))) < _NARROW_CELLS


def colours_outside_sample(pixels: Pixels, sample: Pixels) -> Palette:
    """Return one colour of each cell that the sample missed: small coloured details must not vanish.

    The result is empty if the sample is dense enough to contain a pixel of every 3 px square.
    """
    if pixels.size // 3 <= _MAX_SAMPLE_SPACING * _SAMPLE_PX:
        return pixels[:0, 0]
    sampled = np.zeros(1 << 3 * _HISTOGRAM_BITS, np.bool)
    sampled[_lightness_cells(sample)] = True
    keys = _lightness_cells(pixels).ravel()
    missed = np.flatnonzero(~sampled[keys])
    _, first = np.unique(keys[missed], return_index=True)
    found: Palette = pixels.reshape(-1, 3)[missed[first]]
    return found


def _lightness_cells(pixels: NDArray[np.uint8]) -> CellKeys:
    """Return the number of each pixel's cell, on a grid of even lightness."""
    return cell_keys(_LIGHTNESS[pixels], (_HISTOGRAM_BITS,) * 3)


def colour_histogram(pixels: Pixels) -> tuple[Palette, NDArray[np.intp]]:
    """Return the mean colour and the pixel count of each occupied cell of a coarse grid.

    The picture has at least as many colours as cells are returned.
    """
    rgb = pixels.reshape(-1, 3)
    keys = _lightness_cells(rgb)
    counts = np.bincount(keys, minlength=1 << 3 * _HISTOGRAM_BITS)
    occupied = np.flatnonzero(counts)
    sums = [
        np.bincount(keys, weights=rgb[:, channel], minlength=len(counts))[occupied] for channel in range(3)
    ]
    means = np.stack(sums, axis=1) / counts[occupied, None]
    return (means + 0.5).astype(np.uint8), counts[occupied]


def fit_palette(
    colours: Palette, counts: NDArray[np.intp], entries: int, steps: int, guess: Palette | None = None
) -> Palette:
    """Select a palette for colours with their counts.

    Args:
        colours: shape (n, 3).
        counts: shape (n,).
        entries: maximum number of entries, 2 to 256.
        steps: k-means steps.
        guess: the first palette, at most `entries` colours. By default, boxes of colours are divided, which
            takes longer and gives a better result.
    """
    points, weights = to_lab(colours), counts.astype(np.float32) ** np.float32(_WEIGHT_EXPONENT)
    first = divide_boxes(points, weights, entries) if guess is None else to_lab(guess)
    return from_lab(k_means(points, weights, first, entries, steps))


def octree_palette(pixels: Pixels, entries: int) -> Palette:
    """Select a rough palette fast, with Pillow's octree. Entries may occur twice.

    Its cells are 16 levels wide: a photo that fills few of them gets few entries.
    """
    found = Image.fromarray(pixels).quantize(entries, method=Image.Quantize.FASTOCTREE).getpalette()
    return np.array(found, np.uint8).reshape(-1, 3)[:entries]


def sampled_palette(pixels: Pixels, entries: int) -> Palette:
    """Return the colours of evenly spread pixels, at no cost.

    For photos of narrow range, k-means reaches the same quality from it as from a median cut.
    """
    found: Palette = sample_pixels(pixels, entries)[0]
    return found
