"""Photos bent around a point: stirred, mirrored, and put into themselves."""

from __future__ import annotations

from dataclasses import dataclass
from math import atan, cos, log, pi, sin, tau
from typing import TYPE_CHECKING

import numpy as np

from gifmill.effects.loops import begun_at_rest, loop, phases
from gifmill.effects.sampling import Texture, centres
from gifmill.focus import Point, focal_point

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gifmill.effects.sampling import Field
    from gifmill.frames import Animation, Pixels, Size
    from gifmill.photo import Photo

_TWIST = 3.2
"""Radians by which the middle of a twist is turned to either side, at a strength of 100."""

_LAG = 1.3
"""Radians of the swing by which the rim of a twist is behind its middle, as in something thick."""

_WAVE = 0.04
"""How far a wave moves the photo at a strength of 100, as part of the photo's side."""

_SWAY = 0.3
"""Radians by which the photo behind the mirrors swings to either side."""

_ABOVE = 0.22
"""How far above the focal point the tip of the mirrors is, as part of the photo's shorter side."""

_STRAY = 0.07
"""How far it strays from there, as the same."""

_BELOW = 0.3
"""How far below the focal point the nested photos lead, as part of the photo's height: they hide it there."""

_LOWEST = 0.8

_FRAME = 0.02
"""The width of the white frame that sets a nested photo off, as part of the photo's shorter side."""

_WHITE = 250
"""Not quite: a frame of full white glares, and next to white paper it would be none."""

_OCTAVES = 4
"""Nested photos are prepared down to a sixteenth. What is smaller is a few pixels in the middle."""


def swirl(photo: Photo, *, form: str, strength: int, focus: str, duration: float) -> Animation:
    """The photo, stirred to and fro.

    Args:
        photo: of the size that the GIF is to have.
        form: "twist" around the focal point, or "wave" all over.
        strength: in per cent.
        focus: what to take for the focal point.
        duration: of one turn, in seconds.
    """
    if form == "twist":
        pictures = _twisted(photo, strength / 100, focus, duration)
    else:
        pictures = _waved(photo, strength / 100, duration)
    return loop(begun_at_rest(pictures), duration)


def kaleidoscope(photo: Photo, *, wedges: int, focus: str, duration: float) -> Animation:
    """The photo at the end of a tube of mirrors, which turns on by one wedge.

    Args:
        photo: of the size that the GIF is to have.
        wedges: how many there are, each with its mirror image.
        focus: what to take for the focal point, around which the tip of the mirrors strays.
        duration: of one turn, in seconds.
    """
    return loop(begun_at_rest(_mirrored(photo, wedges, focus, duration)), duration)


def droste(photo: Photo, *, shrink: float, arms: int, focus: str, duration: float) -> Animation:
    """The photo within the photo, straight in or along a spiral, and nearer until one has become the other.

    Args:
        photo: of the size that the GIF is to have.
        shrink: how many times smaller the next photo is.
        arms: of the spiral; without any, the photos lie straight in each other.
        focus: the point that they lead to; "found" lies below the focal point, which would be hidden otherwise.
        duration: of one turn, in seconds.

    Source: B. de Smit and H. W. Lenstra, "The Mathematical Structure of Escher's Print Gallery", Notices of
    the AMS 50(4), 2003.
    """
    return loop(begun_at_rest(_nested(photo, shrink, arms, focus, duration)), duration)


def _twisted(photo: Photo, strength: float, focus: str, duration: float) -> Iterator[Pixels]:
    width, height = photo.size
    at = focal_point(photo.pixels, focus)
    texture = Texture(photo.pixels)
    x, y = centres(photo.size, at)
    rim = min(0.6 * max(width, height), min(width, height))
    outwards = np.minimum((x * x + y * y) * np.float32(1 / rim**2), np.float32(1))
    turn = (1 - outwards) ** 2 * np.float32(_TWIST * strength)
    lag = np.sqrt(outwards) * np.float32(_LAG)
    now, before = turn * np.cos(lag), turn * np.sin(lag)  # the swing at each distance is a sum of two
    for phase in phases(duration):
        angle = now * np.float32(cos(tau * phase)) + before * np.float32(sin(tau * phase))
        cosine, sine = np.cos(angle), np.sin(angle)
        yield texture.read(
            x * cosine - y * sine + np.float32(at.x * width), x * sine + y * cosine + np.float32(at.y * height)
        )


def _waved(photo: Photo, strength: float, duration: float) -> Iterator[Pixels]:
    side = (photo.size.width * photo.size.height) ** 0.5
    texture = Texture(photo.pixels)
    x, y = centres(photo.size, Point(0, 0))
    far = np.float32(_WAVE * strength * side)
    for phase in phases(duration):
        turn = np.float32(tau * phase)
        across = np.sin(y * np.float32(tau / (0.42 * side)) + turn)
        across += np.float32(0.35) * np.sin(y * np.float32(tau / (0.17 * side)) - turn)
        down = np.float32(0.6) * np.sin(x * np.float32(tau / (0.5 * side)) - turn)
        yield texture.read(x + far * across, y + far * down)


