"""Arguments of the native core: what could read or write outside an array is rejected before any call."""

from __future__ import annotations

import ctypes
from math import nan
from typing import TYPE_CHECKING, Any, cast

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from tests.gif.frames import random_colours, random_pixels

import gifmill.gif.core as core
from gifmill.animation import Size
from gifmill.gif import Preset
from gifmill.gif.core import Window, changed_window
from gifmill.gif.frame_code import MAX_BEAM, FrameSettings, Search, code_capacity, encode_frame
from gifmill.gif.frame_encoder import FrameEncoder
from gifmill.gif.palettes import FramePalette
from gifmill.gif.transparency import Picture

if TYPE_CHECKING:
    from collections.abc import Callable

    from gifmill.animation import Pixels

SETTINGS = FrameSettings(
    clear=None, code_size=4, beam=2, half=16, quarter=8, tolerance=1e-4, code_cost=2.5e-4
)
WHOLE = Window(0, 0, 8, 6)


def search_of(colours: np.ndarray) -> Search:
    search = Search(MAX_BEAM)
    search.set_palette(colours)
    return search


class NoLibrary:
    def __getattr__(self, name: str) -> Any:
        raise AssertionError(f"{name} was called")


@pytest.fixture
def no_calls(monkeypatch: pytest.MonkeyPatch) -> Search:
    """Return a search for 16 colours, and fail from now on whenever the library is called."""
    search = search_of(random_colours(16))
    monkeypatch.setattr(core, "library", NoLibrary)
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


NOT_PIXELS = [
    random_pixels(8, 6).astype(np.int16),
    random_pixels(8, 6).astype(np.float32),
    random_pixels(8, 6)[..., :2],
    random_pixels(8, 6)[..., 0],
    random_pixels(8, 6)[None],
    random_pixels(7, 6),
    random_pixels(6, 8),
]
FRAMES = pytest.mark.parametrize("wrong", NOT_PIXELS, ids=lambda each: f"{each.dtype}{each.shape}")


@FRAMES
@pytest.mark.parametrize("name", ["pixels", "before", "shown"])
def test_frames_of_another_type_or_shape_are_rejected(no_calls: Search, name: str, wrong: np.ndarray) -> None:
    with pytest.raises(ValueError, match="frame"):
        encode(no_calls, **{name: wrong})


@FRAMES
def test_the_frame_encoder_rejects_frames_that_do_not_fill_the_canvas(wrong: np.ndarray) -> None:
    encoder = FrameEncoder(Size(8, 6), Preset("any"))
    with pytest.raises(ValueError, match="frame"):
        encoder.encode(Picture(wrong), FramePalette(random_colours(9)))
    encoder.encode(Picture(random_pixels(8, 6)), FramePalette(random_colours(9)))
    with pytest.raises(ValueError, match="frame"):
        encoder.encode(Picture(wrong), FramePalette(random_colours(9)))


@pytest.mark.usefixtures("no_calls")
@FRAMES
def test_different_canvases_are_not_compared(wrong: np.ndarray) -> None:
    for pair in ((random_pixels(8, 6), wrong), (wrong, random_pixels(8, 6))):
        with pytest.raises(ValueError, match="frame"):
            changed_window(*pair)


@pytest.mark.parametrize(
    "changes",
    [
        {"indices": np.zeros((8, 6), np.uint8)},
        {"indices": np.zeros((6, 8), np.int32)},
        {"window": Window(0, 0, 9, 6)},
        {"window": Window(0, 0, 8, 7)},
        {"window": Window(-1, 0, 8, 6)},
        {"window": Window(0, -1, 8, 6)},
        {"window": Window(3, 0, 3, 6)},
        {"window": Window(0, 5, 8, 4)},
        {"code": np.zeros(code_capacity(WHOLE) - 1, np.uint8)},
        {"shown": read_only(np.zeros((6, 8, 3), np.uint8))},
        {"shown": np.zeros((6, 16, 3), np.uint8)[:, ::2]},
        {"indices": np.zeros((6, 16), np.uint8)[:, ::2]},
        {"code": np.zeros(2 * code_capacity(WHOLE), np.uint8)[::2]},
        {"code": np.zeros(code_capacity(WHOLE), np.int16)},
        {"code": np.zeros((code_capacity(WHOLE), 0), np.uint8)},
        {"code": np.zeros((code_capacity(WHOLE), 1), np.uint8)},
        {"indices": read_only(np.zeros((6, 8), np.uint8))},
        {"code": read_only(np.zeros(code_capacity(WHOLE), np.uint8))},
    ],
)
def test_wrong_buffers_are_rejected(no_calls: Search, changes: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"plane|Window|buffer"):
        encode(no_calls, **changes)


