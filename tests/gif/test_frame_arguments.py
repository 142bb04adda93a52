"""Arguments of a frame for the native core: wrong ones are rejected before any call."""

from __future__ import annotations

import ctypes
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.gif.frames import random_colours, random_pixels
from tests.gif.wrong_frames import WRONG_FRAMES

from gifmill.animation import Size
from gifmill.gif import Preset
from gifmill.gif.core import Window
from gifmill.gif.frame_code import MAX_BEAM, FrameSettings, Search, code_capacity, encode_frame
from gifmill.gif.frame_encoder import FrameEncoder
from gifmill.gif.palettes import FramePalette
from gifmill.gif.transparency import Picture

if TYPE_CHECKING:
    from collections.abc import Callable

    from gifmill.animation import Pixels

SETTINGS = FrameSettings(
    clear=None, code_size=4, beam=2, right_share=16, below_share=8, tolerance=1e-4, code_cost=2.5e-4
)
WHOLE = Window(0, 0, 8, 6)


def search_of(colours: np.ndarray) -> Search:
    search = Search(MAX_BEAM)
    search.set_palette(colours)
    return search


def encode(search: Search, **changes: Any) -> int:
    arguments: dict[str, Any] = {
        "pixels": random_pixels(8, 6),
        "before": random_pixels(8, 6, 1),
        "shown": np.zeros((6, 8, 3), np.uint8),
        "indices": np.zeros((6, 8), np.uint8),
        "window": WHOLE,
        "settings": SETTINGS,
        "code": np.zeros(code_capacity(WHOLE), np.uint8),
    }
    return encode_frame(search, **(arguments | changes))


def read_only(array: np.ndarray) -> np.ndarray:
    array.flags.writeable = False
    return array


def with_gaps(array: np.ndarray) -> np.ndarray:
    return array.repeat(2, axis=0)[::2]


@WRONG_FRAMES
@pytest.mark.parametrize("name", ["pixels", "before", "shown"])
def test_frames_of_another_type_or_shape_are_rejected(no_calls: Search, name: str, wrong: np.ndarray) -> None:
    with pytest.raises(ValueError, match="frame"):
        encode(no_calls, **{name: wrong})


@WRONG_FRAMES
def test_the_frame_encoder_rejects_frames_that_do_not_fill_the_canvas(wrong: np.ndarray) -> None:
    encoder = FrameEncoder(Size(8, 6), Preset("any"))
    with pytest.raises(ValueError, match="frame"):
        encoder.encode(Picture(wrong), FramePalette(random_colours(9)))
    encoder.encode(Picture(random_pixels(8, 6)), FramePalette(random_colours(9)))
    with pytest.raises(ValueError, match="frame"):
        encoder.encode(Picture(wrong), FramePalette(random_colours(9)))


@pytest.mark.parametrize(
    "window",
    [(0, 0, 9, 6), (0, 0, 8, 7), (-1, 0, 8, 6), (0, -1, 8, 6), (3, 0, 3, 6), (0, 5, 8, 4)],
)
def test_windows_beyond_the_canvas_are_rejected(no_calls: Search, window: tuple[int, int, int, int]) -> None:
    with pytest.raises(ValueError, match=r"Window\(.*\) is not on a canvas of 8 x 6 px"):
        encode(no_calls, window=Window(*window))


BUFFERS = {
    "shown": ("the canvas", (6, 8, 3)),
    "indices": ("indices", (6, 8)),
    "covered": ("the covered pixels", (6, 8)),
    "code": ("the code", (code_capacity(WHOLE),)),
}
"""By name, how messages call each array that C fills, and its shape."""


@pytest.mark.parametrize("name", ["indices", "covered", "code"])
def test_buffers_of_another_shape_are_rejected(no_calls: Search, name: str) -> None:
    what, shape = BUFFERS[name]
    for wrong in ((shape[0] - 1, *shape[1:]), (*shape, 0), (*shape, 1), (*shape[:-1], 0)):
        with pytest.raises(ValueError, match=f"^a buffer of .* is not {what} of"):
            encode(no_calls, **{name: np.zeros(wrong, np.uint8)})


@pytest.mark.parametrize("name", ["indices", "covered", "code"])
def test_buffers_of_another_type_are_rejected(no_calls: Search, name: str) -> None:
    what, shape = BUFFERS[name]
    for dtype in (np.int8, np.int16, np.int32, np.float32):
        with pytest.raises(ValueError, match=f"^the buffer for {what} is not of writable bytes"):
            encode(no_calls, **{name: np.zeros(shape, dtype)})


@pytest.mark.parametrize("change", [read_only, with_gaps])
@pytest.mark.parametrize("name", BUFFERS)
def test_buffers_that_cannot_be_filled_are_rejected(
    no_calls: Search, name: str, change: Callable[[np.ndarray], np.ndarray]
) -> None:
    what, shape = BUFFERS[name]
    with pytest.raises(ValueError, match=f"^the buffer for {what} is not of writable bytes without gaps"):
        encode(no_calls, **{name: change(np.zeros(shape, np.uint8))})


