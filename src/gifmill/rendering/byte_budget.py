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
from gifmill.rendering.flash_safety import MAX_ENCODES_SOFTENED_FIRST
from gifmill.rendering.options import MAX_BYTES, SIZE
from gifmill.rendering.quality_ladder import quality_ladder
from gifmill.rendering.slowdown import slow

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from gifmill.animation import Animation
    from gifmill.photo import Photo
    from gifmill.rendering.encoded_file import Encoder
    from gifmill.rendering.flash_safety import SafeFile
    from gifmill.rendering.platforms import Platform
    from gifmill.rendering.quality_ladder import QualityStep
    from gifmill.rendering.render_attempt import RenderAttempt

MAX_ENCODES = 10
"""Maximum number of encodes for one file, including those of the flash check.

Two to four are usual: 98 of the 110 files beyond a limit, of fifteen effects, two photos and five limits.
"""

_TARGET_RATIO = 0.99
"""Share of the byte limit that an estimate must not exceed for its step to be tried."""

_CLOSE_ENOUGH_RATIO = 0.96
"""Share of the byte limit from which a file is good enough: no further encode is worth its time."""

_RETRY_RATIO = 1.06
"""Share of the byte limit that an estimate must not exceed for the step above one that fits to be tried.

It is above 1 because estimates err by as much.
"""

_SMALLEST_PX = int(SIZE.minimum)


def fit_to_byte_budget(
    requested: RenderAttempt,
    photo: Photo,
    encoder: Encoder,
    max_bytes: int,
    platform: Platform | None,
    *,
    fixed: bool,
) -> tuple[RenderAttempt, QualityStep]:
    """Find the best quality whose file meets the byte limit.

    Args:
        requested: the render at the requested quality, which is too large.
        photo: the source photo, of any size.
        encoder: the encoder of that render.
        max_bytes: the byte limit.
        platform: the platform that the file is for, if any.
        fixed: the size stays, as another than the default was chosen, or as it is the platform's own.

    Raises:
        CannotFit: no step of the quality ladder meets the limit.
    """
    side_px = max(requested.photo.size)
    steps = quality_ladder(
        encoder, requested.file.encoded.frames, side_px, side_px if fixed else min(side_px, _SMALLEST_PX)
    )
    attempts = _EncodeAttempts(requested, photo, max_bytes, platform)
    found = search_ladder(
        [step.share for step in steps],
        len(requested.file.encoded.data),
        max_bytes,
        lambda at: attempts.attempt(steps[at]),
        attempts.left,
    )
    if found is None:
        smallest_bytes = attempts.smallest_bytes
        problem = (
            f"The byte limit of {max_bytes} cannot be met: the smallest file has {smallest_bytes} bytes."
        )
        advice = _suggestion(side_px if fixed else _SMALLEST_PX, smallest_bytes, platform)
        raise CannotFit(f"{problem} {advice}")
    return attempts.best, steps[found]


@dataclass(slots=True, eq=False)
class _EncodeAttempts:
    """Encodes of some steps: keeps the last file that met the limit, and the size of the smallest.

    Attributes:
        requested: the render at the requested quality.
        photo: the source photo, of any size.
        max_bytes: the byte limit.
        platform: the platform that the file is for, if any.
        best: the last attempt that met the limit.
        smallest_bytes: size of the smallest file so far.
        encodes: number of encodes so far, including those of the requested quality.
        softened: frames of some attempt had to be softened.
    """

    requested: RenderAttempt
    photo: Photo
    max_bytes: int
    platform: Platform | None
    best: RenderAttempt = field(init=False)
    smallest_bytes: int = field(init=False)
    encodes: int = field(init=False)
    softened: bool = field(init=False)

    def __post_init__(self) -> None:
        file = self.requested.file
        self.best, self.smallest_bytes = self.requested, len(file.encoded.data)
        self.encodes, self.softened = file.encodes, file.softened > 0

    def left(self) -> int:
        """Return how many attempts are left, as the last one may take more than one encode."""
        return MAX_ENCODES - self.encodes - (MAX_ENCODES_SOFTENED_FIRST - 1)

    def attempt(self, step: QualityStep) -> int:
        """Encode a step and return the bytes of its file."""
        animation = self.requested.draw(self._resize(step.side_px))
        if step.frames is not None:
            animation = reduce_frames(animation, step.frames)
        safety = self.requested.safety
        limited = replace(safety, max_duration_cs=safety.longest_cs(animation))
        animation = slow(animation, self.requested.file.duration_cs)
        file = limited.encode(animation, step.encoder, soften_first=self.softened)
        self.encodes += file.encodes
        self.softened |= file.softened > 0
        self._keep(animation, file)
        return len(file.encoded.data)

    def _resize(self, side_px: int) -> Photo:
        return self.requested.photo if side_px == max(self.requested.photo.size) else self.photo.fit(side_px)

    def _keep(self, animation: Animation, file: SafeFile) -> None:
        size_bytes = len(file.encoded.data)
        self.smallest_bytes = min(self.smallest_bytes, size_bytes)
        if size_bytes <= self.max_bytes:
            self.best = replace(self.requested, size=animation.size, file=file)


