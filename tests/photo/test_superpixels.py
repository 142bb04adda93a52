"""Regions of similar colour."""

from __future__ import annotations

import numpy as np
import pytest

from gifmill.photo.superpixels import superpixels


def halves() -> np.ndarray[tuple[int, ...], np.dtype[np.float32]]:
    colours = np.zeros((40, 60, 3), np.float32)
    colours[:, 33:] = 50
    return colours


def test_no_region_crosses_an_edge() -> None:
    labels = superpixels(halves(), 24).labels
    assert not set(labels[:, :33].ravel()) & set(labels[:, 33:].ravel())


def test_the_areas_count_the_pixels() -> None:
    parts = superpixels(halves(), 24)
    assert (parts.areas == np.bincount(parts.labels.ravel())).all()
    assert parts.areas.sum() == 40 * 60
    assert len(parts.areas) == pytest.approx(24, abs=6)


def test_means_of_an_even_area_are_its_value() -> None:
    parts = superpixels(halves(), 24)
    assert set(parts.mean(halves()[..., 0])) == {0, 50}
    assert parts.mean(halves()).shape == (len(parts.areas), 3)


def test_regions_touch_their_neighbours_only() -> None:
    parts = superpixels(np.zeros((30, 30, 3), np.float32), 9)
    assert parts.touching.sum(axis=1).tolist() == [2, 3, 2, 3, 4, 3, 2, 3, 2]
    assert (parts.touching == parts.touching.T).all()


@pytest.mark.parametrize("shape", [(1, 1), (1, 112), (112, 2), (3, 5)])
def test_small_photos_are_divided(shape: tuple[int, int]) -> None:
    noise = np.random.default_rng(1).random((*shape, 3), np.float32) * 100
    parts = superpixels(noise, 180)
    assert parts.labels.shape == shape
    assert parts.areas.min() >= 1
