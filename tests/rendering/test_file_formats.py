from __future__ import annotations

import numpy as np
import pytest
from tests.gif.decoder import decode

from gifmill.animation import Animation, Blocks, Frame, Plain, Size
from gifmill.gif import PRESETS
from gifmill.rendering.file_formats import GifEncoder, WebpEncoder, encoder_for
from gifmill.rendering.webp import WEBP_PRESETS

every_preset = pytest.mark.parametrize("preset", PRESETS)
both_formats = pytest.mark.parametrize("kind", ["gif", "webp"])


def noisy(frames: int = 3) -> Animation:
    random = np.random.default_rng(1)
    pictures = [random.integers(0, 256, (64, 64, 3), np.uint8) for _ in range(frames)]
    return Animation(tuple(Frame(picture, Plain(), 10) for picture in pictures), Size(64, 64))


@every_preset
def test_a_format_and_a_preset_have_an_encoder(preset: str) -> None:
    assert encoder_for("gif", preset) == GifEncoder(PRESETS[preset])
    assert encoder_for("webp", preset) == WebpEncoder(WEBP_PRESETS[preset])


@every_preset
@both_formats
def test_no_reduction_raises_the_quality(kind: str, preset: str) -> None:
    original = encoder_for(kind, preset)
    for reduction in original.reductions:
        for words, value in reduction.encoder.features.items():
            worse = (
                value >= original.features[words]
                if "lossiness" in words
                else value <= original.features[words]
            )
            assert worse


@both_formats
def test_the_last_reduction_saves_two_thirds_of_the_bytes(kind: str) -> None:
    original = encoder_for(kind, "balanced")
    smallest = original.reductions[-1].encoder.encode(noisy())
    assert 3 * len(smallest.data) < len(original.encode(noisy()).data)


def test_the_lowest_webp_quality_is_lossy_for_few_colours() -> None:
    random = np.random.default_rng(1)
    palette = random.integers(0, 256, (16, 3), np.uint8)
    pictures = palette[random.integers(0, 16, (3, 64, 64))]
    animation = Animation(tuple(Frame(picture, Plain(), 10) for picture in pictures), Size(64, 64))
    original = encoder_for("webp", "balanced")
    smallest = original.reductions[-1].encoder.encode(animation)
    assert 3 * len(smallest.data) < len(original.encode(animation).data)


def animation_of(kind: str) -> Animation:
    """Return an animation of noise: in full colour, in grey, of few colours or as a mosaic."""
    random = np.random.default_rng(1)
    colours = random.integers(0, 256, (4, 64, 64, 3), np.uint8)
    grey = colours[..., :1].repeat(3, axis=3)
    pictures = {"photo": colours, "grey": grey, "drawing": colours // 64 * 64, "mosaic": colours[:, ::4, ::4]}
    layout = Blocks(4, 4) if kind == "mosaic" else Plain()
    return Animation(tuple(Frame(picture, layout, 10) for picture in pictures[kind]), Size(64, 64))


@every_preset
@pytest.mark.parametrize("kind", ["photo", "grey", "drawing", "mosaic"])
def test_no_reduction_has_more_colours_than_declared(preset: str, kind: str) -> None:
    for reduction in encoder_for("gif", preset).reductions:
        blocks = decode(reduction.encoder.encode(animation_of(kind)).data).blocks
        limit = reduction.encoder.features["{} colours"]
        assert all(len({block.palette[index] for index in block.indices}) <= limit for block in blocks)


@every_preset
@pytest.mark.parametrize("kind", ["photo", "grey", "drawing", "mosaic"])
def test_fewer_colours_give_fewer_bytes_for_every_picture(preset: str, kind: str) -> None:
    original = encoder_for("gif", preset)
    smallest = original.reductions[-1].encoder.encode(animation_of(kind))
    assert len(smallest.data) < 0.6 * len(original.encode(animation_of(kind)).data)


@both_formats
def test_encoders_count_flashes(kind: str) -> None:
    pictures = [np.full((32, 32, 3), 255 * (at % 2), np.uint8) for at in range(10)]
    strobe = Animation(tuple(Frame(picture, Plain(), 5) for picture in pictures), Size(32, 32))
    encoded = encoder_for(kind, "fast").encode(strobe)
    assert encoded.frames == 10
    assert encoded.flashes.max_changes_per_second(encoded.delays_cs) == 20
    assert not encoded.is_safe


@both_formats
@pytest.mark.parametrize("channels", [3, 4])
def test_a_file_with_other_delays_is_as_if_it_was_encoded_with_them(kind: str, channels: int) -> None:
    random = np.random.default_rng(1)
    pictures = [random.integers(0, 256, (32, 32, channels), np.uint8) for at in range(3)]
    first, second = (
        Animation(
            tuple(Frame(picture, Plain(), cs) for picture, cs in zip(pictures, delays, strict=True)),
            Size(32, 32),
        )
        for delays in ((5, 6, 7), (300, 2, 41))
    )
    encoder = encoder_for(kind, "fast")
    changed, expected = encoder.with_delays(encoder.encode(first), [300, 2, 41]), encoder.encode(second)
    assert changed.data == expected.data
    assert changed.delays_cs == expected.delays_cs
    assert changed.is_safe == expected.is_safe


def test_a_gif_shows_one_bit_of_alpha_and_a_webp_all() -> None:
    for alpha, one_bit in ((0, 0), (127, 0), (128, 255), (255, 255)):
        pixels = np.full((2, 3, 4), alpha, np.uint8)
        assert (encoder_for("gif", "fast").shown(pixels)[..., 3] == one_bit).all()
        assert (encoder_for("webp", "fast").shown(pixels)[..., 3] == alpha).all()