def _mirrored(photo: Photo, wedges: int, focus: str, duration: float) -> Iterator[Pixels]:
    width, height = photo.size
    at = focal_point(photo.pixels, focus)
    texture = Texture(photo.pixels)
    x, y = centres(photo.size, Point(0.5, 0.5))
    distance = np.hypot(x, y)
    wedge = tau / wedges
    turns = np.arctan2(y, x) * np.float32(1 / wedge)
    stray = _STRAY * min(width, height)
    for phase in phases(duration):
        within = turns - np.float32(phase)
        within -= np.rint(within)
        # The wedge looks down from its tip, where a photo has its foreground.
        first = pi / 2 - wedge / 4 + _SWAY * sin(tau * phase)
        angle = np.abs(within) * np.float32(wedge) + np.float32(first)
        tip_x = np.float32(at.x * width + stray * cos(tau * phase))
        tip_y = np.float32(at.y * height - _ABOVE * min(width, height) + stray * sin(tau * phase))
        yield texture.read(distance * np.cos(angle) + tip_x, distance * np.sin(angle) + tip_y)


@dataclass(frozen=True, slots=True, eq=False)
class _Nest:
    """Where each pixel of the canvas lies in an endless row of photos within photos.

    Attributes:
        rim_x, rim_y: where the photo's edge is in the direction of the pixel, from the point that all leads
            to, in pixels.
        level: in which photo the pixel is: 0 at the edge of the photo itself, -1 at that of the next one.
        octave: the binary logarithm of how much smaller the photo is there, at its edge.
        edge_px: how many pixels of the canvas it is to the next edge, for each level.
    """

    rim_x: Field
    rim_y: Field
    level: Field
    octave: Field
    edge_px: Field

    @classmethod
    def of(cls, size: Size, at: Point, shrink: float, arms: int) -> _Nest:
        """The map of a canvas: with polar coordinates as logarithms, spiral and nest are a straight lattice."""
        x, y = centres(size, at)
        upright = 0.25 * (size.width * size.height) ** 0.5  # so far from the point, the photo is not tilted
        bend = 1 - 1j * arms * log(shrink) / tau
        away = np.maximum(np.hypot(x, y), np.float32(1e-3))
        polar = np.log(away / np.float32(upright)) + np.complex64(1j) * np.arctan2(y, x)
        place = np.exp(np.complex64(bend) * polar + np.complex64(-1j * atan(bend.imag)))
        place *= np.float32(upright)
        right, low = size.width * (1 - at.x), size.height * (1 - at.y)
        sides = np.maximum(place.real * np.float32(1 / right), place.real * np.float32(1 / (right - size.width)))
        ends = np.maximum(place.imag * np.float32(1 / low), place.imag * np.float32(1 / (low - size.height)))
        gauge = np.maximum(sides, ends)
        rim_x, rim_y = place.real / gauge, place.imag / gauge
        rim = np.hypot(rim_x, rim_y)
        step = away * np.float32(1 / abs(bend))  # of the canvas, for a step of one in the logarithms
        straight = np.where(sides > ends, np.abs(rim_x), np.abs(rim_y)) / rim
        return cls(
            rim_x, rim_y, np.log(gauge) / np.float32(log(shrink)), np.log2(rim / step),
            step * straight * np.float32(log(shrink)),
        )  # fmt: skip


def _nested(photo: Photo, shrink: float, arms: int, focus: str, duration: float) -> Iterator[Pixels]:
    at = focal_point(photo.pixels, focus)
    if focus == "found":
        at = Point(at.x, at.y + _BELOW if at.y + _BELOW <= _LOWEST else max(at.y - _BELOW, 1 - _LOWEST))
    at = Point(min(max(at.x, 1 - _LOWEST), _LOWEST), min(max(at.y, 1 - _LOWEST), _LOWEST))
    nest = _Nest.of(photo.size, at, shrink, arms)
    texture = Texture(_framed(photo.pixels), _OCTAVES)
    middle = np.float32(at.x * photo.size.width), np.float32(at.y * photo.size.height)
    period = np.float32(log(shrink))

    def read(level: Field, of: tuple[Field, Field, Field]) -> Pixels:
        rim_x, rim_y, octave = of
        scale = np.exp(level * period)
        x, y = rim_x * scale + middle[0], rim_y * scale + middle[1]
        return texture.read_from_afar(x, y, octave + level * np.float32(period / log(2)))

    for phase in phases(duration):
        level = nest.level - np.float32(phase)
        level -= np.ceil(level)
        picture = read(level, (nest.rim_x, nest.rim_y, nest.octave))
        # Where an edge crosses a pixel, a part of it belongs to the photo around.
        inside = nest.edge_px * -level
        edge = np.nonzero(inside < 1)
        around = read(level[edge] - 1, (nest.rim_x[edge], nest.rim_y[edge], nest.octave[edge]))
        part = inside[edge][:, None]
        picture[edge] = (picture[edge] * part + around * (1 - part) + np.float32(0.5)).astype(np.uint8)
        yield picture


def _framed(pixels: Pixels) -> Pixels:
    framed = pixels.copy()
    wide = round(_FRAME * min(pixels.shape[:2]))
    framed[:wide] = framed[len(framed) - wide :] = _WHITE
    framed[:, :wide] = framed[:, framed.shape[1] - wide :] = _WHITE
    return framed
