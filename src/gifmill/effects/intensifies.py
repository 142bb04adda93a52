"""The effect intensifies: a trembling that grows while the photo comes closer."""

from __future__ import annotations

from functools import partial
from math import cos, hypot, pi, tau
from typing import TYPE_CHECKING

import numpy as np

from gifmill.effects.affine_camera import AffineCamera
from gifmill.effects.seamless_loop import loop, phases
from gifmill.photo import Point, focal_point

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from gifmill.animation import Animation, Pixels
    from gifmill.photo import Photo

_AMPLITUDE = 0.06
"""Maximum displacement at a strength of 100, as a fraction of the shorter side."""

_ZOOM = 0.5
"""Growth of the photo at a strength of 100."""

_RISE = 0.88
"""Phase at which it is at its peak; the rest of the loop is the way back to the still photo."""

_FREQUENCIES_HZ = (2.4, 3.7, 5.1, 6.6)
"""Frequencies of the trembling. Higher ones are no smoother at 15 frames per second, and flash sooner."""


def intensifies(
    photo: Photo, *, strength: int, seed: int, focus: str, duration: float, frames: int = 0
) -> Animation:
    """Make the photo tremble more and more and come closer, and fall back to rest.

    Args:
        photo: at the size of the GIF.
        strength: amplitude and zoom at the peak, 1 to 100 %.
        seed: random seed of the path.
        focus: the point that comes closer, as for `focal_point`.
        duration: of one loop, in seconds.
        frames: number of frames, as for `phases`.
    """
    size, moments = photo.size, phases(duration, frames)
    camera, at = AffineCamera(photo.pixels), focal_point(photo.pixels, focus)
    amplitude = _AMPLITUDE * strength / 100 * min(size)
    tilt = amplitude / (hypot(*size) / 2)  # tilting moves the corners as far as shifting moves all
    reach = 2 * amplitude / min(size)  # of a shift and a tilt together, on each side
    zoom = max(_ZOOM * strength / 100, 2 * reach)

    def draw(phase: float, x: float, y: float, turn: float) -> Pixels:
        growth = _growth(phase)
        scale, edge = 1 + zoom * growth, 0.5 + reach * growth
        # The focal point stays where it is, as far as the edges of the photo allow.
        middle = [min(max(place * (scale - 1) + 0.5, edge), scale - edge) for place in at]
        centre = (
            (place + amplitude * growth * moved / side) / scale
            for place, moved, side in zip(middle, (x, y), size, strict=True)
        )
        return camera.view(size, Point(*centre), scale, tilt * growth * turn)

    steps = zip(moments.tolist(), _tremor(moments, duration, seed).tolist(), strict=True)
    return loop([partial(draw, phase, *step) for phase, step in steps], duration, size)


def _growth(phase: float) -> float:
    """Return the strength at a phase, 0 to 1: it rises ever faster, and falls smoothly."""
    if phase < _RISE:
        return (phase / _RISE) ** 2
    return (1 + cos(pi * (phase - _RISE) / (1 - _RISE))) / 2


def _tremor(moments: NDArray[np.float64], duration: float, seed: int) -> NDArray[np.float64]:
    """Return a closed random path: x, y and tilt, shape (frames, 3), each at most 1 in magnitude."""
    cycles = np.array([max(1, round(frequency * duration)) for frequency in _FREQUENCIES_HZ])
    random = np.random.default_rng(seed)
    amplitudes = random.uniform(0.5, 1, (3, len(cycles)))
    angles = tau * moments[:, None, None] * cycles + random.uniform(0, tau, (3, len(cycles)))
    path: NDArray[np.float64] = (amplitudes * np.sin(angles)).sum(axis=2)
    path /= amplitudes.sum(axis=1)
    return path
