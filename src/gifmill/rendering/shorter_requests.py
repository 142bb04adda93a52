"""The durations of shorter requests, which a longer one must not undercut.

The number of frames follows from the duration, and with it how often pictures are seen to change. So the
shortest safe duration can fall when the requested one rises: by a few per cent, but that would look like a
fault.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from gifmill.effects import Number
from gifmill.rendering.slowdown import first_safe
from gifmill.rendering.softening import measure_drawn

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from gifmill.animation import Animation, Pixels
    from gifmill.effects import Effect, Value
    from gifmill.photo import Photo

_MEASURED_PX = 256
"""Longest side of the photo with which shorter requests are drawn."""

_MARGIN = 0.03
"""For the `FlashDetector`: an encoder would alter the pictures a little."""


def slowest_of_shorter_requests(
    effect: Effect,
    photo: Photo,
    values: Mapping[str, Value],
    draw: Callable[[Photo, Mapping[str, Value]], Animation],
    longest_cs: Callable[[Animation], int],
    shown: Callable[[Pixels], Pixels],
) -> int:
    """Return the longest duration, in centiseconds, to which a shorter request is slowed; 0 if there is none.

    Args:
        effect: the effect.
        photo: at the size of the GIF.
        values: of all options, as requested.
        draw: draws an animation for a photo and values.
        longest_cs: returns the longest duration to which an animation may be slowed.
        shown: returns pixels as decoders show them.
    """
    small = photo.fit(_MEASURED_PX)
    own = draw(small, values)
    slowest_cs, frames = 0, len(own.frames)
    for duration in _shorter_durations(effect, values):
        shorter = draw(small, {**values, "duration": duration})
        limit_cs = longest_cs(shorter)
        if limit_cs <= own.duration_cs:
            break
        if len(shorter.frames) != frames:  # with as many, it is not slowed to more than a longer one
            frames = len(shorter.frames)
            delays_cs = [frame.delay_cs for frame in shorter.frames]
            flashes = measure_drawn(shorter, _MARGIN, shown)
            durations_cs = range(shorter.duration_cs, limit_cs)
            slowest_cs = max(slowest_cs, first_safe(flashes, delays_cs, shorter, durations_cs) or limit_cs)
    return slowest_cs


def _shorter_durations(effect: Effect, values: Mapping[str, Value]) -> Iterator[float]:
    """Yield the valid durations below the requested one, the longest first."""
    param = next((each for each in effect.params if each.name == "duration"), None)
    if isinstance(param, Number):
        steps, lowest = (round(float(each) / param.step) for each in (values["duration"], param.minimum))
        yield from (round(step * param.step, 6) for step in range(steps - 1, lowest - 1, -1))
