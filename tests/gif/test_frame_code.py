"""LZW code of frames, decoded by a decoder that shares no code with the encoder."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pytest
from tests.gif.decoder import sub_blocks, unpack
from tests.gif.frames import (
    LOSSLESS,
    LOSSY,
    random_colours,
    random_pixels,
)

from gifmill.animation import Size
from gifmill.gif.frame_encoder import FrameEncoder
from gifmill.gif.palettes import FramePalette
from gifmill.gif.transparency import Picture

if TYPE_CHECKING:
    from gifmill.animation import Indices
    from gifmill.gif import Preset


def unpacked(code: bytes, code_size: int, count: int) -> bytes:
    _, parts = sub_blocks(code + b"\0", 0)
    return unpack(b"".join(parts), code_size, count)


@pytest.mark.parametrize("entries", [2, 3, 4, 16, 127, 255, 256])
@pytest.mark.parametrize("preset", [LOSSLESS, LOSSY], ids=["lossless", "lossy"])
def test_a_full_dictionary_is_cleared(entries: int, preset: Preset) -> None:
    """Noise with this many pixels needs more than 4,096 codes."""
    colours = random_colours(entries)
    picture = colours[np.random.default_rng(1).integers(0, entries, (180, 180))]
    palette = FramePalette(colours, exact=True)
    frame = FrameEncoder(Size(180, 180), preset).encode(Picture(picture), palette)
    indices = np.frombuffer(unpacked(frame.code, frame.code_size, 180 * 180), np.uint8)
    np.testing.assert_array_equal(colours[indices].reshape(picture.shape), picture)
    assert len(frame.code) * 8 > 4096 * (frame.code_size + 1)


@pytest.mark.parametrize("entries", [2, 4, 256])
@pytest.mark.parametrize("size", [(1, 1), (2, 1), (7, 5), (16, 16), (64, 60), (300, 1), (1, 300), (400, 300)])
@pytest.mark.parametrize("preset", [LOSSLESS, replace(LOSSLESS, beam=16)], ids=["beam 1", "beam 16"])
def test_the_code_of_noise_stays_within_its_buffer(
    entries: int, size: tuple[int, int], preset: Preset
) -> None:
    guard = 0xA5
    colours, seed = random_colours(entries), size[0]
    indices = np.random.default_rng(seed).integers(0, entries, size[::-1])
    encoder = FrameEncoder(Size(*size), preset)
    capacity = len(encoder._code)
    guarded: Indices = np.full(capacity + 4096, guard, np.uint8)
    encoder._code = guarded[:capacity]
    code = encoder.encode(Picture(colours[indices]), FramePalette(colours, exact=True)).code
    assert (guarded[capacity:] == guard).all()
    assert len(code) <= capacity - 1024 // 2


def test_all_sub_blocks_but_the_last_have_255_bytes() -> None:
    palette = FramePalette(random_colours(256))
    for side in range(1, 40):
        frame = FrameEncoder(Size(side, side), LOSSLESS).encode(
            Picture(random_pixels(side, side, side)), palette
        )
        _, parts = sub_blocks(frame.code + b"\0", 0)
        assert all(len(part) == 255 for part in parts[:-1])
        assert parts[-1]


@pytest.mark.parametrize(
    ("entries", "code_size"), [(1, 2), (2, 2), (3, 2), (4, 2), (5, 3), (16, 4), (17, 5), (255, 8), (256, 8)]
)
def test_codes_are_as_small_as_the_palette_allows(entries: int, code_size: int) -> None:
    palette = FramePalette(random_colours(entries))
    assert (
        FrameEncoder(Size(9, 9), LOSSLESS).encode(Picture(random_pixels(9, 9)), palette).code_size
        == code_size
    )


def test_a_flat_picture_of_long_strings_is_decoded() -> None:
    """Strings of a flat picture grow by a pixel each, over several rows."""
    flat = np.full((1080, 1080, 3), 200, np.uint8)
    palette = FramePalette(np.array([[200, 200, 200], [0, 0, 0]], np.uint8))
    frame = FrameEncoder(Size(1080, 1080), LOSSY).encode(Picture(flat), palette)
    assert set(unpacked(frame.code, frame.code_size, 1080 * 1080)) == {0}
    assert len(frame.code) < 4096
