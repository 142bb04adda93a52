"""Frames in motion: their palettes, one for all where one can serve, and their entries."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from math import sqrt
from typing import TYPE_CHECKING, cast

import numpy as np
from PIL import Image

from gifmill.frames import Plain
from gifmill.gif.cells import EntryTable
from gifmill.gif.deltas import differing
from gifmill.gif.metric import nearest, to_lab
from gifmill.gif.palette import (
    MAX_COLOURS,
    distinct,
    few_colours,
    fit_palette,
    histogram,
    narrow,
    octree,
    packed,
    sampled,
)
from gifmill.gif.snap import snap_together
from gifmill.gif.wavefront import Search, diffuse_together

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

_FEW = 8
"""Up to so many frames, where repeats shorten the code anyway, own palettes gain more quality than bytes."""

_SAMPLE_PX = 98_304
"""Of all frames together, by which the palette is chosen."""

_DENSE = 6
"""One pixel in so many of a frame is looked at, at least, over all frames: what is 3 px wide is met."""

_LOOKS, _QUICK_LOOKS = 3, 2
_LOOK_PX = 4_096
_WORSE = 1.6
"""How much farther, in some frames, colours may be from the common palette than from one of the frame's own.
Measured on all effects: 1.0 to 1.4 where a photo moves, 1.7 to 3.6 where its hue turns."""

_MORE_STEPS = 3
"""Times as many k-means steps where one palette is chosen for all frames: it is chosen once."""

_FLAT_SHARE = 0.01
"""Colours that fill as much are grounds: an error there is one large patch, so they are put in exactly."""

_REST_BITS: Bits = (5, 5, 5)
"""The grid for colours that only the spreading of errors leads to."""

_EXACTNESS = 0.75
"""How much of what `diffuse` would spread is spread here, where the search is exact: as good in colour, and
better in structure and bytes."""

_MOVING = 0.4
"""How much of the tolerance for repeats is left where they would move: there they are seen as crawling."""

_ROUGH_REST_BITS: Bits = (4, 5, 4)
"""The same for palettes that serve one frame only: there the finer grid would take longer than all else."""


@dataclass(frozen=True, slots=True, eq=False)
class Palettes:
    """Palettes of a clip's frames. Each leaves room in its table for the entry that shines through.

    Attributes:
        each: one a frame; the same object for all where one serves them.
        exact: it holds every colour that there is.
    """

    each: tuple[Palette, ...]
    exact: bool = False

    @property
    def common(self) -> Palette | None:
        """The one that serves all frames, if there is one."""
        return self.each[0] if self.each[0] is self.each[-1] else None


@dataclass(frozen=True, slots=True, eq=False)
class Step:
    """A frame of a clip.

    Attributes:
        indices: what is shown, or where the frame before shines through what would be shown as well.
        changed: the pixels that differ from the frame before; None in the first.
    """

    indices: Indices
    changed: NDArray[np.bool] | None


def clip_palettes(animation: Animation, preset: Preset) -> Palettes | None:
    """The palettes of frames in motion, or None where they are better encoded one by one."""
    frames = animation.frames
    if len(frames) < _FEWEST or not all(isinstance(frame.layout, Plain) for frame in frames):
        return None
    sources = [frame.source for frame in frames]
    if (exact := _all_colours(sources)) is not None:
        return Palettes((exact,) * len(sources), exact=True)
    if any(few_colours(source) for source in sources):
        return None  # by itself such a frame is exact
    width, height = animation.size
    most = max(_SAMPLE_PX, width * height // _DENSE) // len(sources) // (4 if preset.shared else 1)
    sample = np.concatenate([sampled(source, most) for source in sources], axis=1)
    if narrow(sample):
        return None
    colours, counts = histogram(sample)
    entries = preset.colours - 1
    if preset.shared or not preset.snap or len(frames) > _FEW:
        grounds = _grounds(sample, entries // 4)
        others = entries - len(grounds)
        steps = preset.steps * (_MORE_STEPS if preset.diffuse else 1)
        palette = fit_palette(colours, counts, octree(sample, others), others, steps)
        palette = np.concatenate([palette, grounds])  # not in the place of others, which serve what is near
        if _serves(palette, sources, entries, _QUICK_LOOKS if preset.shared else _LOOKS):
            return Palettes((palette,) * len(sources))
    if preset.shared:
        return None
    return Palettes(tuple(_own_palette(source, entries, preset.steps) for source in sources))


def quantise_clip(frames: Sequence[Pixels], palettes: Palettes, preset: Preset) -> Iterator[Step]:
    """Each frame in the entries of its palette. Pixels that do not change keep what they show.

    Args:
        frames: uint8, all of one shape (height, width, 3).
        palettes: from `clip_palettes`.
        preset: what to favour.
    """
    found = _entries(frames, palettes, preset)
    shown = next(found)
    yield Step(shown, None)
    for (before, frame), indices in zip(pairwise(frames), found, strict=True):
        if palettes.common is None:
            changed = differing(before, frame)
        else:
            if preset.diffuse or preset.snap:  # else equal pixels have equal entries anyway
                indices = np.where(differing(before, frame), indices, shown)
            changed = indices != shown
        shown = indices
        yield Step(indices, changed)


def _entries(frames: Sequence[Pixels], palettes: Palettes, preset: Preset) -> Iterator[Indices]:
    """Each frame by itself."""
    if palettes.exact:
        yield from (_numbers(frame, palettes.each[0]) for frame in frames)
        return
    found = _quantised(frames, palettes, preset)
    if preset.snap:
        found = snap_together(frames, list(found), palettes.each, preset.snap * _MOVING)
    yield from found


def _quantised(frames: Sequence[Pixels], palettes: Palettes, preset: Preset) -> Iterator[Indices]:
    """Each frame at its nearest entries, or diffused."""
    if preset.diffuse:
        searches = _searches(frames, palettes, preset.table_bits)
        yield from diffuse_together(frames, searches, preset.diffuse * _EXACTNESS)
        return
    table = None
    for frame, palette in zip(frames, palettes.each, strict=True):
        if table is None or palettes.common is None:
            table = EntryTable(palette, preset.table_bits)
        yield table.map(frame)


def _searches(frames: Sequence[Pixels], palettes: Palettes, bits: Bits) -> list[Search]:
    """For each frame what finds its entries."""
    if palettes.common is not None:
        return [_search(frames, palettes.common, bits, _REST_BITS)] * len(frames)
    each = zip(frames, palettes.each, strict=True)
    return [_search([frame], palette, bits, _ROUGH_REST_BITS) for frame, palette in each]


def _search(frames: Sequence[Pixels], palette: Palette, bits: Bits, rest: Bits) -> Search:
    table = EntryTable(palette, bits)
    for frame in frames:
        table.map(frame)
    return Search(palette, table.complete(rest), bits)


def _own_palette(source: Pixels, entries: int, steps: int) -> Palette:
    sample = sampled(source)
    return fit_palette(*histogram(sample), octree(sample, entries), entries, steps)


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


def _grounds(sample: Pixels, most: int) -> Palette:
    """Colours of which there is so much that they must be exact, the most frequent first."""
    colours, _, counts = distinct(sample)
    order = np.argsort(-counts, kind="stable")[:most]
    grounds: Palette = colours[order[counts[order] >= _FLAT_SHARE * counts.sum()]]
    return grounds


def _serves(palette: Palette, sources: Sequence[Pixels], entries: int, looks: int) -> bool:
    """Whether the palette is not much worse for some of the frames than palettes of their own would be."""
    centres = to_lab(palette)
    ratios = []
    for number in range(looks):
        sample = sampled(sources[number * len(sources) // looks], _LOOK_PX)
        colours, counts = histogram(sample)
        own = fit_palette(colours, counts, octree(sample, entries), entries, 1)
        points = to_lab(colours)
        ratios.append(_error(points, counts, centres) / max(_error(points, counts, to_lab(own)), 1e-4))
    return sum(ratios) / looks <= _WORSE


def _error(points: Floats, counts: NDArray[np.intp], centres: Floats) -> float:
    """The root of the mean distance of points from their nearest centres."""
    squares = np.square(points - centres[nearest(points, centres)]).sum(axis=1)
    return sqrt(np.average(squares, weights=counts))
