"""The effect pat: a hand that pats the photo."""

from __future__ import annotations

from functools import partial
from math import cos, exp, log, tau
from typing import TYPE_CHECKING

import numpy as np

from gifmill.animation import Size
from gifmill.effects.backdrop import backdrop_colours, plain_canvas, surroundings
from gifmill.effects.cartoon_hand import ABOVE, LEFT, RIGHT, draw_hand
from gifmill.effects.seamless_loop import loop, phases
from gifmill.effects.sprites import MARGIN, Position, photo_card
from gifmill.photo import focal_point

if TYPE_CHECKING:
    from gifmill.animation import Animation, Pixels
    from gifmill.photo import Photo

_CARD_SCALE = 0.64
"""Size of the photo, as a fraction of the canvas; the rest is for the hand."""

_MAX_COMPRESSION = 0.6
"""Maximum compression of the photo, as a fraction of its height."""

_LIFT = 0.05
"""Maximum height of the hand above the photo, as a fraction of the photo's height."""

_WIDENING_EXPONENT = 0.25
"""Exponent of the widening of a compressed photo: 1 would keep its area, but exceed the canvas."""

_CORNER_RADIUS = 0.12
"""Radius of the photo's corners, as a fraction of its shorter side."""

_MAX_HAND_LENGTH = 0.5
"""Maximum length of the hand, as a fraction of the canvas's shorter side. The whole glove fits the canvas."""

_MIN_HAND_PX = 0.5
"""Length of the hand on a canvas of a few pixels, which has no room for it."""

_SLEEVE_RESERVE = 1.1
"""Factor of the sleeve's length, because it does not reach as far when the hand is tilted."""

_FLATTENING, _TILT, _SWAY = 0.35, 0.2, 0.03
"""Flattening, rotation (in radians) and sideways movement of the hand as it goes down."""

_MAX_OFFSET = 0.2
"""Maximum distance of the hand from the middle, as a fraction of the photo's width."""

_PHASE_LEAD = 0.12
"""Phase by which the hand is early: it comes down fast and goes up slowly."""

_YIELD_DISTANCE = 0.035
"""Fraction of its height over which the photo yields before contact: a pat, not a blow."""


def pat(
    photo: Photo, *, strength: int, focus: str, background: str, duration: float, frames: int = 0
) -> Animation:
    """Pat the photo with a hand; the photo yields, lower and a little wider.

    Of a transparent photo, only the visible part is drawn: the hand touches that.

    Args:
        photo: at the size of the GIF.
        strength: compression of the photo, 1 to 100 %.
        focus: where the hand pats, as for `focal_point`.
        background: around the photo, as for `surroundings`.
        duration: of one pat, in seconds.
        frames: number of frames, as for `phases`.
    """
    width, height = photo.size
    visible = _visible_part(photo.pixels)
    shown = Size(*(max(1, round(side * _CARD_SCALE)) for side in Size.of(visible)))
    stage = plain_canvas(photo.size, surroundings(photo, background))
    picture = photo_card(visible, shown, 0 if photo.has_alpha else _CORNER_RADIUS * min(shown))
    bottom_centre = Position(shown.width / 2 + MARGIN, shown.height + MARGIN)
    ground_point = Position(0.47 * width, 0.985 * height)
    room_above = ground_point.y - (1 + _LIFT) * shown.height
    length = max(_MIN_HAND_PX, min(_MAX_HAND_LENGTH * min(width, height), room_above / ABOVE))
    offset = min(max(focal_point(photo.pixels, focus).x - 0.5, -_MAX_OFFSET), _MAX_OFFSET)
    right = RIGHT + ABOVE * _TILT * _MAX_COMPRESSION * strength / 100  # of the hand when it is tilted most
    least, most = LEFT * length + _SWAY * width, width - right * length - _SWAY * width
    hand_middle = min(max(ground_point.x + offset * shown.width, least), most)
    reach = _SLEEVE_RESERVE * (width - hand_middle + _SWAY * width)
    hand_sprite, finger_tips = draw_hand(length, backdrop_colours(photo.pixels).accent, reach)

    def draw(phase: float) -> Pixels:
        compression, hand_depth = _compression_and_hand_depth(phase, strength / 100)
        scale = 1 - compression
        sway = _SWAY * width * cos(tau * (phase - 0.3))
        hand_point = Position(hand_middle + sway, ground_point.y - (1 - hand_depth) * shown.height)
        canvas = stage.copy()
        picture.draw(canvas, bottom_centre, ground_point, (scale**-_WIDENING_EXPONENT, scale))
        hand_sprite.draw(
            canvas, finger_tips, hand_point, (1, 1 - _FLATTENING * compression), _TILT * hand_depth
        )
        return canvas

    return loop([partial(draw, phase) for phase in phases(duration, frames).tolist()], duration, photo.size)


def _visible_part(pixels: Pixels) -> Pixels:
    """Return the pixels of the smallest box around what is not transparent."""
    if pixels.shape[2] == 3 or not pixels[..., 3].any():
        return pixels
    rows, columns = (np.flatnonzero(pixels[..., 3].any(axis=axis)) for axis in (1, 0))
    return pixels[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]


def _compression_and_hand_depth(phase: float, strength: float) -> tuple[float, float]:
    """Return the compression of the photo, and how far the hand is below the photo's resting top edge.

    Both are fractions of the photo's height. The second is negative while the hand is in the air.
    """
    max_compression = _MAX_COMPRESSION * strength
    hand_phase = phase + _PHASE_LEAD * (1 - cos(tau * phase)) / 2
    hand_depth = (max_compression + _LIFT) * (1 - cos(tau * hand_phase)) / 2 - _LIFT
    return _YIELD_DISTANCE * log(1 + exp(hand_depth / _YIELD_DISTANCE)), hand_depth
