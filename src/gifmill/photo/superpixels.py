"""Superpixels: compact regions of similar colour, the units in which a photo is analysed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    type Values = NDArray[np.float32]
    type Labels = NDArray[np.intp]

_COMPACTNESS = 18
"""Weight of a distance of one region's width, in units of colour."""

_ROUNDS = 6


@dataclass(frozen=True, slots=True, eq=False)
class Superpixels:
    """A photo in regions.

    Attributes:
        labels: number of each pixel's region, shape (height, width).
        areas: pixels of each region, shape (count,).
        touching: for each pair of regions whether they have a common edge, shape (count, count).
    """

    labels: Labels
    areas: Values
    touching: NDArray[np.bool_]

    def mean(self, values: NDArray[np.floating]) -> Values:
        """Return the mean of each region.

        Args:
            values: of pixels, shape (height, width) or (height, width, channels).

        Returns:
            Shape (count,) or (count, channels).
        """
        channels = values.reshape(self.labels.size, -1).T
        sums = [np.bincount(self.labels.ravel(), channel, len(self.areas)) for channel in channels]
        means = (np.array(sums) / self.areas).astype(np.float32).T
        return means[:, 0] if values.ndim == 2 else means


def superpixels(colours: Values, count: int) -> Superpixels:
    """Divide a photo into about `count` regions, from a grid of equal rectangles.

    Each pixel goes to the one of its nine nearest regions whose mean colour and place are the most similar.

    Args:
        colours: shape (height, width, 3); a distance of about 10 is a visible difference.
        count: of regions.

    Source: R. Achanta and others, "SLIC Superpixels Compared to State-of-the-Art Superpixel Methods", IEEE
    PAMI 34(11), 2012.
    """
    height, width = colours.shape[:2]
    step = max(1.0, (height * width / count) ** 0.5)
    rows, columns = max(1, round(height / step)), max(1, round(width / step))
    y, x = np.indices((height, width), np.float32)
    places = np.stack([y, x], axis=2) * np.float32(_COMPACTNESS / step)
    features = np.concatenate([colours, places], axis=2)
    row = (y * np.float32(rows / height)).astype(np.intp).clip(0, rows - 1)
    column = (x * np.float32(columns / width)).astype(np.intp).clip(0, columns - 1)
    labels = row * columns + column
    around = _surrounding_regions(row, column, rows, columns)
    for _ in range(_ROUNDS):
        sizes = np.bincount(labels.ravel(), minlength=rows * columns)
        sums = [np.bincount(labels.ravel(), feature, len(sizes)) for feature in features.reshape(-1, 5).T]
        means = (np.array(sums) / np.maximum(sizes, 1)).astype(np.float32).T
        means[sizes == 0] = np.inf
        distances = np.stack([((features - means[near]) ** 2).sum(axis=2) for near in around])
        labels = np.take_along_axis(around, distances.argmin(axis=0)[None], 0)[0]
    _, flat = np.unique(labels, return_inverse=True)
    labels = flat.reshape(height, width)
    areas = np.bincount(labels.ravel()).astype(np.float32)
    return Superpixels(labels, areas, _touching(labels, len(areas)))


def _surrounding_regions(row: Labels, column: Labels, rows: int, columns: int) -> Labels:
    """Return the regions of the grid at and around each pixel, shape (9, height, width)."""
    offsets = (-1, 0, 1)
    found = [
        (row + down).clip(0, rows - 1) * columns + (column + right).clip(0, columns - 1)
        for down in offsets
        for right in offsets
    ]
    return np.stack(found)


def _touching(labels: Labels, count: int) -> NDArray[np.bool_]:
    touching = np.zeros((count, count), np.bool_)
    for one, other in ((labels[:, 1:], labels[:, :-1]), (labels[1:], labels[:-1])):
        touching[one, other] = touching[other, one] = True
    np.fill_diagonal(touching, val=False)
    return touching
