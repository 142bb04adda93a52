"""Seamless loops of frames of equal duration, the base of all moving effects."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from gifmill.animation import Animation, Frame, Plain, Size, delays_cs

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray

    from gifmill.animation import Pixels

FRAMES = 24
"""Frames of one loop: smooth enough for the eye, few enough for the file size."""

MIN_DELAY_CS = 2
"""Browsers play shorter delays as 10 cs."""

_ANALYSIS_PX = 120
"""Shorter side of the subsampled pictures that are compared."""


def phases(duration_s: float) -> NDArray[np.float64]:
    """Return the phases of the frames of one loop, from 0 up to but excluding 1, in equal steps.

    There are `FRAMES` of them, or fewer in a loop that is too short for the minimum delay.
    """
    count = min(FRAMES, round(duration_s * 100) // MIN_DELAY_CS)
    return np.arange(count) / count


def start_at_smallest_change(pictures: Iterable[Pixels]) -> list[Pixels]:
    """Rotate a loop so that the change between its last and its first picture is the smallest.

    Players and pages hesitate at the seam. Even at constant speed, the content of the pictures decides how
    large a step looks.
    """
    made = list(pictures)
    every = max(1, min(made[0].shape[:2]) // _ANALYSIS_PX)
    looks = [picture[::every, ::every].astype(np.int16) for picture in made]
    steps = [float(np.abs(look - looks[at - 1]).mean()) for at, look in enumerate(looks)]
    first = int(np.argmin(steps))
    return made[first:] + made[:first]


def loop(pictures: Iterable[Pixels], duration_s: float) -> Animation:
    """Make an animation of frames of equal duration.

    Args:
        pictures: of one size, one for each of `phases`.
        duration_s: duration of one loop, in seconds.
    """
    made = list(pictures)
    delays = delays_cs(round(duration_s * 100), [1] * len(made))
    frames = [Frame(picture, Plain(), delay) for picture, delay in zip(made, delays, strict=True)]
    return Animation(tuple(frames), Size.of(made[0]))
