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
def test_a_format_and_a_preset_are_a_coding(preset: str) -> None:
    assert encoder_for("gif", preset) == GifEncoder(PRESETS[preset])
    assert encoder_for("webp", preset) == WebpEncoder(WEBP_PRESETS[preset])


@every_preset
@both_formats
def test_no_stage_has_more_quality_than_was_asked_for(kind: str, preset: str) -> None:
    asked = encoder_for(kind, preset)
    for reduction in asked.reductions:
        for words, value in reduction.encoder.features.items():
            worse = value >= asked.features[words] if "lossiness" in words else value <= asked.features[words]
            assert worse


@both_formats
def test_the_last_stage_has_far_fewer_bytes_than_what_was_asked_for(kind: str) -> None:
    asked = encoder_for(kind, "balanced")
    least = asked.reductions[-1].encoder.encode(noisy())
    assert 3 * len(least.data) < len(asked.encode(noisy()).data)


def drawn(kind: str) -> Animation:
    """Return a photo; one without colour; a drawing of few colours; a mosaic of few blocks."""
    random = np.random.default_rng(1)
    colours = random.integers(0, 256, (4, 64, 64, 3), np.uint8)
    grey = colours[..., :1].repeat(3, axis=3)
    pictures = {"photo": colours, "grey": grey, "drawing": colours // 64 * 64, "mosaic": colours[:, ::4, ::4]}
    layout = Blocks(4, 4) if kind == "mosaic" else Plain()
    return Animation(tuple(Frame(picture, layout, 10) for picture in pictures[kind]), Size(64, 64))


@every_preset
@pytest.mark.parametrize("kind", ["photo", "grey", "drawing", "mosaic"])
def test_a_stage_has_no_more_colours_than_it_says(preset: str, kind: str) -> None:
    for reduction in encoder_for("gif", preset).reductions:
        blocks = decode(reduction.encoder.encode(drawn(kind)).data).blocks
        limit = reduction.encoder.features["{} colours"]
        assert all(len({block.palette[index] for index in block.indices}) <= limit for block in blocks)


@every_preset
@pytest.mark.parametrize("kind", ["photo", "grey", "drawing", "mosaic"])
def test_every_picture_loses_bytes_with_its_colours(preset: str, kind: str) -> None:
    asked = encoder_for("gif", preset)
    least = asked.reductions[-1].encoder.encode(drawn(kind))
    assert len(least.data) < 0.6 * len(asked.encode(drawn(kind)).data)


@both_formats
def test_what_is_encoded_was_watched_for_flashes(kind: str) -> None:
    pictures = [np.full((32, 32, 3), 255 * (at % 2), np.uint8) for at in range(10)]
    strobe = Animation(tuple(Frame(picture, Plain(), 5) for picture in pictures), Size(32, 32))
    encoded = encoder_for(kind, "fast").encode(strobe)
    assert encoded.frames == 10
    assert encoded.flashes == 20
