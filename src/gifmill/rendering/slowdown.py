"""Longer delays for the frames of an animation, and for those of its file."""

from __future__ import annotations

from dataclasses import replace
from itertools import accumulate
from typing import TYPE_CHECKING

import numpy as np

from gifmill.animation import delays_cs

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from gifmill.animation import Animation
    from gifmill.gif import FlashMeasurement


def slow(animation: Animation, duration_cs: int) -> Animation:
    """Return the animation with another duration; each frame keeps its share of it."""
    delays = _delays_at([frame.delay_cs for frame in animation.frames], duration_cs)
    frames = (replace(frame, delay_cs=cs) for frame, cs in zip(animation.frames, delays, strict=True))
    return replace(animation, frames=tuple(frames))


def file_delays(delays: Sequence[int], animation: Animation, duration_cs: int) -> list[int]:
    """Return the delays of a file at another duration: those that it would have if it was encoded anew.

    Args:
        delays: of the frames in the file, of which some are merged ones of the animation.
        animation: as it was encoded.
        duration_cs: of one loop.
    """
    drawn = [frame.delay_cs for frame in animation.frames]
    starts, file_starts = (list(accumulate(each[:-1], initial=0)) for each in (drawn, delays))
    at = np.searchsorted(starts, file_starts).tolist()
    if [starts[number] for number in at] != file_starts:  # a delay over 16 bits was divided
        return list(delays_cs(duration_cs, delays))
    slowed = list(accumulate(_delays_at(drawn, duration_cs), initial=0))
    ends = [*(slowed[number] for number in at[1:]), duration_cs]
    return [end - slowed[number] for number, end in zip(at, ends, strict=True)]


def first_safe(
    flashes: FlashMeasurement, delays: Sequence[int], animation: Animation, durations_cs: Iterable[int]
) -> int | None:
    """Return the first duration at which a file does not flash dangerously; None if there is none.

    Args:
        flashes: of the file.
        delays: of its frames.
        animation: as it was encoded.
        durations_cs: in the order in which they are tried.
    """
    return flashes.first_safe(durations_cs, lambda each: file_delays(delays, animation, each))


def _delays_at(delays: Sequence[int], duration_cs: int) -> tuple[int, ...]:
    """Divide another duration in the same shares; equal ones that differ only by rounding stay equal."""
    equal = [1] * len(delays)
    return delays_cs(duration_cs, equal if tuple(delays) == delays_cs(sum(delays), equal) else delays)
