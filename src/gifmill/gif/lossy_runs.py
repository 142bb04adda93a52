"""Lossy run lengthening: a pixel takes its left neighbour's palette entry where this is hardly visible."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from gifmill.gif.colour_distance import LINEAR_MAP

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    from gifmill.animation import Indices, Pixels
    from gifmill.gif.colour_distance import Floats
    from gifmill.gif.indexed_image import Palette

_ACTIVITY_WEIGHT = 0.8
"""Influence of local activity on the tolerance, 0 to 1. In smooth areas every run is visible."""

_FULL_ACTIVITY = 0.08
"""Grey difference across a pixel, horizontal plus vertical, from which its area has full activity."""

_BATCH_ROWS = 5_000
"""Approximate rows per step: more exceed the cache, and with fewer numpy's call overhead dominates."""

_MIN_ROWS = 1_000
_MIN_STRIP_COLUMNS = 75
"""Fewer rows are cut into strips of at least this many columns. The first column of a strip has no left
neighbour: this costs half a percent of the bytes and saves half the time."""


def lengthen_runs(pixels: Pixels, indices: Indices, palette: Palette, tolerance: float) -> Indices:
    """Repeat the left neighbour's index where the error is small: LZW then finds longer strings.

    Args:
        pixels: the true-colour picture, uint8, shape (height, width, 3).
        indices: uint8, shape (height, width).
        palette: 1 to 256 colours.
        tolerance: largest increase of a pixel's colour distance by a repeat, at medium activity.
    """
    return _lengthen_batch([pixels], [indices], [palette], tolerance)[0]


def lengthen_runs_of_all(
    pictures: Sequence[Pixels], indices: Sequence[Indices], palettes: Sequence[Palette], tolerance: float
) -> Iterator[Indices]:
    """Apply `lengthen_runs` to many pictures of one shape at once, in a third of the time.

    Args:
        pictures: the true-colour pictures.
        indices: one array per picture.
        palettes: one per picture.
        tolerance: largest increase of a pixel's colour distance by a repeat, at medium activity.
    """
    batch_size = max(1, _BATCH_ROWS // len(pictures[0]))
    for start in range(0, len(pictures), batch_size):
        batch = slice(start, start + batch_size)
        yield from _lengthen_batch(pictures[batch], indices[batch], palettes[batch], tolerance)


def _lengthen_batch(
    pictures: Sequence[Pixels], indices: Sequence[Indices], palettes: Sequence[Palette], tolerance: float
) -> list[Indices]:
    """Lengthen the runs of one batch of pictures.

    Proceeds column by column, all rows of all pictures at once, on transposed arrays. A pixel's distance from
    an entry is |p - c|^2 = |p|^2 - 2 p c + |c|^2. The choice needs only the terms with c: the pixel's three
    levels, each times a factor of the entry, plus a constant. Few rows are cut into strips.
    """
    height, width = indices[0].shape
    rows = len(pictures) * height
    strips = max(1, min(_MIN_ROWS // rows, width // _MIN_STRIP_COLUMNS))
    step = -(-width // strips)
    levels = np.zeros((3, strips * step, len(pictures), height), np.float32)
    columns = np.zeros(levels.shape[1:], np.uint8)
    allowed = np.zeros(levels.shape[1:], np.float32)
    terms = np.concatenate([_distance_terms(palette) for palette in palettes], axis=1)
    offsets = np.arange(0, 256 * len(pictures), 256)
    for number, (pixels, entries) in enumerate(zip(pictures, indices, strict=True)):
        transposed = levels[:, :width, number]
        transposed[...] = pixels.transpose(2, 1, 0)
        columns[:width, number] = entries.T
        own = _relative_distance(transposed, entries.T + offsets[number], terms)
        allowed[:width, number] = own + np.float32(tolerance) * _tolerance_factors(transposed)
    by_strip, shown, limits = (
        levels.reshape(3, strips, step, rows),
        columns.reshape(strips, step, rows),
        allowed.reshape(strips, step, rows),
    )
    first = offsets.repeat(height)
    for column in range(1, step):
        left = shown[:, column - 1]
        repeat = _relative_distance(by_strip[:, :, column], left + first, terms) < limits[:, column]
        np.copyto(shown[:, column], left, where=repeat)
    return [np.ascontiguousarray(columns[:width, number].T) for number in range(len(pictures))]


def _distance_terms(palette: Palette) -> Floats:
    """Return -2 G c, three factors, and c G c for each entry c with the metric G; shape (4, 256)."""
    colours = palette.astype(np.float32)
    mapped = colours @ LINEAR_MAP
    terms = np.zeros((4, 256), np.float32)
    terms[:3, : len(palette)] = (mapped @ LINEAR_MAP.T).T * np.float32(-2)
    terms[3, : len(palette)] = np.einsum("ij,ij->i", mapped, mapped)
    return terms


def _relative_distance(levels: Floats, numbers: NDArray[np.intp], terms: Floats) -> Floats:
    """Return the distance of pixels from entries, without the term that is equal for all entries.

    Args:
        levels: red, green and blue, each of the shape of `numbers`.
        numbers: the entries' columns in `terms`.
        terms: the distance terms of all palettes.
    """
    score: Floats = terms[3].take(numbers, mode="clip")  # never out of range; "clip" skips the bounds check
    part: Floats = np.empty_like(score)
    for channel in range(3):
        terms[channel].take(numbers, out=part, mode="clip")
        part *= levels[channel]
        score += part
    return score


def _tolerance_factors(levels: Floats) -> Floats:
    """Return the factor of the tolerance for each pixel: 1 at medium activity, less in smooth areas."""
    weights = LINEAR_MAP[:, 0] * np.float32(1 / _FULL_ACTIVITY)
    grey = weights[0] * levels[0] + weights[1] * levels[1] + weights[2] * levels[2]
    change: Floats = np.zeros_like(grey)
    change[1:-1] = abs(grey[2:] - grey[:-2])
    change[:, 1:-1] += abs(grey[:, 2:] - grey[:, :-2])
    np.minimum(change, 1, out=change)
    change *= np.float32(2 * _ACTIVITY_WEIGHT)
    change += np.float32(1 - _ACTIVITY_WEIGHT)
    return change
