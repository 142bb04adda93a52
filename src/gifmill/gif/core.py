"""Checked calls of the native core: every size and type is verified before C sees a pointer."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from gifmill.gif.argument_checks import (
    MAX_SIDE_PX,
    checked_colours,
    checked_frame,
    checked_integer,
    checked_palette,
    checked_sample,
)
from gifmill.gif.native import library

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from gifmill.animation import Pixels

type Palette = NDArray[np.uint8]
"""sRGB colours, shape (entries, 3), 1 to 256 entries."""

MAX_COLOURS = 256
"""Maximum entries of a colour table (GIF89a specification, section 18)."""

_MAX_STEPS = 1000
"""Maximum k-means steps: more would change nothing."""

_NO_MEMORY = -2


class Window(NamedTuple):
    """A box on the canvas, in pixels."""

    left: int
    top: int
    right: int
    bottom: int


def changed_window(before: Pixels, after: Pixels) -> Window | None:
    """Return the smallest box around all pixels that differ, or None if all are equal.

    Source: GIF89a specification, section 20 (image descriptor).

    Raises:
        ValueError: the canvases differ in shape.
    """
    before, after = checked_frame(before), checked_frame(after)
    if before.shape != after.shape:
        raise ValueError(f"frames of {before.shape} and {after.shape} are not on one canvas")
    box = np.empty(4, np.int32)
    height, width, _ = before.shape
    count = library().gifmill_changed_window(before, after, width, height, box)
    return Window(*box.tolist()) if count else None


def distinct_colours(pixels: Pixels, most: int) -> Palette | None:
    """Return the sorted colours of a picture, or None if there are more than `most`.

    Args:
        pixels: uint8, shape (..., 3).
        most: 1 to 256.
    """
    pixels = checked_colours(pixels, "a picture")
    most = checked_integer(most, "colours", 1, MAX_COLOURS)
    palette = np.empty((most, 3), np.uint8)
    count = library().gifmill_distinct_colours(pixels, pixels.size // 3, most, palette, None)
    if count == _NO_MEMORY:
        raise MemoryError("the encoder has no memory for a histogram")
    return palette[:count].copy() if count >= 0 else None


def background_colours(pixels: Pixels, share: float, most: int) -> Palette:
    """Return the colours with at least this share of the pixels, most frequent first.

    Args:
        pixels: uint8, shape (..., 3), at most `MAX_SAMPLE_PX` pixels.
        share: above 0, to 1.
        most: maximum number of colours, 0 to 256.
    """
    pixels = checked_sample(pixels)
    most = checked_integer(most, "colours", 0, MAX_COLOURS)
    if not 0 < share <= 1:
        raise ValueError(f"the share {share} is not above 0 and at most 1")
    least = share * (pixels.size // 3)
    pixels = _of_frequent_cells(pixels.reshape(-1, 3), least)
    total = len(pixels)
    palette, counts = np.empty((total, 3), np.uint8), np.empty(total, np.int64)
    found = library().gifmill_distinct_colours(pixels, total, total, palette, counts)
    if found < 0:
        raise MemoryError("the encoder has no memory for a histogram")
    order = np.argsort(-counts[:found], kind="stable")[:most]
    backgrounds: Palette = palette[order[counts[order] >= least]]
    return backgrounds


def _of_frequent_cells(pixels: Pixels, least: float) -> Pixels:
    """Return the pixels whose cell of 8 x 8 x 8 levels has at least `least` pixels; the rest has fewer."""
    cells = colour_cells(pixels)
    return pixels[np.bincount(cells)[cells] >= least]


def colour_cells(pixels: Pixels) -> NDArray[np.uint16]:
    """Return the number of each pixel's cell: the five leading bits of red, green and blue."""
    cells, green, blue = (pixels[..., channel].astype(np.uint16) for channel in range(3))
    cells >>= 3
    for channel in (green, blue):
        cells <<= 5
        channel >>= 3
        cells |= channel
    return cells


def select_palette(sample: Pixels, entries: int, steps: int, fixed: Palette | None = None) -> Palette:
    """Select a palette for sampled pixels: all their colours, if these are few enough.

    Args:
        sample: uint8, shape (..., 3), at most `MAX_SAMPLE_PX` pixels.
        entries: maximum number of colours, 1 to 256.
        steps: k-means steps.
        fixed: colours that are kept exactly, at most `entries`.
    """
    sample = checked_sample(sample)
    entries = checked_integer(entries, "entries", 1, MAX_COLOURS)
    steps = checked_integer(steps, "k-means steps", 0, _MAX_STEPS)
    fixed = checked_palette(np.empty((0, 3), np.uint8) if fixed is None else fixed, "fixed", 0, entries)
    palette = np.empty((entries, 3), np.uint8)
    count = library().gifmill_select_palette(
        sample, sample.size // 3, entries, steps, fixed, len(fixed), palette
    )
    if count < 0:
        raise MemoryError("the encoder has no memory for a palette")
    return palette[:count].copy()


def palette_error(sample: Pixels, palette: Palette) -> float:
    """Return the root mean squared colour distance of sampled pixels from their nearest entries."""
    sample, palette = checked_sample(sample), checked_palette(palette, "a palette", 1, MAX_COLOURS)
    error = float(library().gifmill_palette_error(sample, sample.size // 3, palette, len(palette)))
    if error < 0:
        raise MemoryError("the encoder has no memory for a histogram")
    return error


def cell_sums(pixels: Pixels, side: int) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the sums of luminance and of saturated red over cells of `side` x `side` pixels, row by row.

    Args:
        pixels: uint8, shape (height, width, 3).
        side: 1 to 65,535; cells at the right and bottom edges are smaller.
    """
    pixels = checked_frame(pixels)
    height, width, _ = pixels.shape
    side = checked_integer(side, "pixels along a cell", 1, MAX_SIDE_PX)
    cells = -(-height // side) * -(-width // side)
    light, red = np.empty(cells), np.empty(cells)
    library().gifmill_cell_sums(pixels, width, height, side, light, red)
    return light, red
