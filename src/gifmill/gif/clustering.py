"""Clustering of weighted colours: a first guess by dividing boxes, then k-means."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from gifmill.gif.colour_distance import nearest_centres

if TYPE_CHECKING:
    from gifmill.gif.colour_distance import Floats

_BATCH_ERROR_SHARE = 0.5
"""Boxes with at least this share of the largest error are divided in the same round. This takes a dozen
rounds instead of one per box, and the centres are as good."""

_ROUNDING_ERROR = 1e-9
"""Error of a box whose points are all equal, from rounding alone."""


def divide_boxes(points: Floats, weights: Floats, clusters: int) -> Floats:
    """Divide boxes, largest error first, at the mean of their widest axis; return their means.

    Source: X. Wu, "Color quantization by dynamic programming and principal analysis", 1992, with the mean in
    place of the best cut.

    Args:
        points: shape (n, 3).
        weights: shape (n,), above 0.
        clusters: maximum number of boxes.

    Returns:
        Array of shape (n, 3), n <= clusters.
    """
    numbers = np.arange(len(points))
    box = np.zeros(len(points), np.intp)
    exact = points.astype(np.float64)  # float32 would leave rounding errors that look like real ones
    parts = [weights, *(weights * axis for axis in exact.T), *(weights * axis * axis for axis in exact.T)]
    count = 1
    while True:
        mass, *rest = (np.bincount(box, part) for part in parts)
        sums, squares = np.stack(rest[:3], axis=1), np.stack(rest[3:], axis=1)
        means = sums / mass[:, None]
        errors = squares - sums * means
        worst = np.argsort(-errors.sum(axis=1), kind="stable")[: clusters - count]
        of_worst = errors[worst].sum(axis=1)
        worst = worst[of_worst > max(_BATCH_ERROR_SHARE * of_worst.max(initial=0), _ROUNDING_ERROR)]
        if not len(worst):
            return means.astype(np.float32)
        new = np.full(count, -1)
        new[worst] = count + np.arange(len(worst))
        axis = errors.argmax(axis=1)[box]
        moves = (new[box] >= 0) & (exact[numbers, axis] > means[box, axis])
        box[moves] = new[box[moves]]
        count += len(worst)


def k_means(points: Floats, weights: Floats, centres: Floats, entries: int, steps: int) -> Floats:
    """Run weighted Lloyd steps. Centres without points, and missing ones, move to the largest errors.

    Args:
        points: shape (n, 3).
        weights: shape (n,).
        centres: the first guess, shape (m, 3), m <= entries.
        entries: wanted number of centres.
        steps: number of Lloyd steps.

    Returns:
        Array of shape (n, 3), n <= entries.
    """
    parts = (weights, *(weights * points[:, axis] for axis in range(3)))
    for _ in range(steps):
        owner = nearest_centres(points, centres)
        mass, *sums = (np.bincount(owner, weights=part, minlength=len(centres)) for part in parts)
        in_use = mass > 0
        missing = entries - int(in_use.sum())
        new_centres = points[:0]
        if missing:
            error = np.square(points - centres[owner]).sum(axis=1) * weights
            worst = np.argsort(-error, kind="stable")[: max(6 * missing, 64)]
            clusters, ranks = owner[worst], np.arange(len(worst))
            first = np.empty(len(centres), np.intp)
            first[clusters[::-1]] = ranks[::-1]  # the point of largest error is written last and remains
            one_per_cluster = first[clusters] == ranks  # so that the new centres spread
            new_centres = points[worst[one_per_cluster][:missing]]
        means = np.stack(sums, axis=1)[in_use] / mass[in_use, None]
        centres = np.concatenate([means.astype(np.float32), new_centres])
    return centres
