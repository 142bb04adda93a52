"""A photo in two layers."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from tests.conftest import SAMPLES

from gifmill import open_photo
from gifmill.effects.depth_layers import depth_layers

if TYPE_CHECKING:
    from gifmill.animation import Pixels
    from gifmill.effects.depth_layers import DepthLayers


def box() -> Pixels:
    """Return a red box before a grey wall."""
    pixels = np.full((120, 160, 3), 170, np.uint8)
    pixels[40:100, 50:110] = (200, 40, 30)
    return pixels


def layers(pixels: Pixels) -> DepthLayers:
    found = depth_layers(pixels)
    assert found is not None
    return found


def test_the_background_continues_behind_the_subject() -> None:
    assert (layers(box()).background == 170).all()


def test_the_subject_is_cut_out() -> None:
    subject = layers(box()).subject
    assert (subject[45:95, 55:105] == (200, 40, 30, 255)).all()
    assert not subject[:34, :, 3].any()
    assert not subject[:, 120:, 3].any()


def test_the_subject_is_nearer_than_the_background() -> None:
    found = layers(box())
    assert found.subject_nearness[50:90, 60:100].min() > found.background_nearness.max() + 0.2
    assert found.background_nearness.min() >= -0.05


def test_layers_have_a_common_depth_where_their_colours_are_alike() -> None:
    pixels = box()
    pixels[40:100, 100:160] = pixels[40:100, 99:100]  # now the box reaches the right edge, and has no contour
    pixels[:, 130:] = (190, 60, 50)
    found = layers(pixels)
    gap = found.subject_nearness - found.background_nearness
    assert gap[70, 50] > 0.4


def test_a_photo_without_a_subject_has_no_layers() -> None:
    assert depth_layers(np.full((50, 80, 3), 99, np.uint8)) is None


def test_layers_have_the_size_of_the_photo() -> None:
    photo = open_photo(SAMPLES / "rocket.jpg", max_side_px=200)
    found = layers(photo.pixels)
    shape = photo.pixels.shape[:2]
    assert found.subject.shape == (*shape, 4)
    assert found.background.shape == (*shape, 3)
    assert found.subject_nearness.shape == found.background_nearness.shape == shape
