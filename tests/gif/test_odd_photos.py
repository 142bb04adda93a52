"""Photos of narrow range: grey, dark, foggy or toned."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from tests.gif.decoder import decode
from tests.gif.frames import quick_distance
from tests.gif.pictures import decoded_frames, narrow_range, pillow_frames

from gifmill.animation import Animation, Frame, Plain, Size, Tiles
from gifmill.gif import PRESETS, Preset, encode
from gifmill.gif.core import MAX_COLOURS

presets = pytest.mark.parametrize("preset", PRESETS.values(), ids=PRESETS)


@presets
@pytest.mark.parametrize("levels", [2, 64, 128, 256])
def test_pillow_reads_a_grey_gif_in_colour(preset: Preset, levels: int) -> None:
    ramp = np.arange(levels, dtype=np.uint8).repeat(32).reshape(-1, 64, 1).repeat(3, axis=2)
    frames = [Frame(source, Plain(), 10) for source in (ramp, ramp // 2 + 1, ramp)]
    gif = encode(Animation(tuple(frames), Size.of(ramp)), preset)
    np.testing.assert_array_equal(decoded_frames(gif), pillow_frames(gif))


@presets
def test_pillow_reads_a_grey_gif_with_one_table_in_colour(preset: Preset) -> None:
    ramp = np.arange(256, dtype=np.uint8).repeat(16).reshape(64, 64, 1).repeat(3, axis=2)
    frames = (Frame(ramp, Plain(), 10), Frame(ramp[:40, ::2], Tiles(), 10))
    gif = encode(Animation(frames, Size(64, 64)), preset)
    np.testing.assert_array_equal(decoded_frames(gif), pillow_frames(gif))


@presets
@pytest.mark.parametrize("name", ["dark", "foggy", "toned"])
def test_photos_of_narrow_range_use_their_whole_palette(preset: Preset, name: str) -> None:
    source = narrow_range(name)
    assert len(np.unique(source.reshape(-1, 3), axis=0)) > 1000
    smaller = np.ascontiguousarray(source[::2, ::2])
    frames = (Frame(source, Plain(), 10), Frame(smaller, Tiles(), 10))
    animation = Animation(frames, Size.of(source))
    gif, lossless = encode(animation, preset), encode(animation, replace(preset, lossiness=0.0))
    assert len({tuple(colour) for colour in decode(gif).blocks[0].palette}) > min(200, 0.9 * preset.colours)
    exact = decoded_frames(lossless)[0]
    assert abs(exact.astype(float) - source).mean() < (1.5 if preset.colours == MAX_COLOURS else 2.2)
    allowed = quick_distance(exact, source).mean() + 1.8 * preset.lossiness
    assert quick_distance(decoded_frames(gif)[0], source).mean() <= allowed
