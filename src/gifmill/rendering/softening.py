"""Softer frames: pictures that flash are blended with those before and after, as by a longer exposure.

A blend in linear light has the mean luminance of its pictures, so that changes from one picture to the next
shrink. At the speed of an animation it looks like the blur of fast motion.
"""

from __future__ import annotations

from dataclasses import replace
from functools import cache, lru_cache, partial
from itertools import accumulate
from typing import TYPE_CHECKING

import numpy as np

from gifmill.animation import MAX_KEPT_BYTES, Frame, Plain, Size
from gifmill.gif import FlashDetector, cell_side_px
from gifmill.photo import LIGHT_STEPS, encoded_light, linear_light

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

    from gifmill.animation import Animation, Pixels
    from gifmill.gif import FlashMeasurement

type Floats = NDArray[np.float32]

_EXPOSURE_FACTOR = 1.12
"""Factor from one exposure that is tried to the next: a finer one would not be seen."""

_PARTS = (3, 4, 5, 2)
"""Pixels along a cell of the detector in the pictures by which an exposure is chosen: the first number that
divides its side."""

_MAX_EXACT_PX = 10
"""Side of a cell up to which parts of unequal sides would make an error that matters."""

_BAND_ROWS = 64
"""Rows that are blended at once: their light takes sixteen bytes a pixel."""

_OPAQUE = 255

_MAX_CHANNELS = 4


