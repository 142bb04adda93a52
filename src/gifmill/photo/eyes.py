"""Detection of a pair of eyes, for effects that put something on a face. It uses no trained model.

The photo is searched at several sizes. At each, the eyes of a face of one size are dark spots at a known
distance. Pairs of spots are compared by the symmetry and the light of the face around them.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from math import hypot
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from PIL import Image

from gifmill.photo.photo import Photo
from gifmill.photo.saliency import Point, focal_point, skin_mask

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from gifmill.animation import Pixels

    type Plane = NDArray[np.float64]
    type Row = NDArray[np.float64]
    """One number for each pair."""

_DISTANCE_PX = 14
"""Distance of the eyes in the resized photo."""

_DISTANCES = tuple(0.05 * 1.22**step for step in range(11))
"""Distances of the eyes that are searched for, as fractions of the photo's longest side."""

_TOLERANCE = (0.85, 1.18)
"""Distances of a pair at one size of the photo, as fractions of `_DISTANCE_PX`: sizes overlap."""

_MAX_ENLARGEMENT = 1.6
"""Enlargement of a small photo, beyond which there is nothing more to see."""

_MIN_SIDE_PX = 8
"""Shortest side of the resized photo."""

_MAX_SPOTS = 150
"""Number of dark spots that are paired at each size."""

_MIN_DARKNESS = 0.25
"""Darkness of a spot, in standard deviations of the light around it."""

_MAX_COMPARED = 60
"""Number of pairs at each size that are compared with a face."""

_MIN_DEVIATION = 5
"""Standard deviation that is added to that of light, so that noise on a plain surface is not a face."""

_MAX_SLOPE = 0.6
"""Slope of a pair beyond which it is none."""

_TILT_SPREAD = 0.38
"""Tilt of the head, in radians, at which a pair counts a third."""

_FOCUS_SPREAD = 1.0
"""Distance from the focal point, in halves of the photo's diagonal, at which a pair counts a third."""

_LOW_SPREAD = 0.35
"""Distance below the middle of the photo, as a fraction of its height, at which a pair counts a third."""

_SIZE_EXPONENT = 0.6
"""Exponent of the weight of large faces over small ones: small pairs are often accidental."""

_SKINLESS, _GREY_SKIN = 0.05, 0.7
"""Weight of a pair without skin colours around it, and fraction of skin in a photo without colours."""

_NEUTRAL, _MIN_CHROMA = 128, 4
"""Cb and Cr of grey, and their mean difference from it below which a photo has no colours."""

_MIN_SCORE = 0.42
"""Score below which a pair is no pair of eyes. Faces have 0.45 to 2; objects mostly less than 0.35."""

_NEAR_POINT = 0.6
"""Greatest distance of a pair from a focal point that the user chose, in distances of the eyes."""

_GREY = (128, 128, 128)
"""Colour behind transparent pixels."""

_FACE_X, _FACE_Y = np.meshgrid(np.linspace(-1, 1, 26), np.linspace(-0.61, 1.09, 22))
"""A grid over a face. Its unit is the distance of the eyes; (0, 0) is between them."""

_LIGHT_PLACES = ((0, -0.4), (0, 0), (0, 0.15), (-0.5, 0.5), (0.5, 0.5))
"""Where a face is light: between the brows, between the eyes, and on both cheeks."""


class EyePair(NamedTuple):
    """A pair of eyes.

    Attributes:
        middle: the point between them.
        distance: from one to the other, as a fraction of the photo's longest side.
        angle: of the line through them, in radians, clockwise from horizontal.
    """

    middle: Point
    distance: float
    angle: float


