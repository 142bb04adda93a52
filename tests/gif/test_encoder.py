"""Encoded animations, decoded by Pillow, ffmpeg and a decoder that shares no code with the encoder."""

from __future__ import annotations

import shutil
import subprocess
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.gif.decoder import decode
from tests.gif.pictures import decoded_frames, photo, pillow_frames

from gifmill.animation import Animation, Blocks, Frame, Layout, Pixels, Plain, Size, Tiles
from gifmill.gif import PRESETS, Preset, encode
from gifmill.gif.encoder import encode_animation

presets = pytest.mark.parametrize("preset", PRESETS.values(), ids=PRESETS)


def still(pixels: Pixels, delay_cs: int = 300) -> Animation:
    return Animation((Frame(pixels, Plain(), delay_cs),), Size.of(pixels))


def all_layouts() -> Animation:
    """Return an animation with frames of each layout."""
    frames = (
        Frame(photo(90, 61), Plain(), 10),
        Frame(photo(45, 31, 1), Blocks(2, 2), 11),
        Frame(photo(9, 7, 2), Blocks(10, 10), 12),
        Frame(photo(70, 50, 3), Tiles(), 13),
        Frame(photo(8, 9, 4), Tiles(), 14),
    )
    return Animation(frames, Size(90, 61))


LAYOUTS: st.SearchStrategy[Layout] = st.sampled_from([Plain(), Tiles(), Blocks(3, 2)])


