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


def test_layers_have_a_common_depth_where_the_contour_is_not_visible() -> None:
    """The box fades into the wall towards its lower edge: there both layers move alike."""
    pixels = np.full((120, 160, 3), 170, np.uint8)
    fading = np.linspace(1, 0, 60)[:, None]
    pixels[40:100, 50:110] = (170 + fading * (np.array([200, 40, 30]) - 170))[:, None]
    found = layers(pixels)
    gap = found.subject_nearness - found.background_nearness
    opaque = found.subject[..., 3] > 127
    lowest = int(np.flatnonzero(opaque[:, 80])[-1])
    assert gap[42, 80] > 0.3
    assert gap[lowest, 80] < 0.6 * gap[42, 80]


def test_a_photo_without_a_subject_has_no_layers() -> None:
    assert depth_layers(np.full((50, 80, 3), 99, np.uint8)) is None


def test_layers_have_the_size_of_the_photo() -> None:
    photo = open_photo(SAMPLES / "rocket.jpg", max_side_px=200)
    found = layers(photo.pixels)
    shape = photo.pixels.shape[:2]
    assert found.subject.shape == (*shape, 4)
    assert found.background.shape == (*shape, 3)
    assert found.subject_nearness.shape == found.background_nearness.shape == shape
