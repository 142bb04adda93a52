"""Arguments of the native core: what could read or write outside an array is rejected before any call."""

from __future__ import annotations

from math import nan
from typing import TYPE_CHECKING, cast

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from tests.gif.frames import random_colours, random_pixels
from tests.gif.wrong_frames import WRONG_FRAMES

import gifmill.gif.core as core
from gifmill.gif.core import changed_window

if TYPE_CHECKING:
    from collections.abc import Callable

    from gifmill.animation import Pixels


@pytest.mark.usefixtures("no_calls")
@WRONG_FRAMES
def test_different_canvases_are_not_compared(wrong: np.ndarray) -> None:
    for pair in ((random_pixels(8, 6), wrong), (wrong, random_pixels(8, 6))):
        with pytest.raises(ValueError, match="frame"):
            changed_window(*pair)


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


@pytest.mark.usefixtures("no_calls")
def test_valid_arguments_reach_the_library() -> None:
    with pytest.raises(AssertionError, match="gifmill_changed_window was called"):
        changed_window(SAMPLE, SAMPLE)


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
