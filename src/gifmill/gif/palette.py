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
"""Bits a channel: a photo fills 500 to 4,000 of the 32,768 cells, so that k-means costs milliseconds."""

_LIGHTNESS = (255 * np.cbrt(SRGB_TO_LINEAR) + 0.5).astype(np.uint8)
"""sRGB bytes by the cube root of their light, as Oklab has it. Cells as wide in sRGB would be too wide in the
dark: all levels up to 7 are an eighth of lightness, and one colour would stand for a night sky."""

_NARROW_CELLS = 256
"""Pictures that occupy fewer cells are dark, foggy, toned or small: their palette is finer than the cells."""

_SAMPLE_PX = 16_384
"""A palette is chosen by no more pixels than this: more change quality by less than one part in 100."""

_DENSE = 6
"""A sample of at least one pixel in this many contains every visible detail."""

_GOLDEN = (5**0.5 - 1) / 2

_POWER = 0.8
"""Weights are counts to this power: large flat areas must not take all entries from small details."""


def pack_rgb(colours: NDArray[np.uint8]) -> NDArray[np.uint32]:
    """Pack colours, shape (..., 3), into numbers ordered by red, then green, then blue."""
    wide = colours.astype(np.uint32)
    words: NDArray[np.uint32] = (wide[..., 0] << 16 | wide[..., 1] << 8 | wide[..., 2]).astype(np.uint32)
    return words


_SOME_ROWS = 8
"""Rows that are checked first: Pillow copies all pixels that it counts."""


def distinct_colours(pixels: Pixels) -> tuple[Palette, NDArray[np.intp], NDArray[np.intp]]:
    """Find all colours of a picture.

    Returns:
        The colours in ascending order; for each pixel, row by row, the number of its colour; how many pixels
        have each colour.
    """
    words, numbers, counts = np.unique(
        pack_rgb(pixels.reshape(-1, 3)), return_inverse=True, return_counts=True
    )
    return np.stack([words >> 16, words >> 8 & 255, words & 255], -1).astype(np.uint8), numbers, counts


def has_few_colours(pixels: Pixels, most: int = MAX_COLOURS) -> bool:
    """Return whether a picture has at most `most` colours. For a photo a few rows decide it."""
    some = pixels[:: max(1, len(pixels) // _SOME_ROWS)]
    return all(Image.fromarray(part).getcolors(most) is not None for part in (some, pixels))


def sample_pixels(pixels: Pixels, most: int = _SAMPLE_PX) -> Pixels:
    """Sample evenly spread pixels as one row: all of a small picture, some of a large one.

    Going round the pixels in steps of the golden section leaves gaps of two or three sizes, without a period.
    A regular grid would always hit the same positions in every tile of a tiled picture.
    """
    flat = pixels.reshape(1, -1, 3)
    count = flat.shape[1]
    if count <= most:
        return flat
    step = int(count * _GOLDEN)
    while gcd(step, count) > 1:  # else it would return to earlier pixels
        step += 1
    return flat.take(np.arange(most) * step % count, axis=1)


def has_narrow_range(sample: Pixels) -> bool:
    """Return whether the colours are so close together that an RGB grid is too coarse for them."""
    keys = cell_keys(sample, (_HISTOGRAM_BITS,) * 3)
    return int(np.count_nonzero(np.bincount(keys.ravel()))) < _NARROW_CELLS


def colours_outside_sample(pixels: Pixels, sample: Pixels) -> Palette:
    """Return one colour of each cell that the sample missed: small coloured details must not vanish.

    The result is empty where the sample is dense enough to hit every square of 3 px.
    """
    if pixels.size // 3 <= _DENSE * _SAMPLE_PX:
        return pixels[:0, 0]
    met = np.zeros(1 << 3 * _HISTOGRAM_BITS, np.bool)
    met[_cells(sample)] = True
    keys = _cells(pixels).ravel()
    strays = np.flatnonzero(~met[keys])
    _, first = np.unique(keys[strays], return_index=True)
    found: Palette = pixels.reshape(-1, 3)[strays[first]]
    return found


def _cells(pixels: NDArray[np.uint8]) -> CellKeys:
    """Return the number of each pixel's cell, on a grid of even lightness."""
    return cell_keys(_LIGHTNESS[pixels], (_HISTOGRAM_BITS,) * 3)


def colour_histogram(pixels: Pixels) -> tuple[Palette, NDArray[np.intp]]:
    """Return the mean colour and the pixel count of each occupied cell of a coarse grid.

    There are at least as many colours in the picture as cells returned.
    """
    rgb = pixels.reshape(-1, 3)
    keys = _cells(rgb)
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
        entries: at most this many, 2 to 256.
        steps: k-means steps.
        guess: the first palette, at most `entries` colours; by default from dividing the colours, which takes
            longer and is better.
    """
    points, weights = to_lab(colours), counts.astype(np.float32) ** np.float32(_POWER)
    first = divide_boxes(points, weights, entries) if guess is None else to_lab(guess)
    return from_lab(k_means(points, weights, first, entries, steps))


def octree_palette(pixels: Pixels, entries: int) -> Palette:
    """Select a rough palette fast, with Pillow's octree. Entries may occur twice.

    Its cells are 16 levels wide: where a photo fills few of them, it finds few entries.
    """
    found = Image.fromarray(pixels).quantize(entries, method=Image.Quantize.FASTOCTREE).getpalette()
    return np.array(found, np.uint8).reshape(-1, 3)[:entries]


def sampled_palette(pixels: Pixels, entries: int) -> Palette:
    """Return the colours of evenly spread pixels, at no cost.

    For photos of narrow range k-means reaches the same quality from it as from a median cut.
    """
    found: Palette = sample_pixels(pixels, entries)[0]
    return found
