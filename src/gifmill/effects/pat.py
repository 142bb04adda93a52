"""A hand that pats the photo on its head."""

from __future__ import annotations

from math import cos, exp, log, sqrt, tau
from typing import TYPE_CHECKING

import numpy as np
from PIL import Image

from gifmill.animation import Size
from gifmill.effects.affine_camera import supersampling_factor
from gifmill.effects.backdrop import backdrop_colours
from gifmill.effects.hand_drawing import draw_hand
from gifmill.effects.seamless_loop import loop, phases
from gifmill.effects.sprites import MARGIN, Position, photo_card
from gifmill.photo import focal_point

if TYPE_CHECKING:
    from gifmill.animation import Animation
    from gifmill.photo import Photo

_CARD = 0.72
"""Of the canvas: the rest is the hand's."""

_PRESSED = 0.6
"""How much lower the photo gets at most, as a part of its height."""

_LIFT = 0.07
"""How far the hand goes up over the head, as a part of the photo's height."""

_WIDER = 0.25
"""How much wider a lower photo gets, as a power: 1 would keep its area, and not fit the canvas."""

_CORNER = 0.12
"""The radius of the photo's corners, as a part of its shorter side."""

_HAND, _HAND_MOST = 0.55, 0.7
"""The length of the hand, as a part of the canvas's mean side, and at most of its shorter one."""

_FLATTER, _TILT, _SWAY = 0.35, 0.2, 0.03
"""By how much the hand gets flatter, turns (in radians) and wanders aside as it goes down."""

_ASIDE = 0.2
"""How far from the middle the hand may look for what is to be patted, as a part of the photo's width."""

_HASTE = 0.12
"""For which part of a turn the hand is early: it comes down fast and goes up slowly."""

_SOFTNESS = 0.035
"""Over which part of its height the photo gives way before it is touched: it is patted, not hit."""


def pat(photo: Photo, *, strength: int, duration: float) -> Animation:
    """A hand that pats it on the head; the photo gives way, lower and a little wider.

    Args:
        photo: of the size that the GIF is to have.
        strength: how far it is pressed down, in percent.
        duration: of one pat, in seconds.
    """
    width, height = photo.size
    supersampling = supersampling_factor(photo.size)
    shown = Size(*(max(1, round(side * _CARD)) for side in photo.size))
    ground, accent = backdrop_colours(photo.pixels)
    picture = photo_card(photo.pixels, shown, _CORNER * min(shown), supersampling)
    length = min(_HAND * sqrt(width * height), _HAND_MOST * min(width, height))
    patting, finger_tips = draw_hand(length, accent)
    foot = Position(shown.width / 2 + MARGIN, shown.height + MARGIN)
    stands = Position(0.47 * width, 0.985 * height)
    aside = min(max(focal_point(photo.pixels).x - 0.5, -_ASIDE), _ASIDE)
    frames = []
    for phase in phases(duration):
        pressed, over = _pressure_and_hand_height(phase, strength / 100)
        lower = 1 - pressed
        sway = _SWAY * width * cos(tau * (phase - 0.3))
        touched = Position(stands.x + aside * shown.width + sway, stands.y - (1 - over) * shown.height)
        canvas = Image.new("RGB", photo.size, ground)
        picture.draw(canvas, foot, stands, (lower**-_WIDER, lower))
        patting.draw(canvas, finger_tips, touched, (1, 1 - _FLATTER * pressed), _TILT * over)
        frames.append(np.asarray(canvas))
    return loop(frames, duration)


def _pressure_and_hand_height(phase: float, strength: float) -> tuple[float, float]:
    """How far the photo is pressed down, and how far the hand is below the photo's head as it was.

    Both are parts of the photo's height; a hand in the air is at less than 0.
    """
    deep = _PRESSED * strength
    turn = phase + _HASTE * (1 - cos(tau * phase)) / 2
    over = (deep + _LIFT) * (1 - cos(tau * turn)) / 2 - _LIFT
    return _SOFTNESS * log(1 + exp(over / _SOFTNESS)), over