@st.composite
def animations(draw: st.DrawFn) -> Animation:
    """Draw animations of few colours in any layout, some with equal neighbours."""
    size = Size(draw(st.integers(1, 40)), draw(st.integers(1, 40)))
    frames: list[Frame] = []
    for _ in range(draw(st.integers(1, 4))):
        again = draw(st.booleans())
        if frames and again:
            frames.append(Frame(frames[-1].source, frames[-1].layout, draw(st.integers(2, 70_000 // 2))))
            continue
        layout = draw(LAYOUTS)
        height, width = draw(st.integers(1, 40)), draw(st.integers(1, 40))
        if layout == Plain():
            height, width = size.height, size.width
        if layout == Blocks(3, 2):
            height, width = -(-size.height // 3), -(-size.width // 2)
        random = np.random.default_rng(draw(st.integers(0, 99)))
        colours = draw(st.sampled_from([1, 2, 3, 5, 16, 17, 255, 256]))
        palette = random.integers(0, 256, (colours, 3), np.uint8)
        source = palette[random.integers(0, colours, (height, width))]
        frames.append(Frame(source, layout, draw(st.integers(2, 1000))))
    return Animation(tuple(frames), size)


ALL_COLOURS = [preset for preset in PRESETS.values() if preset.colours == 256]


@given(animations(), st.sampled_from(ALL_COLOURS))
@settings(max_examples=60)
def test_frames_of_few_colours_are_exact(animation: Animation, preset: Preset) -> None:
    found = decode(encode(animation, preset))
    assert (found.width, found.height) == animation.size
    assert sum(block.delay_cs for block in found.blocks) == animation.duration_cs
    frame_ends = np.cumsum([frame.delay_cs for frame in animation.frames])
    block_ends = np.cumsum([block.delay_cs for block in found.blocks])
    for number, end in enumerate(frame_ends):
        canvas = found.canvases[int(np.searchsorted(block_ends, end))]
        assert canvas == [tuple(pixel) for pixel in animation.canvas(number).reshape(-1, 3).tolist()]


@presets
def test_two_decoders_agree(preset: Preset) -> None:
    gif = encode(all_layouts(), preset)
    np.testing.assert_array_equal(decoded_frames(gif), pillow_frames(gif))


@pytest.mark.skipif(shutil.which("ffmpeg") is None, reason="ffmpeg is not installed")
@presets
def test_ffmpeg_agrees(preset: Preset) -> None:
    gif = encode(all_layouts(), preset)
    command = [
        "ffmpeg",
        "-v",
        "error",
        "-i",
        "-",
        "-f",
        "rawvideo",
        "-pix_fmt",
        "rgb24",
        "-fps_mode",
        "passthrough",
        "-",
    ]
    raw = subprocess.run(command, input=gif, capture_output=True, check=True).stdout
    np.testing.assert_array_equal(np.frombuffer(raw, np.uint8).reshape(-1, 61, 90, 3), decoded_frames(gif))


@presets
def test_decoded_photos_resemble_the_originals(preset: Preset) -> None:
    animation = all_layouts()
    for number, frame in enumerate(decoded_frames(encode(animation, preset))):
        assert abs(frame.astype(float) - animation.canvas(number)).mean() < 6


@presets
def test_delays_are_exact_and_the_gif_loops_forever(preset: Preset) -> None:
    found = decode(encode(all_layouts(), preset))
    assert [block.delay_cs for block in found.blocks] == [10, 11, 12, 13, 14]
    assert found.loops == 0


@pytest.mark.parametrize("loop", [-1, 65_536])
def test_a_number_of_loops_that_a_file_cannot_hold_is_rejected(loop: int) -> None:
    with pytest.raises(ValueError, match=rf"loop is {loop}\. Use a whole number from 0 to 65535\."):
        encode(all_layouts(), loop=loop)


@presets
def test_the_same_input_gives_the_same_bytes(preset: Preset) -> None:
    assert encode(all_layouts(), preset) == encode(all_layouts(), preset)


@presets
def test_concurrent_encodes_give_the_same_bytes(preset: Preset) -> None:
    stills = [still(photo(80, 60, seed)) for seed in range(8)]
    with ThreadPoolExecutor(4) as pool:
        together = list(pool.map(lambda animation: encode(animation, preset), stills))
    assert together == [encode(animation, preset) for animation in stills]


@presets
def test_the_input_is_not_modified(preset: Preset) -> None:
    animation = all_layouts()
    for frame in animation.frames:
        frame.draw().flags.writeable = False
    encode(animation, preset)


@presets
@pytest.mark.parametrize("size", [(1, 1), (1, 300), (300, 1), (2, 2), (1080, 3)])
def test_two_decoders_agree_on_odd_sizes(preset: Preset, size: tuple[int, int]) -> None:
    animation = still(photo(*size))
    gif = encode(animation, preset)
    assert pillow_frames(gif)[0].shape == (size[1], size[0], 3)
    np.testing.assert_array_equal(decoded_frames(gif), pillow_frames(gif))


def test_a_mosaic_of_256_blocks_keeps_its_exact_colours() -> None:
    source = np.random.default_rng(3).integers(0, 256, (16, 16, 3), np.uint8)
    animation = Animation((Frame(source, Blocks(5, 5), 100),), Size(78, 79))
    for preset in PRESETS.values():
        np.testing.assert_array_equal(decoded_frames(encode(animation, preset))[0], animation.canvas(0))


def test_a_large_picture_of_256_colours_is_exact() -> None:
    grey = np.arange(256, dtype=np.uint8).repeat(40).reshape(80, 128)
    animation = still(np.stack([grey, grey // 2, 255 - grey], -1))
    for preset in ALL_COLOURS:
        np.testing.assert_array_equal(decoded_frames(encode(animation, preset))[0], animation.canvas(0))


def test_presets_of_fewer_colours_also_limit_greys() -> None:
    grey = photo(90, 61)[..., :1].repeat(3, axis=2)
    for preset in PRESETS.values():
        assert len(set(decode(encode(still(grey), preset)).blocks[0].indices)) <= preset.colours


@presets
@pytest.mark.parametrize(
    ("colours", "entries", "code_size"),
    [(1, 2, 2), (2, 2, 2), (3, 4, 2), (5, 8, 3), (17, 32, 5), (128, 128, 7)],
)
def test_tables_and_codes_are_as_small_as_the_colours_allow(
    preset: Preset, colours: int, entries: int, code_size: int
) -> None:
    source = np.arange(colours, dtype=np.uint8).repeat(9).reshape(-1, 9, 1).repeat(3, axis=2)
    block = decode(encode(still(source), preset)).blocks[0]
    assert (len(block.palette), block.code_size) == (entries, code_size)


def test_equal_neighbours_are_one_frame() -> None:
    same, other = photo(30, 30), photo(30, 30, 1)
    frames = tuple(Frame(source, Plain(), 20) for source in (same, same.copy(), other, other, same))
    data, count = encode_animation(Animation(frames, Size(30, 30)), PRESETS["balanced"])
    assert count == 3
    assert [block.delay_cs for block in decode(data).blocks] == [40, 40, 20]


def test_equal_canvases_of_different_layouts_are_one_frame() -> None:
    red = np.full((20, 20, 3), (200, 30, 30), np.uint8)
    frames = (Frame(red, Plain(), 5), Frame(red[:1, :1], Blocks(20, 20), 5), Frame(red[:3, :2], Tiles(), 5))
    assert [block.delay_cs for block in decode(encode(Animation(frames, Size(20, 20)))).blocks] == [15]


def test_frames_are_not_merged_over_the_maximum_delay() -> None:
    red = np.full((2, 2, 3), 200, np.uint8)
    frames = tuple(Frame(red, Plain(), 30_000) for _ in range(3))
    assert [block.delay_cs for block in decode(encode(Animation(frames, Size(2, 2)))).blocks] == [
        60_000,
        30_000,
    ]


def test_a_canvas_of_the_maximum_width_is_encoded() -> None:
    found = decode(encode(still(np.zeros((1, 65_535, 3), np.uint8))))
    assert (found.width, found.height) == (65_535, 1)


def test_frames_of_tiles_and_blocks_have_their_own_tables() -> None:
    """A palette of their own costs less than what a common one would lose."""
    for block in decode(encode(all_layouts(), PRESETS["fast"])).blocks:
        assert block.local


def test_two_frames_have_their_own_tables() -> None:
    frames = tuple(Frame(photo(90, 61, seed), Plain(), 10) for seed in range(2))
    found = decode(encode(Animation(frames, Size(90, 61)), PRESETS["fast"]))
    assert [block.local for block in found.blocks] == [True, True]


@presets
@pytest.mark.parametrize("count", [1, 3])
def test_tables_are_no_larger_than_needed(preset: Preset, count: int) -> None:
    left = photo(90, 61)
    left[:, :70] = left[0, 0]
    left[:, :, 1:] = left[:, :, 1:] // 32 * 32
    frames = tuple(Frame(np.roll(left, 9 * turn, axis=1), Plain(), 10) for turn in range(count))
    found = decode(encode(Animation(frames, Size(90, 61)), preset))
    used = {block.palette[index] for block in found.blocks for index in set(block.indices) - {block.clear}}
    for block in found.blocks:
        assert len(block.palette) < 2.5 * len(used)
