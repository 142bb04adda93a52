"""What can be given up of an animation for fewer bytes: on each rung a little more than on the one above."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from gifmill.rendering.file_formats import Coding, Stage

_STEP = 0.98
"""Of the sides, from one rung to the next."""

_LOWS = (0.6, 0.3, 0.0)
"""Of the sides that were asked for: where shrinking halts until other things are given up: before frames are
given up, before nearly all of them are, and at the end."""

_FEWEST_FRAMES = 8
"""With fewer it is hardly a motion: before that comes any smaller size."""

_SIDE_POWER = 1.8
"""Bytes grow with the sides to this power, a little less than the area: a smaller picture has more detail."""


@dataclass(frozen=True, slots=True)
class Rung:
    """What remains of what was asked for.

    Attributes:
        side_px: the longest of the photo that is drawn.
        frames: at most so many; None is all.
        coding: how it is written.
        share: of the bytes, at a guess.
    """

    side_px: int
    frames: int | None
    coding: Coding
    share: float


def ladder(asked: Coding, frames: int, side_px: int, smallest_px: int) -> list[Rung]:
    """All rungs, from what was asked for to what is hardly worth having.

    Args:
        asked: how it would be written without a limit.
        frames: how many there are.
        side_px: the photo's longest.
        smallest_px: to what it may shrink.
    """
    stages = asked.stages
    groups = (
        [stage for stage in stages if stage.frames is None],
        [stage for stage in stages if stage.frames is not None and stage.frames >= _FEWEST_FRAMES],
        [stage for stage in stages if stage.frames is not None and stage.frames < _FEWEST_FRAMES],
    )
    rungs = [Rung(side_px, None, asked, 1.0)]
    for low, group in zip(_LOWS, groups, strict=True):
        rungs += _shrinking(rungs[-1], max(round(side_px * low), smallest_px))
        rungs += _lowering(rungs[-1], group, frames, (rungs[-1].side_px / side_px) ** _SIDE_POWER)
    return rungs


def _shrinking(rung: Rung, low_px: int) -> Iterator[Rung]:
    while rung.side_px > low_px:
        side_px = max(min(round(rung.side_px * _STEP), rung.side_px - 1), low_px)
        rung = replace(rung, side_px=side_px, share=rung.share * (side_px / rung.side_px) ** _SIDE_POWER)
        yield rung


def _lowering(rung: Rung, stages: Iterable[Stage], frames: int, area: float) -> Iterator[Rung]:
    """Stages at one size: those that give up more than what is given up already."""
    for stage in stages:
        few = stage.frames if stage.frames is not None and stage.frames < frames else None
        share = stage.share * (few / frames if few else 1) * area
        if share < rung.share and (few, stage.coding) != (rung.frames, rung.coding):
            rung = replace(rung, frames=few, coding=stage.coding, share=share)
            yield rung
