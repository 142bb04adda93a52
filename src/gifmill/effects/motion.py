"""Effects that move the whole photo: spin, bounce, zoom."""

from __future__ import annotations

from functools import partial
from math import cos, pi, sin, sqrt, tau
from typing import TYPE_CHECKING

import numpy as np
from PIL import Image

from gifmill.animation import Size, keep_small
from gifmill.effects.affine_camera import AffineCamera
from gifmill.effects.alpha import MIN_VISIBLE_ALPHA
from gifmill.effects.backdrop import circle_mask, darkened, masked, plain_canvas, surroundings
from gifmill.effects.seamless_loop import loop, phases
from gifmill.effects.sprites import MARGIN, Position, ellipse_sprite, photo_card
from gifmill.photo import CENTRE, Point, focal_point

if TYPE_CHECKING:
    from gifmill.animation import Animation, Drawing, Pixels
    from gifmill.effects.backdrop import Colour
    from gifmill.photo import Photo

_SLOWDOWN = 0.25
"""Slowdown of a spin where the photo is upright."""

_CIRCLE_DIAMETER = 0.98
"""Diameter of the circle, as a fraction of the shorter side."""

_SPIN_ZOOM = sqrt(2)
"""Zoom of a rotating canvas: with it, the corners of a square are never visible."""

_MAX_SQUASH = 0.42
"""Maximum loss of height of a bouncing photo."""

_FLIGHT_TIME = 0.68
"""Fraction of a loop during which a bouncing photo is in the air."""

_MAX_ZOOM = 2.4
"""Maximum zoom factor."""


def spin(
    photo: Photo,
    *,
    turns: int,
    direction: str,
    cut: str,
    focus: str,
    background: str,
    duration: float,
    frames: int = 0,
) -> Animation:
    """Rotate the photo.

    Args:
        photo: at the size of the GIF.
        turns: full rotations in one loop.
        direction: "clockwise" or "anticlockwise".
        cut: "circle" for a round picture on a plain background; "canvas" fills the canvas. A transparent
            photo rotates as a whole.
        focus: centre of the circle, as for `focal_point`.
        background: around the circle, as for `surroundings`.
        duration: of one loop, in seconds.
        frames: number of frames, as for `phases`.
    """
    full_turn = tau if direction == "clockwise" else -tau
    angles = [
        full_turn * (turns * phase - _SLOWDOWN * sin(tau * turns * phase) / tau)
        for phase in phases(duration, frames)
    ]
    if photo.has_alpha:
        pictures = _rotated_cut_out(photo, angles)
    elif cut == "circle":
        pictures = _rotated_circle(photo, focus, surroundings(photo, background), angles)
    else:
        pictures = _rotated_canvas(photo, angles)
    return loop(pictures, duration, photo.size)


def bounce(photo: Photo, *, strength: int, background: str, duration: float, frames: int = 0) -> Animation:
    """Bounce the photo like rubber: it falls, is squashed, and springs up again. Its area is constant.

    Args:
        photo: at the size of the GIF.
        strength: height of the jump and amount of squashing, 1 to 100 %.
        background: of the stage, as for `surroundings`; a transparent one has neither floor nor shadow.
        duration: of one bounce, in seconds.
        frames: number of frames, as for `phases`.
    """
    size, squash = photo.size, _MAX_SQUASH * strength / 100
    scale = 0.9 * (1 - squash)  # at its widest, the photo takes nine tenths of the canvas
    shown = Size(*(max(1, round(side * scale)) for side in size))
    shadow_size = Size(shown.width, max(1, round(0.07 * size.height)))
    colour = surroundings(photo, background)
    picture = photo_card(photo.pixels, shown, 0 if photo.has_alpha else 0.12 * min(shown))
    shadow = ellipse_sprite(shadow_size, darkened(colour or (0, 0, 0), 0.72))
    bottom_centre = Position(shown.width / 2 + MARGIN, shown.height + MARGIN)
    shadow_centre = shadow.centre
    ground_point = Position(size.width / 2, 0.96 * size.height)
    jump_px = (0.94 - scale) * size.height
    stage = plain_canvas(size, colour)
    if colour is not None:
        stage[round(0.87 * size.height) :] = darkened(colour, 0.9)

    def draw(phase: float) -> Pixels:
        height, stretch = _height_and_stretch(phase, squash)
        canvas = stage.copy()
        if colour is not None:
            shadow_scale = 1 - 0.35 * height
            shadow_point = Position(ground_point.x, ground_point.y - shadow_size.height / 4)
            shadow.draw(canvas, shadow_centre, shadow_point, (shadow_scale / stretch, shadow_scale))
        photo_point = Position(ground_point.x, ground_point.y - jump_px * height)
        picture.draw(canvas, bottom_centre, photo_point, (1 / stretch, stretch))
        return canvas

    return loop([partial(draw, phase) for phase in phases(duration, frames).tolist()], duration, size)


