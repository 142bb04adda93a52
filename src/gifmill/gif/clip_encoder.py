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

_MUCH = 0.6
"""Share of changed pixels above which transparency saves little and the search for it costs time."""


@dataclass(frozen=True, slots=True, eq=False)
class Drawn:
    """A frame to be drawn over the previous one.

    Attributes:
        picture: of the whole canvas.
        changed: the pixels that differ from the previous frame; None in the first.
        clear: the transparent entry, if the colour table has a free one.
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
        palettes: of these frames.
        preset: the encoder preset.
        detector: receives every frame.
    """
    images = []
    for drawn in _drawn(animation, palettes, preset):
        images.append(_written(drawn))
        if detector is not None:
            detector.add_image(drawn.picture, drawn.delay_cs)
    common = palettes.common
    return gif_file(animation.size, images, None if common is None else _table(common)), len(images)


def _drawn(animation: Animation, palettes: ClipPalettes, preset: Preset) -> Iterator[Drawn]:
    """Yield the frames; a frame without changes prolongs the previous one."""
    canvases = [animation.canvas(number) for number in range(len(animation.frames))]
    found = quantise_clip(canvases, palettes, preset)
    shared = palettes.common is not None
    before: Drawn | None = None
    for step, palette, frame in zip(found, palettes.each, animation.frames, strict=True):
        if before is not None:
            delay_cs = before.delay_cs + frame.delay_cs
            if delay_cs <= MAX_DELAY_CS and step.changed is not None and not step.changed.any():
                before = replace(before, delay_cs=delay_cs)
                continue
            yield before
        clear = len(palette) if len(palette) < MAX_COLOURS else None
        picture = IndexedImage(step.indices, _table(palette), shared)
        before = Drawn(picture, step.changed, clear, frame.delay_cs)
    if before is not None:
        yield before


def _table(palette: Palette) -> Palette:
    """Add a transparent entry to the palette if it is not full."""
    return palette if len(palette) == MAX_COLOURS else np.concatenate([palette, palette[-1:]])


def _written(drawn: Drawn) -> bytes:
    """Write the changed box, with transparency where this gives fewer runs along the rows, so fewer bytes."""
    picture, changed, clear, delay_cs = drawn.picture, drawn.changed, drawn.clear, drawn.delay_cs
    if changed is None:
        return image_block(picture, delay_cs)
    window = diff_window(changed)
    whole = window.of(picture.indices)
    if clear is not None and np.count_nonzero(changed) <= _MUCH * changed.size:
        holed = clear_unchanged(whole, window.of(changed), clear)
        if _restlessness(holed) < _restlessness(whole):
            return image_block(replace(picture, indices=holed), delay_cs, window.left, window.top, clear)
    return image_block(replace(picture, indices=whole), delay_cs, window.left, window.top)


def _restlessness(indices: Indices) -> int:
    """Count the pixels that differ from their left neighbour, an estimate of the LZW code's size."""
    return int(np.count_nonzero(indices[:, 1:] != indices[:, :-1]))
