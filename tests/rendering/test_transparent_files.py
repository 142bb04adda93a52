"""Finished files of a transparent logo, from photo to decoder."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
from tests.gif.pictures import decoded_frames, decoded_masks, pillow_frames, pillow_masks
from tests.transparent_logo import assert_cut_out

import gifmill
from gifmill.animation import Animation, Frame, Plain
from gifmill.effects import EFFECTS

if TYPE_CHECKING:
    from gifmill.rendering import FormatName, PresetName

all_effects = pytest.mark.parametrize("effect", EFFECTS, ids=lambda effect: effect.name)


@all_effects
def test_two_decoders_show_the_same_transparent_gif(effect: gifmill.Effect, logo: bytes) -> None:
    data = gifmill.render(logo, effect, size=32).data
    ours, pillows = decoded_masks(data), pillow_masks(data)
    assert len(ours) == len(pillows)
    assert not ours[0].all()
    colours = zip(decoded_frames(data), pillow_frames(data), strict=True)
    for mask, other, (shown, seen) in zip(ours, pillows, colours, strict=True):
        np.testing.assert_array_equal(mask, other)
        np.testing.assert_array_equal(shown[mask], seen[mask])


@pytest.mark.parametrize("preset", ["fast", "small", "balanced", "crisp", "smooth"])
@pytest.mark.parametrize("kind", ["gif", "webp"])
def test_every_preset_keeps_the_logo_cut_out(logo: bytes, kind: FormatName, preset: PresetName) -> None:
    assert_cut_out(gifmill.render(logo, "party", format=kind, preset=preset).data)


@pytest.mark.parametrize("kind", ["gif", "webp"])
def test_a_logo_stays_cut_out_within_a_byte_limit(logo: bytes, kind: FormatName) -> None:
    free = gifmill.render(logo, "party", format=kind)
    made = gifmill.render(logo, "party", format=kind, max_bytes=len(free.data) // 2)
    assert made.given_up
    assert_cut_out(made.data)


def test_a_transparent_webp_of_half_the_bytes_has_more_than_half_the_pixels(logo: bytes) -> None:
    """Exact alpha would not get smaller with the quality, and leave nothing to reduce but the size."""
    free = gifmill.render(logo, "party", format="webp")
    half = gifmill.render(logo, "party", format="webp", max_bytes=len(free.data) // 2)
    assert half.width > 60
    assert half.frames == free.frames


def test_a_webp_keeps_the_soft_shadow_of_a_logo(logo: bytes) -> None:
    frames = gifmill.render(logo, "party", format="webp").to_array()
    assert ((frames[..., 3] > 8) & (frames[..., 3] < 120)).mean() > 0.1


@all_effects
@pytest.mark.parametrize("visible_px", [0, 1])
def test_a_photo_of_no_or_one_visible_pixel_is_drawn(effect: gifmill.Effect, visible_px: int) -> None:
    pixels = np.zeros((24, 32, 4), np.uint8)
    pixels[12, 16] = (200, 100, 50, 255 * visible_px)
    made = gifmill.render(pixels, effect)
    assert made.frames >= 1


def test_a_strobe_of_a_transparent_logo_is_slowed_or_softened(logo: bytes) -> None:
    """On a white page, a black logo that comes and goes flashes, whatever is below its transparent pixels."""
    black = np.array(gifmill.open_photo(logo).pixels)
    black[..., :3] = 0
    black[..., 3] = 255
    gone = black.copy()
    gone[..., 3] = 0

    def strobe(photo: gifmill.Photo) -> Animation:
        return Animation(tuple(Frame(black if at % 2 else gone, Plain(), 4) for at in range(24)), photo.size)

    assert gifmill.render(logo, strobe).calmed
