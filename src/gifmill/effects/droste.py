"""The effect droste: an endless zoom into a photo within the photo.

Source: B. de Smit and H. W. Lenstra, "The Mathematical Structure of Escher's Print Gallery", Notices of the
American Mathematical Society 50(4), 2003.
"""

from __future__ import annotations

from functools import partial
from math import atan, ceil, log, log2, tau
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from gifmill.effects.reduced_copies import Border, ReducedCopies
from gifmill.effects.seamless_loop import loop, phases
from gifmill.effects.texture_sampling import pixel_centres
from gifmill.photo import Point, focal_point

if TYPE_CHECKING:
    from gifmill.animation import Animation, Pixels, Size
    from gifmill.effects.texture_sampling import Field
    from gifmill.photo import Photo

_BELOW_FOCUS = 0.3
"""Distance of the vanishing point below the focal point, because the nested photos hide the area there."""

_LOWEST_FOCUS = 0.5
"""Lowest focal point with the vanishing point below it, as a fraction of the photo's height."""

_MIN_POSITION, _MAX_POSITION = 0.3, 0.7
"""Range of the vanishing point, as fractions of the photo's sides: a spiral bends edges near it."""

_BORDER_WIDTH = 0.02
"""Width of the border around each photo, as a fraction of its shorter side."""

_BORDER_LEVEL = 250
"""Colour of the border, not quite white, so that it is visible next to white."""

_UPRIGHT_DISTANCE = 0.25
"""Distance from the vanishing point at which the photo is upright, as a fraction of its mean side."""

_BAND_ROWS = 64
"""Rows whose coordinates are found at a time."""

_OCTAVES = 4
"""Halvings of the prepared copies, down to a sixteenth. Anything smaller is a few pixels in the middle."""


def droste(
    photo: Photo, *, shrink: float, arms: int, focus: str, duration: float, frames: int = 0
) -> Animation:
    """Zoom into a photo within the photo, until one has become the other.

    Args:
        photo: at the size of the GIF.
        shrink: size ratio of each photo to the one inside it.
        arms: arms of the spiral of photos; 0 = concentric photos.
        focus: the vanishing point; "found" is below the focal point, or above it if there is more space.
        duration: of one loop, in seconds.
        frames: number of frames, as for `phases`.
    """
    nested = _NestedPhotos(photo, shrink, arms, _vanishing_point(photo.pixels, focus))
    # In a spiral, what is above the vanishing point is enlarged: the loop begins where that fits the canvas.
    start = -arms / 4
    pictures = [partial(nested.draw, (start + phase) % 1) for phase in phases(duration, frames).tolist()]
    return loop(pictures, duration, photo.size)


def _vanishing_point(pixels: Pixels, focus: str) -> Point:
    x, y = focal_point(pixels, focus)
    if focus == "found":
        y += _BELOW_FOCUS if y <= _LOWEST_FOCUS else -_BELOW_FOCUS
    return Point(min(max(x, _MIN_POSITION), _MAX_POSITION), min(max(y, _MIN_POSITION), _MAX_POSITION))


class _LogPolarGrid(NamedTuple):
    """Positions of pixels in an endless sequence of nested photos, in arrays of the canvas's shape.

    Attributes:
        x, y: position in the photo itself, in pixels from the vanishing point.
        depth: nesting depth of the pixel: 0 at the edge of the photo itself, 1 at that of the one inside it;
            edges are half a pixel of the canvas outside the photos.
        octave: binary logarithm of the reduction of the photo itself on the canvas.
    """

    x: Field
    y: Field
    depth: Field
    octave: Field


def _log_polar_grid(size: Size, vanishing_point: Point, shrink: float, arms: int) -> _LogPolarGrid:
    """Map a canvas to log-polar coordinates: there, spirals are straight and scaling is a translation."""
    grid = _LogPolarGrid(*(np.empty((size.height, size.width), np.float32) for _ in range(4)))
    x, y = pixel_centres(size, vanishing_point)
    for top in range(0, size.height, _BAND_ROWS):  # so that only results are of the canvas's size
        rows = slice(top, top + _BAND_ROWS)
        part = _log_polar_rows(x, y[rows], size, vanishing_point, shrink, arms)
        for whole, found in zip(grid, part, strict=True):
            whole[rows] = found
    return grid


def _log_polar_rows(
    x: Field, y: Field, size: Size, vanishing_point: Point, shrink: float, arms: int
) -> _LogPolarGrid:
    """Return the grid of some rows.

    Args:
        x: centres of the columns, in pixels from the vanishing point, shape (1, width).
        y: those of the rows, shape (rows, 1).
        size: of the canvas.
        vanishing_point: as fractions of the canvas's sides.
        shrink: size ratio of each photo to the one inside it.
        arms: arms of the spiral.
    """
    away = np.maximum(np.hypot(x, y), np.float32(1e-3))
    bend = complex(1, -arms * log(shrink) / tau)
    upright = _UPRIGHT_DISTANCE * (size.width * size.height) ** 0.5
    place = np.log(away * np.float32(1 / upright)) + np.complex64(1j) * np.arctan2(y, x)
    place *= np.complex64(bend)
    place += np.complex64(complex(log(upright), atan(-bend.imag)))
    np.exp(place, out=place)
    x, y = place.real, place.imag
    right, low = size.width * (1 - vanishing_point.x), size.height * (1 - vanishing_point.y)
    sides = np.maximum(x * np.float32(1 / right), x * np.float32(1 / (right - size.width)))
    ends = np.maximum(y * np.float32(1 / low), y * np.float32(1 / (low - size.height)))
    depth = np.log(np.maximum(sides, ends)) * np.float32(-1 / log(shrink))
    far = np.hypot(x, y)
    away *= np.float32(1 / abs(bend))  # now the length on the canvas of a unit step in log-polar coordinates
    straight = np.where(sides > ends, np.abs(x), np.abs(y)) / far
    edges_px = away * straight * np.float32(log(shrink))  # distance between two edges on the canvas
    depth += np.float32(0.5) / np.maximum(edges_px, 1)
    return _LogPolarGrid(x, y, depth, np.log2(far / away))


class _NestedPhotos:
    """A photo nested in itself, ready to be drawn at any phase."""

    def __init__(self, photo: Photo, shrink: float, arms: int, vanishing_point: Point) -> None:
        self._copies = ReducedCopies(photo.pixels, _OCTAVES)
        self._border = Border(_BORDER_WIDTH * min(photo.size), _BORDER_LEVEL)
        self._grid = _log_polar_grid(photo.size, vanishing_point, shrink, arms)
        self._shrink = shrink
        self._vanishing_point = Point(
            vanishing_point.x * photo.size.width, vanishing_point.y * photo.size.height
        )
        self._outermost = ceil(-float(self._grid.depth.min()))
        self._grid.depth[:] += np.float32(self._outermost)  # 0 at the edge of the outermost photo
        self._deepest = float(self._grid.depth.max())

    def draw(self, phase: float) -> Pixels:
        """Return the picture at a phase of the loop."""
        last = int(self._deepest + phase)
        inwards = np.arange(-1, last + 1) - self._outermost - phase
        photos = np.stack([self._shrink**inwards, inwards * log2(self._shrink)], axis=1).astype(np.float32)
        return self._copies.nested(self._grid, phase, photos, self._vanishing_point, self._border)
