from __future__ import annotations

import numpy as np
import pytest
from tests.gif.test_palette import NOISE

from gifmill.gif.clustering import divide_boxes, k_means
from gifmill.gif.colour_distance import nearest_centres, to_lab
from gifmill.gif.palette import colour_histogram, octree_palette

COLOURS, COUNTS = colour_histogram(NOISE)
POINTS, WEIGHTS = to_lab(COLOURS), COUNTS.astype(np.float32)


def error_of(centres: np.ndarray) -> float:
    squares = np.square(POINTS - centres[nearest_centres(POINTS, centres)]).sum(1)
    return float((WEIGHTS * squares).sum())


@pytest.mark.parametrize("clusters", [1, 2, 3, 16, 255])
def test_points_are_divided_into_the_requested_number_of_boxes(clusters: int) -> None:
    assert divide_boxes(POINTS, WEIGHTS, clusters).shape == (clusters, 3)


def test_more_boxes_lower_the_error() -> None:
    assert error_of(divide_boxes(POINTS, WEIGHTS, 64)) < 0.6 * error_of(divide_boxes(POINTS, WEIGHTS, 16))


def test_divided_boxes_have_a_lower_error_than_an_octree() -> None:
    assert error_of(divide_boxes(POINTS, WEIGHTS, 64)) < error_of(to_lab(octree_palette(NOISE, 64)))


def test_equal_points_are_one_box() -> None:
    same = np.repeat(POINTS[:1], 50, axis=0)
    np.testing.assert_allclose(divide_boxes(same, WEIGHTS[:50] * 1e5, 8), POINTS[:1], rtol=1e-6)


def test_fewer_points_than_boxes_are_reproduced_exactly() -> None:
    found = divide_boxes(POINTS[:5], WEIGHTS[:5], 64)
    np.testing.assert_allclose(np.sort(found, axis=0), np.sort(POINTS[:5], axis=0), rtol=1e-6)


def test_the_mean_of_a_box_is_weighted() -> None:
    points = np.array([[0, 0, 0], [1, 0, 0]], np.float32)
    np.testing.assert_allclose(divide_boxes(points, np.array([1, 3], np.float32), 1), [[0.75, 0, 0]])


def test_k_means_steps_lower_the_error() -> None:
    def error(steps: int) -> float:
        return error_of(k_means(POINTS, WEIGHTS, to_lab(octree_palette(NOISE, 64)), 64, steps))

    assert error(8) < error(4) < error(1) < error(0)


def test_missing_centres_are_placed_at_the_largest_error() -> None:
    points = np.array([[0, 0, 0], [0.1, 0, 0], [1, 0, 0], [1, 1, 1]], np.float32)
    found = k_means(points, np.ones(4, np.float32), np.zeros((1, 3), np.float32), 4, 6)
    assert sorted(map(tuple, found.tolist())) == sorted(map(tuple, points.tolist()))
