"""Seamless loops of frames of equal duration, the base of all moving effects."""

from __future__ import annotations

from math import ceil
from typing import TYPE_CHECKING

import numpy as np

from gifmill.animation import MIN_DELAY_CS, Animation, Frame, Plain, Size, delays_cs

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray

    from gifmill.animation import Drawing, Pixels

_MIN_FPS, _SHORT_LOOP_FPS = 15, 25
"""Frames per second of a long and of a short loop: with fewer, motion is jerky; more cost bytes."""

_SHORT_LOOP_FRAMES = 24
"""Frames up to which a short loop has the higher rate."""


def phases(duration_s: float, frames: int = 0) -> NDArray[np.float64]:
    """Return the phases of the frames of one loop, from 0 up to but excluding 1, in equal steps.

    Args:
        duration_s: of one loop, in seconds, at least 0.02.
        frames: number of frames; 0 for 15 to 25 per second. A loop that is too short for the minimum delay of
            0.02 s gets fewer.
    """
    own = max(ceil(_MIN_FPS * duration_s), min(_SHORT_LOOP_FRAMES, round(_SHORT_LOOP_FPS * duration_s)))
    count = max(1, min(frames or own, round(duration_s * 100) // MIN_DELAY_CS))
    return np.arange(count) / count


def loop(pictures: Iterable[Pixels | Drawing], duration_s: float, size: Size | None = None) -> Animation:
    """Make an animation of frames of equal duration.

    Args:
        pictures: of one size, one for each of `phases`; each is an array, or a function that draws it.
        duration_s: duration of one loop, in seconds.
        size: of the pictures. Without it, the first one is drawn to find it.
    """
    made = list(pictures)
    delays = delays_cs(round(duration_s * 100), [1] * len(made))
    frames = [Frame(picture, Plain(), delay) for picture, delay in zip(made, delays, strict=True)]
    return Animation(tuple(frames), size or Size.of(frames[0].draw()))
