"""The best quality of an animation whose file meets a byte limit.

Each step of the quality ladder reduces quality a little further than the one above. The file size of a step
is estimated from the files encoded so far, so that a few encodes find the highest step that meets the limit.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from math import exp, log
from typing import TYPE_CHECKING

from gifmill.animation import reduce_frames
from gifmill.errors import CannotFit
from gifmill.gif import MAX_CHANGES_PER_SECOND
from gifmill.rendering.flash_safety import with_safe_delays
from gifmill.rendering.options import MAX_BYTES, SIZE
from gifmill.rendering.quality_ladder import quality_ladder

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from gifmill.animation import Animation
    from gifmill.photo import Photo
    from gifmill.rendering.file_formats import EncodedFile, Encoder
    from gifmill.rendering.flash_safety import RenderAttempt
    from gifmill.rendering.platforms import Platform
    from gifmill.rendering.quality_ladder import QualityStep

MAX_ENCODES = 10
"""Maximum number of encodes for one file, including those of the flash check. Three or four are usual."""

_TARGET_RATIO = 0.99
"""Share of the byte limit that an estimate must not exceed for its step to be tried."""

_CLOSE_ENOUGH_RATIO = 0.96
"""Share of the byte limit from which a file is good enough: no further encode is worth its time."""

_RETRY_RATIO = 1.06
"""Of the bytes allowed: up to this guess the step above one that fits is tried, as guesses err by as much."""

_SMALLEST_PX = int(SIZE.minimum)


def fit_to_byte_budget(
    asked: RenderAttempt,
    photo: Photo,
    encoder: Encoder,
    max_bytes: int,
    platform: Platform | None,
    *,
    fixed: bool,
) -> tuple[RenderAttempt, QualityStep]:
    """Find the best quality whose file meets the byte limit.

    Args:
        asked: the render at the requested quality, which is too large.
        photo: the source photo, of any size.
        encoder: the encoder of that render.
        max_bytes: the byte limit.
        platform: the platform that the file is for, if any.
        fixed: the size stays, as another than the default was chosen, or as it is the platform's own.

    Raises:
        CannotFit: no step of the quality ladder meets the limit.
    """
    side_px = max(asked.photo.size)
    steps = quality_ladder(
        encoder, asked.encoded.frames, side_px, side_px if fixed else min(side_px, _SMALLEST_PX)
    )
    trials = _EncodeAttempts(asked, photo, max_bytes)
    found = search_ladder(
        [step.share for step in steps],
        len(asked.encoded.data),
        max_bytes,
        lambda at: trials.attempt(steps[at]),
        MAX_ENCODES - asked.encodes - 1,  # one is for the first that flashes
    )
    if found is None:
        problem = f"The byte limit of {max_bytes} cannot be met: the smallest file has {trials.least} bytes."
        raise CannotFit(f"{problem} {_suggestion(side_px if fixed else _SMALLEST_PX, max_bytes, platform)}")
    return trials.best, steps[found]


@dataclass(slots=True, eq=False)
class _EncodeAttempts:
    """Encodes of some steps: keeps the last file that met the limit, and the size of the smallest.

    Attributes:
        asked: the render at the requested quality.
        photo: the source photo, of any size.
        max_bytes: the byte limit.
        best: the last attempt that met the limit.
        least: bytes of the smallest file so far.
        flashed: an attempt flashed too often; all later ones use delays that rule flashes out.
    """

    asked: RenderAttempt
    photo: Photo
    max_bytes: int
    best: RenderAttempt = field(init=False)
    least: int = field(init=False)
    flashed: bool = False

    def __post_init__(self) -> None:
        self.best, self.least = self.asked, len(self.asked.encoded.data)

    def attempt(self, step: QualityStep) -> int:
        """Encode a step and return the bytes of its file."""
        animation = self.asked.draw(self._resize(step.side_px))
        if step.frames is not None:
            animation = reduce_frames(animation, step.frames)
        if self.flashed:
            animation = with_safe_delays(animation)
        encoded = step.encoder.encode(animation)
        if encoded.flashes > MAX_CHANGES_PER_SECOND and not self.flashed:
            self.flashed = True
            return self.attempt(step)
        self._keep(animation, encoded)
        return len(encoded.data)

    def _resize(self, side_px: int) -> Photo:
        return self.asked.photo if side_px == max(self.asked.photo.size) else self.photo.fit(side_px)

    def _keep(self, animation: Animation, encoded: EncodedFile) -> None:
        self.least = min(self.least, len(encoded.data))
        if len(encoded.data) <= self.max_bytes:
            self.best = replace(
                self.asked,
                size=animation.size,
                duration_cs=animation.duration_cs,
                encoded=encoded,
                calmed=self.asked.calmed or animation.duration_cs > self.asked.duration_cs,
            )


def _suggestion(side_px: int, max_bytes: int, platform: Platform | None) -> str:
    """Suggest options that may help; only values that would be accepted."""
    smaller = side_px > max(_SMALLEST_PX, platform.min_px if platform else 0)
    more = max_bytes < (platform.max_bytes if platform else MAX_BYTES.maximum)
    if smaller:
        return f"Choose a smaller size{', or allow more bytes' if more else ''}."
    return "Allow more bytes." if more else "Choose another effect, or another platform."


def search_ladder(
    shares: Sequence[float],
    first_bytes: int,
    max_bytes: int,
    attempt: Callable[[int], int],
    attempts: int,
) -> int | None:
    """Search for the highest step that meets the limit; return None if not even the lowest does.

    Args:
        shares: estimated bytes of each step, as a share of those of the first; strictly decreasing.
        first_bytes: size of the first step's file, which is too large.
        max_bytes: the byte limit.
        attempt: encodes a step and returns the bytes of its file.
        attempts: maximum number of calls of `attempt`.
    """
    lowest = len(shares) - 1
    above, above_miss = 0, log(first_bytes)
    fits: int | None = None
    fits_miss = above_miss

    def guess(at: int) -> float:
        """Estimate bytes, corrected by the error of the nearest steps that were tried."""
        if fits is None:
            return shares[at] * exp(above_miss)
        way = log(shares[above] / shares[at]) / log(shares[above] / shares[fits])
        return shares[at] * exp(above_miss + way * (fits_miss - above_miss))

    for left in range(attempts, 0, -1):
        end = lowest + 1 if fits is None else fits
        try_next = next((at for at in range(above + 1, end) if guess(at) <= _TARGET_RATIO * max_bytes), None)
        if try_next is None and fits is not None:
            if fits - 1 == above or guess(fits - 1) > _RETRY_RATIO * max_bytes:
                break
            try_next = fits - 1
        if try_next is None or (left == 1 and fits is None):
            try_next = lowest
        size = attempt(try_next)
        miss = log(size / shares[try_next])
        if size <= max_bytes:
            fits, fits_miss = try_next, miss
            if size >= _CLOSE_ENOUGH_RATIO * max_bytes:
                break
        elif try_next == lowest:
            break
        else:
            above, above_miss = try_next, miss
    return fits


def describe_reductions(
    asked: RenderAttempt, encoder: Encoder, best: RenderAttempt, step: QualityStep | None
) -> tuple[str, ...]:
    """Describe what was reduced, such as "64 colours instead of 256".

    Args:
        asked: the render at the requested quality.
        encoder: the encoder of that render.
        best: the render that met the limits.
        step: its step of the quality ladder; None if no reduction was needed.
    """
    before = {"{} px": max(asked.size), **encoder.features, "{} frames": asked.frames}
    after = dict(before)
    if step is not None:
        after |= {"{} px": max(best.size), **step.encoder.features}
    if asked.thinned or (step is not None and step.frames is not None):
        after["{} frames"] = best.encoded.frames
    return tuple(
        f"{words.format(after[words])} instead of {before[words]}"
        for words in before
        if after[words] != before[words]
    )
