"""The motion of a caption: where each piece is at a time of the loop.

At time 0, which previews show, the whole text is visible.
"""

from __future__ import annotations

from math import cos, floor, pi, sin
from typing import NamedTuple

TYPEWRITER, WAVE, SHAKE = "typewriter", "wave", "shake"

ROOM_EM = {WAVE: 0.13, SHAKE: 0.06}
"""By motion, what a piece moves in each direction, in em."""

_WAVE_PERIOD_S = 1.2
_WAVE_LENGTH_EM = 3.5

_TYPING = (0.12, 0.7)
"""Part of the loop in which the typewriter writes; before and after it the whole text is visible."""

_GOLDEN = 0.618034
"""Turns between consecutive shakes: none repeats the one before."""


class Moment(NamedTuple):
    """A time of the loop.

    Attributes:
        phase: share of the loop that has passed, from 0 up to but not including 1.
        frame: number of the frame, from 0.
        duration_s: of the loop.
    """

    phase: float
    frame: int
    duration_s: float


class Offset(NamedTuple):
    """A displacement to the right and downwards, in em."""

    x_em: float
    y_em: float


def visible_pieces(motion: str, moment: Moment, pieces: int) -> int:
    """Return how many pieces are visible, in logical order."""
    first, last = _TYPING
    if motion != TYPEWRITER or not first <= moment.phase < last:
        return pieces
    return floor((moment.phase - first) / (last - first) * (pieces + 1))


def piece_offset(motion: str, moment: Moment, x_em: float) -> Offset:
    """Return the displacement of a piece. All shake alike: letters that part are hard to read.

    Args:
        motion: the name of the motion.
        moment: the time.
        x_em: the piece's distance from the left edge.
    """
    room_em = ROOM_EM.get(motion, 0)
    if motion == WAVE:
        waves = max(1, round(moment.duration_s / _WAVE_PERIOD_S))
        return Offset(0, room_em * sin(2 * pi * (x_em / _WAVE_LENGTH_EM - waves * moment.phase)))
    if motion == SHAKE and moment.frame:
        angle = 2 * pi * moment.frame * _GOLDEN
        return Offset(room_em * cos(angle), room_em * sin(angle))
    return Offset(0, 0)