def soften(animation: Animation, flashing: NDArray[np.bool], exposure_cs: float) -> Animation:
    """Blend frames with their neighbours in the loop.

    Args:
        animation: with frames of 3 or 4 channels.
        flashing: which frames are blended, shape (frames,); the others stay as they are.
        exposure_cs: time around the middle of a frame, at most the duration of the loop; the pictures shown
            in it are blended by their shares of it.
    """
    shares = _exposure_shares([frame.delay_cs for frame in animation.frames], exposure_cs)
    canvas_bytes = animation.size.width * animation.size.height * _MAX_CHANNELS
    canvas = lru_cache(maxsize=max(2, MAX_KEPT_BYTES // canvas_bytes))(animation.canvas)
    frames = tuple(
        Frame(partial(_blend, canvas, share), Plain(), frame.delay_cs) if blended else frame
        for frame, share, blended in zip(animation.frames, shares, flashing, strict=True)
    )
    return replace(animation, frames=frames)


def smallest_exposure(
    small: Animation,
    flashing: NDArray[np.bool],
    is_safe: Callable[[Animation], bool],
    above_cs: float = 0,
    longest_cs: float | None = None,
) -> float | None:
    """Return the shortest exposure in centiseconds at which an animation is safe; None if none is.

    Args:
        small: the `reduced` animation, with the delays that it will have. The encoded file may still flash.
        flashing: which frames are to be blended, shape (frames,).
        is_safe: returns whether a softer animation does not flash dangerously.
        above_cs: an exposure that is too short.
        longest_cs: the longest exposure that is tried; None for the duration of the loop.
    """
    exposure_cs = max(above_cs, min(frame.delay_cs for frame in small.frames))
    longest_cs = min(longest_cs or small.duration_cs, small.duration_cs)
    while exposure_cs < longest_cs:
        exposure_cs = min(exposure_cs * _EXPOSURE_FACTOR, longest_cs)
        if is_safe(soften(small, flashing, exposure_cs)):
            return exposure_cs
    return None


def reduced(animation: Animation) -> Animation:
    """Return an animation of small pictures with the same mean light, drawn once; small ones as they are."""
    side = cell_side_px(animation.size)
    parts = next((each for each in _PARTS if side % each == 0), side if side <= _MAX_EXACT_PX else _PARTS[0])
    if parts >= side:
        return animation
    size = animation.size
    rows, columns = (_part_starts(length, side, parts) for length in (size.height, size.width))

    def draw(at: int) -> Pixels:
        return _mean_of_parts(animation.canvas(at), rows, columns)

    frames = (
        Frame(cache(partial(draw, at)), Plain(), frame.delay_cs) for at, frame in enumerate(animation.frames)
    )
    return replace(animation, frames=tuple(frames), size=Size(len(columns), len(rows)))


def _part_starts(length: int, side: int, parts: int) -> list[int]:
    """Return where the parts of each cell begin, in pixels."""
    starts = (cell + side * part // parts for cell in range(0, length, side) for part in range(parts))
    return [start for start in starts if start < length]


def _mean_of_parts(pixels: Pixels, rows: Sequence[int], columns: Sequence[int]) -> Pixels:
    """Return the mean of each part in linear light; transparent pixels count by their alpha."""
    sums = np.stack([_weighted_light(part, 1).sum(axis=0) for part in np.split(pixels, rows[1:])])
    counts = np.outer(np.diff([*rows, pixels.shape[0]]), np.diff([*columns, pixels.shape[1]]))
    return _without_full_alpha(_encoded(np.add.reduceat(sums, columns, axis=1) / counts[..., None]))


def measure_drawn(animation: Animation, margin: float, shown: Callable[[Pixels], Pixels]) -> FlashMeasurement:
    """Measure the frames of an animation as they are drawn.

    Args:
        animation: with frames of 3 or 4 channels.
        margin: as for `FlashDetector`.
        shown: returns a picture as decoders show it.
    """
    detector = FlashDetector(animation.size, margin=margin)
    for at, frame in enumerate(animation.frames):
        pixels = shown(animation.canvas(at))
        if pixels.shape[2] == 3:
            detector.add_pixels(np.ascontiguousarray(pixels), frame.delay_cs)
        else:
            detector.add_transparent_pixels(pixels, frame.delay_cs)
    return detector.measure()


def _exposure_shares(delays_cs: Sequence[int], exposure_cs: float) -> NDArray[np.float64]:
    """Return the share of each frame in each blend, shape (blends, frames)."""
    ends = np.array(list(accumulate(delays_cs)), np.float64)
    duration = ends[-1]
    middles = ends - np.array(delays_cs) / 2
    begins = (middles - exposure_cs / 2)[:, None]
    shares = np.zeros((len(ends), len(ends)))
    for loop in (-1, 0, 1):
        frame_ends = ends + loop * duration
        overlap = np.minimum(frame_ends, begins + exposure_cs) - np.maximum(frame_ends - delays_cs, begins)
        shares += overlap.clip(0)
    return shares / exposure_cs


def _blend(canvas: Callable[[int], Pixels], shares: NDArray[np.float64]) -> Pixels:
    """Return the mean of some pictures, in linear light; transparent ones count by their alpha.

    Args:
        canvas: returns the picture of each number.
        shares: of each picture, shape (pictures,).
    """
    pictures = [(canvas(at), float(shares[at])) for at in np.flatnonzero(shares).tolist()]
    height = pictures[0][0].shape[0]
    bands = (slice(top, top + _BAND_ROWS) for top in range(0, height, _BAND_ROWS))
    blended = [
        _encoded(np.sum([_weighted_light(pixels[band], share) for pixels, share in pictures], axis=0))
        for band in bands
    ]
    return _without_full_alpha(np.concatenate(blended))


def _weighted_light(pixels: Pixels, weight: float) -> Floats:
    """Return the linear light of pixels times their opacity, and the opacity; both times a weight."""
    light = np.empty((*pixels.shape[:2], 4), np.float32)
    opacity = 1.0 if pixels.shape[2] == 3 else pixels[..., 3].astype(np.float32) / np.float32(_OPAQUE)
    light[..., 3] = opacity * np.float32(weight)
    np.multiply(linear_light()[pixels[..., :3]], light[..., 3:], out=light[..., :3])
    return light


def _encoded(light: Floats) -> Pixels:
    """Return sRGB pixels with alpha from `_weighted_light` whose weights add up to 1."""
    colours = light[..., :3] / np.maximum(light[..., 3:], 1e-6)
    levels = encoded_light()[np.rint(colours.clip(0, 1) * LIGHT_STEPS).astype(np.uint16)]
    return np.dstack([levels, np.rint(light[..., 3] * _OPAQUE).clip(0, _OPAQUE).astype(np.uint8)])


def _without_full_alpha(pixels: Pixels) -> Pixels:
    """Return pixels without their alpha if all are opaque."""
    return np.ascontiguousarray(pixels[..., :3]) if (pixels[..., 3] == _OPAQUE).all() else pixels
