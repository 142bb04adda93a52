"""The effect flip: a card with the photo on both sides that turns over in space."""

from __future__ import annotations

from functools import partial
from math import ceil, copysign, cos, pi, remainder, sin, tau
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from gifmill.animation import Size
from gifmill.effects.backdrop import backdrop_colours, plain_canvas, surroundings
from gifmill.effects.seamless_loop import loop, phases
from gifmill.effects.sprites import MARGIN, Sprite, photo_card

if TYPE_CHECKING:
    from gifmill.animation import Animation, Pixels
    from gifmill.photo import Photo

_VIEWING_DISTANCE = 1.8
"""Distance of the viewer from the nearest point of the card, as a multiple of the side that turns."""

_THICKNESS = 0.022
"""Thickness of the card, as a fraction of its mean side. A cut-out has none."""

_CORNER_RADIUS = 0.05
"""Radius of the card's corners, as a fraction of the shorter side."""

_SHADE = 0.5
"""Loss of light of a face that is turned at right angles to the lamp."""

_LAMP_ANGLE = 0.35
"""Angle of the lamp beside the viewer, in radians."""

_SLIMMEST = 0.04
"""Angle from its edge, in radians, at which a cut-out is drawn that would be invisible: it is flat."""

_EPSILON = 1e-6
"""Angles and distances below this are zero."""

_MAX_SAMPLES = 8
"""Samples per pixel of a face that is seen almost from its edge."""


class _Face(NamedTuple):
    """A face of the card, which is a flat box that rotates around its middle.

    Attributes:
        sprite: its picture.
        width: at right angles to the axis of rotation, in pixels.
        length: along the axis, in pixels.
        height: distance from the middle of the card, in pixels.
        angle: its rotation where the front faces the viewer, in radians.
    """

    sprite: Sprite
    width: int
    length: int
    height: float
    angle: float


def flip(
    photo: Photo, *, axis: str, flips: int, background: str, duration: float, frames: int = 0
) -> Animation:
    """Turn the photo over like a card. It is on both sides, and never mirrored.

    Args:
        photo: at the size of the GIF.
        axis: "vertical" or "horizontal".
        flips: half rotations in one loop.
        background: as for `surroundings`.
        duration: of one loop, in seconds.
        frames: number of frames, as for `phases`.
    """
    upright = axis == "vertical"
    faces = _card_faces(photo, upright=upright)
    stage = plain_canvas(photo.size, surroundings(photo, background))

    def draw(phase: float) -> Pixels:
        # Each half rotation starts and ends slowly, because the photo is to be seen.
        rotation = pi * (flips * phase - sin(tau * flips * phase) / tau)
        # The card goes back as it rotates, so that it fits the canvas.
        nearest = sum(abs(face.height * cos(rotation + face.angle)) for face in faces) / 2
        canvas = stage.copy()
        for face in faces:
            _draw_face(canvas, face, rotation + face.angle, nearest, upright=upright)
        return canvas

    return loop([partial(draw, phase) for phase in phases(duration, frames).tolist()], duration, photo.size)


def _card_faces(photo: Photo, *, upright: bool) -> list[_Face]:
    """Return the faces of a card: front and back, and the two edges that are beside its axis.

    Args:
        photo: on the front and the back. A cut-out has no edges.
        upright: the axis is vertical.
    """
    width, length = photo.size if upright else photo.size[::-1]
    corner = 0.0 if photo.has_alpha else _CORNER_RADIUS * min(photo.size)
    thickness = 0 if photo.has_alpha else max(1, round(_THICKNESS * (width + length) / 2))
    picture = photo_card(photo.pixels, photo.size, corner)
    faces = [_Face(picture, width, length, thickness / 2, angle) for angle in (0, pi)]
    if thickness:
        straight = max(1, round(length - 2 * corner))
        size = Size(thickness, straight) if upright else Size(straight, thickness)
        edge = photo_card(plain_canvas(size, backdrop_colours(photo.pixels).accent), size, 0)
        faces += [_Face(edge, thickness, straight, width / 2, angle) for angle in (pi / 2, -pi / 2)]
    return faces


def _draw_face(canvas: Pixels, face: _Face, angle: float, nearest: float, *, upright: bool) -> None:
    """Draw a face of the card, if the viewer sees it.

    Args:
        canvas: changed in place.
        face: of the card.
        angle: of the face; at 0 it faces the viewer.
        nearest: distance of the card's nearest point from its axis, towards the viewer, in pixels.
        upright: the axis is vertical.
    """
    side, other = Size.of(canvas) if upright else Size.of(canvas)[::-1]
    if not face.height:
        angle = _without_edge(angle)
    sine, cosine = sin(angle), cos(angle)
    distance = _VIEWING_DISTANCE * side
    away = distance + nearest
    if away * cosine <= face.height + _EPSILON:
        return
    samples = min(ceil(away / distance / cosine - 0.3), _MAX_SAMPLES)
    along = (np.arange(side * samples) + 0.5) / samples - side / 2
    # A ray through `along` meets the face's plane at `place` from its middle, `far` times the distance away.
    towards = distance * cosine + along * sine
    seen = towards > _EPSILON
    place = (along * (away - face.height * cosine) + distance * face.height * sine) / np.where(
        seen, towards, 1
    )
    far = (away - face.height * cosine - place * sine) / distance
    place = np.where(seen, place + face.width / 2 + MARGIN, -1)
    across = np.arange(other) + 0.5 - other / 2
    middle = face.length / 2 + MARGIN
    light = 1 + _SHADE * (cos(angle - _LAMP_ANGLE) - cos(_LAMP_ANGLE))
    turning = np.stack([place, far, np.full_like(far, middle)])
    still = np.stack([np.ones_like(across), np.zeros_like(across), across])
    if upright:
        face.sprite.draw_bent(canvas, turning, still, light)
    else:
        face.sprite.draw_bent(canvas, still[[2, 0, 1]], turning[[1, 2, 0]], light)


def _without_edge(angle: float) -> float:
    """Return the angle of a side of a cut-out, or one near it at which that is visible.

    The cut-out has two sides, of which one is drawn at each angle.
    """
    turned = remainder(angle, tau)
    visible = pi / 2 - _SLIMMEST
    if visible < abs(turned) < pi / 2 - _EPSILON or abs(turned - pi / 2) <= _EPSILON:
        return copysign(visible, turned)
    return angle
