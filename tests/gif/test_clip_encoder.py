"""Clips as files, read back by decoders that share no code with the encoder."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from tests.gif.decoder import decode
from tests.gif.pictures import clip, moving, pillow, shown, turning

from gifmill.animation import Animation, Frame, Plain, Size
from gifmill.gif import PRESETS, Preset, encode
from gifmill.gif.colour_distance import to_lab
from gifmill.gif.gif89a_writer import MAX_DELAY_CS

presets = pytest.mark.parametrize("preset", PRESETS.values(), ids=PRESETS)
BALANCED = PRESETS["balanced"]


@presets
@pytest.mark.parametrize("pictures", [moving(), turning()], ids=["moving", "turning"])
def test_two_decoders_agree_on_a_clip(preset: Preset, pictures: list[np.ndarray]) -> None:
    data = encode(clip(*pictures), preset)
    for here, there in zip(shown(data), pillow(data), strict=True):
        np.testing.assert_array_equal(here, there)


@presets
@pytest.mark.parametrize("pictures", [moving(), turning()], ids=["moving", "turning"])
def test_every_frame_is_shown_as_it_is(preset: Preset, pictures: list[np.ndarray]) -> None:
    """No pixel is left from another frame, and none is far from what it should be."""
    for picture, found in zip(pictures, shown(encode(clip(*pictures), preset)), strict=True):
        error = np.square(to_lab(picture.reshape(-1, 3)) - to_lab(found.reshape(-1, 3))).sum(axis=1)
        assert np.sqrt(error.mean()) < 0.05
        assert np.sqrt(error.max()) < 0.25


def test_a_frame_writes_no_more_than_the_box_that_changes() -> None:
    blocks = decode(encode(clip(*moving()), BALANCED)).blocks
    assert (blocks[0].left, blocks[0].top, blocks[0].width, blocks[0].height) == (0, 0, 160, 90)
    for number, block in enumerate(blocks[1:]):
        assert block.left >= 5 * number
        assert block.left + block.width <= 5 * number + 105
        assert (block.top, block.height) == (10, 70)


def test_unchanged_pixels_inside_the_box_are_transparent() -> None:
    """Two spots move in opposite corners: the box is nearly all, what changes hardly anything."""
    still = moving(1)[0]
    pictures = []
    for number in range(4):
        picture = still.copy()
        picture[12:16, 10 + 4 * number : 14 + 4 * number] = 255
        picture[70:74, 90 - 4 * number : 94 - 4 * number] = 0
        pictures.append(picture)
    blocks = decode(encode(clip(*pictures), BALANCED)).blocks
    for block in blocks[1:]:
        assert block.clear is not None
        assert block.indices.count(block.clear) > 0.9 * len(block.indices)


def test_a_clip_of_one_palette_writes_one_table() -> None:
    assert not any(block.local for block in decode(encode(clip(*moving()), BALANCED)).blocks)


def test_frames_without_changes_prolong_the_previous_frame() -> None:
    first, second, third = moving(3)
    blocks = decode(encode(clip(first, first, second, second, second, third), BALANCED)).blocks
    assert [block.delay_cs for block in blocks] == [10, 15, 5]


def test_a_full_colour_table_has_no_transparent_entry() -> None:
    greys = np.arange(256, dtype=np.uint8).reshape(16, 16)[..., None].repeat(3, axis=2)
    pictures = [np.roll(greys, number, axis=0) for number in range(4)]
    data = encode(clip(*pictures), BALANCED)
    assert all(block.clear is None for block in decode(data).blocks)
    for picture, found in zip(pictures, pillow(data), strict=True):
        np.testing.assert_array_equal(found, picture)


def test_a_delay_longer_than_16_bits_is_written_in_parts() -> None:
    animation = clip(*moving(4))
    long = replace(animation.frames[1], delay_cs=150_000)
    frames = (animation.frames[0], long, *animation.frames[2:])
    blocks = decode(encode(replace(animation, frames=frames), BALANCED)).blocks
    assert [block.delay_cs for block in blocks] == [5, 50_000, 50_000, 50_000, 5, 5]
    assert [(block.width, block.height) for block in blocks[2:4]] == [(1, 1)] * 2


@presets
@pytest.mark.parametrize(("width", "height"), [(64, 48), (160, 91)])
def test_a_source_that_differs_from_the_canvas_is_rejected(preset: Preset, width: int, height: int) -> None:
    with pytest.raises(ValueError, match="does not cover a canvas"):
        encode(Animation(clip(*moving()).frames, Size(width, height)), preset)


def test_a_delay_that_is_full_is_not_prolonged() -> None:
    animation = clip(*moving(1), *moving(3))
    long = replace(animation.frames[0], delay_cs=MAX_DELAY_CS - 2)
    found = decode(encode(replace(animation, frames=(long, *animation.frames[1:])), BALANCED))
    assert [block.delay_cs for block in found.blocks] == [MAX_DELAY_CS - 2, 5, 5, 5]


@presets
def test_the_same_clip_makes_the_same_bytes(preset: Preset) -> None:
    assert encode(clip(*moving()), preset) == encode(clip(*moving()), preset)


@presets
@pytest.mark.parametrize(("height", "width"), [(1, 1), (1, 300), (300, 1), (2, 3)])
def test_slivers_are_clips_as_well(preset: Preset, height: int, width: int) -> None:
    random = np.random.default_rng(0)
    frames = tuple(Frame(random.integers(0, 256, (height, width, 3), np.uint8), Plain(), 5) for _ in range(9))
    data = encode(Animation(frames, Size(width, height)), preset)
    assert len(shown(data)) == 9


def test_writing_changes_only_takes_fewer_bytes() -> None:
    pictures = moving()
    alone = sum(len(encode(clip(picture), BALANCED)) for picture in pictures)
    assert len(encode(clip(*pictures), BALANCED)) < 0.95 * alone
