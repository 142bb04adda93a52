"""A clip as a file: each frame writes only what differs from the one before."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from gifmill.gif.clip import quantise_clip
from gifmill.gif.deltas import cleared, diff_window
from gifmill.gif.indexed import Indexed
from gifmill.gif.writer import MAX_DELAY_CS, gif_file, image

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from gifmill.frames import Animation, Indices
    from gifmill.gif.flashes import FlashWatch
    from gifmill.gif.indexed import Palette
    from gifmill.gif.presets import Preset
    from gifmill.gif.serving import Palettes

_MOSTLY = 0.9
"""Where more of the canvas changes, holes cost more than they save."""

_MUCH = 0.6
"""The same where nothing is tried: from here on holes save little, and to look for them takes time."""

_HARDLY = 0.3
"""Where less changes, holes save more than they cost. Between the two both are tried, or counted."""


def encode_clip(
    animation: Animation, palettes: Palettes, preset: Preset, watch: FlashWatch | None
) -> tuple[bytes, int]:
    """The whole file, and how many frames it has.

    Args:
        animation: frames that fill the canvas.
        palettes: of these frames.
        preset: what to favour.
        watch: is shown every frame.
    """
    images = []
    for picture, changed, delay_cs in _steps(animation, palettes, preset):
        images.append(_written(picture, changed, delay_cs, trial=preset.diffuse > 0))
        if watch is not None:
            watch.see(picture, delay_cs)
    common = palettes.common
    return gif_file(animation.size, images, None if common is None else _table(common)), len(images)


def _steps(
    animation: Animation, palettes: Palettes, preset: Preset
) -> Iterator[tuple[Indexed, NDArray[np.bool] | None, int]]:
    """Frames, what changes in each, and their delays; where nothing changes the one before is prolonged."""
    found = quantise_clip([frame.source for frame in animation.frames], palettes, preset)
    shared = palettes.common is not None
    before: tuple[Indexed, NDArray[np.bool] | None, int] | None = None
    for step, palette, frame in zip(found, palettes.each, animation.frames, strict=True):
        if before is not None:
            delay_cs = before[2] + frame.delay_cs
            if delay_cs <= MAX_DELAY_CS and step.changed is not None and not step.changed.any():
                before = (*before[:2], delay_cs)
                continue
            yield before
        before = Indexed(step.indices, _table(palette), shared), step.changed, frame.delay_cs
    if before is not None:
        yield before


def _table(palette: Palette) -> Palette:
    """The palette and one more entry, which lets the frame before shine through."""
    return np.concatenate([palette, palette[-1:]])


def _written(picture: Indexed, changed: NDArray[np.bool] | None, delay_cs: int, *, trial: bool) -> bytes:
    """One frame drawn over the one before: what has changed, in whichever way takes fewer bytes.

    Without a trial, which takes as long as all else, that is the way with fewer changes along the rows.
    """
    if changed is None:
        return image(picture, delay_cs)
    clear = len(picture.palette) - 1
    window = diff_window(changed)
    part = replace(picture, indices=window.of(picture.indices))
    share = np.count_nonzero(changed) / changed.size
    if share > (_MOSTLY if trial else _MUCH):
        return image(part, delay_cs, window.left, window.top)
    holed = replace(part, indices=cleared(part.indices, window.of(changed), clear))
    ways = [(holed, clear)] if share <= _HARDLY else [(holed, clear), (part, None)]
    if not trial:
        ways = [min(ways, key=lambda way: _restlessness(way[0].indices))]
    return min((image(each, delay_cs, window.left, window.top, none) for each, none in ways), key=len)


def _restlessness(indices: Indices) -> int:
    """How often a pixel differs from its left neighbour, which is about what LZW is paid for."""
    return int(np.count_nonzero(indices[:, 1:] != indices[:, :-1]))
