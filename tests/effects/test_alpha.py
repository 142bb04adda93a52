"""Premultiplied and straight alpha."""

from __future__ import annotations

import numpy as np
from PIL import Image

from gifmill.animation import Size
from gifmill.effects.alpha import premultiplied, straight
from gifmill.effects.texture_sampling import Texture

RANDOM = np.random.default_rng(1).integers(0, 256, (40, 50, 4), np.uint8)


def test_pixels_without_alpha_are_returned_as_they_are() -> None:
    pixels = RANDOM[..., :3]
    assert premultiplied(pixels) is pixels
    assert straight(pixels) is pixels


def test_straight_inverts_premultiplied_within_its_precision() -> None:
    found = straight(premultiplied(RANDOM))
    alpha = RANDOM[..., 3].astype(int)
    assert (found[..., 3] == alpha).all()
    errors = abs(found[..., :3].astype(int) - RANDOM[..., :3]).max(axis=2)
    assert (errors[alpha > 0] <= 127 / alpha[alpha > 0] + 1).all()


def test_premultiplied_colours_equal_those_of_pillow() -> None:
    assert (premultiplied(RANDOM) == np.asarray(Image.fromarray(RANDOM).convert("RGBa"))).all()


def test_a_texture_shows_no_colour_of_transparent_pixels() -> None:
    pixels = np.zeros((40, 40, 4), np.uint8)
    pixels[..., 1] = 255  # transparent green around a red square
    pixels[10:30, 10:30] = (255, 0, 0, 255)
    shown = Texture(pixels).view(Size(80, 80), (0.5, 0.05, -1.0, -0.05, 0.5, 1.0))
    visible = shown[shown[..., 3] > 64]
    assert (visible[:, 0] > 240).all()
    assert (visible[:, 1] < 8).all()
    assert len(visible) < len(shown.reshape(-1, 4)) / 2


def test_a_texture_of_an_opaque_photo_with_alpha_equals_that_without() -> None:
    pixels = RANDOM[..., :3]
    opaque = np.dstack([pixels, np.full(pixels.shape[:2], 255, np.uint8)])
    matrix = (0.7, 0.2, 3.0, -0.2, 0.7, 9.0)
    with_alpha, without = (Texture(each).view(Size(30, 20), matrix) for each in (opaque, pixels))
    assert (with_alpha[..., 3] == 255).all()
    assert abs(with_alpha[..., :3].astype(int) - without).max() <= 1
