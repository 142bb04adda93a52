from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gifmill.gif.colour_distance import CHROMA_STRETCH, LINEAR_MAP, from_lab, nearest_centres, to_lab

COLOURS = np.random.default_rng(0).integers(0, 256, (3000, 3), np.uint8)


@pytest.mark.parametrize(
    ("colour", "lab"),
    [
        ((255, 255, 255), (1.0, 0.0, 0.0)),
        ((255, 0, 0), (0.62796, 0.22486, 0.12585)),
        ((0, 255, 0), (0.86644, -0.23389, 0.17950)),
        ((0, 0, 255), (0.45201, -0.03246, -0.31153)),
    ],
)
def test_lab_is_oklab_with_stretched_chroma(colour: tuple[int, ...], lab: tuple[float, ...]) -> None:
    """The expected values are those of CSS Color 4 implementations for oklab()."""
    found = to_lab(np.array([colour], np.uint8))[0] / (1, CHROMA_STRETCH, CHROMA_STRETCH)
    assert found == pytest.approx(lab, abs=2e-4)


def test_every_colour_survives_conversion_to_lab_and_back() -> None:
    np.testing.assert_array_equal(from_lab(to_lab(COLOURS)), COLOURS)


def test_points_outside_srgb_are_clipped() -> None:
    assert from_lab(np.array([[1.2, 0, 0], [-0.1, 0, 0], [0.5, 2, 2]], np.float32))[:2].tolist() == [
        [255, 255, 255],
        [0, 0, 0],
    ]


@given(st.integers(1, 700), st.integers(1, 256))
def test_the_nearest_centre_equals_a_brute_force_search(points: int, centres: int) -> None:
    random = np.random.default_rng(points * 1000 + centres)
    x, c = random.random((points, 3), np.float32), random.random((centres, 3), np.float32)
    distances = np.square(x[:, None].astype(float) - c).sum(-1)
    found = distances[np.arange(points), nearest_centres(x, c)]
    np.testing.assert_allclose(found, distances.min(1), atol=1e-6)


def test_the_linear_map_follows_the_colour_distance() -> None:
    """For similar colours, as in quantisation."""
    moved = np.clip(COLOURS.astype(int) + np.random.default_rng(1).integers(-8, 9, COLOURS.shape), 0, 255)
    exact = np.square(to_lab(COLOURS) - to_lab(moved.astype(np.uint8))).sum(1)
    quick = np.square((COLOURS - moved) @ LINEAR_MAP).sum(1)
    assert np.corrcoef(exact, quick)[0, 1] > 0.5


def test_the_linear_map_has_grey_on_its_first_axis() -> None:
    grey = np.array([200, 200, 200]) @ LINEAR_MAP
    assert abs(grey[1:]).max() < 0.01 * grey[0]