@pytest.mark.parametrize(
    "changes",
    [
        {"beam": 0},
        {"beam": 17},
        {"beam": -1},
        {"half": -1},
        {"quarter": -1},
        {"half": 33, "quarter": 16},
        {"half": 1 << 64},
        {"quarter": 1 << 64},
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


@pytest.mark.parametrize("name", ["visible", "covered"])
def test_masks_of_another_size_are_rejected(no_calls: Search, name: str) -> None:
    with pytest.raises(ValueError, match="pixels"):
        encode(
            no_calls, settings=SETTINGS._replace(clear=16, code_size=5), **{name: np.ones((6, 9), np.uint8)}
        )


SAMPLE = random_pixels(20, 20)
TOO_WIDE = np.broadcast_to(SAMPLE[:1, :1], (1, 65_536, 3))
TOO_MANY = np.broadcast_to(SAMPLE[0, 0], (4096, 2049, 3))


@pytest.mark.usefixtures("no_calls")
@pytest.mark.parametrize(
    "call",
    [
        lambda: core.distinct_colours(SAMPLE, 0),
        lambda: core.distinct_colours(SAMPLE[..., 0], 9),
        lambda: core.select_palette(SAMPLE, 0, 3),
        lambda: core.select_palette(SAMPLE, 257, 3),
        lambda: core.select_palette(SAMPLE, 4, 3, random_colours(5)),
        lambda: core.select_palette(SAMPLE, 4, -1),
        lambda: core.select_palette(SAMPLE.astype(float), 4, 3),
        lambda: core.palette_error(SAMPLE, random_colours(257)),
        lambda: core.palette_error(SAMPLE, random_colours(9).astype(int)),
        lambda: core.background_colours(SAMPLE.astype(int), 0.1, 9),
        lambda: core.cell_sums(SAMPLE, 0),
        lambda: core.cell_sums(SAMPLE, -3),
        lambda: core.cell_sums(SAMPLE, 1 << 31),
        lambda: core.cell_sums(SAMPLE, (1 << 32) + 1),
        lambda: core.cell_sums(TOO_WIDE, 8),
        lambda: core.distinct_colours(SAMPLE, (1 << 32) + 9),
        lambda: core.background_colours(SAMPLE, 0.1, -1),
        lambda: core.background_colours(SAMPLE, 0.1, 257),
        lambda: core.background_colours(SAMPLE, 0, 9),
        lambda: core.background_colours(SAMPLE, 1.1, 9),
        lambda: core.background_colours(SAMPLE, nan, 9),
        lambda: core.background_colours(TOO_MANY, 0.1, 9),
        lambda: core.select_palette(SAMPLE, 9, 3, random_colours(9)[0]),
        lambda: core.select_palette(SAMPLE, 9, 3, random_colours(9)[None]),
        lambda: core.select_palette(SAMPLE, 9, 1 << 40),
        lambda: core.select_palette(TOO_MANY, 9, 3),
        lambda: core.palette_error(TOO_MANY, random_colours(9)),
        lambda: core.palette_error(SAMPLE, random_colours(9)[:0]),
        lambda: core.changed_window(TOO_WIDE, TOO_WIDE),
        lambda: core.cell_sums(SAMPLE[0], 3),
    ],
)
def test_other_wrong_arguments_are_rejected(call: Callable[[], object]) -> None:
    with pytest.raises(ValueError, match=r"\d|not"):
        call()


@pytest.mark.usefixtures("no_calls")
@pytest.mark.parametrize(
    "call",
    [
        lambda: core.cell_sums(SAMPLE, cast("int", 2.0)),
        lambda: core.cell_sums(SAMPLE, cast("int", nan)),
        lambda: core.distinct_colours(SAMPLE, cast("int", 9.0)),
        lambda: core.select_palette(SAMPLE, cast("int", None), 3),
        lambda: core.select_palette(SAMPLE, 9, cast("int", 1.0)),
        lambda: core.palette_error(SAMPLE, cast("np.ndarray", [[1, 2, 3]])),
        lambda: core.changed_window(cast("np.ndarray", None), SAMPLE),
    ],
)
def test_arguments_of_another_type_are_rejected(call: Callable[[], object]) -> None:
    with pytest.raises(TypeError, match=r"integer|an array"):
        call()


def test_integers_of_numpy_are_accepted() -> None:
    assert len(core.select_palette(SAMPLE, cast("int", np.int64(9)), cast("int", np.uint8(1)))) == 9


def test_missing_memory_for_a_histogram_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    class NoMemory:
        def gifmill_palette_error(self, *_: object) -> float:
            return core._NO_MEMORY

    monkeypatch.setattr(core, "library", NoMemory)
    with pytest.raises(MemoryError):
        core.palette_error(SAMPLE, random_colours(9))


@given(arrays(np.uint8, (2, 5, 7, 3), elements=st.integers(0, 2)))
def test_the_window_is_the_smallest_with_all_changes(pictures: np.ndarray) -> None:
    rows, columns = np.nonzero((pictures[0] != pictures[1]).any(axis=2))
    expected = None
    if len(rows):
        expected = (columns.min(), rows.min(), columns.max() + 1, rows.max() + 1)
    assert changed_window(*pictures) == expected


@pytest.mark.parametrize("at", [(0, 0), (0, 11), (8, 0), (8, 11), (2, 5)])
@pytest.mark.parametrize("channel", range(3))
def test_one_changed_channel_is_found(at: tuple[int, int], channel: int) -> None:
    before = random_pixels(12, 9)
    after = before.copy()
    after[(*at, channel)] ^= 1
    assert changed_window(before, after) == (at[1], at[0], at[1] + 1, at[0] + 1)


def test_canvases_need_not_be_contiguous() -> None:
    before, after = random_pixels(12, 9), random_pixels(12, 9)
    after[2, 5] ^= 1
    views: list[Callable[[Pixels], Pixels]] = [
        lambda pixels: pixels[::-1],
        lambda pixels: pixels[:, ::2],
        lambda pixels: pixels.swapaxes(0, 1),
    ]
    for view in views:
        rows, columns = np.nonzero((view(before) != view(after)).any(axis=2))
        box = (columns.min(), rows.min(), columns.max() + 1, rows.max() + 1) if len(rows) else None
        assert changed_window(view(before), view(after)) == box


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
