"""The end of a finite loop: the animation stops at its first frame, the poster."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from gifmill.animation import MIN_DELAY_CS

if TYPE_CHECKING:
    from gifmill.animation import Animation


def end_on_first_frame(animation: Animation) -> Animation:
    """Return an animation of the same duration whose last frame is a copy of the first.

    The delay of the first frame is divided between both. If it is too short, the copy replaces the last
    frame. An animation of one frame is returned as it is.
    """
    first, *others = animation.frames
    if not others:
        return animation
    copy_cs = first.delay_cs // 2
    if copy_cs >= MIN_DELAY_CS:
        frames = [
            replace(first, delay_cs=first.delay_cs - copy_cs),
            *others,
            replace(first, delay_cs=copy_cs),
        ]
    else:
        frames = [first, *others[:-1], replace(first, delay_cs=others[-1].delay_cs)]
    return replace(animation, frames=tuple(frames))
