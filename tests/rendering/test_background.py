"""Photos with alpha, and the option `background`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

import gifmill
from gifmill.animation import Animation, Frame, Plain
from gifmill.effects import EFFECTS, find_effect
from gifmill.photo import Photo

if TYPE_CHECKING:
    from gifmill.rendering import FormatName

all_effects = pytest.mark.parametrize("effect", EFFECTS, ids=lambda effect: effect.name)
WITH_SURROUNDINGS = [effect.name for effect in EFFECTS if any(p.name == "background" for p in effect.params)]


UNCOVERED: dict[str, dict[str, Any]] = {"heartbeat": {"shape": "heart"}}
"""Parameters with which an effect does not fill the canvas."""


def ring(side: int = 96) -> Photo:
    """Return a red and blue ring, transparent inside and around."""
    y, x = np.mgrid[:side, :side] + 0.5 - side / 2
    away = np.hypot(x, y) / side
    pixels = np.zeros((side, side, 4), np.uint8)
    pixels[..., 0], pixels[..., 2] = np.where(x > 0, 220, 30), np.where(x > 0, 30, 220)
    pixels[..., 3] = np.where((away > 0.15) & (away < 0.42), 255, 0)
    return Photo(pixels)


def opaque(side: int = 96) -> Photo:
    y, x = np.mgrid[:side, :side].astype(np.uint8)
    return Photo(np.stack([x * 2, y * 2, x + y], -1))


@all_effects
@pytest.mark.parametrize("kind", ["gif", "webp"])
def test_a_transparent_photo_stays_transparent(effect: gifmill.Effect, kind: FormatName) -> None:
    shown = gifmill.render(ring(), effect, format=kind).to_array()
    assert shown.shape[3] == 4
    assert (shown[0, ..., 3] > 128).any()
    transparent = np.array([(frame[..., 3] < 128).any() for frame in shown])
    assert transparent[0]
    assert transparent.mean() > 0.5  # not where a mosaic has only one block


@all_effects
def test_a_background_makes_a_transparent_photo_opaque(effect: gifmill.Effect) -> None:
    shown = gifmill.render(ring(), effect, background="white").to_array()
    assert shown.shape[3] == 3
    assert shown.min() < 100


@all_effects
def test_an_opaque_photo_stays_opaque(effect: gifmill.Effect) -> None:
    assert gifmill.render(opaque(), effect).to_array().shape[3] == 3


@pytest.mark.parametrize("effect", WITH_SURROUNDINGS)
def test_surroundings_are_transparent_or_of_the_chosen_colour(effect: str) -> None:
    clear, pink = (
        gifmill.render(
            opaque(), find_effect(effect), background=colour, **UNCOVERED.get(effect, {})
        ).to_array()
        for colour in ("none", "#ff80c0")
    )
    assert (clear[..., 3] == 0).any()
    around = clear[..., 3] == 0
    assert np.median(pink[around], axis=0) == pytest.approx((255, 128, 192), abs=8)


def test_the_colours_of_transparent_pixels_do_not_shine_through() -> None:
    pixels = np.array(ring().pixels)
    pixels[pixels[..., 3] == 0, :3] = (0, 255, 0)
    for effect in ("spin", "zoom", "swirl", "reveal", "wiggle"):
        for frame in gifmill.render(Photo(pixels), find_effect(effect), size=80).to_array():
            visible = frame[frame[..., 3] == 255]
            assert visible[:, 1].max() < 80


def test_a_function_gets_alpha_only_without_a_background() -> None:
    channels = []

    def still(photo: Photo) -> Animation:
        channels.append(photo.pixels.shape[2])
        return Animation((Frame(photo.pixels, Plain(), 10),), photo.size)

    flat = gifmill.render(ring(), still).to_array()
    gifmill.render(ring(), still, background="none")
    red = gifmill.render(ring(), still, background="#ff0000").to_array()
    assert channels == [3, 4, 3]
    assert flat[0, 0, 0].tolist() == [255, 255, 255]
    assert red[0, 0, 0].tolist() == [255, 0, 0]


def test_a_function_with_the_parameter_gets_the_background() -> None:
    given = []

    def still(photo: Photo, *, background: str) -> Animation:
        given.append(background)
        return Animation((Frame(photo.pixels, Plain(), 10),), photo.size)

    gifmill.render(opaque(), still, background="tan")
    assert given == ["d2b48c"]
