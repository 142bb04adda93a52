"""The effect ripple: drops that fall on water above the photo."""

from __future__ import annotations

from functools import partial
from math import ceil, cos, hypot, sin, tau
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from gifmill.effects.native import library
from gifmill.effects.seamless_loop import loop, phases
from gifmill.effects.texture_sampling import Texture
from gifmill.photo import Point, focal_point

if TYPE_CHECKING:
    from gifmill.animation import Animation, Pixels, Size
    from gifmill.effects.texture_sampling import Field
    from gifmill.photo import Photo

_MIN_WAVELENGTH, _MAX_WAVELENGTH = 0.06, 0.14
"""Distance of two crests at the front for a strength of 0 and of 100, as a fraction of the photo's mean side.

So are all lengths here. High waves are long, or they would flash.
"""

_RISE, _FALL = 0.4, 2.6
"""Wavelengths within which the rings rise before the front, and fall behind it."""

_STRETCH = 0.06
"""Increase of the wavelength per wavelength behind the front: long waves are slower to spread."""

_BOWL = 0.4
"""Radius of the middle of the rings, in wavelengths, where the slope decreases."""

_HALF_HEIGHT = 0.8
"""Distance that reduces the height of the rings to 0.7: their energy spreads over longer circles."""

_SPLASH = 0.06
"""Part of a drop's life in which its rings reach their height."""

_SLOWING = 0.85
"""Exponent of the distance of the front by age: 1 is a constant speed."""

_REFRACTION = 0.021
"""Displacement of the photo by the steepest slope at a strength of 100."""

_SHADE, _SHINE = 112.0, 208.0
"""Change of light by the steepest slope, in 256ths, and brightness of its glint, in levels; at the same."""

_LIFE = 0.58
"""Time from the fall of a drop until its rings are gone, as a fraction of the loop."""

_FIRST_FALL = 0.02
"""Moment of the first drop. All fall in time for the water to be calm at both ends of the loop."""

_REACH = 1.0
"""Distance at which the rings are gone, at most; the furthest corner may be nearer."""

_LATER_FORCE = 0.8
"""Height of the rings of all drops but the first."""

_FULL_FORCE_DROPS = 3
"""Drops up to which each has its full height: the waves of more would flash where they meet."""

_EDGE = 0.06
"""Least distance of a drop from the edges, as a fraction of the sides."""

_SPREAD = 0.36
"""Distance of the other drops from the focal point, as a fraction of the sides."""

_GOLDEN_ANGLE = 2.399963
"""Angle between one drop and the next, in radians: no two are close."""

_SAMPLES_PER_PX = 2
"""Samples of a profile of rings per pixel of its radius."""


class _Drop(NamedTuple):
    """A drop of water.

    Attributes:
        x: in pixels.
        y: likewise.
        fall: moment of the fall, as a phase of the loop.
        force: height of its rings, 0 to 1.
        reach: distance of its first ring when it is gone, as a fraction of the photo's mean side.
    """

    x: float
    y: float
    fall: float
    force: float
    reach: float


def ripple(
    photo: Photo, *, strength: int, drops: int, focus: str, duration: float, frames: int = 0
) -> Animation:
    """Let drops fall on the water above the photo. Between the loops the water is calm.

    Args:
        photo: at the size of the GIF.
        strength: 1 to 100 %: height of the waves.
        drops: number of drops in one loop, 1 to 5; the first falls on the focal point.
        focus: "found" or a position, as for `focal_point`.
        duration: of one loop, in seconds.
        frames: number of frames, as for `phases`.
    """
    size, texture = photo.size, Texture(photo.pixels)
    fallen = _drops(size, focal_point(photo.pixels, focus), drops)
    side = (size.width * size.height) ** 0.5
    radii = np.arange(ceil(_SAMPLES_PER_PX * hypot(*size)) + 2, dtype=np.float32) / np.float32(
        _SAMPLES_PER_PX * side
    )
    length = _MIN_WAVELENGTH + (_MAX_WAVELENGTH - _MIN_WAVELENGTH) * strength / 100
    force = (strength / 100) ** 0.5 * min(1, _FULL_FORCE_DROPS / drops)

    def draw(phase: float) -> Pixels:
        alive = [drop for drop in fallen if drop.fall < phase < drop.fall + _LIFE]
        if not alive:
            return photo.pixels
        profiles = [
            drop.force * _profile(radii, length, (phase - drop.fall) / _LIFE, drop.reach) for drop in alive
        ]
        places = np.array([drop[:2] for drop in alive], np.float32)
        out = np.empty(photo.pixels.shape, np.uint8)
        library().gifmill_ripple(
            texture.texels,
            *size,
            photo.pixels.shape[2],
            places,
            len(alive),
            np.stack(profiles),
            len(radii),
            _SAMPLES_PER_PX,
            force * _REFRACTION * side,
            force * _SHADE,
            force * _SHINE,
            out,
        )
        return out

    return loop([partial(draw, phase) for phase in phases(duration, frames).tolist()], duration, size)


def _drops(size: Size, at: Point, count: int) -> list[_Drop]:
    """Return the drops of a loop: the first on a focal point, the others around it."""
    falls = np.linspace(_FIRST_FALL, 1 - _LIFE - _FIRST_FALL, max(count, 2))[:count].tolist()
    side = (size.width * size.height) ** 0.5
    made = []
    for number, fall in enumerate(falls):
        angle, away = _GOLDEN_ANGLE * number, _SPREAD if number else 0
        x = _inside(at.x + away * cos(angle)) * size.width
        y = _inside(at.y + away * sin(angle)) * size.height
        corner = hypot(max(x, size.width - x), max(y, size.height - y))
        made.append(_Drop(x, y, fall, _LATER_FORCE if number else 1, min(_REACH, corner / side)))
    return made


def _inside(at: float) -> float:
    """Return the nearest coordinate that is not too close to an edge."""
    return min(max(at, _EDGE), 1 - _EDGE)


def _profile(radii: Field, wavelength: float, age: float, reach: float) -> Field:
    """Return the outward slope and the height of a drop's rings at each distance, shape (distances, 2).

    Both are at most 1 in magnitude.

    Args:
        radii: distances, as fractions of the photo's mean side.
        wavelength: at the front, likewise.
        age: of the drop, from 0 for its fall to 1, when its rings are gone.
        reach: distance of the front at an age of 1.
    """
    behind = (reach * age**_SLOWING - radii) / wavelength  # in wavelengths; negative before the front
    height = np.exp(-((behind / np.where(behind < 0, np.float32(_RISE), np.float32(_FALL))) ** 2))
    height *= min(age / _SPLASH, 1) * (1 - age**3) / np.sqrt(1 + radii / _HALF_HEIGHT)
    angle = tau * behind / (1 + _STRETCH * np.maximum(behind, 0))
    near = np.minimum(radii / (_BOWL * wavelength), 1)  # in the middle there is no direction outwards
    return np.stack([height * near * np.sin(angle), height * np.cos(angle)], axis=-1)
