"""The estimated mask of a photo's subject."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
from tests.conftest import SAMPLES

from gifmill import open_photo
from gifmill.photo import subject_mask

if TYPE_CHECKING:
    from gifmill.animation import Pixels

WIDTH, HEIGHT = 240, 180


def figure() -> Pixels:
    """Return an orange figure, with a pale face, before a blue wall with a little noise."""
    pixels = np.full((HEIGHT, WIDTH, 3), (60, 90, 160), np.int16)
    pixels[60:, 90:150] = (220, 90, 40)
    pixels[70:90, 110:130] = (235, 190, 160)
    return (pixels + np.random.default_rng(1).integers(-6, 7, pixels.shape)).astype(np.uint8)


def test_a_figure_is_told_from_the_wall() -> None:
    mask = subject_mask(figure())
    assert mask[68:, 98:142].min() > 240
    assert mask[:50].max() < 15
    assert mask[:, :80].max() < 15
    assert mask[:, 160:].max() < 15


def test_the_contour_is_on_the_edge_of_the_figure() -> None:
    row = subject_mask(figure())[120]
    assert np.flatnonzero(row > 127)[[0, -1]] == pytest.approx((90, 149), abs=1)


def test_a_hole_in_the_figure_belongs_to_it() -> None:
    pixels = figure()
    pixels[110:130, 110:130] = pixels[10:30, 10:30]
    assert subject_mask(pixels)[112:128, 112:128].min() > 240


def test_the_face_of_an_astronaut_is_in_front_and_the_wall_behind() -> None:
    mask = subject_mask(open_photo(SAMPLES / "astronaut.jpg", max_side_px=480).pixels)
    assert mask[90:130, 190:220].min() > 240  # the face
    assert mask[250:350, 100:200].min() > 240  # the suit
    assert mask[20:150, 320:350].max() < 15  # the wall
    assert mask[:50, 110:140].max() < 15


def test_the_focus_selects_one_of_two_subjects() -> None:
    pixels = np.full((HEIGHT, WIDTH, 3), 200, np.uint8)
    pixels[70:120, 30:70] = pixels[70:120, 170:210] = (30, 60, 120)
    left, right = subject_mask(pixels, "0.2,0.5"), subject_mask(pixels, "0.8,0.5")
    assert left[80:110, 40:60].min() > 240
    assert left[80:110, 180:200].max() < 15
    assert right[80:110, 180:200].min() > 240
    assert right[80:110, 40:60].max() < 15


def test_transparency_is_the_mask() -> None:
    pixels = np.dstack([figure(), np.random.default_rng(2).integers(0, 256, (HEIGHT, WIDTH), np.uint8)])
    assert (subject_mask(pixels) == pixels[..., 3]).all()


def test_an_opaque_alpha_channel_does_not_count() -> None:
    pixels = np.dstack([figure(), np.full((HEIGHT, WIDTH), 255, np.uint8)])
    assert (subject_mask(pixels) == subject_mask(figure())).all()


def test_a_photo_without_a_subject_has_an_empty_mask() -> None:
    assert not subject_mask(np.full((50, 80, 3), 99, np.uint8)).any()


@pytest.mark.parametrize("size", [(1, 1), (1, 300), (17, 301), (1080, 16), (90, 60)])
def test_a_mask_has_the_size_of_the_photo(size: tuple[int, int]) -> None:
    noise = np.random.default_rng(3).integers(0, 256, (size[1], size[0], 3), np.uint8)
    mask = subject_mask(noise)
    assert mask.shape == noise.shape[:2]
    assert mask.dtype == np.uint8
