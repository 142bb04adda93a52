"""An animation -> a GIF: quantise each frame's source, lay the indices, merge what is equal, write."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from gifmill.frames import Blocks
from gifmill.gif.clip import Serving, quantise_clip, serving
from gifmill.gif.deltas import cleared, diff_window
from gifmill.gif.indexed import Indexed
from gifmill.gif.quantise import Quantiser
from gifmill.gif.shared import quantise_together
from gifmill.gif.writer import MAX_DELAY_CS, gif_file, image

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from gifmill.frames import Animation, Indices
    from gifmill.gif.flashes import FlashWatch
    from gifmill.gif.indexed import Palette
    from gifmill.gif.presets import Preset

_MOSTLY = 0.9
"""Where more of the canvas changes, holes cost more than they save."""

_HARDLY = 0.3
"""Where less changes, holes save more than they cost. Between the two both are tried."""


@dataclass(frozen=True, slots=True)
class Shown:
    """A picture on the whole canvas and how long it is shown.

    Attributes:
        delay_cs: at most 65,535 centiseconds.
    """

    picture: Indexed
    delay_cs: int


def encode_animation(
    animation: Animation, preset: Preset, watch: FlashWatch | None = None
) -> tuple[bytes, int]:
    """The whole file, and how many frames it has: equal consecutive ones are one.

    Args:
        animation: frames of sRGB pixels on one canvas.
        preset: what to favour.
        watch: is shown every picture as it is written.
    """
    common = serving(animation, preset)
    if common is not None:
        return _clip(animation, common, preset, watch)
    pictures, palette = _quantised(animation, preset)
    shown = (
        Shown(picture.laid(frame.layout, animation.size), frame.delay_cs)
        for picture, frame in zip(pictures, animation.frames, strict=True)
    )
    images = []
    for one in merged(shown):
        images.append(image(one.picture, one.delay_cs))
        if watch is not None:
            watch.see(one.picture, one.delay_cs)
    return gif_file(animation.size, images, palette), len(images)


def _clip(
    animation: Animation, common: Serving, preset: Preset, watch: FlashWatch | None
) -> tuple[bytes, int]:
    """Frames of one palette: each writes only what has changed since the one before."""
    clear = len(common.palette)
    table = np.concatenate([common.palette, common.palette[-1:]])  # the last entry is never seen
    found = quantise_clip([frame.source for frame in animation.frames], common, preset)
    shown = (
        Shown(Indexed(indices, table, shared=True), frame.delay_cs)
        for indices, frame in zip(found, animation.frames, strict=True)
    )
    images: list[bytes] = []
    before: Indices | None = None
    for one in merged(shown):
        images.append(_delta(before, one, clear))
        before = one.picture.indices
        if watch is not None:
            watch.see(one.picture, one.delay_cs)
    return gif_file(animation.size, images, table), len(images)


def _delta(before: Indices | None, shown: Shown, clear: int) -> bytes:
    """One frame drawn over the one before: what has changed, in whichever way takes fewer bytes."""
    if before is None:
        return image(shown.picture, shown.delay_cs)
    picture = shown.picture
    changed = before != picture.indices
    window = diff_window(changed)
    part = window.of(picture.indices)
    whole = replace(picture, indices=part)
    if changed.mean() > _MOSTLY:
        return image(whole, shown.delay_cs, window.left, window.top)
    holed = replace(picture, indices=cleared(part, window.of(changed), clear))
    written = [image(holed, shown.delay_cs, window.left, window.top, clear)]
    if changed.mean() > _HARDLY:
        written.append(image(whole, shown.delay_cs, window.left, window.top))
    return min(written, key=len)


def merged(frames: Iterable[Shown]) -> Iterator[Shown]:
    """Equal neighbours as one, shown as long as both, where the sum fits the 16 bits of a delay."""
    before: Shown | None = None
    for frame in frames:
        if before is None:
            before = frame
        elif before.delay_cs + frame.delay_cs <= MAX_DELAY_CS and before.picture.same(frame.picture):
            before = Shown(before.picture, before.delay_cs + frame.delay_cs)
        else:
            yield before
            before = frame
    if before is not None:
        yield before


def _quantised(animation: Animation, preset: Preset) -> tuple[Iterable[Indexed], Palette | None]:
    """Each frame's source quantised, and the global palette, if there is one."""
    if preset.shared:
        return quantise_together([frame.source for frame in animation.frames], preset)
    quantiser = Quantiser(preset)
    return (
        quantiser.quantise(frame.source, dither=not isinstance(frame.layout, Blocks))
        for frame in animation.frames
    ), None
