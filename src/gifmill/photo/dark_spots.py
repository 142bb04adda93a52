"""Pairs of dark spots in a photo, the candidates for eyes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from PIL import Image

from gifmill.photo.saliency import skin_mask

if TYPE_CHECKING:
    from numpy.typing import NDArray

    type Plane = NDArray[np.float64]
    type Row = NDArray[np.float64]
    """One number for each pair."""

DISTANCE_PX = 14
"""Distance of the eyes in the resized photo."""

_TOLERANCE = (0.85, 1.18)
"""Distances of a pair at one size of the photo, as fractions of `DISTANCE_PX`: sizes overlap."""

_MAX_ENLARGEMENT = 1.6
"""Enlargement of a small photo, beyond which there is nothing more to see."""

_MIN_SIDE_PX = 8
"""Shortest side of the resized photo."""

_MAX_SPOTS = 150
"""Number of dark spots that are paired at each size."""

_MIN_DARKNESS = 0.25
"""Darkness of a spot, in standard deviations of the light around it."""

MIN_DEVIATION = 5
"""Standard deviation that is added to that of light, so that noise on a plain surface is not a face."""

_MAX_SLOPE = 0.6
"""Maximum slope of the line through a pair."""

_GREY_SKIN = 0.7
"""Fraction of skin in a photo without colours."""

_NEUTRAL, _MIN_CHROMA = 128, 4
"""Cb and Cr of grey, and their mean difference from it below which a photo has no colours."""


@dataclass(frozen=True, slots=True, eq=False)
class Level:
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
class SpotPairs:
    """Pairs of dark spots; positions are in pixels of the resized photo.

    Attributes:
        x, y: the point between the spots.
        right, down: the way from the left spot to the right one.
        darkness: of the less dark spot, as in `Level`.
    """

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
        """Return the plane's values at a place relative to each pair, or at a grid of places.

        The unit of `across` and `below` is the distance of the spots; (0, 0) is between them.
        """
        x, y, right, down = (
            part.reshape(-1, *(1,) * np.ndim(across)) for part in (self.x, self.y, self.right, self.down)
        )
        columns = (x + across * right - below * down).astype(int).clip(0, plane.shape[1] - 1)
        rows = (y + across * down + below * right).astype(int).clip(0, plane.shape[0] - 1)
        values: Plane = plane[rows, columns]
        return values


def photo_level(image: Image.Image, scale: float) -> Level | None:
    """Return the photo at a scale, or None where it would be too small or just blurred."""
    width, height = (max(1, round(side * scale)) for side in image.size)
    if min(width, height) < _MIN_SIDE_PX or scale > _MAX_ENLARGEMENT:
        return None
    resampling = Image.Resampling.BOX if scale < 1 else Image.Resampling.BILINEAR
    small = np.asarray(image.resize((width, height), resampling).convert("YCbCr"), np.float32)
    light = 16 * np.sqrt(small[..., 0].astype(float))
    local, around, far = (_mean(light, radius) for radius in (1, 4, 6))
    deviation = np.sqrt(np.maximum(_mean(light**2, 6) - far**2, 0)) + MIN_DEVIATION
    if abs(small[..., 1:] - _NEUTRAL).mean() < _MIN_CHROMA:
        skin = np.full(light.shape, _GREY_SKIN)
    else:
        skin = _mean(skin_mask(small).astype(float), 4)
    return Level(light, local, (around - local) / deviation, skin)


def spot_pairs(level: Level) -> SpotPairs:
    """Return all pairs of dark spots at the distance of the eyes, the left one first."""
    peaks = (level.darkness >= _maximum(level.darkness)) & (level.darkness > _MIN_DARKNESS)
    rows, columns = np.nonzero(peaks)
    darkness = level.darkness[rows, columns]
    darkest = np.argsort(-darkness, kind="stable")[:_MAX_SPOTS]
    rows, columns, darkness = rows[darkest], columns[darkest], darkness[darkest]
    right, down = columns - columns[:, None], rows - rows[:, None]  # from the first index to the second
    distance = np.hypot(right, down)
    low, high = (DISTANCE_PX * limit for limit in _TOLERANCE)
    one, other = np.nonzero((distance > low) & (distance < high) & (abs(down) < _MAX_SLOPE * right))
    return SpotPairs(
        (columns[one] + columns[other] + 1) / 2,
        (rows[one] + rows[other] + 1) / 2,
        right[one, other].astype(float),
        down[one, other].astype(float),
        np.minimum(darkness[one], darkness[other]),
    )


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
