"""Clustering of weighted colours: a first guess by dividing boxes, then k-means."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from gifmill.gif.colour_distance import nearest_centres

if TYPE_CHECKING:
    from gifmill.gif.colour_distance import Floats

_AS_BAD = 0.5
"""Boxes with so much of the worst one's error are divided together with it: a dozen rounds instead of one a
box, and centres as good."""

_NO_ERROR = 1e-9
"""Of a box whose points are all the same, but for rounding."""


def divide_boxes(points: Floats, weights: Floats, clusters: int) -> Floats:
    """Means of boxes that are divided, worst first, at the mean of the axis along which they vary most.

    Source: X. Wu, "Color quantization by dynamic programming and principal analysis", 1992, with the mean in
    place of the best cut.

    Args:
        points: shape (n, 3).
        weights: shape (n,), above 0.
        clusters: at most this many.

    Returns:
        Shape (at most clusters, 3).
    """
    numbers = np.arange(len(points))
    box = np.zeros(len(points), np.intp)
    exact = points.astype(np.float64)  # else what is left of a box without any error may look like some
    parts = [weights, *(weights * axis for axis in exact.T), *(weights * axis * axis for axis in exact.T)]
    count = 1
    while True:
        mass, *rest = (np.bincount(box, part) for part in parts)
        sums, squares = np.stack(rest[:3], axis=1), np.stack(rest[3:], axis=1)
        means = sums / mass[:, None]
        errors = squares - sums * means
        worst = np.argsort(-errors.sum(axis=1), kind="stable")[: clusters - count]
        of_worst = errors[worst].sum(axis=1)
        worst = worst[of_worst > max(_AS_BAD * of_worst.max(initial=0), _NO_ERROR)]
        if not len(worst):
            return means.astype(np.float32)
        new = np.full(count, -1)
        new[worst] = count + np.arange(len(worst))
        axis = errors.argmax(axis=1)[box]
        moves = (new[box] >= 0) & (exact[numbers, axis] > means[box, axis])
        box[moves] = new[box[moves]]
        count += len(worst)


def k_means(points: Floats, weights: Floats, centres: Floats, entries: int, steps: int) -> Floats:
    """Weighted Lloyd steps. Centres that have lost all points, or were missing, go where the error is worst.

    Args:
        points: shape (n, 3).
        weights: shape (n,).
        centres: the first guess, shape (m, 3), m <= entries.
        entries: how many centres to aim for.
        steps: how often to assign and average.

    Returns:
        Shape (at most entries, 3).
    """
    parts = (weights, *(weights * points[:, axis] for axis in range(3)))
    for _ in range(steps):
        owner = nearest_centres(points, centres)
        mass, *sums = (np.bincount(owner, weights=part, minlength=len(centres)) for part in parts)
        alive = mass > 0
        missing = entries - int(alive.sum())
        strays = points[:0]
        if missing:
            error = np.square(points - centres[owner]).sum(axis=1) * weights
            worst = np.argsort(-error, kind="stable")[: max(6 * missing, 64)]
            clusters, ranks = owner[worst], np.arange(len(worst))
            first = np.empty(len(centres), np.intp)
            first[clusters[::-1]] = ranks[::-1]  # the worst of each cluster is written last and stays
            strays = points[worst[first[clusters] == ranks][:missing]]  # one a cluster: they must spread
        means = np.stack(sums, axis=1)[alive] / mass[alive, None]
        centres = np.concatenate([means.astype(np.float32), strays])
    return centres
