"""Cues that tell a photo's foreground from its background, for each superpixel."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from PIL import Image, ImageFilter

from gifmill.photo.superpixels import superpixels

if TYPE_CHECKING:
    from gifmill.animation import Pixels
    from gifmill.photo.saliency import Point
    from gifmill.photo.superpixels import Superpixels, Values

_REGIONS = 180
"""Few enough to compare each with each."""

_SHARPNESS_PX = 320
"""Longest side of the copy whose sharpness is measured: it needs fine detail."""

_SHARPNESS_BLUR_PX = 1.5
"""Gradients that such a blur removes are sharp."""

_SAME_COLOUR, SIMILAR_COLOUR = 10.0, 12.0
"""Standard deviations of colour within an even area, and within an object, in units of CIELAB."""

_CONTRAST_REACH, _SHARPNESS_REACH = 0.4, 0.12
"""Distances over which regions are compared, as fractions of the photo's mean side."""

_ABOVE_FOCUS, _BELOW_FOCUS, _BESIDE_FOCUS, _WIDENING = 0.32, 0.6, 0.3, 0.25
"""Extent of a subject around its focal point, as such fractions, and its widening downwards: shoulders."""

_RIM_WEIGHT, _RIM_DECREASE = 1.3, 1.6
"""Weight of the rim at the sides: 1 at the top, 0 near the bottom, where the edge cuts many subjects."""

_MAX_RIM_RATIO = 0.8
"""Pixels on the rim per root of the area: a quarter of a square's outline is 1."""

_CONTRASTING, _SHARP = 0.9, 0.6
"""Quantiles of regions above which a cue counts as full."""


@dataclass(frozen=True, slots=True, eq=False)
class Regions:
    """The superpixels of a photo, compared with each other.

    Attributes:
        parts: the superpixels.
        colours: mean of each in CIELAB, shape (count, 3).
        places: middle of each, in mean sides of the photo, shape (count, 2).
        difference: of the colours of two, shape (count, count).
        distance: of the places of two, shape (count, count).
    """

    parts: Superpixels
    colours: Values
    places: Values
    difference: Values
    distance: Values

    @classmethod
    def of(cls, colours: Values) -> Regions:
        """Divide a photo into regions.

        Args:
            colours: CIELAB, shape (height, width, 3).
        """
        parts = superpixels(colours, _REGIONS)
        means, places = parts.mean(colours), parts.mean(pixel_places(colours))
        return cls(parts, means, places, _distances(means, means), _distances(places, places))

    def pooled(self, values: Values, weights: Values) -> Values:
        """Return for each region a weighted mean over all, in proportion to their areas.

        Args:
            values: of each region, shape (count,).
            weights: of the second region for the first one, shape (count, count).
        """
        weights = weights * self.parts.areas
        mean: Values = (weights @ values) / weights.sum(axis=1)
        return mean


def pixel_places(colours: Values) -> Values:
    """Return x and y of each pixel, in mean sides of the photo, shape (height, width, 2)."""
    height, width = colours.shape[:2]
    y, x = np.indices((height, width), np.float32) + np.float32(0.5)
    places: Values = np.stack([x, y], axis=2) * np.float32((width * height) ** -0.5)
    return places


def bell(distances: Values, deviation: float) -> Values:
    """Return 1 at distance 0, falling as a normal distribution."""
    height: Values = np.exp(distances**2 * np.float32(-0.5 / deviation**2))
    return height


def rim_connection(regions: Regions) -> Values:
    """Return how likely each region is background, since its colour reaches far along the rim, 0 to 1.

    Source: W. Zhu and others, "Saliency Optimization from Robust Background Detection", CVPR 2014.
    """
    parts = regions.parts
    height, width = parts.labels.shape
    y = (np.arange(height, dtype=np.float32) + np.float32(0.5)) / height
    rim = np.zeros((height, width), np.float32)
    rim[:, [0, -1]] = (_RIM_WEIGHT - _RIM_DECREASE * y).clip(0, 1)[:, None]
    rim[0] = 1
    rim_px = parts.mean(rim) * parts.areas
    on_rim = rim_px > 0
    linked = parts.touching | (on_rim[:, None] & on_rim)
    steps = np.where(linked, regions.difference, np.float32(np.inf))
    np.fill_diagonal(steps, np.inf)
    smallest = steps.min(axis=1)
    if np.isfinite(smallest).all():  # steps that are usual within an even area do not add up
        steps = np.maximum(steps - np.float32(np.median(smallest)), 0)
    np.fill_diagonal(steps, 0)
    for between in range(len(steps)):  # the shortest paths: Floyd and Warshall
        np.minimum(steps, steps[:, between, None] + steps[between], out=steps)
    same = bell(steps, _SAME_COLOUR)
    ratio = (same @ rim_px) / np.sqrt(same @ parts.areas)
    return 1 - bell(ratio, _MAX_RIM_RATIO)


def contrast(regions: Regions, background: Values) -> Values:
    """Return the difference of each region's colour from the background around it, 0 to 1.

    Args:
        regions: of the photo.
        background: how likely each is background, 0 to 1.
    """
    nearby = bell(regions.distance, _CONTRAST_REACH) * regions.parts.areas
    found: Values = (regions.difference * nearby) @ background / nearby.sum(axis=1)
    return _normalised(found, _CONTRASTING)


def sharpness(regions: Regions, pixels: Pixels) -> Values:
    """Return how much fine detail each region and similar ones beside it have, 0 to 1: 0 is out of focus."""
    image = Image.fromarray(pixels).convert("L")
    image.thumbnail((_SHARPNESS_PX, _SHARPNESS_PX), Image.Resampling.BOX)
    blurred = image.filter(ImageFilter.GaussianBlur(_SHARPNESS_BLUR_PX))
    detail = (_gradient(image) - _gradient(blurred)).clip(0)
    height, width = regions.parts.labels.shape
    detail = np.asarray(Image.fromarray(detail).resize((width, height), Image.Resampling.BOX))
    alike = bell(regions.difference, SIMILAR_COLOUR) * bell(regions.distance, _SHARPNESS_REACH)
    return regions.pooled(_normalised(regions.parts.mean(detail), _SHARP), alike)


def focus_proximity(regions: Regions, focus: Point) -> Values:
    """Return how near each region is to a focal point, or below it, 0 to 1."""
    height, width = regions.parts.labels.shape
    mean_side = (width * height) ** 0.5
    right, down = (regions.places - (focus.x * width / mean_side, focus.y * height / mean_side)).T
    right /= _BESIDE_FOCUS + _WIDENING * down.clip(0)
    down /= np.where(down < 0, _ABOVE_FOCUS, _BELOW_FOCUS)
    return bell(np.hypot(right, down).astype(np.float32), 1)


def _distances(one: Values, other: Values) -> Values:
    distances: Values = np.sqrt(((one[:, None] - other) ** 2).sum(axis=2))
    return distances


def _gradient(image: Image.Image) -> Values:
    padded = np.pad(np.asarray(image, np.float32), 1, "edge")
    steepness: Values = np.hypot(padded[1:-1, 2:] - padded[1:-1, :-2], padded[2:, 1:-1] - padded[:-2, 1:-1])
    return steepness


def _normalised(cue: Values, quantile: float) -> Values:
    """Scale a cue so that its parts above a quantile are 1."""
    scaled: Values = np.minimum(cue / max(float(np.quantile(cue, quantile)), 1e-6), 1).astype(np.float32)
    return scaled
