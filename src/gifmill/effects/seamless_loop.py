"""Loops of equally long frames: what every effect that moves is made of."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from gifmill.animation import Animation, Frame, Plain, Size, delays_cs

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray

    from gifmill.animation import Pixels

FRAMES = 24
"""Frames of one turn: smooth enough for the eye, few enough for the file."""

MIN_DELAY_CS = 2
"""Browsers play shorter delays as 10 cs."""

_ANALYSIS_PX = 120
"""Of a side, to compare pictures: what is between these pixels moves as they do."""


def phases(duration_s: float) -> NDArray[np.float64]:
    """The moments of one turn, 0 up to and without 1: the step from the last to the first is like the others.

    There are `FRAMES` of them, or as many as a short turn has room for.
    """
    count = min(FRAMES, round(duration_s * 100) // MIN_DELAY_CS)
    return np.arange(count) / count


def start_at_smallest_change(pictures: Iterable[Pixels]) -> list[Pixels]:
    """The pictures of a loop in their order, begun where least happens between the last and the first.

    Where speed is the same all round, what is to be seen decides how large a step looks; and where a player
    or a page hesitates is at the seam.
    """
    made = list(pictures)
    every = max(1, min(made[0].shape[:2]) // _ANALYSIS_PX)
    looks = [picture[::every, ::every].astype(np.int16) for picture in made]
    steps = [float(np.abs(look - looks[at - 1]).mean()) for at, look in enumerate(looks)]
    first = int(np.argmin(steps))
    return made[first:] + made[:first]


def loop(pictures: Iterable[Pixels], duration_s: float) -> Animation:
    """Pictures as frames that last equally long.

    Args:
        pictures: of one size, one for each of `phases`.
        duration_s: of one turn.
    """
    made = list(pictures)
    delays = delays_cs(round(duration_s * 100), [1] * len(made))
    frames = [Frame(picture, Plain(), delay) for picture, delay in zip(made, delays, strict=True)]
    return Animation(tuple(frames), Size.of(made[0]))