@pytest.mark.parametrize(
    "changes",
    [
        {"beam": 0},
        {"beam": 17},
        {"beam": -1},
        {"right_share": -1},
        {"below_share": -1},
        {"right_share": 33, "below_share": 16},
        {"right_share": 1 << 64},
        {"below_share": 1 << 64},
        {"beam": 1 << 64},
        {"tolerance": 1e39},
        {"code_cost": 1e39},
        {"code_size": 1},
        {"code_size": 9},
        {"code_size": 3},
        {"clear": 16},
        {"clear": 256, "code_size": 8},
        {"clear": -1},
        {"clear": 15},
        {"tolerance": -1e-9},
        {"tolerance": float("nan")},
        {"tolerance": float("inf")},
        {"code_cost": -1e-9},
        {"code_cost": float("nan")},
        {"code_cost": float("inf")},
    ],
)
def test_settings_out_of_range_are_rejected(no_calls: Search, changes: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"settings out of range|do not fit|whole error"):
        encode(no_calls, settings=SETTINGS._replace(**changes))


@pytest.mark.parametrize(
    "colours",
    [
        np.zeros((0, 3), np.uint8),
        np.zeros((257, 3), np.uint8),
        np.zeros((9, 4), np.uint8),
        np.zeros(9, np.uint8),
        np.zeros((3, 3, 3), np.uint8),
        np.zeros((9, 3), np.int64),
    ],
)
def test_wrong_palettes_are_rejected(no_calls: Search, colours: np.ndarray) -> None:
    with pytest.raises(ValueError, match="palette"):
        no_calls.set_palette(colours)


@pytest.mark.usefixtures("no_calls")
@pytest.mark.parametrize("beam", [-1, 0, 17])
def test_wrong_beams_are_rejected(beam: int) -> None:
    with pytest.raises(ValueError, match="beam"):
        Search(beam)


def test_a_search_without_a_palette_is_rejected() -> None:
    with pytest.raises(ValueError, match="no palette"):
        encode(Search(2))


def test_a_beam_is_at_most_that_of_the_search() -> None:
    search = Search(1)
    search.set_palette(random_colours(16))
    with pytest.raises(ValueError, match="out of range"):
        encode(search)


def test_transparent_pixels_need_a_transparent_index(no_calls: Search) -> None:
    with pytest.raises(ValueError, match="transparent index"):
        encode(no_calls, visible=np.ones((6, 8), np.uint8))


@pytest.mark.parametrize("wrong", [np.ones((6, 9), np.uint8), np.ones((6, 8), np.bool)])
def test_visible_pixels_of_another_size_or_type_are_rejected(no_calls: Search, wrong: np.ndarray) -> None:
    with pytest.raises(ValueError, match="visible pixels"):
        encode(no_calls, settings=SETTINGS._replace(clear=16, code_size=5), visible=wrong)


def test_valid_arguments_reach_the_library(no_calls: Search) -> None:
    with pytest.raises(AssertionError, match="gifmill_encode_frame was called"):
        encode(no_calls)
    with pytest.raises(AssertionError, match="gifmill_search_init was called"):
        no_calls.set_palette(random_colours(9))
    with pytest.raises(AssertionError, match="gifmill_search_bytes was called"):
        Search(2)


def guarded(pixels: Pixels, guard: int) -> tuple[np.ndarray, Pixels]:
    """Return memory with a margin on both sides, and the pixels in its middle."""
    memory = np.full(pixels.size + 2048, guard, np.uint8)
    middle = memory[1024:-1024].reshape(pixels.shape)
    middle[:] = pixels
    return memory, middle


@given(st.integers(0, 9999))
@settings(max_examples=40)
def test_only_the_window_is_changed(seed: int) -> None:
    """Bytes around every buffer stay, and so do the pixels around the window."""
    random = np.random.default_rng(seed)
    width, height = random.integers(1, 24, 2)
    left, top = random.integers(0, width), random.integers(0, height)
    window = Window(left, top, random.integers(left, width) + 1, random.integers(top, height) + 1)
    pixels, before, shown = (random_pixels(width, height, seed + number) for number in range(3))
    memory, canvas = guarded(shown, 0xA5)
    index_memory, indices = guarded(random.integers(0, 16, (height, width), np.uint8), 0xA5)
    old = indices.copy()
    search = search_of(random_colours(16, seed))
    code = np.full(code_capacity(window) + 512, 0xA5, np.uint8)
    chosen = SETTINGS._replace(beam=int(random.integers(1, 17)), tolerance=float(random.random() * 1e-2))
    encode_frame(search, pixels, before, canvas, indices, window, chosen, code[: code_capacity(window)])
    inside = np.zeros((height, width), np.bool)
    inside[window.top : window.bottom, window.left : window.right] = True
    np.testing.assert_array_equal(canvas[~inside], shown[~inside])
    np.testing.assert_array_equal(indices[~inside], old[~inside])
    for guards in (memory, index_memory):
        assert (guards[:1024] == 0xA5).all()
        assert (guards[-1024:] == 0xA5).all()
    assert (code[code_capacity(window) :] == 0xA5).all()


def test_a_search_is_aligned_for_vectors() -> None:
    assert Search().memory.ctypes.data % ctypes.sizeof(ctypes.c_double * 2) == 0
