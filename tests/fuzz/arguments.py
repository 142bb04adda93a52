"""Random arguments, valid and invalid, for every function that calls the native core."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

import gifmill.gif.core as core
from gifmill.gif.core import Window
from gifmill.gif.frame_code import FrameSettings, Search, code_capacity, encode_frame

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

type Arguments = tuple[Any, ...]

_WRONG_NUMBERS = [-1, 0, 2**31 - 1, 2**31, 2**32 + 1, 2**40, 2**64, -(2**31), -(2**40)]
_NOT_INTEGERS = [float("nan"), float("inf"), 2.5, None, "3", [3], np.float32(2)]
_WRONG_FLOATS = [float("nan"), float("inf"), -float("inf"), -1e-9, 1e39, 1e308, None, "0", 1 << 200]
_WRONG_TYPES = [np.int8, np.uint16, np.int32, np.float32, np.float64, np.bool, np.dtype(">u2"), np.object_]
_NOT_ARRAYS = [None, 3, "abc", b"abc", [[1, 2, 3]], (1, 2)]


class RandomArguments:
    """Draws calls. Each argument is invalid with the probability `wrong`."""

    def __init__(self, random: np.random.Generator) -> None:
        self._random = random
        self._wrong = float(random.choice([0, 0.05, 0.3]))

    def function(self) -> str:
        """Return the name of a function."""
        return str(self._one_of(list(CALLS)))

    def boolean(self) -> bool:
        """Return True or False."""
        return bool(self._random.random() < 0.5)

    def integer(self, low: int, high: int) -> Any:
        """Return an integer of a range, small ones more often, or something else."""
        if self._is_wrong():
            return self._one_of([low - 1, high + 1, *_WRONG_NUMBERS, *_NOT_INTEGERS])
        number = self._random.integers(low, (high if self._random.random() < 0.5 else min(high, low + 9)) + 1)
        return self._one_of([int(number), int(number), number])

    def real(self, high: float) -> Any:
        """Return a number from 0 to `high`, or something else."""
        if self._is_wrong():
            return self._one_of(_WRONG_FLOATS)
        return self._one_of([0.0, high, float(self._random.random() * high)])

    def valid_pixels(self, *shape: int) -> np.ndarray:
        """Return colours of this shape, in few or many levels."""
        levels = int(self._random.choice([1, 2, 5, 256]))
        return self._random.integers(0, levels, (*shape, 3), np.uint8)

    def pixels(self, *shape: int) -> Any:
        """Return colours of this shape, or something else."""
        return self.altered(self.valid_pixels(*shape))

    def picture(self) -> Any:
        """Return colours in two axes, or something else."""
        return self.pixels(self.side(), self.side())

    def palette(self, most: int = 256) -> Any:
        """Return different colours, or something else."""
        entries = int(self._random.integers(1, most + 1))
        if self._is_wrong():
            entries = self._one_of([0, most + 1, 257, 1000])
        return self.altered(self._random.integers(0, 256, (entries, 3), np.uint8))

    def altered(self, array: np.ndarray) -> Any:
        """Return an array, sometimes with another layout in memory, seldom with another shape or dtype."""
        wrong: Sequence[Callable[[], Any]] = [
            lambda: array.astype(self._one_of(_WRONG_TYPES)),
            lambda: array[..., :2],
            lambda: np.zeros(array.shape[:-1], np.uint8),
            lambda: array[None],
            lambda: array[:0],
            lambda: array[0] if len(array) else array,
            lambda: array.swapaxes(0, -1),
            lambda: array[:-1],
            lambda: array.reshape(-1),
            lambda: array.reshape(-1, 1),
            lambda: np.empty((*array.shape[:-1], 0), np.uint8),
            lambda: np.empty((0, 1 << 33, 3), np.uint8),
            lambda: np.empty((1 << 33, 0, 3), np.uint8),
            lambda: np.zeros((), np.uint8),
            lambda: self._one_of(_NOT_ARRAYS),
        ]
        return self._one_of(wrong)() if self._is_wrong() else self.arranged(array)

    def arranged(self, array: np.ndarray) -> np.ndarray:
        """Return an array of the same shape, sometimes with another layout in memory."""
        layouts: Sequence[Callable[[], np.ndarray]] = [
            lambda: array,
            lambda: array.repeat(2, axis=0)[::2],
            lambda: array[::-1],
            lambda: np.asfortranarray(array),
            lambda: np.frombuffer(b"x" + array.tobytes(), np.uint8, offset=1).reshape(array.shape),
            lambda: np.broadcast_to(array[:1], array.shape) if len(array) else array,
        ]
        arranged: np.ndarray = self._one_of(layouts)() if self._random.random() < 0.2 else array
        return arranged

    def side(self) -> int:
        """Return the side of a picture in pixels: mostly short."""
        return int(self._random.integers(0, 300 if self._random.random() < 0.05 else 20))

    def failing_allocation(self) -> int:
        """Return the number of the allocation that fails; 0: none."""
        return int(self._random.integers(1, 6)) if self._random.random() < 0.1 else 0

    def window(self, width: int, height: int) -> Window:
        """Return a window of a canvas, or one that is not on it."""
        left, right = np.sort(self._random.choice(width + 1, 2, replace=width < 1)).tolist()
        top, bottom = np.sort(self._random.choice(height + 1, 2, replace=height < 1)).tolist()
        window = Window(left, top, right, bottom)
        if self._is_wrong():
            window = window._replace(**{self._one_of(Window._fields): self.integer(0, width)})
        return window

    def capacity(self, area_px: int) -> int:
        """Return enough bytes for the code of a whole canvas, or fewer."""
        return int(self._random.integers(0, 1000)) if self._is_wrong() else area_px * 2 + 1024

    def _is_wrong(self) -> bool:
        return bool(self._random.random() < self._wrong)

    def _one_of(self, choices: Sequence[Any]) -> Any:
        return choices[int(self._random.integers(len(choices)))]


def _search(draw: RandomArguments) -> Arguments:
    return draw.integer(1, 16), draw.palette(), draw.boolean(), draw.palette()


def search_of(beam: Any, *palettes: Any, exact: bool) -> Search:
    """Return a search that has had these palettes; the last one can be exact."""
    search = Search(beam)
    for number, colours in enumerate(palettes, 1):
        search.set_palette(colours, exact=exact and number == len(palettes))
    return search


def _encode_frame(draw: RandomArguments) -> Arguments:
    width, height, entries = draw.side(), draw.side(), 1 + draw.side() % 256
    window = draw.window(width, height)
    settings = FrameSettings(
        clear=draw.integer(0, 255) if draw.boolean() else None,
        code_size=draw.integer(max(2, (entries - 1).bit_length()), 8),
        beam=draw.integer(1, 16),
        right_share=draw.integer(0, 32),
        below_share=draw.integer(0, 16),
        tolerance=draw.real(1),
        code_cost=draw.real(1),
    )
    indices, mask = np.full((2, height, width), draw.side() % 256, np.uint8)
    return (
        search_of(16, draw.valid_pixels(9), draw.valid_pixels(entries), exact=draw.boolean()),
        draw.pixels(height, width),
        draw.pixels(height, width) if draw.boolean() else None,
        draw.pixels(height, width),
        draw.altered(indices) if draw.boolean() else None,
        window,
        settings,
        draw.altered(np.empty(draw.capacity(width * height), np.uint8)),
        draw.altered(mask) if draw.boolean() else None,
        draw.altered(mask) if draw.boolean() else None,
    )


def _changed_window(draw: RandomArguments) -> Arguments:
    before = draw.valid_pixels(draw.side(), draw.side())
    after = before.copy()
    if draw.boolean() and after.size:
        after.flat[draw.side() % after.size] ^= 1
    return draw.altered(before), draw.altered(after)


CALLS: dict[str, tuple[Callable[..., object], Callable[[RandomArguments], Arguments]]] = {
    "Search": (
        lambda beam, first, exact, second: search_of(beam, first, second, exact=exact),
        _search,
    ),
    "encode_frame": (encode_frame, _encode_frame),
    "code_capacity": (code_capacity, lambda draw: (draw.window(draw.side(), draw.side()),)),
    "changed_window": (core.changed_window, _changed_window),
    "colour_cells": (
        core.colour_cells,
        lambda draw: (draw.arranged(draw.valid_pixels(draw.side(), draw.side())),),
    ),
    "distinct_colours": (core.distinct_colours, lambda draw: (draw.picture(), draw.integer(1, 256))),
    "background_colours": (
        core.background_colours,
        lambda draw: (draw.picture(), draw.real(1), draw.integer(0, 256)),
    ),
    "select_palette": (
        core.select_palette,
        lambda draw: (
            draw.picture(),
            draw.integer(1, 256),
            draw.integer(0, 5),
            draw.palette(9) if draw.boolean() else None,
        ),
    ),
    "palette_error": (core.palette_error, lambda draw: (draw.picture(), draw.palette())),
    "cell_sums": (core.cell_sums, lambda draw: (draw.picture(), draw.integer(1, 40))),
}
"""By name, each function, and what draws its arguments."""
