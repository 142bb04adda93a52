"""Detection of a pair of eyes, for effects that put something on a face. It uses no trained model.

The photo is searched at several sizes. At each, the eyes of a face of one size are dark spots at a known
distance. Pairs of spots are compared by the symmetry and the light of the face around them.
"""

from __future__ import annotations

from dataclasses import fields
from math import hypot
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from gifmill.photo.dark_spots import DISTANCE_PX, MIN_DEVIATION, SpotPairs, photo_level, spot_pairs
from gifmill.photo.photo import Photo
from gifmill.photo.saliency import Point, focal_point

if TYPE_CHECKING:
    from gifmill.animation import Pixels
    from gifmill.photo.dark_spots import Level, Row

_DISTANCES = tuple(0.05 * 1.22**step for step in range(11))
"""Distances of the eyes that are searched for, as fractions of the photo's longest side."""

_MAX_COMPARED = 60
"""Number of pairs at each size that are compared with a face."""

_TILT_SPREAD = 0.38
"""Tilt of the head, in radians, at which a pair counts a third."""

_FOCUS_SPREAD = 1.0
"""Distance from the focal point, in halves of the photo's diagonal, at which a pair counts a third."""

_LOW_SPREAD = 0.35
"""Distance below the middle of the photo, as a fraction of its height, at which a pair counts a third."""

_SIZE_EXPONENT = 0.6
"""Exponent of the weight of large faces over small ones: small pairs are often accidental."""

_SKINLESS = 0.05
"""Weight of a pair without skin colours around it."""

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
        level = photo_level(image, DISTANCE_PX / (distance * max(image.size)))
        if level is None:
            continue
        pairs = spot_pairs(level)
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


def _likely(level: Level, pairs: SpotPairs, focal: Point) -> tuple[SpotPairs, Row]:
    """Return the pairs that are dark, upright and near the focal point, and their scores, as far as known."""
    skin = _SKINLESS + pairs.sample(level.skin, 0, 0.3)
    half_diagonal = hypot(level.width, level.height) / 2
    away = np.hypot(pairs.x - focal.x * level.width, pairs.y - focal.y * level.height) / half_diagonal
    low = np.maximum(0, pairs.y / level.height - 0.5)
    misplaced = (away / _FOCUS_SPREAD) ** 2 + (pairs.tilt / _TILT_SPREAD) ** 2 + (low / _LOW_SPREAD) ** 2
    scores = pairs.darkness.clip(0, 1.2) * skin * np.exp(-misplaced)
    best = np.argsort(-scores, kind="stable")[:_MAX_COMPARED]
    return SpotPairs(*(getattr(pairs, each.name)[best] for each in fields(pairs))), scores[best]


def _likeness(level: Level, pairs: SpotPairs) -> Row:
    """Return how much what is around each pair is like a face: symmetric, with eyes darker than the rest."""
    faces = pairs.sample(level.light, _FACE_X, _FACE_Y)
    faces -= faces.mean((1, 2), keepdims=True)
    deviation = faces.std((1, 2)) + MIN_DEVIATION
    symmetry = (faces * faces[:, :, ::-1]).mean((1, 2)) / deviation**2
    eyes = np.maximum(pairs.sample(level.local, -0.5, 0), pairs.sample(level.local, 0.5, 0))
    light = np.min([pairs.sample(level.local, *place) for place in _LIGHT_PLACES], axis=0)
    likeness: Row = symmetry.clip(0, 1) * ((light - eyes) / deviation + 0.6).clip(0, 2.6)
    return likeness
