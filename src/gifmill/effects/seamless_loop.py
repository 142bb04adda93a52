"""Seamless loops of frames of equal duration, the base of all moving effects."""

from __future__ import annotations

from functools import cache, partial
from typing import TYPE_CHECKING

import numpy as np

from gifmill.animation import Animation, Frame, Plain, Size, delays_cs, keep_small
from gifmill.effects.native import library

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from numpy.typing import NDArray

    from gifmill.animation import Drawing, Pixels

FRAMES = 24
"""Frames of one loop: smooth enough for the eye, few enough for the file size."""

MIN_DELAY_CS = 2
"""Browsers play shorter delays as 10 cs."""

_ANALYSIS_PX = 120
"""Shorter side of the subsampled pictures that are compared."""


def phases(duration_s: float, frames: int = 0) -> NDArray[np.float64]:
    """Return the phases of the frames of one loop, from 0 up to but excluding 1, in equal steps.

    Args:
        duration_s: of one loop, in seconds, at least 0.02.
        frames: number of frames; 0 for 24. A loop that is too short for the minimum delay of 0.02 s gets
            fewer.
    """
    count = min(frames or FRAMES, round(duration_s * 100) // MIN_DELAY_CS)
    return np.arange(count) / count


def sample_grid(picture: Pixels) -> Pixels:
    """Return pixels of a regular grid, enough to compare pictures."""
    every = max(1, min(picture.shape[:2]) // _ANALYSIS_PX)
    return picture[::every, ::every]


def start_at_smallest_change(
    drawings: Sequence[Drawing], size: Size, sample: Callable[[Pixels], Pixels] = sample_grid
) -> list[Drawing]:
    """Rotate a loop so that the change between its last and its first picture is the smallest.

    Players and pages hesitate at the seam. Even at constant speed, the content of the pictures decides how
    large a step looks. So the first call of any of the drawings draws them all.

    Args:
        drawings: of the pictures of a loop.
        size: of each picture.
        sample: returns the values of a picture that are compared.
    """
    kept = keep_small(drawings, size)

    @cache
    def first() -> int:
        looks = [np.ascontiguousarray(sample(drawing())) for drawing in kept]
        return int(np.argmin([difference(look, looks[at - 1]) for at, look in enumerate(looks)]))

    def draw(at: int) -> Pixels:
        return kept[(first() + at) % len(kept)]()

    return [partial(draw, at) for at in range(len(kept))]


def difference(one: NDArray[np.uint8], other: NDArray[np.uint8]) -> int:
    """Return the sum of the differences of two arrays of one shape."""
    if one.shape != other.shape:
        raise ValueError(f"pictures of {one.shape} and {other.shape}")
    return int(library().gifmill_difference(one, other, one.size))


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
