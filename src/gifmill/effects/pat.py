"""A hand that pats the photo on its head."""

from __future__ import annotations

from math import cos, exp, log, sqrt, tau
from typing import TYPE_CHECKING

import numpy as np
from PIL import Image

from gifmill.effects.hand import hand
from gifmill.effects.loops import loop, phases
from gifmill.effects.sprites import CARD_MARGIN, Spot, card
from gifmill.effects.stage import tones
from gifmill.focus import focal_point
from gifmill.frames import Size

if TYPE_CHECKING:
    from gifmill.frames import Animation
    from gifmill.photo import Photo

_CARD = 0.72
"""Of the canvas: the rest is the hand's."""

_PRESSED = 0.6
"""How much lower the photo gets at most, as a part of its height."""

_LIFT = 0.07
"""How far the hand goes up over the head, as a part of the photo's height."""

_SOFTNESS = 0.035
"""Over which part of its height the photo gives way before it is touched, so that it is not hit but patted."""


def pat(photo: Photo, *, strength: int, duration: float) -> Animation:
    """A hand that pats it on the head; the photo gives way, and gets as much wider as it gets lower.

    Args:
        photo: of the size that the GIF is to have.
        strength: how far it is pressed down, in percent.
        duration: of one pat, in seconds.
    """
    width, height = photo.size
    shown = Size(*(max(1, round(side * _CARD)) for side in photo.size))
    ground, accent = tones(photo.pixels)
    picture = card(photo.pixels, shown, min(shown) * 0.12)
    patting, touching = hand(min(0.55 * sqrt(width * height), 0.7 * min(photo.size)), accent)
    foot = Spot(shown.width / 2 + CARD_MARGIN, shown.height + CARD_MARGIN)
    stands = Spot(width * 0.47, height * 0.985)
    reach = stands.x + shown.width * (min(max(focal_point(photo.pixels).x, 0.3), 0.7) - 0.5)
    frames = []
    for phase in phases(duration):
        pressed, over = _pat(phase, strength / 100)
        canvas = Image.new("RGB", photo.size, ground)
        lower = 1 - pressed
        picture.show(canvas, foot, stands, (lower**-0.3, lower))
        head = stands.y - shown.height * (1 - over)
        sway = 0.03 * cos(tau * (phase - 0.3))
        patting.show(canvas, touching, Spot(reach + width * sway, head), (1, 1 - 0.35 * pressed), 0.2 * over)
        frames.append(np.asarray(canvas))
    return loop(frames, duration)


def _pat(phase: float, strength: float) -> tuple[float, float]:
    """How far the photo is pressed down, and how far the hand is below the photo's head as it was.

    Both are parts of the photo's height; a hand in the air is at less than 0.
    """
    deep = _PRESSED * strength
    turn = phase + 0.06 * (1 - cos(tau * phase))  # later down, sooner up
    over = (deep + _LIFT) * (1 - cos(tau * turn)) / 2 - _LIFT
    return _SOFTNESS * log(1 + exp(over / _SOFTNESS)), over
