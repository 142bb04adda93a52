"""The effect heartbeat: the photo beats twice and rests."""

from __future__ import annotations

from functools import partial
from math import cos, hypot, pi, tau
from typing import TYPE_CHECKING

import numpy as np
from PIL import Image, ImageDraw

from gifmill.animation import Size
from gifmill.effects.affine_camera import AffineCamera
from gifmill.effects.backdrop import masked, plain_canvas, surroundings
from gifmill.effects.seamless_loop import loop, phases
from gifmill.effects.sprites import MARGIN, SUPERSAMPLING, Position, Sprite, antialiased, cut_out, photo_card
from gifmill.effects.texture_sampling import pixel_centres, texels
from gifmill.photo import CENTRE, Point, focal_point

if TYPE_CHECKING:
    from collections.abc import Callable

    from gifmill.animation import Animation, Pixels
    from gifmill.photo import Photo

    type PictureOfBeat = Callable[[float], Pixels]
    """A function that draws the picture at a strength of the beat, 0 to 1."""

_GROWTH = 0.3
"""Growth of the photo at the peak of a beat at a strength of 100."""

_SECOND_START, _SECOND_HEIGHT = 0.26, 0.7
"""Phase at which the second, weaker beat begins, and its height."""

_RISE, _FALL = 0.08, 0.4
"""Phase in which a beat rises, and in which it falls."""

_GLOW_COLOUR = (228, 34, 72)
_GLOW = 1.2
"""Opacity of the glow in the corners at the peak of a beat at a strength of 100; more than 1 is opaque."""

_GLOW_RADIUS = 0.5
"""Where the glow begins, as a fraction of the distance of the corners from the middle."""

_HEART_SIZE, _HEART_ASPECT = 0.98, 1.2
"""Size of the heart at the peak of a beat, as a fraction of the canvas, and its longest aspect."""

_OUTLINE_POINTS = 400
"""Corners of the polygon that is drawn as a heart: no corner is visible at 1080 px."""

_HEART_FOCUS = 0.44
"""Height of the focal point in the heart, from its top, as a fraction: it is widest there."""


def heartbeat(
    photo: Photo, *, shape: str, strength: int, focus: str, background: str, duration: float, frames: int = 0
) -> Animation:
    """Let the photo beat like a heart: two beats, and a rest.

    Args:
        photo: at the size of the GIF.
        shape: "canvas" enlarges the photo at each beat, with a red glow around it; "heart" cuts out a heart.
            A cut-out is smaller at rest instead, and has no glow.
        strength: growth at a beat, 1 to 100 %.
        focus: the centre, as for `focal_point`.
        background: as for `surroundings`.
        duration: of both beats, in seconds.
        frames: number of frames, as for `phases`.
    """
    growth, centre = _GROWTH * strength / 100, focal_point(photo.pixels, focus)
    if shape == "heart":
        draw = _beating(photo, _heart(photo, centre), growth, background)
    elif photo.has_alpha:
        draw = _beating(photo, photo_card(photo.pixels, photo.size, 0), growth, background)
    else:
        draw = _enlarging(photo, centre, growth, _GLOW * strength / 100)
    beats = map(_beat, phases(duration, frames).tolist())
    return loop([partial(draw, beat) for beat in beats], duration, photo.size)


def _beat(phase: float) -> float:
    """Return the strength of the beat at a phase, 0 to 1."""
    return max(_pulse(phase), _SECOND_HEIGHT * _pulse(phase - _SECOND_START))


def _pulse(phase: float) -> float:
    """Return the strength of a single beat that begins at phase 0: it rises fast, and falls slowly."""
    if not 0 < phase < _RISE + _FALL:
        return 0
    if phase < _RISE:
        return (1 - cos(pi * phase / _RISE)) / 2
    return (1 - (phase - _RISE) / _FALL) ** 3


def _enlarging(photo: Photo, centre: Point, growth: float, glow: float) -> PictureOfBeat:
    """Return a drawing of the photo that is enlarged at a beat, so that it always covers the canvas."""
    size, camera = photo.size, AffineCamera(photo.pixels)
    x, y = pixel_centres(size, CENTRE)
    distance = np.hypot(x / size.width, y / size.height) / hypot(0.5, 0.5)
    rim = 255 * ((distance - _GLOW_RADIUS) / (1 - _GLOW_RADIUS)).clip(0, 1) ** 2

    def draw(beat: float) -> Pixels:
        zoom = 1 + growth * beat
        # The focal point stays where it is.
        view = camera.view(size, Point(*(at + (0.5 - at) / zoom for at in centre)), zoom)
        if not beat:
            return view
        mask = 255 - np.minimum(rim * np.float32(glow * beat), 255)
        return masked(view, mask.astype(np.uint8), _GLOW_COLOUR)

    return draw


def _beating(photo: Photo, sprite: Sprite, growth: float, background: str) -> PictureOfBeat:
    """Return a drawing of a sprite in the middle of the canvas, at its own size at the peak of a beat."""
    stage = plain_canvas(photo.size, surroundings(photo, background))
    middle = Position(photo.size.width / 2, photo.size.height / 2)

    def draw(beat: float) -> Pixels:
        canvas, scale = stage.copy(), (1 + growth * beat) / (1 + growth)
        sprite.draw(canvas, sprite.centre, middle, (scale, scale))
        return canvas

    return draw


def _heart(photo: Photo, centre: Point) -> Sprite:
    """Return a sprite of a heart, as large as the canvas allows, cut out of the photo around a point."""
    width, height = photo.size
    size = Size(
        max(1, round(_HEART_SIZE * min(width, _HEART_ASPECT * height))),
        max(1, round(_HEART_SIZE * min(height, _HEART_ASPECT * width))),
    )
    left = min(max(round(centre.x * width - size.width / 2), 0), width - size.width)
    top = min(max(round(centre.y * height - _HEART_FOCUS * size.height), 0), height - size.height)
    picture = photo.pixels[top : top + size.height, left : left + size.width]
    edges = ((MARGIN, MARGIN), (MARGIN, MARGIN), (0, 0))
    image = Image.new("L", [SUPERSAMPLING * (side + 2 * MARGIN) for side in size])
    ImageDraw.Draw(image).polygon(_heart_outline(size), 255)
    return cut_out(texels(np.pad(picture, edges, "edge")), antialiased(image, "L"))


def _heart_outline(size: Size) -> list[tuple[float, float]]:
    """Return the outline of a heart that fills a mask.

    Source: https://mathworld.wolfram.com/HeartCurve.html, the sixth curve.
    """
    angle = tau * np.arange(_OUTLINE_POINTS) / _OUTLINE_POINTS
    x = np.sin(angle) ** 3
    y = 13 * np.cos(angle) - 5 * np.cos(2 * angle) - 2 * np.cos(3 * angle) - np.cos(4 * angle)
    across, down = (x + 1) / 2, (y.max() - y) / np.ptp(y)
    points = SUPERSAMPLING * (np.stack([across, down], axis=1) * size + MARGIN)
    return [(x, y) for x, y in points.tolist()]
