"""The effect droste: an endless zoom into a photo within the photo.

Source: B. de Smit and H. W. Lenstra, "The Mathematical Structure of Escher's Print Gallery", Notices of the
American Mathematical Society 50(4), 2003.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
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

_BELOW_FOCUS = 0.3
"""Distance of the vanishing point below the focal point, because the nested photos hide the area there."""

_MIN_POSITION, _MAX_POSITION = 0.2, 0.8
"""Range of the vanishing point, as fractions of the photo's sides: it keeps away from every edge."""

_BORDER_WIDTH = 0.02
"""Width of the border around each photo, as a fraction of its shorter side."""

_BORDER_LEVEL = 250
"""Colour of the border, not quite white, so that it is visible next to white."""

_UPRIGHT_DISTANCE = 0.25
"""Distance from the vanishing point at which the photo is upright, as a fraction of its mean side."""

_OCTAVES = 4
"""Halvings of the prepared copies, down to a sixteenth. Anything smaller is a few pixels in the middle."""


def droste(photo: Photo, *, shrink: float, arms: int, focus: str, duration: float) -> Animation:
    """Zoom into a photo within the photo, until one has become the other.

    Args:
        photo: at the size of the GIF.
        shrink: size ratio of each photo to the one inside it.
        arms: arms of the spiral of photos; 0 = concentric photos.
        focus: the vanishing point; "found" is below the focal point, or above it if there is more space.
        duration: of one loop, in seconds.
    """
    nested = _NestedPhotos(photo, shrink, arms, _vanishing_point(photo.pixels, focus))
    pictures = [
        partial(render_in_bands, photo.size, nested.band, phase) for phase in phases(duration).tolist()
    ]
    return loop(start_at_smallest_change(pictures, photo.size), duration, photo.size)


def _vanishing_point(pixels: Pixels, focus: str) -> Point:
    at = focal_point(pixels, focus)
    if focus != "found":
        return at
    y = at.y + _BELOW_FOCUS if at.y + _BELOW_FOCUS <= _MAX_POSITION else at.y - _BELOW_FOCUS
    return Point(min(max(at.x, _MIN_POSITION), _MAX_POSITION), min(max(y, _MIN_POSITION), _MAX_POSITION))


@dataclass(frozen=True, slots=True, eq=False)
class _LogPolarGrid:
    """Positions of the canvas's pixels in an endless sequence of nested photos.

    Attributes:
        rim_x, rim_y: the edge of the photo in the direction of the pixel, in pixels from the vanishing point.
        level: nesting depth of the pixel: 0 at the edge of the photo itself, -1 at that of the one inside it.
        octave: binary logarithm of the reduction of the photo on the canvas, if its edge is at this pixel.
        edge_px: distance between two edges in pixels of the canvas, extrapolated from this pixel.
    """

    rim_x: Field
    rim_y: Field
    level: Field
    octave: Field
    edge_px: Field

    def part(self, part: Part) -> _LogPolarGrid:
        """Return the grid of some of the pixels."""
        fields = (self.rim_x, self.rim_y, self.level, self.octave, self.edge_px)
        return _LogPolarGrid(*(field[part] for field in fields))


def _log_polar_grid(size: Size, end: Point, shrink: float, arms: int) -> _LogPolarGrid:
    """Map a canvas to log-polar coordinates: there, spirals are straight and scaling is a translation."""
    x, y = pixel_centres(size, end)
    away = np.maximum(np.hypot(x, y), np.float32(1e-3))
    bend = complex(1, -arms * log(shrink) / tau)
    upright = _UPRIGHT_DISTANCE * (size.width * size.height) ** 0.5
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
    away *= np.float32(1 / abs(bend))  # now the length on the canvas of a unit step in log-polar coordinates
    level = np.log(gauge) * np.float32(1 / log(shrink))
    straight = np.where(sides > ends, np.abs(rim_x), np.abs(rim_y)) / rim
    return _LogPolarGrid(rim_x, rim_y, level, np.log2(rim / away), away * straight * np.float32(log(shrink)))


class _NestedPhotos:
    """A photo nested in itself, ready to render at any phase."""

    def __init__(self, photo: Photo, shrink: float, arms: int, end: Point) -> None:
        self._texture = Texture(_with_border(photo.pixels), _OCTAVES)
        self._log_polar_grid = _log_polar_grid(photo.size, end, shrink, arms)
        self._shrink = shrink
        self._vanishing_point = np.float32(end.x * photo.size.width), np.float32(end.y * photo.size.height)

    def band(self, rows: slice, phase: float) -> Pixels:
        """Return the pixels of some rows at a phase of the loop."""
        row = self._log_polar_grid.part(rows)
        level = row.level - np.float32(phase)
        level -= np.ceil(level)
        picture = self._read(row, level).copy()
        # Antialias the edges: a part of such a pixel belongs to the outer photo.
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
    wide = round(_BORDER_WIDTH * min(pixels.shape[:2]))
    framed[:wide] = framed[len(framed) - wide :] = _BORDER_LEVEL
    framed[:, :wide] = framed[:, framed.shape[1] - wide :] = _BORDER_LEVEL
    return framed
