"""The effect shake: a photo that trembles in place."""

from __future__ import annotations

from functools import partial
from math import cos, hypot, sin, sqrt, tau
from typing import TYPE_CHECKING

import numpy as np

from gifmill.effects.affine_camera import AffineCamera
from gifmill.effects.backdrop import plain_canvas
from gifmill.effects.seamless_loop import loop, phases
from gifmill.effects.sprites import Position, photo_card
from gifmill.photo import Point

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from gifmill.animation import Animation, Pixels, Size
    from gifmill.photo import Photo

    type Move = Callable[[float, float, float], Pixels]
    """A function that draws the photo moved left and up, in pixels, and tilted clockwise, in radians."""

_CYCLES = np.arange(2, 11)
"""Frequencies of a shake's waves, in periods per loop. The amplitude falls with the frequency, as in a
trembling hand: with equal amplitudes, a visible shake makes bright edges flash.
"""

_AMPLITUDE = 0.06
"""Maximum displacement, as a fraction of the shorter side."""


def shake(photo: Photo, *, strength: int, seed: int, duration: float, frames: int = 0) -> Animation:
    """Shift and tilt the photo along a random path, which begins with the photo itself, uncropped.

    Beyond its edges it is mirrored. The edges of a transparent photo move with it.

    Args:
        photo: at the size of the GIF.
        strength: amplitude, 1 to 100 %.
        seed: random seed of the path.
        duration: of one loop, in seconds.
        frames: number of frames, as for `phases`.
    """
    size = photo.size
    path = strength / 100 * _AMPLITUDE * min(size) * _random_path(len(phases(duration, frames)), seed)
    path[:, 2] /= hypot(*size) / 2  # tilting moves the corners as far as shifting moves all
    draw = _moving_cut_out(photo) if photo.has_alpha else _moving_picture(photo)
    return loop([partial(draw, *place) for place in path.tolist()], duration, size)


def _random_path(count: int, seed: int) -> NDArray[np.float64]:
    """Return a closed random path that begins at rest.

    Returns:
        x, y and tilt, shape (count, 3), each about 1 in magnitude at most.
    """
    random = np.random.default_rng(seed)
    amplitudes = random.uniform(0.4, 1, (3, len(_CYCLES))) / _CYCLES
    initial_angles = random.uniform(0, tau, (3, len(_CYCLES)))
    angles = tau * np.arange(count)[:, None, None] / count * _CYCLES
    path: NDArray[np.float64] = (amplitudes * np.sin(angles + initial_angles)).sum(axis=2)
    path /= abs(path).max(axis=0)
    path = np.roll(path, -abs(path).sum(axis=1).argmin(), axis=0)  # from where the photo is hardly moved
    path -= path[0] * np.cos(tau * np.arange(count) / count)[:, None]
    return path


def _moving_picture(photo: Photo) -> Move:
    size, camera = photo.size, AffineCamera(photo.pixels)

    def draw(x: float, y: float, tilt: float) -> Pixels:
        # Half of what would be mirrored is hidden by zooming in; to hide all of it, the photo would pulsate.
        zoom = sqrt(_covering_zoom(size, x, y, tilt))
        return camera.view(size, Point(0.5 + x / zoom / size.width, 0.5 + y / zoom / size.height), zoom, tilt)

    return draw


def _covering_zoom(size: Size, x: float, y: float, tilt: float) -> float:
    """Return the zoom at which a photo covers the canvas when shifted by x and y px and tilted."""
    width, height = size
    across = width * cos(tilt) + height * abs(sin(tilt)) + 2 * abs(x)
    down = height * cos(tilt) + width * abs(sin(tilt)) + 2 * abs(y)
    return max(across / width, down / height)


def _moving_cut_out(photo: Photo) -> Move:
    size, sprite = photo.size, photo_card(photo.pixels, photo.size, 0)
    middle = Position(size.width / 2, size.height / 2)

    def draw(x: float, y: float, tilt: float) -> Pixels:
        canvas = plain_canvas(size, None)
        sprite.draw(canvas, sprite.centre, Position(middle.x - x, middle.y - y), (1, 1), tilt)
        return canvas

    return draw