def find_eyes(pixels: Pixels, focus: str = "found") -> EyePair | None:
    """Find the most distinct pair of eyes, preferably large and near the focal point; None if there is none.

    Args:
        pixels: sRGB, uint8, shape (height, width, 3), or (height, width, 4) with straight alpha.
        focus: as for `focal_point`. If it is a point such as "0.25,0.5", only eyes around it are found.
    """
    image = Photo(pixels).on_colour(_GREY).to_pil()
    focal = focal_point(pixels, focus)
    best_score, best = _MIN_SCORE, None
    for distance in _DISTANCES:
        level = _level(image, _DISTANCE_PX / (distance * max(image.size)))
        if level is None:
            continue
        pairs = _pairs(level)
        if not len(pairs.x):
            continue
        pairs, scores = _likely(level, pairs, focal)
        scores *= _likeness(level, pairs) * (10 * distance) ** _SIZE_EXPONENT
        if "," in focus:
            away = np.hypot(pairs.x - focal.x * level.width, pairs.y - focal.y * level.height)
            scores[away > _NEAR_POINT * pairs.distance] = 0
        at = int(scores.argmax())
        if scores[at] > best_score:
            best_score = float(scores[at])
            best = EyePair(
                Point(float(pairs.x[at] / level.width), float(pairs.y[at] / level.height)),
                float(pairs.distance[at]) / max(level.width, level.height),
                float(pairs.tilt[at]),
            )
    return best


@dataclass(frozen=True, slots=True, eq=False)
class _Level:
    """The photo at one size.

    Attributes:
        light: square root of luminance, 0 to 256.
        local: light, averaged over the size of a pupil.
        darkness: how much darker each pixel is than what surrounds it, in standard deviations.
        skin: fraction of skin colours around each pixel.
    """

    light: Plane
    local: Plane
    darkness: Plane
    skin: Plane

    @property
    def height(self) -> int:
        """Return the height in pixels."""
        return len(self.light)

    @property
    def width(self) -> int:
        """Return the width in pixels."""
        return len(self.light[0])


@dataclass(frozen=True, slots=True, eq=False)
class _Pairs:
    """Pairs of dark spots: the point between them, the way from the left one to the right one, in pixels."""

    x: Row
    y: Row
    right: Row
    down: Row
    darkness: Row

    @property
    def distance(self) -> Row:
        """Return the distance of the spots, in pixels."""
        return np.hypot(self.right, self.down)

    @property
    def tilt(self) -> Row:
        """Return the angle of the way, in radians, clockwise from horizontal."""
        return np.arctan2(self.down, self.right)

    def sample(self, plane: Plane, across: float | Plane, below: float | Plane) -> Plane:
        """Return the plane's values at a place in each face, or at a grid of places."""
        x, y, right, down = (
            part.reshape(-1, *(1,) * np.ndim(across)) for part in (self.x, self.y, self.right, self.down)
        )
        columns = (x + across * right - below * down).astype(int).clip(0, plane.shape[1] - 1)
        rows = (y + across * down + below * right).astype(int).clip(0, plane.shape[0] - 1)
        values: Plane = plane[rows, columns]
        return values


def _level(image: Image.Image, scale: float) -> _Level | None:
    """Return the photo at a scale, or None where it would be too small or just blurred."""
    width, height = (max(1, round(side * scale)) for side in image.size)
    if min(width, height) < _MIN_SIDE_PX or scale > _MAX_ENLARGEMENT:
        return None
    resampling = Image.Resampling.BOX if scale < 1 else Image.Resampling.BILINEAR
    small = np.asarray(image.resize((width, height), resampling).convert("YCbCr"), np.float32)
    light = 16 * np.sqrt(small[..., 0].astype(float))
    local, around, far = (_mean(light, radius) for radius in (1, 4, 6))
    deviation = np.sqrt(np.maximum(_mean(light**2, 6) - far**2, 0)) + _MIN_DEVIATION
    if abs(small[..., 1:] - _NEUTRAL).mean() < _MIN_CHROMA:
        skin = np.full(light.shape, _GREY_SKIN)
    else:
        skin = _mean(skin_mask(small).astype(float), 4)
    return _Level(light, local, (around - local) / deviation, skin)


