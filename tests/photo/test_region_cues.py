"""Cues for the foreground, one by one."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from gifmill.photo.colour.cielab import cielab
from gifmill.photo.region_cues import Regions, contrast, focus_proximity, rim_connection, sharpness
from gifmill.photo.saliency import Point

if TYPE_CHECKING:
    from gifmill.animation import Pixels


def disc() -> Pixels:
    """Return a red disc before a grey wall."""
    pixels = np.full((80, 100, 3), 180, np.uint8)
    y, x = np.indices((80, 100))
    pixels[np.hypot(x - 50, y - 40) < 20] = (200, 30, 30)
    return pixels


def at(regions: Regions, x: int, y: int) -> int:
    return int(regions.parts.labels[y, x])


def test_what_reaches_along_the_rim_is_background() -> None:
    regions = Regions.of(cielab(disc()))
    background = rim_connection(regions)
    assert background[at(regions, 10, 40)] > 0.9
    assert background[at(regions, 50, 40)] < 0.1


def test_another_colour_than_the_background_has_contrast() -> None:
    regions = Regions.of(cielab(disc()))
    found = contrast(regions, rim_connection(regions))
    assert found[at(regions, 50, 40)] > 0.9
    assert found[at(regions, 10, 10)] < 0.3


def test_fine_detail_is_sharp() -> None:
    pixels = disc()
    pixels[30:50, 40:60] //= np.where(np.indices((20, 20)).sum(axis=0) % 4 < 2, 1, 2).astype(np.uint8)[
        ..., None
    ]
    regions = Regions.of(cielab(pixels))
    found = sharpness(regions, pixels)
    assert found[at(regions, 50, 40)] > found[at(regions, 10, 40)] + 0.3


def test_below_the_focal_point_more_is_near_than_above() -> None:
    regions = Regions.of(cielab(disc()))
    found = focus_proximity(regions, Point(0.5, 0.5))
    assert found[at(regions, 50, 40)] > 0.9
    assert found[at(regions, 50, 75)] > found[at(regions, 50, 5)] + 0.2
    assert found[at(regions, 2, 40)] < 0.4
