"""The quality ladder: steps from the requested quality to the lowest, each with fewer bytes."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from gifmill.rendering.encoded_file import Encoder, Reduction

_SIDE_FACTOR = 0.98
"""Factor for the sides from one step to the next."""

_SIDE_LIMITS = (0.6, 0.3, 0.0)
"""Shares of the requested sides at which shrinking pauses for other reductions: before frames are dropped,
before nearly all frames are dropped, and at the end."""

_MIN_FRAMES = 8
"""With fewer frames the motion is barely visible, so the size is reduced first."""

_SIDE_POWER = 1.8
"""Bytes grow with the sides to this power, a little less than the area: a smaller picture has more detail per
pixel."""


@dataclass(frozen=True, slots=True)
class QualityStep:
    """One step of the quality ladder.

    Attributes:
        side_px: longest side of the photo that is rendered.
        frames: maximum number of frames; None for all.
        encoder: the encoder and its settings.
        share: estimated size of the file, as a share of the bytes of the first step.
    """

    side_px: int
    frames: int | None
    encoder: Encoder
    share: float


def quality_ladder(requested: Encoder, frames: int, side_px: int, min_px: int) -> list[QualityStep]:
    """Return all steps, from the requested quality to the lowest.

    Args:
        requested: the encoder as requested.
        frames: number of frames of the animation.
        side_px: longest side of the photo.
        min_px: smallest longest side allowed.
    """
    reductions = tuple(_with_more_frames(requested.reductions, frames))
    groups = (
        [reduction for reduction in reductions if reduction.frames is None],
        [
            reduction
            for reduction in reductions
            if reduction.frames is not None and reduction.frames >= _MIN_FRAMES
        ],
        [
            reduction
            for reduction in reductions
            if reduction.frames is not None and reduction.frames < _MIN_FRAMES
        ],
    )
    steps = [QualityStep(side_px, None, requested, 1.0)]
    for low, group in zip(_SIDE_LIMITS, groups, strict=True):
        steps += _smaller_steps(steps[-1], max(round(side_px * low), min_px))
        steps += _reduced_steps(steps[-1], group, frames, (steps[-1].side_px / side_px) ** _SIDE_POWER)
    return steps


def _with_more_frames(reductions: Sequence[Reduction], frames: int) -> Iterator[Reduction]:
    """Add steps of half the frames, a quarter and so on, down to the largest number in the reductions."""
    fewer = [reduction for reduction in reductions if reduction.frames is not None]
    most = max((reduction.frames or 0 for reduction in fewer), default=0)
    yield from (reduction for reduction in reductions if reduction.frames is None)
    while most and frames // 2 > most:
        frames //= 2
        yield from (each._replace(frames=frames) for each in fewer if each.frames == most)
    yield from fewer


def _smaller_steps(step: QualityStep, low_px: int) -> Iterator[QualityStep]:
    while step.side_px > low_px:
        side_px = max(min(round(step.side_px * _SIDE_FACTOR), step.side_px - 1), low_px)
        step = replace(step, side_px=side_px, share=step.share * (side_px / step.side_px) ** _SIDE_POWER)
        yield step


def _reduced_steps(
    step: QualityStep, reductions: Iterable[Reduction], frames: int, area: float
) -> Iterator[QualityStep]:
    """Yield the reductions at one size that save more bytes than the step before."""
    for reduction in reductions:
        few = reduction.frames if reduction.frames is not None and reduction.frames < frames else None
        share = reduction.share * (few / frames if few else 1) * area
        if share < step.share and (few, reduction.encoder) != (step.frames, step.encoder):
            step = replace(step, frames=few, encoder=reduction.encoder, share=share)
            yield step
