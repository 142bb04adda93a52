"""Effects that warp the photo: swirl, kaleidoscope."""

from __future__ import annotations

from functools import partial
from math import cos, pi, sin, tau
from typing import TYPE_CHECKING

import numpy as np

from gifmill.effects.seamless_loop import loop, phases
from gifmill.effects.texture_sampling import Texture, pixel_centres
from gifmill.photo import CENTRE, Point, focal_point

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from gifmill.animation import Animation, Pixels
    from gifmill.effects.texture_sampling import Field
    from gifmill.photo import Photo

    type PictureAt = Callable[[float], Pixels]
    """A function that draws the picture at a phase of the loop."""

_TWIST = 2.8
"""Rotation of the middle of a twist to either side at a strength of 100, in radians. Around the middle,
the lag adds up to a seventh of it."""

_LAG = 1.3
"""Phase lag of the rim of a twist behind its middle, in radians, as in a viscous liquid."""

_WAVE = 0.04
"""Amplitude of a wave at a strength of 100, as a fraction of the photo's mean side."""

_WAVELENGTHS = (0.42, 0.17, 0.5)
"""Wavelengths of a long and a short vertical wave and of a horizontal one, as such fractions."""

_AMPLITUDES = (1.0, 0.35, 0.6)
"""Relative amplitudes of these waves."""

_APEX_ABOVE_FOCUS = 0.22
"""Distance of the mirrors' apex above the focal point, as a fraction of the shorter side: it puts the subject
between the mirrors.
"""

_APEX_RADIUS = 0.07
"""Radius of the circle on which the apex moves, as such a fraction."""

_SWING = 0.3
"""Rotation of the mirrors to either side, in radians."""


def swirl(
    photo: Photo, *, form: str, strength: int, focus: str, duration: float, frames: int = 0
) -> Animation:
    """Twist the photo to and fro, or send waves through it.

    Args:
        photo: at the size of the GIF.
        form: "twist" around the focal point, or "wave" across the photo.
        strength: 1 to 100 %.
        focus: "found" or a position, as for `focal_point`.
        duration: of one loop, in seconds.
        frames: number of frames, as for `phases`.
    """
    if form == "twist":
        picture = _twist_drawing(photo, strength / 100, focal_point(photo.pixels, focus))
    else:
        picture = _wave_drawing(photo, strength / 100)
    return loop(
        [partial(picture, phase) for phase in phases(duration, frames).tolist()], duration, photo.size
    )


def kaleidoscope(photo: Photo, *, wedges: int, focus: str, duration: float, frames: int = 0) -> Animation:
    """Show the photo through a kaleidoscope that rotates by one wedge per loop.

    Args:
        photo: at the size of the GIF.
        wedges: number of wedges, each next to its mirror image.
        focus: "found" or a position, as for `focal_point`.
        duration: of one loop, in seconds.
        frames: number of frames, as for `phases`.
    """
    picture = _kaleidoscope_drawing(photo, wedges, focal_point(photo.pixels, focus))
    return loop(
        [partial(picture, phase) for phase in phases(duration, frames).tolist()], duration, photo.size
    )


def _twist_drawing(photo: Photo, strength: float, at: Point) -> PictureAt:
    texture = Texture(photo.pixels)
    x, y = pixel_centres(photo.size, at)
    middle = Point(at.x * photo.size.width, at.y * photo.size.height)
    to_edge = min(middle.x, photo.size.width - middle.x, middle.y, photo.size.height - middle.y)
    # Only a little beyond the nearest edge: the mirrored area there must not be twisted into the picture.
    reach = max(min(0.6 * max(photo.size), 1.4 * to_edge), 0.35 * max(photo.size))
    outwards = np.minimum((x * x + y * y) * np.float32(1 / reach**2), np.float32(1))
    lag = np.sqrt(outwards) * np.float32(_LAG)
    twist = (1 - outwards) ** 2 * np.float32(_TWIST * strength)
    # The angle is twist x (sin(tau phase - lag) + sin(lag)): 0 everywhere at the phase 0.
    sine_part, cosine_part = twist * np.cos(lag), twist * np.sin(lag)

    def draw(phase: float) -> Pixels:
        return texture.twisted(middle, cosine_part, sine_part, 1 - cos(tau * phase), sin(tau * phase))

    return draw


def _wave_drawing(photo: Photo, strength: float) -> PictureAt:
    texture = Texture(photo.pixels)
    x, y = (centres.ravel() for centres in pixel_centres(photo.size, Point(0, 0)))
    side = (photo.size.width * photo.size.height) ** 0.5
    long, short, across = (np.float32(tau / (length * side)) for length in _WAVELENGTHS)
    full = np.array(_AMPLITUDES, np.float32) * np.float32(_WAVE * strength * side)

    def draw(phase: float) -> Pixels:
        angle = np.float32(tau * phase)
        highs = full * np.float32(1 - cos(pi * phase) ** 8)  # still at the phase 0
        moved_x = highs[0] * np.sin(y * long + angle) + highs[1] * np.sin(y * short - angle)
        moved_y = highs[2] * np.sin(x * across - angle)
        return texture.displaced(np.stack([x, moved_y]), np.stack([moved_x, y]))

    return draw


def _kaleidoscope_drawing(photo: Photo, wedges: int, at: Point) -> PictureAt:
    texture = Texture(photo.pixels)
    x, y = pixel_centres(photo.size, CENTRE)
    sectors = np.arctan2(y, x) * np.float32(2 * wedges / tau)  # from -wedges to wedges
    numbers = np.arange(-wedges - 2, wedges + 1)
    wedge, side = tau / wedges, min(photo.size)
    tip_x, tip_y = at.x * photo.size.width, at.y * photo.size.height - _APEX_ABOVE_FOCUS * side

    def draw(phase: float) -> Pixels:
        # Half a wedge that opens downwards from its apex: photos have their foreground there.
        first = pi / 2 - wedge / 4 + _SWING * sin(tau * phase)
        apex = Point(
            tip_x + _APEX_RADIUS * side * cos(tau * phase), tip_y + _APEX_RADIUS * side * sin(tau * phase)
        )
        matrices = _mirrors(numbers, wedge, phase, first)
        return texture.mirrored_wedges(sectors, wedges + 2 - 2 * phase, matrices, apex)

    return draw


def _mirrors(numbers: NDArray[np.intp], wedge: float, phase: float, first: float) -> Field:
    """Return the matrix of each half wedge: even numbers are rotated to `first`, odd ones reflected there.

    Args:
        numbers: of the half wedges.
        wedge: angle of a wedge, in radians.
        phase: rotation of all wedges, as a fraction of one.
        first: angle where the photo's half wedge begins.
    """
    odd = numbers % 2
    flip = 1 - 2 * odd
    angle = first - flip * (phase + (numbers + odd) / 2) * wedge
    sine, cosine = np.sin(angle), np.cos(angle)
    return np.stack([cosine, -flip * sine, sine, flip * cosine], axis=1).astype(np.float32)
