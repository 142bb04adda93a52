"""Flash detection in an animation by WCAG 2.2, success criterion 2.3.1.

A flash is a pair of opposing changes of relative luminance by 10 % of its maximum or more, where the darker
state is below 0.80, or of saturated red. More than three within one second, over more than a quarter of the
picture, are too many. The written file is checked: palettes, indices and delays, looped for ever.

Pictures are judged by places, the means of a coarse grid: texture finer than that is seen as its mean, as the
criterion says of fine balanced patterns. Two things are counted, and each alone can be too much: changes of
the same places; and pictures that brighten or darken a quarter of the places at once, wherever these are.

Source: https://www.w3.org/TR/WCAG22/#dfn-general-flash-and-red-flash-thresholds
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from gifmill.animation import Pixels, Size
    from gifmill.gif.indexed_image import IndexedImage, Palette

type Floats = NDArray[np.float32]
type Areas = NDArray[np.float64]
"""For each place its part of the picture."""

type Changes = NDArray[np.int8]
"""1 where a place has brightened, -1 where it has darkened, else 0; shape (pictures, places)."""

MAX_CHANGES_PER_SECOND = 6
"""Within one second: three flashes, each of which is a pair of opposing changes."""

_AREA = 0.25
"""Of the picture: flashes on less are no danger. We know nothing of the screen that it will be shown on."""

_CHANGE = 0.1
"""Of relative luminance, from which a change counts."""

_DARK = 0.8
"""The darker of two states must be below this: two bright ones are no flash."""

_RED_CHANGE = 20
"""Of (R - G - B) x 320, from which a change of saturated red counts."""

_RED_SHARE = 0.8
"""The part of red in a colour from which it is saturated."""

_GRID = 32
"""Places along the longest side: at 480 px each is 15 px, less than half a degree of what is seen."""

_SECOND_CS = 100

_ALL = np.ones(1)
"""The area of one place that is the whole picture."""

_LUMINANCE = np.array([0.2126, 0.7152, 0.0722], np.float32)
_LINEAR = np.array(
    [
        level / 12.92 if level <= 0.04045 else ((level + 0.055) / 1.055) ** 2.4
        for level in np.arange(256) / 255
    ],
    np.float32,
)
"""For each byte of sRGB its light. Source: WCAG 2.2, relative luminance."""


class FlashDetector:
    """Receives the frames of an animation in order, and counts its flashes."""

    def __init__(self, size: Size) -> None:
        """Start with no frames.

        Args:
            size: of the canvas, which every picture fills.
        """
        self._side = max(1, -(-max(size) // _GRID))
        rows, columns = (np.arange(length) // self._side for length in (size.height, size.width))
        self._columns = (columns[:, None] == np.arange(columns[-1] + 1)).astype(np.float32)
        self._sizes = np.outer(np.bincount(rows), np.bincount(columns)).ravel().astype(np.float32)
        self._area = self._sizes / self._sizes.sum(dtype=np.float64)
        self._light: list[Floats] = []
        self._red: list[Floats] = []
        self._starts_cs = [0]

    def add_image(self, picture: IndexedImage, delay_cs: int) -> None:
        """Add an indexed frame, by the means of its grid cells.

        Args:
            picture: of the size of the canvas.
            delay_cs: how long it is shown.
        """
        light, red = _states(picture.palette)
        # Clipping never happens, but spares the check.
        pixels = light.take(picture.indices, mode="clip")
        self._remember(pixels, red.take(picture.indices, mode="clip") if red.any() else None, delay_cs)

    def add_pixels(self, pixels: Pixels, delay_cs: int) -> None:
        """Add a true-colour frame, as `add_image` does.

        Args:
            pixels: of the size of the canvas.
            delay_cs: how long it is shown.
        """
        light, red = _states(pixels)
        self._remember(light, red if red.any() else None, delay_cs)

    def _remember(self, light: Floats, red: Floats | None, delay_cs: int) -> None:
        self._light.append(self._places(light))
        self._red.append(np.zeros_like(self._light[-1]) if red is None else self._places(red))
        self._starts_cs.append(self._starts_cs[-1] + delay_cs)

    def max_changes_per_second(self) -> int:
        """Return the largest number of opposing changes over a quarter of the picture within a second.

        More than `MAX_CHANGES_PER_SECOND` are dangerous.
        """
        counts = [0]
        for means, change, dark in ((self._light, _CHANGE, _DARK), (self._red, _RED_CHANGE, np.inf)):
            states = np.stack(means)
            lively = np.ptp(states, axis=0) >= change
            area = self._area[lively]
            if area.sum() > _AREA:
                changes = _changes(states[:, lively], change, dark)
                counts.append(self._most(changes, area))
                counts.append(self._most(_together(changes, area), _ALL))
        return max(counts)

    def _places(self, pixels: Floats) -> Floats:
        """Return the mean of each grid cell, in one row."""
        whole = len(pixels) // self._side * self._side
        sums = pixels[:whole].reshape(-1, self._side, pixels.shape[1]).sum(axis=1)
        if whole < len(pixels):
            sums = np.concatenate([sums, pixels[whole:].sum(axis=0, keepdims=True)])
        means: Floats = (sums @ self._columns).ravel() / self._sizes
        return means

    def _most(self, changes: Changes, area: Areas) -> int:
        """The most changes that more than a quarter of the area has within a second."""
        starts, duration = np.array(self._starts_cs[:-1]), self._starts_cs[-1]
        turns = 1 + -(-_SECOND_CS // duration)
        total = np.cumsum(np.abs(np.tile(changes, (turns, 1)), dtype=np.int32), axis=0)
        total = np.pad(total, ((1, 0), (0, 0)))
        played = np.concatenate([starts + turn * duration for turn in range(turns)])
        ends = np.searchsorted(played, starts + _SECOND_CS)
        counts = total[ends] - total[: len(changes)]
        for most in range(int(counts.max()), 0, -1):
            if ((counts >= most) @ area).max() > _AREA:
                return most
        return 0


def _states(colours: Palette | Pixels) -> tuple[Floats, Floats]:
    """Of each colour the relative luminance, and how red it is: 0 where its red is not saturated."""
    linear = _LINEAR[colours]
    red, rest = linear[..., 0], linear[..., 1] + linear[..., 2]
    saturated = red >= _RED_SHARE * (red + rest)
    return linear @ _LUMINANCE, np.where(saturated, np.maximum(red - rest, 0) * 320, 0).astype(np.float32)


def _changes(states: Floats, change: float, dark: float) -> Changes:
    """Where opposing changes are, in one turn of the loop.

    A place changes when it has gone far enough from the extreme that it reached since it last changed the
    other way. That depends on what was before only until both extremes of a turn have been seen, so the
    second turn is like all that follow.

    Args:
        states: shape (pictures, places).
        change: what counts.
        dark: what the darker state must be below.

    Returns:
        1 where a place has brightened, -1 where it has darkened, else 0; same shape.
    """
    found = np.zeros(states.shape, np.int8)
    low, high = states[0].copy(), states[0].copy()
    last = np.zeros(states.shape[1], np.int8)
    for number in (*range(len(states)), *range(len(states))):
        now = states[number]
        rise = (last <= 0) & (now - low >= change) & (low < dark)
        fall = (last >= 0) & (high - now >= change) & (now < dark)
        found[number] = rise.astype(np.int8) - fall.astype(np.int8)
        last = np.where(rise | fall, found[number], last)
        low = np.where(fall, now, np.minimum(low, now))
        high = np.where(rise, now, np.maximum(high, now))
    return found


def _together(changes: Changes, area: Areas) -> Changes:
    """Opposing changes of more than a quarter of the area at once, as those of one place."""
    rise, fall = (changes > 0) @ area > _AREA, (changes < 0) @ area > _AREA
    found = np.zeros((len(changes), 1), np.int8)
    last = 0
    for number in (*range(len(changes)), *range(len(changes))):
        if (rise[number] and last <= 0) or (fall[number] and last >= 0):
            last = 1 if rise[number] and last <= 0 else -1
            found[number] = last
        else:
            found[number] = 0
    return found
