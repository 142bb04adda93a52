"""Photos bent around a point: stirred, mirrored, and put into themselves."""

from __future__ import annotations

from math import ceil, cos, log, log2, pi, sin, tau
from typing import TYPE_CHECKING

import numpy as np

from gifmill.effects.loops import loop, phases
from gifmill.effects.sampling import Texture, grid
from gifmill.focus import Point, focal_point

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gifmill.effects.sampling import Field
    from gifmill.frames import Animation, Pixels
    from gifmill.photo import Photo

_TWIST = 3.2
"""Radians by which the middle is turned, at a strength of 100."""

_LAG = 1.3
"""Radians of the swing by which the rim of a twist is behind its middle, as in something thick."""


def swirl(photo: Photo, *, form: str, strength: int, focus: str, duration: float) -> Animation:
    """The photo, stirred to and fro.

    Args:
        photo: of the size that the GIF is to have.
        form: "twist" around the focal point, or "wave" all over.
        strength: in per cent.
        focus: what to take for the focal point.
        duration: of one turn, in seconds.
    """
    made = _twisted(photo, strength / 100, focus, duration) if form == "twist" else _waved(photo, strength / 100, duration)
    return loop(made, duration)


def _twisted(photo: Photo, strength: float, focus: str, duration: float) -> Iterator[Pixels]:
    width, height = photo.size
    at = focal_point(photo.pixels, focus)
    texture = Texture(photo.pixels)
    x, y = grid(photo.size)
    x, y = x - np.float32(at.x * width), y - np.float32(at.y * height)
    reach = 0.62 * min(max(width, height), 1.6 * min(width, height))
    distance = np.minimum((x * x + y * y) / np.float32(reach**2), np.float32(1))
    turn = (1 - distance) ** 2 * np.float32(_TWIST * strength)
    lag = np.sqrt(distance) * np.float32(_LAG)
    ahead, behind = turn * np.cos(lag), turn * np.sin(lag)
    for phase in phases(duration):
        angle = ahead * np.float32(sin(tau * phase)) - behind * np.float32(cos(tau * phase))
        across, down = np.cos(angle), np.sin(angle)
        yield texture.read(
            x * across - y * down + np.float32(at.x * width), x * down + y * across + np.float32(at.y * height)
        )


def _waved(photo: Photo, strength: float, duration: float) -> Iterator[Pixels]:
    side = (photo.size.width * photo.size.height) ** 0.5
    texture = Texture(photo.pixels)
    x, y = grid(photo.size)
    height = np.float32(0.045 * strength * side)
    for phase in phases(duration):
        turn = np.float32(tau * phase)
        to_right = np.sin(y * np.float32(tau / (0.42 * side)) + turn) + np.float32(0.35) * np.sin(y * np.float32(tau / (0.17 * side)) - turn)
        downwards = np.sin(x * np.float32(tau / (0.5 * side)) - turn)
        yield texture.read(x + height * to_right, y + np.float32(0.6) * height * downwards)


def kaleidoscope(photo: Photo, *, wedges: int, focus: str, duration: float) -> Animation:
    return loop(_mirrored(photo, wedges, focus, duration), duration)


def _mirrored(photo: Photo, wedges: int, focus: str, duration: float) -> Iterator[Pixels]:
    width, height = photo.size
    at = focal_point(photo.pixels, focus)
    texture = Texture(photo.pixels)
    x, y = grid(photo.size)
    x, y = x - np.float32(width / 2), y - np.float32(height / 2)
    radius = np.hypot(x, y)
    wedge = tau / wedges
    turns = np.arctan2(y, x) / np.float32(wedge)
    side = min(width, height)
    for phase in phases(duration):
        within = turns - np.float32(phase)
        within -= np.rint(within)
        angle = np.abs(within) * np.float32(wedge) + np.float32(pi/2 - wedge/4 + 0.5 * sin(tau * phase))
        u = at.x * width + 0.16 * side * cos(tau * phase)
        v = at.y * height - .1*side + 0.16 * side * sin(tau * phase)
        yield texture.read(radius * np.cos(angle) + np.float32(u), radius * np.sin(angle) + np.float32(v))


def droste(photo: Photo, *, shrink: float, arms: int, focus: str, duration: float) -> Animation:
    return loop(_nested(photo, shrink, arms, focus, duration), duration)


def _nested(photo: Photo, shrink: float, arms: int, focus: str, duration: float) -> Iterator[Pixels]:
    width, height = photo.size
    at = focal_point(photo.pixels, focus)
    middle = (at.x * width, at.y * height)
    period = log(shrink)
    octaves = 4
    texture = Texture(photo.pixels, octaves)
    x, y = grid(photo.size)
    out = (x - np.float32(middle[0])) + 1j * (y - np.float32(middle[1]))
    bend = 1 - 1j * arms * period / tau
    place = np.exp(bend * np.log(np.where(out == 0, 1e-3, out))).astype(np.complex64)
    px, py = place.real, place.imag
    gauge = np.maximum(np.maximum(px / (width - middle[0]), -px / middle[0]), np.maximum(py / (height - middle[1]), -py / middle[1]))
    level0 = np.log(gauge) / np.float32(period)
    px, py = px / gauge, py / gauge
    octave0 = np.log2(np.hypot(px, py) * np.float32(abs(bend)) / np.abs(out)).astype(np.float32)
    pitch = np.abs(out) / abs(bend)
    for phase in phases(duration):
        level = level0 - np.float32(phase)
        level -= np.ceil(level)
        scale = np.exp(level * np.float32(period))
        u, v = px * scale, py * scale
        yield texture.read_from_afar(u + np.float32(middle[0]), v + np.float32(middle[1]), octave0 + level * np.float32(log2(shrink)))