def _suggestion(side_px: int, smallest_bytes: int, platform: Platform | None) -> str:
    """Suggest options that may help; only values that would be accepted.

    Args:
        side_px: the longest side of the smallest file.
        smallest_bytes: the size of that file.
        platform: the platform that the file is for, if any.
    """
    may_be_smaller = side_px > max(_SMALLEST_PX, platform.min_px if platform else 0)
    may_be_larger = smallest_bytes <= (platform.max_bytes if platform else MAX_BYTES.maximum)
    if may_be_smaller:
        more = f", or allow at least {smallest_bytes} bytes" if may_be_larger else ""
        return f"Choose a smaller size{more}."
    if may_be_larger:
        return f"Allow at least {smallest_bytes} bytes."
    return "Choose another effect, or another platform."


def search_ladder(
    shares: Sequence[float],
    first_bytes: int,
    max_bytes: int,
    attempt: Callable[[int], int],
    attempts_left: Callable[[], int],
) -> int | None:
    """Search for the highest step that meets the limit; return None if not even the lowest does.

    Args:
        shares: estimated bytes of each step, as a share of those of the first; strictly decreasing.
        first_bytes: size of the first step's file, which is too large.
        max_bytes: the byte limit.
        attempt: encodes a step and returns the bytes of its file.
        attempts_left: returns how often `attempt` may still be called.
    """
    lowest = len(shares) - 1
    above, above_log_ratio = 0, log(first_bytes)
    fits: int | None = None
    fits_log_ratio = above_log_ratio

    def estimate(at: int) -> float:
        """Estimate bytes, corrected by the error of the nearest steps that were tried."""
        if fits is None:
            return shares[at] * exp(above_log_ratio)
        position = log(shares[above] / shares[at]) / log(shares[above] / shares[fits])
        return shares[at] * exp(above_log_ratio + position * (fits_log_ratio - above_log_ratio))

    while (left := attempts_left()) > 0:
        end = lowest + 1 if fits is None else fits
        try_next = next(
            (at for at in range(above + 1, end) if estimate(at) <= _TARGET_RATIO * max_bytes), None
        )
        if try_next is None and fits is not None:
            if fits - 1 == above or estimate(fits - 1) > _RETRY_RATIO * max_bytes:
                break
            try_next = fits - 1
        if try_next is None or (left <= 1 and fits is None):
            try_next = lowest
        size = attempt(try_next)
        log_ratio = log(size / shares[try_next])
        if size <= max_bytes:
            fits, fits_log_ratio = try_next, log_ratio
            if size >= _CLOSE_ENOUGH_RATIO * max_bytes:
                break
        elif try_next == lowest:
            break
        else:
            above, above_log_ratio = try_next, log_ratio
    return fits


def describe_reductions(
    requested: RenderAttempt, encoder: Encoder, best: RenderAttempt, step: QualityStep | None
) -> tuple[str, ...]:
    """Describe what was reduced, such as "64 colours instead of 256".

    Args:
        requested: the render at the requested quality.
        encoder: the encoder of that render.
        best: the render that met the limits.
        step: its step of the quality ladder; None if no reduction was needed.
    """
    before = {"{} px": max(requested.size), **encoder.features, "{} frames": requested.frames}
    after = dict(before)
    if step is not None:
        after |= {"{} px": max(best.size), **step.encoder.features}
    if requested.thinned or (step is not None and step.frames is not None):
        after["{} frames"] = best.file.encoded.frames
    return tuple(
        f"{words.format(after[words])} instead of {before[words]}"
        for words in before
        if after[words] != before[words]
    )
