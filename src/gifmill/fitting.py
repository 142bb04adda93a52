"""The best that can be made of an effect whose file fits into so many bytes.

There is a ladder: on each rung a little more is given up than on the one above. How many bytes a rung's file
has is guessed from the files that were made already, so that a few encodes find the highest rung that fits.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import exp, log
from typing import TYPE_CHECKING

from gifmill.errors import CannotFit
from gifmill.frames import thinned
from gifmill.harmless import encoded_harmless

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from gifmill.codings import Coding, Stage
    from gifmill.harmless import Made
    from gifmill.photo import Photo

MOST_ENCODES = 10
"""For one file, the first included. Three or four are the rule."""

_AIM = 0.99
"""Of the bytes allowed: what a guess must not exceed to be tried."""

_NEAR = 0.96
"""Of the bytes allowed: a file of as many is not worth another encode."""

_HOPE = 1.06
"""Of the bytes allowed: up to this guess the rung above one that fits is tried, as guesses err by as much."""

_STEP = 0.98
"""Of the sides, from one rung to the next."""

_LOWS = (0.6, 0.3, 0.0)
"""Of the sides that were asked for: where shrinking halts until other things are given up: before frames are
given up, before nearly all of them are, and at the end."""

_FEWEST_FRAMES = 8
"""With fewer it is hardly a motion: before that comes any smaller size."""

_SMALLEST_PX = 16

_SIDE_POWER = 1.8
"""Bytes grow with the sides to this power, a little less than the area: a smaller picture has more detail."""


@dataclass(frozen=True, slots=True)
class Rung:
    """What remains of what was asked for.

    Attributes:
        scale: of the sides.
        frames: at most so many; None is all.
        coding: how it is written.
        share: of the bytes, at a guess.
    """

    scale: float
    frames: int | None
    coding: Coding
    share: float


def fitted(made: Made, photo: Photo, coding: Coding, max_bytes: int, *, fixed: bool) -> tuple[Made, Rung]:
    """The best whose file fits, and what remains in it of what was asked for.

    Args:
        made: as it was asked for, which is too large.
        photo: what it is made of, of any size.
        coding: how it was written.
        max_bytes: of the file.
        fixed: the size has been chosen, and stays.

    Raises:
        CannotFit: nothing does.
    """
    side_px = max(made.animation.size)
    smallest = 1.0 if fixed else min(1.0, _SMALLEST_PX / side_px)
    rungs = ladder(coding, len(made.animation.frames), smallest)
    drawn = {1.0: made.animation}
    best, least = made, len(made.encoded.data)

    def attempt(at: int) -> int:
        nonlocal best, least
        rung = rungs[at]
        if rung.scale not in drawn:
            drawn.clear()  # one at a time: they are large
            drawn[rung.scale] = made.draw(photo.fit(round(side_px * rung.scale)))
        whole = drawn[rung.scale]
        animation, encoded = encoded_harmless(thinned(whole, rung.frames or len(whole.frames)), rung.coding)
        least = min(least, len(encoded.data))
        if len(encoded.data) <= max_bytes:
            slower = animation.duration_cs > whole.duration_cs
            best = replace(made, animation=animation, encoded=encoded, calmed=made.calmed or slower)
        return len(encoded.data)

    found = climbed([rung.share for rung in rungs], len(made.encoded.data), max_bytes, attempt)
    if found is None:
        smaller = "Choose a smaller size, or allow" if fixed and side_px > _SMALLEST_PX else "Allow"
        problem = f"It takes at least {least} bytes, even with all given up; it may have {max_bytes}."
        raise CannotFit(f"{problem} {smaller} more bytes.")
    return best, rungs[found]


def ladder(asked: Coding, frames: int, smallest: float) -> list[Rung]:
    """All rungs, from what was asked for to what is hardly worth having.

    Args:
        asked: how it would be written without a limit.
        frames: how many there are.
        smallest: how far it may shrink.
    """
    stages = asked.stages
    groups = (
        [stage for stage in stages if stage.frames is None],
        [stage for stage in stages if stage.frames is not None and stage.frames >= _FEWEST_FRAMES],
        [stage for stage in stages if stage.frames is not None and stage.frames < _FEWEST_FRAMES],
    )
    rungs = [Rung(1.0, None, asked, 1.0)]
    for low, group in zip(_LOWS, groups, strict=True):
        rungs += _shrinking(rungs[-1], max(low, smallest))
        rungs += _lowering(rungs[-1], group, frames)
    return rungs


def _shrinking(rung: Rung, low: float) -> Iterator[Rung]:
    while rung.scale > low:
        scale = max(rung.scale * _STEP, low)
        rung = replace(rung, scale=scale, share=rung.share * (scale / rung.scale) ** _SIDE_POWER)
        yield rung


def _lowering(rung: Rung, stages: Iterable[Stage], frames: int) -> Iterator[Rung]:
    """Stages at one size: those that give up more than what is given up already."""
    for stage in stages:
        few = stage.frames if stage.frames is not None and stage.frames < frames else None
        share = stage.share * (few / frames if few else 1) * rung.scale**_SIDE_POWER
        if share < rung.share and (few, stage.coding) != (rung.frames, rung.coding):
            rung = replace(rung, frames=few, coding=stage.coding, share=share)
            yield rung


def climbed(
    shares: Sequence[float], first_bytes: int, max_bytes: int, attempt: Callable[[int], int]
) -> int | None:
    """The highest rung that is found to fit, or None where not even the lowest does.

    Args:
        shares: for each rung its bytes as a part of those of the first, at a guess; ever smaller.
        first_bytes: of the first rung's file, which is too large.
        max_bytes: what fits.
        attempt: makes the file of a rung and says how many bytes it has.
    """
    lowest = len(shares) - 1
    above, above_miss = 0, log(first_bytes)
    fits: int | None = None
    fits_miss = above_miss

    def guess(at: int) -> float:
        """Bytes, by how far off the guesses were on the nearest rungs that were tried."""
        if fits is None:
            return shares[at] * exp(above_miss)
        way = log(shares[above] / shares[at]) / log(shares[above] / shares[fits])
        return shares[at] * exp(above_miss + way * (fits_miss - above_miss))

    for left in range(MOST_ENCODES - 1, 0, -1):
        end = lowest + 1 if fits is None else fits
        try_next = next((at for at in range(above + 1, end) if guess(at) <= _AIM * max_bytes), None)
        if try_next is None and fits is not None:
            if fits - 1 == above or guess(fits - 1) > _HOPE * max_bytes:
                break
            try_next = fits - 1
        if try_next is None or (left == 1 and fits is None):
            try_next = lowest
        size = attempt(try_next)
        miss = log(size / shares[try_next])
        if size <= max_bytes:
            fits, fits_miss = try_next, miss
            if size >= _NEAR * max_bytes:
                break
        elif try_next == lowest:
            break
        else:
            above, above_miss = try_next, miss
    return fits


def given_up(asked: Made, coding: Coding, best: Made, rung: Rung | None) -> tuple[str, ...]:
    """What the best has less than what was asked for, in words.

    Args:
        asked: without a limit of bytes.
        coding: how it was written.
        best: what it has become.
        rung: what remains in that; None where it fitted at once.
    """
    before = {"{} px": max(asked.animation.size), **coding.features, "{} frames": asked.frames}
    after = dict(before)
    if rung is not None:
        after |= {"{} px": max(best.animation.size), **rung.coding.features}
    if asked.thinned or (rung is not None and rung.frames is not None):
        after["{} frames"] = best.encoded.frames
    return tuple(
        f"{words.format(after[words])} instead of {before[words]}"
        for words in before
        if after[words] != before[words]
    )
