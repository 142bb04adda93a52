"""The photo in the photo in the photo.

Source: B. de Smit and H. W. Lenstra, "The Mathematical Structure of Escher's Print Gallery", Notices of the
American Mathematical Society 50(4), 2003.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import atan, log, log2, tau
from typing import TYPE_CHECKING

import numpy as np

from gifmill.effects.seamless_loop import loop, phases, start_at_smallest_change
from gifmill.effects.texture_sampling import Texture, pixel_centres, render_in_bands
from gifmill.photo import Point, focal_point

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from gifmill.animation import Animation, Pixels, Size
    from gifmill.effects.texture_sampling import Field
    from gifmill.photo import Photo

    type Part = slice | tuple[NDArray[np.intp], ...]

_BELOW = 0.3
"""How far below the focal point the photos lead: where they do, they hide what is there."""

_NEAREST, _FURTHEST = 0.2, 0.8
"""Where they may lead to, as parts of the photo's sides: every part of the edge must be some way off."""

_FRAME = 0.02
"""The width of the frame that sets each photo off, as part of the photo's shorter side."""

_WHITE = 250
"""The frame's colour, not quite white: next to white it would be none."""

_UPRIGHT = 0.25
"""How far from the point that the spiral leads to the photo is not tilted, as part of its side."""

_OCTAVES = 4
"""Photos are prepared down to a sixteenth. What is smaller is a few pixels in the middle."""


def droste(photo: Photo, *, shrink: float, arms: int, focus: str, duration: float) -> Animation:
    """The photo within the photo, nearer and nearer, until one has become the other.

    Args:
        photo: of the size that the GIF is to have.
        shrink: how many times smaller the next photo is.
        arms: of the spiral along which they lie; without any, they lie straight in each other.
        focus: the point that they lead to; "found" is below the focal point, or above it where there is more
            room.
        duration: of one turn, in seconds.
    """
    nested = _NestedPhotos(photo, shrink, arms, _vanishing_point(photo.pixels, focus))
    pictures = (render_in_bands(photo.size, nested.band, float(phase)) for phase in phases(duration))
    return loop(start_at_smallest_change(pictures), duration)


def _vanishing_point(pixels: Pixels, focus: str) -> Point:
    at = focal_point(pixels, focus)
    if focus != "found":
        return at
    y = at.y + _BELOW if at.y + _BELOW <= _FURTHEST else at.y - _BELOW
    return Point(min(max(at.x, _NEAREST), _FURTHEST), min(max(y, _NEAREST), _FURTHEST))


@dataclass(frozen=True, slots=True, eq=False)
class _LogPolarGrid:
    """Where the pixels of a canvas lie in an endless row of photos within photos.

    Attributes:
        rim_x, rim_y: the edge of the photo in the direction of the pixel, in pixels from the point that all
            leads to.
        level: how far out the pixel is: 0 at the edge of the photo itself, -1 at that of the next one.
        octave: the binary logarithm of how much smaller the photo is on the canvas, where its edge is there.
        edge_px: how many pixels of the canvas there are between two edges, were the way all like this.
    """

    rim_x: Field
    rim_y: Field
    level: Field
    octave: Field
    edge_px: Field

    def part(self, part: Part) -> _LogPolarGrid:
        """Some of the pixels."""
        fields = (self.rim_x, self.rim_y, self.level, self.octave, self.edge_px)
        return _LogPolarGrid(*(field[part] for field in fields))


def _log_polar_grid(size: Size, end: Point, shrink: float, arms: int) -> _LogPolarGrid:
    """A canvas in logarithms of polar coordinates: in them spirals are straight, and shrinking is a step."""
    x, y = pixel_centres(size, end)
    away = np.maximum(np.hypot(x, y), np.float32(1e-3))
    bend = complex(1, -arms * log(shrink) / tau)
    upright = _UPRIGHT * (size.width * size.height) ** 0.5
    place = np.log(away * np.float32(1 / upright)) + np.complex64(1j) * np.arctan2(y, x)
    place *= np.complex64(bend)
    place += np.complex64(complex(log(upright), atan(-bend.imag)))
    np.exp(place, out=place)
    right, low = size.width * (1 - end.x), size.height * (1 - end.y)
    sides = np.maximum(place.real * np.float32(1 / right), place.real * np.float32(1 / (right - size.width)))
    ends = np.maximum(place.imag * np.float32(1 / low), place.imag * np.float32(1 / (low - size.height)))
    gauge = np.maximum(sides, ends)
    rim_x, rim_y = place.real / gauge, place.imag / gauge
    rim = np.hypot(rim_x, rim_y)
    away *= np.float32(1 / abs(bend))  # now what a step of one in the logarithms is on the canvas
    level = np.log(gauge) * np.float32(1 / log(shrink))
    straight = np.where(sides > ends, np.abs(rim_x), np.abs(rim_y)) / rim
    return _LogPolarGrid(rim_x, rim_y, level, np.log2(rim / away), away * straight * np.float32(log(shrink)))


class _NestedPhotos:
    """A photo and its row."""

    def __init__(self, photo: Photo, shrink: float, arms: int, end: Point) -> None:
        self._texture = Texture(_with_border(photo.pixels), _OCTAVES)
        self._log_polar_grid = _log_polar_grid(photo.size, end, shrink, arms)
        self._shrink = shrink
        self._vanishing_point = np.float32(end.x * photo.size.width), np.float32(end.y * photo.size.height)

    def band(self, rows: slice, phase: float) -> Pixels:
        """The pixels of some rows, at a phase of the loop."""
        row = self._log_polar_grid.part(rows)
        level = row.level - np.float32(phase)
        level -= np.ceil(level)
        picture = self._read(row, level).copy()
        # Where an edge crosses a pixel, a part of it belongs to the photo around.
        inside = row.edge_px * -level
        edge = np.nonzero(inside < 1)
        share = inside[edge][:, None]
        around = self._read(row.part(edge), level[edge] - 1)
        picture[edge] = (picture[edge] * share + around * (1 - share) + np.float32(0.5)).astype(np.uint8)
        return picture

    def _read(self, row: _LogPolarGrid, level: Field) -> Pixels:
        scale = np.exp(level * np.float32(log(self._shrink)))
        octave = row.octave + level * np.float32(log2(self._shrink))
        x, y = row.rim_x * scale + self._vanishing_point[0], row.rim_y * scale + self._vanishing_point[1]
        return self._texture.sample_minified(x, y, octave)


def _with_border(pixels: Pixels) -> Pixels:
    framed = pixels.copy()
    wide = round(_FRAME * min(pixels.shape[:2]))
    framed[:wide] = framed[len(framed) - wide :] = _WHITE
    framed[:, :wide] = framed[:, framed.shape[1] - wide :] = _WHITE
    return framed