def zoom(photo: Photo, *, strength: int, focus: str, duration: float, frames: int = 0) -> Animation:
    """Zoom slowly towards the focal point, and back.

    Args:
        photo: at the size of the GIF.
        strength: how far to zoom in, 1 to 100 %.
        focus: "found" or a position, as for `focal_point`.
        duration: of one loop, in seconds.
        frames: number of frames, as for `phases`.
    """
    size, image = photo.size, Image.fromarray(photo.pixels)
    max_zoom = _MAX_ZOOM ** (strength / 100)
    target = focal_point(photo.pixels, focus)
    # Chosen so that the target ends in the middle, or as near to it as the edges allow.
    fixed_point = [min(max((at - 0.5 / max_zoom) / (1 - 1 / max_zoom), 0), 1) for at in target]

    def draw(phase: float) -> Pixels:
        scale = max_zoom ** ((cos(tau * phase) - 1) / 2)
        left, top = (at * (1 - scale) * side for at, side in zip(fixed_point, size, strict=True))
        box = (left, top, left + scale * size.width, top + scale * size.height)
        return np.asarray(image.resize(size, Image.Resampling.LANCZOS, box))

    # The way back has the same pictures as the way there.
    moments = phases(duration, frames).tolist()
    way = keep_small([partial(draw, phase) for phase in moments[: len(moments) // 2 + 1]], size)
    return loop([way[min(at, len(moments) - at)] for at in range(len(moments))], duration, size)


def _height_and_stretch(phase: float, squash: float) -> tuple[float, float]:
    """Return the photo's height, 0 to 1, and vertical stretch: 1 is undeformed. It begins at the top."""
    max_stretch = 0.35 * squash
    time_from_top = min(phase, 1 - phase) / (_FLIGHT_TIME / 2)
    if time_from_top < 1:
        return 1 - time_from_top**2, 1 + max_stretch * time_from_top**2
    pressure = sin(pi / 2 * (time_from_top - 1) / (1 / _FLIGHT_TIME - 1))
    return 0, 1 + max_stretch - (max_stretch + squash) * pressure


def _rotated_circle(photo: Photo, focus: str, colour: Colour | None, angles: list[float]) -> list[Drawing]:
    """Return drawings of the largest circle around the focal point, rotated, on a plain background."""
    size, side = photo.size, min(photo.size)
    focal = focal_point(photo.pixels, focus)
    centre = Point(
        *(min(max(at, side / 2 / full), 1 - side / 2 / full) for at, full in zip(focal, size, strict=True))
    )
    background, mask = plain_canvas(size, colour), circle_mask(size, side * _CIRCLE_DIAMETER)
    left, top = ((full - side) // 2 for full in size)
    square = slice(top, size.height - top), slice(left, size.width - left)  # around the circle
    camera = AffineCamera(photo.pixels)

    def draw(angle: float) -> Pixels:
        canvas = background.copy()
        view = camera.view(Size.of(canvas[square]), centre, 1, angle)
        canvas[square] = masked(view, mask[square], colour)
        return canvas

    return [partial(draw, angle) for angle in angles]


def _rotated_cut_out(photo: Photo, angles: list[float]) -> list[Drawing]:
    """Return drawings of a transparent photo, rotated around the middle of its visible part.

    A soft shadow does not move the middle, or the rest would wobble. The photo is reduced if a part of it,
    the shadow too, would leave the canvas.
    """
    size, alpha = photo.size, photo.pixels[..., 3]
    solid = alpha >= MIN_VISIBLE_ALPHA
    y, x = np.nonzero(solid if solid.any() else alpha)
    middle = Position(size.width / 2, size.height / 2)
    if len(y):
        middle = Position((int(x.min()) + int(x.max()) + 1) / 2, (int(y.min()) + int(y.max()) + 1) / 2)
    y, x = np.nonzero(alpha)
    radius = float(np.hypot(x + 0.5 - middle.x, y + 0.5 - middle.y).max(initial=0)) + sqrt(0.5)
    scale = min(1, min(size) * _CIRCLE_DIAMETER / (2 * radius))
    sprite = photo_card(photo.pixels, size, 0)
    anchor = Position(middle.x + MARGIN, middle.y + MARGIN)
    at = Position(
        *(min(max(at, radius * scale), side - radius * scale) for at, side in zip(middle, size, strict=True))
    )

    def draw(angle: float) -> Pixels:
        canvas = plain_canvas(size, None)
        sprite.draw(canvas, anchor, at, (scale, scale), angle)
        return canvas

    return [partial(draw, angle) for angle in angles]


def _rotated_canvas(photo: Photo, angles: list[float]) -> list[Drawing]:
    """Return drawings of the rotated canvas; the photo is mirrored to fill the gaps of an oblong one."""
    size = photo.size
    camera = AffineCamera(photo.pixels)
    return [partial(camera.view, size, CENTRE, _SPIN_ZOOM, angle) for angle in angles]
