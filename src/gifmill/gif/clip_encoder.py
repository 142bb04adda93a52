"""Encoding of clips: each frame stores only the pixels that differ from the previous frame."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from gifmill.gif.clip_quantiser import quantise_clip
from gifmill.gif.frame_delta import clear_unchanged, diff_window
from gifmill.gif.gif89a_writer import MAX_DELAY_CS, gif_file, image_block
from gifmill.gif.indexed_image import IndexedImage
from gifmill.gif.palette import MAX_COLOURS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from gifmill.animation import Animation, Indices
    from gifmill.gif.clip_palettes import ClipPalettes
    from gifmill.gif.flash_detector import FlashDetector
    from gifmill.gif.indexed_image import Palette
    from gifmill.gif.presets import Preset

_MAX_DELTA_SHARE = 0.6
"""Share of changed pixels above which transparency saves little and the search for it costs time."""


@dataclass(frozen=True, slots=True, eq=False)
class DeltaFrame:
    """A frame with its difference from the previous one.

    Attributes:
        picture: the whole canvas.
        changed: the pixels that differ from the previous frame; None in the first.
        clear: the transparent index, if the colour table has a free entry.
        delay_cs: display time.
    """

    picture: IndexedImage
    changed: NDArray[np.bool] | None
    clear: int | None
    delay_cs: int


def encode_clip(
    animation: Animation, palettes: ClipPalettes, preset: Preset, detector: FlashDetector | None
) -> tuple[bytes, int]:
    """Encode a clip; return the file and its number of frames.

    Args:
        animation: frames that fill the canvas.
        palettes: the palettes of these frames.
        preset: the encoder preset.
        detector: receives every frame.
    """
    images = []
    for delta in _delta_frames(animation, palettes, preset):
        images.append(_encode_delta(delta))
        if detector is not None:
            detector.add_image(delta.picture, delta.delay_cs)
    common = palettes.common
    table = None if common is None else _with_transparent_entry(common)
    return gif_file(animation.size, images, table), len(images)


def _delta_frames(animation: Animation, palettes: ClipPalettes, preset: Preset) -> Iterator[DeltaFrame]:
    """Yield the frames; a frame without changes prolongs the previous one."""
    canvases = [animation.canvas(number) for number in range(len(animation.frames))]
    found = quantise_clip(canvases, palettes, preset)
    shared = palettes.common is not None
    pending: DeltaFrame | None = None
    for step, palette, frame in zip(found, palettes.each, animation.frames, strict=True):
        if pending is not None:
            delay_cs = pending.delay_cs + frame.delay_cs
            if delay_cs <= MAX_DELAY_CS and step.changed is not None and not step.changed.any():
                pending = replace(pending, delay_cs=delay_cs)
                continue
            yield pending
        clear = len(palette) if len(palette) < MAX_COLOURS else None
        picture = IndexedImage(step.indices, _with_transparent_entry(palette), shared)
        pending = DeltaFrame(picture, step.changed, clear, frame.delay_cs)
    if pending is not None:
        yield pending


def _with_transparent_entry(palette: Palette) -> Palette:
    """Add a transparent entry to the palette if it is not full."""
    return palette if len(palette) == MAX_COLOURS else np.concatenate([palette, palette[-1:]])


def _encode_delta(delta: DeltaFrame) -> bytes:
    """Encode the changed box; unchanged pixels are transparent if this lengthens the runs, so saves bytes."""
    picture, changed, clear, delay_cs = delta.picture, delta.changed, delta.clear, delta.delay_cs
    if changed is None:
        return image_block(picture, delay_cs)
    window = diff_window(changed)
    whole = window.of(picture.indices)
    if clear is not None and np.count_nonzero(changed) <= _MAX_DELTA_SHARE * changed.size:
        cleared = clear_unchanged(whole, window.of(changed), clear)
        if _count_run_breaks(cleared) < _count_run_breaks(whole):
            return image_block(replace(picture, indices=cleared), delay_cs, window.left, window.top, clear)
    return image_block(replace(picture, indices=whole), delay_cs, window.left, window.top)


def _count_run_breaks(indices: Indices) -> int:
    """Count the pixels that differ from their left neighbour, an estimate of the LZW code's size."""
    return int(np.count_nonzero(indices[:, 1:] != indices[:, :-1]))
