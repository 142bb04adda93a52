"""The best that can be made of an effect whose file fits into so many bytes.

There is a ladder: on each rung a little more is given up than on the one above. How many bytes a rung's file
has is guessed from the files that were made already, so that a few encodes find the highest rung that fits.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from math import exp, log
from typing import TYPE_CHECKING

from gifmill.animation import reduce_frames
from gifmill.errors import CannotFit
from gifmill.gif import MAX_CHANGES_PER_SECOND
from gifmill.rendering.flash_safety import lasting
from gifmill.rendering.options import MAX_BYTES, SIZE
from gifmill.rendering.quality_ladder import ladder

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from gifmill.animation import Animation
    from gifmill.photo import Photo
    from gifmill.rendering.file_formats import Coding, Encoded
    from gifmill.rendering.flash_safety import Made
    from gifmill.rendering.platforms import Target
    from gifmill.rendering.quality_ladder import Rung

MOST_ENCODES = 10
"""For one file, those included that it took until nothing flashed. Three or four are the rule."""

_AIM = 0.99
"""Of the bytes allowed: what a guess must not exceed to be tried."""

_NEAR = 0.96
"""Of the bytes allowed: a file of as many is not worth another encode."""

_HOPE = 1.06
"""Of the bytes allowed: up to this guess the rung above one that fits is tried, as guesses err by as much."""

_SMALLEST_PX = int(SIZE.minimum)


def fitted(
    asked: Made, photo: Photo, coding: Coding, max_bytes: int, target: Target | None, *, fixed: bool
) -> tuple[Made, Rung]:
    """The best whose file fits, and what remains in it of what was asked for.

    Args:
        asked: as it was asked for, which is too large.
        photo: what it is made of, of any size.
        coding: how it was written.
        max_bytes: of the file.
        target: where it is to go, if that is known.
        fixed: the size stays, as another than the default was chosen, or as it is the target's own.

    Raises:
        CannotFit: nothing does.
    """
    side_px = max(asked.photo.size)
    rungs = ladder(coding, asked.encoded.frames, side_px, side_px if fixed else min(side_px, _SMALLEST_PX))
    trials = _Trials(asked, photo, max_bytes)
    found = climbed(
        [rung.share for rung in rungs],
        len(asked.encoded.data),
        max_bytes,
        lambda at: trials.attempt(rungs[at]),
        MOST_ENCODES - asked.encodes - 1,  # one is for the first that flashes
    )
    if found is None:
        problem = f"It takes at least {trials.least} bytes, even with all given up; it may have {max_bytes}."
        raise CannotFit(f"{problem} {_advice(side_px if fixed else _SMALLEST_PX, max_bytes, target)}")
    return trials.best, rungs[found]


@dataclass(slots=True, eq=False)
class _Trials:
    """The files of some rungs: the last that fitted is kept, and of the others the least is known.

    Attributes:
        asked: as it was asked for.
        photo: what it is made of, of any size.
        max_bytes: what fits.
        best: the last that did.
        least: the fewest bytes of any.
        flashed: one did, and whatever is tried after that is timed so that nothing can.
    """

    asked: Made
    photo: Photo
    max_bytes: int
    best: Made = field(init=False)
    least: int = field(init=False)
    flashed: bool = False

    def __post_init__(self) -> None:
        self.best, self.least = self.asked, len(self.asked.encoded.data)

    def attempt(self, rung: Rung) -> int:
        """Make the file of a rung and say how many bytes it has."""
        animation = self.asked.draw(self._sized(rung.side_px))
        if rung.frames is not None:
            animation = reduce_frames(animation, rung.frames)
        if self.flashed:
            animation = lasting(animation)
        encoded = rung.coding.encode(animation)
        if encoded.flashes > MAX_CHANGES_PER_SECOND and not self.flashed:
            self.flashed = True
            return self.attempt(rung)
        self._keep(animation, encoded)
        return len(encoded.data)

    def _sized(self, side_px: int) -> Photo:
        return self.asked.photo if side_px == max(self.asked.photo.size) else self.photo.fit(side_px)

    def _keep(self, animation: Animation, encoded: Encoded) -> None:
        self.least = min(self.least, len(encoded.data))
        if len(encoded.data) <= self.max_bytes:
            self.best = replace(
                self.asked,
                size=animation.size,
                duration_cs=animation.duration_cs,
                encoded=encoded,
                calmed=self.asked.calmed or animation.duration_cs > self.asked.duration_cs,
            )


def _advice(side_px: int, max_bytes: int, target: Target | None) -> str:
    """What can be chosen so that it fits; nothing that would be refused then."""
    smaller = side_px > max(_SMALLEST_PX, target.smallest_px if target else 0)
    more = max_bytes < (target.max_bytes if target else MAX_BYTES.maximum)
    if smaller:
        return f"Choose a smaller size{', or allow more bytes' if more else ''}."
    return "Allow more bytes." if more else "Choose another effect, or another place."


def climbed(
    shares: Sequence[float],
    first_bytes: int,
    max_bytes: int,
    attempt: Callable[[int], int],
    attempts: int,
) -> int | None:
    """The highest rung that is found to fit, or None where not even the lowest does.

    Args:
        shares: for each rung its bytes as a part of those of the first, at a guess; ever smaller.
        first_bytes: of the first rung's file, which is too large.
        max_bytes: what fits.
        attempt: makes the file of a rung and says how many bytes it has.
        attempts: the most that are made.
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

    for left in range(attempts, 0, -1):
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
    before = {"{} px": max(asked.size), **coding.features, "{} frames": asked.frames}
    after = dict(before)
    if rung is not None:
        after |= {"{} px": max(best.size), **rung.coding.features}
    if asked.thinned or (rung is not None and rung.frames is not None):
        after["{} frames"] = best.encoded.frames
    return tuple(
        f"{words.format(after[words])} instead of {before[words]}"
        for words in before
        if after[words] != before[words]
    )
