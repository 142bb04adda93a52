"""Frames of motion: one palette, one table and one dither for all, where one palette can serve them."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from math import sqrt
from typing import TYPE_CHECKING, cast

import numpy as np
from PIL import Image

from gifmill.frames import Plain
from gifmill.gif.cells import EntryTable
from gifmill.gif.metric import nearest, to_lab
from gifmill.gif.palette import (
    MAX_COLOURS,
    NARROW_CELLS,
    distinct,
    fit_palette,
    histogram,
    octree,
    packed,
    sampled,
)
from gifmill.gif.snap import snap
from gifmill.gif.wavefront import diffuse_together

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    from gifmill.frames import Animation, Indices, Pixels
    from gifmill.gif.cells import Bits
    from gifmill.gif.indexed import Palette
    from gifmill.gif.metric import Floats
    from gifmill.gif.presets import Preset

_FEWEST = 3
"""Frames of a clip: with two, another palette costs little."""

_SAMPLE_PX = 49_152
"""Of all frames together, by which the palette is chosen."""

_DENSE = 6
"""One pixel in so many of a frame is looked at, at least, over all frames: what is 3 px wide is met."""

_LOOKS = 3
_LOOK_PX = 4_096
_WORSE = 1.6
"""How much farther, in some frames, colours may be from the common palette than from one of the frame's own.
Measured on all effects: 1.0 to 1.4 where a photo moves, 1.7 to 3.6 where its hue turns."""

_FLAT_SHARE = 0.01
"""Colours that fill as much are grounds: an error there is one large patch, so they are put in exactly."""

_REST_BITS: Bits = (5, 5, 5)
"""The grid for colours that only the spreading of errors leads to."""


@dataclass(frozen=True, slots=True, eq=False)
class Serving:
    """A palette that serves all frames of a clip.

    Attributes:
        exact: it holds every colour that there is.
    """

    palette: Palette
    exact: bool


def serving(animation: Animation, preset: Preset) -> Serving | None:
    """A palette that serves all frames, or None where each had better have its own.

    It leaves room in a table of `preset.colours` for the entry that lets the frame before shine through.
    """
    frames = animation.frames
    if len(frames) < _FEWEST or not all(isinstance(frame.layout, Plain) for frame in frames):
        return None
    sources = [frame.source for frame in frames]
    if (exact := _all_colours(sources)) is not None:
        return Serving(exact, exact=True)
    width, height = animation.size
    most = max(_SAMPLE_PX, width * height // _DENSE) // len(sources)
    sample = np.concatenate([sampled(source, most) for source in sources], axis=1)
    colours, counts = histogram(sample)
    if len(colours) < NARROW_CELLS:
        return None
    entries = preset.colours - 1
    palette = fit_palette(colours, counts, octree(sample, entries), entries, preset.steps)
    grounds = _grounds(sample)
    if len(grounds):
        palette[nearest(to_lab(grounds), to_lab(palette))] = grounds
    return Serving(palette, exact=False) if _serves(palette, sources, entries) else None


def quantise_clip(frames: Sequence[Pixels], common: Serving, preset: Preset) -> Iterator[Indices]:
    """Each frame in the entries of one palette. Pixels that do not change keep their entries.

    Args:
        frames: uint8, all of one shape (height, width, 3).
        common: the palette, from `serving`.
        preset: what to favour.
    """
    if common.exact:
        yield from (_numbers(frame, common.palette) for frame in frames)
        return
    found = _entries(frames, common.palette, preset)
    shown = next(found)
    yield shown
    for (before, frame), indices in zip(pairwise(frames), found, strict=True):
        changed = before ^ frame
        held = (
            changed[..., 0] | changed[..., 1] | changed[..., 2]
        ) == 0  # all(axis=2) takes six times as long
        shown = np.where(held, shown, indices)
        yield shown


def _entries(frames: Sequence[Pixels], palette: Palette, preset: Preset) -> Iterator[Indices]:
    """Each frame by itself."""
    table = EntryTable(palette, preset.table_bits)
    if not preset.diffuse:
        for frame in frames:
            indices = table.map(frame)
            yield snap(frame, indices, palette, preset.snap) if preset.snap else indices
        return
    for frame in frames:
        table.map(frame)
    yield from diffuse_together(
        frames, palette, table.complete(_REST_BITS), preset.table_bits, preset.diffuse
    )


def _numbers(frame: Pixels, palette: Palette) -> Indices:
    """The entries of colours that all are in the palette, which is sorted."""
    return np.searchsorted(packed(palette), packed(frame)).astype(np.uint8)


def _all_colours(sources: Sequence[Pixels]) -> Palette | None:
    """The colours of all frames, sorted, if one table can hold them and the entry that shines through."""
    found: set[tuple[int, ...]] = set()
    for source in sources:
        colours = Image.fromarray(source).getcolors(MAX_COLOURS - 1)
        found.update(cast("tuple[int, ...]", colour) for _, colour in colours or ())
        if colours is None or len(found) >= MAX_COLOURS:
            return None
    return np.array(sorted(found), np.uint8)


def _grounds(sample: Pixels) -> Palette:
    """Colours of which there is so much that they must be exact."""
    colours, _, counts = distinct(sample)
    grounds: Palette = colours[counts >= _FLAT_SHARE * counts.sum()]
    return grounds


def _serves(palette: Palette, sources: Sequence[Pixels], entries: int) -> bool:
    """Whether the palette is not much worse for some of the frames than palettes of their own would be."""
    centres = to_lab(palette)
    ratios = []
    for number in range(_LOOKS):
        sample = sampled(sources[number * len(sources) // _LOOKS], _LOOK_PX)
        colours, counts = histogram(sample)
        own = fit_palette(colours, counts, octree(sample, entries), entries, 1)
        points = to_lab(colours)
        ratios.append(_error(points, counts, centres) / max(_error(points, counts, to_lab(own)), 1e-4))
    return sum(ratios) / _LOOKS <= _WORSE


def _error(points: Floats, counts: NDArray[np.intp], centres: Floats) -> float:
    """The root of the mean distance of points from their nearest centres."""
    squares = np.square(points - centres[nearest(points, centres)]).sum(axis=1)
    return sqrt(np.average(squares, weights=counts))