def _pairs(level: _Level) -> _Pairs:
    """Return all pairs of dark spots at the distance of the eyes, the left one first."""
    peaks = (level.darkness >= _maximum(level.darkness)) & (level.darkness > _MIN_DARKNESS)
    rows, columns = np.nonzero(peaks)
    darkness = level.darkness[rows, columns]
    darkest = np.argsort(-darkness, kind="stable")[:_MAX_SPOTS]
    rows, columns, darkness = rows[darkest], columns[darkest], darkness[darkest]
    right, down = columns - columns[:, None], rows - rows[:, None]  # from the first index to the second
    distance = np.hypot(right, down)
    low, high = (_DISTANCE_PX * limit for limit in _TOLERANCE)
    one, other = np.nonzero((distance > low) & (distance < high) & (abs(down) < _MAX_SLOPE * right))
    return _Pairs(
        (columns[one] + columns[other] + 1) / 2,
        (rows[one] + rows[other] + 1) / 2,
        right[one, other].astype(float),
        down[one, other].astype(float),
        np.minimum(darkness[one], darkness[other]),
    )


def _likely(level: _Level, pairs: _Pairs, focal: Point) -> tuple[_Pairs, Row]:
    """Return the pairs that are dark, upright and near the focal point, and their scores, as far as known."""
    skin = _SKINLESS + pairs.sample(level.skin, 0, 0.3)
    half_diagonal = hypot(level.width, level.height) / 2
    away = np.hypot(pairs.x - focal.x * level.width, pairs.y - focal.y * level.height) / half_diagonal
    low = np.maximum(0, pairs.y / level.height - 0.5)
    misplaced = (away / _FOCUS_SPREAD) ** 2 + (pairs.tilt / _TILT_SPREAD) ** 2 + (low / _LOW_SPREAD) ** 2
    scores = pairs.darkness.clip(0, 1.2) * skin * np.exp(-misplaced)
    best = np.argsort(-scores, kind="stable")[:_MAX_COMPARED]
    return _Pairs(*(getattr(pairs, each.name)[best] for each in fields(pairs))), scores[best]


def _likeness(level: _Level, pairs: _Pairs) -> Row:
    """Return how much what is around each pair is like a face: symmetric, with eyes darker than the rest."""
    faces = pairs.sample(level.light, _FACE_X, _FACE_Y)
    faces -= faces.mean((1, 2), keepdims=True)
    deviation = faces.std((1, 2)) + _MIN_DEVIATION
    symmetry = (faces * faces[:, :, ::-1]).mean((1, 2)) / deviation**2
    eyes = np.maximum(pairs.sample(level.local, -0.5, 0), pairs.sample(level.local, 0.5, 0))
    light = np.min([pairs.sample(level.local, *place) for place in _LIGHT_PLACES], axis=0)
    likeness: Row = symmetry.clip(0, 1) * ((light - eyes) / deviation + 0.6).clip(0, 2.6)
    return likeness


def _maximum(plane: Plane) -> Plane:
    """Return the maximum over a square of 5 pixels around each pixel."""
    for axis in (0, 1):
        padded = np.pad(plane, [(2, 2) if each == axis else (0, 0) for each in (0, 1)], "edge")
        length = plane.shape[axis]
        plane = np.max([padded.take(range(at, at + length), axis) for at in range(5)], axis=0)
    return plane


def _mean(plane: Plane, radius: int) -> Plane:
    """Return the mean over a square of 2 radius + 1 pixels around each pixel."""
    side = 2 * radius + 1
    sums = np.pad(np.pad(plane, radius, "edge").cumsum(0).cumsum(1), ((1, 0), (1, 0)))
    total: Plane = sums[side:, side:] - sums[side:, :-side] - sums[:-side, side:] + sums[:-side, :-side]
    return total / side**2
