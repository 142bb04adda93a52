"""Effects that warp the photo: swirl, kaleidoscope."""

from __future__ import annotations

from functools import partial
from math import cos, pi, sin, tau
from typing import TYPE_CHECKING

import numpy as np

from gifmill.effects.seamless_loop import loop, phases, start_at_smallest_change
from gifmill.effects.texture_sampling import Texture, pixel_centres, render_in_bands
from gifmill.photo import CENTRE, Point, focal_point

if TYPE_CHECKING:
    from collections.abc import Callable

    from gifmill.animation import Animation, Pixels
    from gifmill.photo import Photo

    type RowSampler = Callable[[slice, float], Pixels]
    """A function that returns the pixels of a band of rows at a phase of the loop."""

_TWIST = 3.2
"""Rotation of the middle of a twist to either side at a strength of 100, in radians."""

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


def swirl(photo: Photo, *, form: str, strength: int, focus: str, duration: float) -> Animation:
    """Twist the photo to and fro, or send waves through it.

    Args:
        photo: at the size of the GIF.
        form: "twist" around the focal point, or "wave" across the photo.
        strength: 1 to 100 %.
        focus: "found" or a position, as for `focal_point`.
        duration: of one loop, in seconds.
    """
    if form == "twist":
        band = _twist_sampler(photo, strength / 100, focal_point(photo.pixels, focus))
    else:
        band = _wave_sampler(photo, strength / 100)
    return _turned(photo, band, duration)


def kaleidoscope(photo: Photo, *, wedges: int, focus: str, duration: float) -> Animation:
    """Show the photo through a kaleidoscope that rotates by one wedge per loop.

    Args:
        photo: at the size of the GIF.
        wedges: number of wedges, each next to its mirror image.
        focus: "found" or a position, as for `focal_point`.
        duration: of one loop, in seconds.
    """
    return _turned(photo, _kaleidoscope_sampler(photo, wedges, focal_point(photo.pixels, focus)), duration)


def _turned(photo: Photo, band: RowSampler, duration: float) -> Animation:
    """Make a loop that begins at its smallest change, which depends on the content of the photo."""
    pictures = [partial(render_in_bands, photo.size, band, phase) for phase in phases(duration).tolist()]
    return loop(start_at_smallest_change(pictures, photo.size), duration, photo.size)


def _twist_sampler(photo: Photo, strength: float, at: Point) -> RowSampler:
    texture = Texture(photo.pixels)
    x, y = pixel_centres(photo.size, at)
    middle_x, middle_y = np.float32(at.x * photo.size.width), np.float32(at.y * photo.size.height)
    to_edge = min(middle_x, photo.size.width - middle_x, middle_y, photo.size.height - middle_y)
    # Only a little beyond the nearest edge: the mirrored area there must not be twisted into the picture.
    reach = max(min(0.6 * max(photo.size), 1.4 * float(to_edge)), 0.35 * max(photo.size))

    def band(rows: slice, phase: float) -> Pixels:
        down = y[rows]
        outwards = np.minimum((x * x + down * down) * np.float32(1 / reach**2), np.float32(1))
        swing = np.cos(np.sqrt(outwards) * np.float32(_LAG) - np.float32(tau * phase))
        angle = (1 - outwards) ** 2 * swing * np.float32(_TWIST * strength)
        cosine, sine = np.cos(angle), np.sin(angle)
        return texture.sample(x * cosine - down * sine + middle_x, x * sine + down * cosine + middle_y)

    return band


def _wave_sampler(photo: Photo, strength: float) -> RowSampler:
    texture = Texture(photo.pixels)
    x, y = pixel_centres(photo.size, Point(0, 0))
    side = (photo.size.width * photo.size.height) ** 0.5
    long, short, across = (np.float32(tau / (length * side)) for length in _WAVELENGTHS)
    highs = [np.float32(height * _WAVE * strength * side) for height in _AMPLITUDES]

    def band(rows: slice, phase: float) -> Pixels:
        turn, down = np.float32(tau * phase), y[rows]
        moved_x = highs[0] * np.sin(down * long + turn) + highs[1] * np.sin(down * short - turn)
        return texture.sample(x + moved_x, down + highs[2] * np.sin(x * across - turn))

    return band


def _kaleidoscope_sampler(photo: Photo, wedges: int, at: Point) -> RowSampler:
    texture = Texture(photo.pixels)
    x, y = pixel_centres(photo.size, CENTRE)
    distance = np.hypot(x, y)
    turns = np.arctan2(y, x) * np.float32(wedges / tau)
    wedge, side = tau / wedges, min(photo.size)
    tip_x, tip_y = at.x * photo.size.width, at.y * photo.size.height - _APEX_ABOVE_FOCUS * side

    def band(rows: slice, phase: float) -> Pixels:
        within = turns[rows] - np.float32(phase)
        within -= np.rint(within)
        # Half a wedge that opens downwards from its apex: photos have their foreground there.
        first = pi / 2 - wedge / 4 + _SWING * sin(tau * phase)
        angle = np.abs(within) * np.float32(wedge) + np.float32(first)
        here_x = np.float32(tip_x + _APEX_RADIUS * side * cos(tau * phase))
        here_y = np.float32(tip_y + _APEX_RADIUS * side * sin(tau * phase))
        away = distance[rows]
        return texture.sample(away * np.cos(angle) + here_x, away * np.sin(angle) + here_y)

    return band
