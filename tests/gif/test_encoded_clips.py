"""Encoded clips, decoded by Pillow and by a decoder that shares no code with the encoder."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from tests.gif.decoder import decode
from tests.gif.frames import to_metric
from tests.gif.pictures import changing_hues, clip, decoded_frames, moving, photo, pillow_frames

from gifmill.animation import Animation, Frame, Plain, Size
from gifmill.gif import PRESETS, Preset, encode
from gifmill.gif.gif89a_writer import MAX_DELAY_CS

presets = pytest.mark.parametrize("preset", PRESETS.values(), ids=PRESETS)
BALANCED = PRESETS["balanced"]


@presets
@pytest.mark.parametrize("pictures", [moving(), changing_hues()], ids=["moving", "changing_hues"])
def test_two_decoders_agree_on_a_clip(preset: Preset, pictures: list[np.ndarray]) -> None:
    data = encode(clip(*pictures), preset)
    for ours, pillows in zip(decoded_frames(data), pillow_frames(data), strict=True):
        np.testing.assert_array_equal(ours, pillows)


@presets
@pytest.mark.parametrize("pictures", [moving(), changing_hues()], ids=["moving", "changing_hues"])
def test_decoded_frames_resemble_the_pictures(preset: Preset, pictures: list[np.ndarray]) -> None:
    """No pixel is left over from another frame: each is close to its colour."""
    for picture, found in zip(pictures, decoded_frames(encode(clip(*pictures), preset)), strict=True):
        error = np.square(to_metric(picture) - to_metric(found)).sum(axis=-1)
        assert np.sqrt(error.mean()) < 0.05
        assert np.sqrt(error.max()) < 0.25


def test_a_frame_has_only_the_box_that_changes() -> None:
    blocks = decode(encode(clip(*moving()), BALANCED)).blocks
    assert (blocks[0].left, blocks[0].top, blocks[0].width, blocks[0].height) == (0, 0, 160, 90)
    for number, block in enumerate(blocks[1:]):
        assert block.left >= 5 * number
        assert block.left + block.width <= 5 * number + 105
        assert (block.top, block.height) == (10, 70)


def test_unchanged_pixels_inside_the_box_are_transparent() -> None:
    """Two spots move in opposite corners: the box is large, but few of its pixels change."""
    background = moving(1)[0]
    pictures = []
    for number in range(4):
        picture = background.copy()
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
    for picture, found in zip(pictures, pillow_frames(data), strict=True):
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


def test_a_delay_at_the_maximum_is_not_prolonged() -> None:
    animation = clip(*moving(1), *moving(3))
    long = replace(animation.frames[0], delay_cs=MAX_DELAY_CS - 2)
    found = decode(encode(replace(animation, frames=(long, *animation.frames[1:])), BALANCED))
    assert [block.delay_cs for block in found.blocks] == [MAX_DELAY_CS - 2, 5, 5, 5]


@presets
def test_the_same_clip_gives_the_same_bytes(preset: Preset) -> None:
    assert encode(clip(*moving()), preset) == encode(clip(*moving()), preset)


@presets
@pytest.mark.parametrize(("height", "width"), [(1, 1), (1, 300), (300, 1), (2, 3)])
def test_clips_of_a_few_pixels_are_encoded(preset: Preset, height: int, width: int) -> None:
    random = np.random.default_rng(0)
    frames = tuple(Frame(random.integers(0, 256, (height, width, 3), np.uint8), Plain(), 5) for _ in range(9))
    data = encode(Animation(frames, Size(width, height)), preset)
    assert len(decoded_frames(data)) == 9


def test_an_exact_frame_after_a_lossy_one_is_exact_where_nothing_changed() -> None:
    lossy = photo(90, 60)
    exact = lossy.copy()
    exact[:, 1:] = 0
    found = decoded_frames(encode(clip(lossy, exact), BALANCED))
    assert not np.array_equal(found[0][:, :1], lossy[:, :1])
    np.testing.assert_array_equal(found[1], exact)


def test_a_clip_is_smaller_than_its_frames_as_single_files() -> None:
    pictures = moving()
    separate = sum(len(encode(clip(picture), BALANCED)) for picture in pictures)
    assert len(encode(clip(*pictures), BALANCED)) < 0.95 * separate
