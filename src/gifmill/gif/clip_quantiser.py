"""Quantisation of clips: palette indices for every frame, and the pixels that change between frames."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from gifmill.gif.frame_delta import changed_pixels
from gifmill.gif.lossy_runs import lengthen_runs_of_all
from gifmill.gif.nearest_colour_table import NearestColourTable
from gifmill.gif.palette import pack_rgb
from gifmill.gif.wavefront_diffusion import PaletteLookup, dither_along_wavefronts

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    from gifmill.animation import Indices, Pixels
    from gifmill.gif.clip_palettes import ClipPalettes
    from gifmill.gif.indexed_image import Palette
    from gifmill.gif.nearest_colour_table import ChannelBits
    from gifmill.gif.presets import Preset

_FINE_BITS: ChannelBits = (7, 7, 7)
"""Resolution of a common palette's table: it is filled once, and finer cells distinguish dark colours."""

_COARSE_BITS: ChannelBits = (5, 5, 5)
"""Resolution for colours that only diffused errors reach."""

_CLIP_DITHER_SHARE = 0.75
"""Share of the preset's dither that clips get. Their search is exact, so less dither gives equal colours,
better structure and fewer bytes."""


@dataclass(frozen=True, slots=True, eq=False)
class QuantisedFrame:
    """A quantised frame of a clip.

    Attributes:
        indices: palette entries of the whole frame, including unchanged pixels.
        changed: the pixels that differ from the previous frame; None in the first.
    """

    indices: Indices
    changed: NDArray[np.bool] | None


def quantise_clip(
    frames: Sequence[Pixels], palettes: ClipPalettes, preset: Preset
) -> Iterator[QuantisedFrame]:
    """Quantise each frame with its palette. With a common palette, unchanged pixels keep their entries.

    Args:
        frames: uint8, all of one shape (height, width, 3).
        palettes: from `clip_palettes`.
        preset: the encoder preset.
    """
    found = _frame_indices(frames, palettes, preset)
    shown = next(found)
    yield QuantisedFrame(shown, None)
    for (previous, frame), indices in zip(pairwise(frames), found, strict=True):
        if palettes.common is None:
            changed = changed_pixels(previous, frame)
        else:
            if preset.dither or preset.lossiness:  # else equal pixels have equal entries anyway
                indices = np.where(changed_pixels(previous, frame), indices, shown)
            changed = indices != shown
        shown = indices
        yield QuantisedFrame(indices, changed)


def _frame_indices(frames: Sequence[Pixels], palettes: ClipPalettes, preset: Preset) -> Iterator[Indices]:
    """Quantise each frame independently."""
    if palettes.exact:
        found: Iterator[Indices] = (_exact_indices(frame, palettes.each[0]) for frame in frames)
    else:
        found = _map_or_dither(frames, palettes, preset)
    if preset.lossiness and not (palettes.exact and preset.exact):
        found = lengthen_runs_of_all(frames, list(found), palettes.each, preset.lossiness)
    yield from found


def _map_or_dither(frames: Sequence[Pixels], palettes: ClipPalettes, preset: Preset) -> Iterator[Indices]:
    """Map each frame to its nearest entries, or dither it."""
    if preset.dither:
        lookups = _frame_lookups(frames, palettes, preset)
        yield from dither_along_wavefronts(frames, lookups, preset.dither * _CLIP_DITHER_SHARE)
        return
    table = None
    for frame, palette in zip(frames, palettes.each, strict=True):
        if table is None or palettes.common is None:
            table = NearestColourTable(palette, preset.table_bits)
        yield table.map(frame)


def _frame_lookups(frames: Sequence[Pixels], palettes: ClipPalettes, preset: Preset) -> list[PaletteLookup]:
    """Return the lookup table of each frame."""
    if palettes.common is not None:
        return [_lookup(frames, palettes.common, _FINE_BITS)] * len(frames)
    each = zip(frames, palettes.each, strict=True)
    return [_lookup([frame], palette, preset.table_bits) for frame, palette in each]


def _lookup(frames: Sequence[Pixels], palette: Palette, bits: ChannelBits) -> PaletteLookup:
    """Build the lookup table of one palette from the frames that use it."""
    table = NearestColourTable(palette, bits)
    for frame in frames:
        table.map(frame)
    return PaletteLookup(palette, table.complete(_COARSE_BITS), bits)


def _exact_indices(frame: Pixels, palette: Palette) -> Indices:
    """Return the palette entries of a frame whose colours are all in the sorted palette."""
    return np.searchsorted(pack_rgb(palette), pack_rgb(frame)).astype(np.uint8)
