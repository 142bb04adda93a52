"""The effect sunglasses: they drop onto the eyes, shine, and fly off."""

from __future__ import annotations

from functools import partial
from math import cos, hypot, pi, sin
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from gifmill.effects.glasses_art import draw_glasses
from gifmill.effects.seamless_loop import loop, phases
from gifmill.effects.sprites import Position
from gifmill.photo import find_eyes, focal_point, subject_mask

if TYPE_CHECKING:
    from gifmill.animation import Animation, Pixels
    from gifmill.photo import Photo

_WIDTH_PER_EYE_DISTANCE = 2.25
"""Width of the glasses in distances of the eyes."""

_WIDTH_PER_SUBJECT = 0.85
"""Width of the glasses on a subject without eyes, as a fraction of its width there."""

_EYES_HEIGHT = 0.36
"""Height of the glasses on such a subject, as a fraction of its height, from its top."""

_SUBJECT_WIDTHS = (0.35, 0.7)
"""Least and greatest width of such a subject, as fractions of the photo's shorter side."""

_MIN_WIDTH_PX = 3
"""Least width of the glasses."""

_LEAVE, _AWAY, _FALL, _LAND = 0.46, 0.58, 0.64, 0.86
"""Phases at which the glasses leave, are gone, begin to fall, and land and bounce."""

_GLINT = (0.06, 0.38)
"""Phases between which light runs over the lenses."""

_DIP = 0.12
"""How far the glasses dip before they leave, as a fraction of their width."""

_BOUNCES = ((0.55, 0.14), (0.3, 0.035))
"""Duration of each bounce, as a fraction of the time after landing, and height, as one of the width."""

_FALL_EXPONENT = 1.7
"""Exponent of the time in the distance fallen: a little gentler than gravity's."""

_FALL_ANGLE = -0.22
"""Angle of the classic glasses where they begin to fall, in radians."""

_MIN_PIXEL_ANGLE = 0.15
"""Angle of the eyes, in radians, below which glasses of the pixel style stay upright."""


class _Fit(NamedTuple):
    """Where the glasses sit: the point between the eyes, the width, both in pixels, and the angle."""

    at: Position
    width: float
    angle: float


def sunglasses(
    photo: Photo, *, style: str, scale: int, focus: str, duration: float, frames: int = 0
) -> Animation:
    """Drop sunglasses onto the eyes, or onto the focal point where no eyes are found.

    Args:
        photo: at the size of the GIF.
        style: "pixel" or "classic".
        scale: width of the glasses, 50 to 200 % of what fits the face.
        focus: where the glasses sit, as for `focal_point`; "found" detects the eyes.
        duration: of one loop, in seconds.
        frames: number of frames, as for `phases`.
    """
    place = _fit(photo, focus)
    glasses = draw_glasses(style, max(_MIN_WIDTH_PX, place.width * scale / 100))
    pixels, resting_light = photo.pixels, glasses.glint(0)
    start_y = -hypot(glasses.width, glasses.height)

    crisp = style == "pixel"  # upright, and on whole pixels
    angle = 0.0 if crisp and abs(place.angle) < _MIN_PIXEL_ANGLE else place.angle

    def draw(phase: float) -> Pixels:
        if _AWAY <= phase <= _FALL:
            return pixels
        height, tilt = _height_and_tilt(phase, glasses.width / (place.at.y - start_y))
        x, y = place.at.x, place.at.y + height * (start_y - place.at.y)
        if crisp:
            x, y = (round(at - offset) + offset for at, offset in zip((x, y), glasses.anchor, strict=True))
        canvas, at = pixels.copy(), Position(x, y)
        turned = angle if crisp else angle + tilt
        glasses.sprite.draw(canvas, glasses.anchor, at, angle=turned)
        begin, end = _GLINT
        light = resting_light
        if begin < phase < end:
            light = glasses.glint((1 - cos(pi * (phase - begin) / (end - begin))) / 2)
        light.draw(canvas, glasses.anchor, at, angle=turned)
        return canvas

    return loop([partial(draw, phase) for phase in phases(duration, frames).tolist()], duration, photo.size)


def _fit(photo: Photo, focus: str) -> _Fit:
    """Return where the glasses sit on a photo."""
    width, height = photo.size
    eyes = find_eyes(photo.pixels, focus)
    if eyes:
        at = Position(eyes.middle.x * width, eyes.middle.y * height)
        return _Fit(at, _WIDTH_PER_EYE_DISTANCE * eyes.distance * max(width, height), eyes.angle)
    subject = subject_mask(photo.pixels, focus) >= 128
    focal = focal_point(photo.pixels, focus)
    x, y = focal.x * width, focal.y * height
    (rows,) = np.nonzero(subject.any(axis=1))
    if focus == "found" and len(rows):
        y = rows[0] + _EYES_HEIGHT * (rows[-1] - rows[0])
    (columns,) = np.nonzero(subject[min(int(y), height - 1), :])
    if focus == "found" and len(columns):
        x = columns.mean()
    extent = np.ptp(columns) if len(columns) else 0.0
    low, high = (part * min(width, height) for part in _SUBJECT_WIDTHS)
    return _Fit(Position(float(x), float(y)), _WIDTH_PER_SUBJECT * min(max(float(extent), low), high), 0.0)


def _height_and_tilt(phase: float, width: float) -> tuple[float, float]:
    """Return the height of the glasses above the eyes, where 1 is above the canvas, and their tilt.

    Args:
        phase: of the loop.
        width: of the glasses, in units of the height.
    """
    if phase < _LEAVE:
        return 0.0, 0.0
    if phase < _AWAY:
        time = (phase - _LEAVE) / (_AWAY - _LEAVE)
        return time**3 - _DIP * width * sin(pi * min(1, time / 0.5)) * (time < 0.5), 0.0
    if phase < _LAND:
        left = 1 - ((phase - _FALL) / (_LAND - _FALL)) ** _FALL_EXPONENT
        return left, _FALL_ANGLE * left
    time = (phase - _LAND) / (1 - _LAND)
    for length, height in _BOUNCES:
        if time < length:
            return 4 * height * width * (time / length) * (1 - time / length), 0.0
        time -= length
    return 0.0, 0.0
