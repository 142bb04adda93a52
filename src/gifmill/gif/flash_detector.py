"""Flash detection in an animation by WCAG 2.2, success criterion 2.3.1.

A flash is a pair of opposing changes of relative luminance by 10 % of its maximum or more, where the darker
state is below 0.80, or of saturated red. More than three within one second, over more than a quarter of the
picture, are too many. The written file is checked: palettes, indices and delays, looped for ever.

Pictures are reduced to the means of a coarse grid of cells: finer texture is seen as its mean, in line with
the criterion's exception for fine balanced patterns. Two counts are taken, and each alone can be too high:
changes of the same cells; and pictures that brighten or darken a quarter of all cells at once, at any
position.

Source: https://www.w3.org/TR/WCAG22/#dfn-general-flash-and-red-flash-thresholds
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from gifmill.gif.core import cell_sums
from gifmill.gif.transparency import on_background

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from gifmill.animation import Indices, Pixels, Size

type Floats = NDArray[np.float32]
type Areas = NDArray[np.float64]
"""Each cell's share of the picture."""

type Changes = NDArray[np.int8]
"""1 where a cell has brightened, -1 where it has darkened, else 0; shape (pictures, cells)."""

MAX_CHANGES_PER_SECOND = 6
"""Allowed opposing changes within one second: three flashes, each a pair of changes."""

_MIN_FLASH_AREA = 0.25
"""Share of the picture: flashes on a smaller area are safe. It is not an area of the screen, because the
viewer's screen is unknown."""

_MIN_LUMINANCE_CHANGE = 0.1
"""Difference of relative luminance from which a change counts."""

_MAX_DARK_LUMINANCE = 0.8
"""The darker of two states must be below this luminance: two bright states are no flash."""

_MIN_RED_CHANGE = 20
"""Difference of (R - G - B) x 320 from which a change of saturated red counts."""

_GRID_CELLS = 32
"""Cells along the longest side: at 480 px each is 15 px, less than half a degree of the field of view."""

_SECOND_CS = 100

_WHOLE_AREA = np.ones(1)
"""Area of one cell that is the whole picture."""


_BACKGROUNDS = (255, 0)
"""Greys of the backgrounds on which transparent pictures are checked: white and black."""


class Means(NamedTuple):
    """Of each grid cell of a frame, the mean luminance and the mean saturated red."""

    light: Floats
    red: Floats


class FlashDetector:
    """Receives the frames of an animation in order, and counts its flashes."""

    def __init__(self, size: Size) -> None:
        """Start with no frames.

        Args:
            size: the canvas, which every picture fills.
        """
        self._side = max(1, -(-max(size) // _GRID_CELLS))
        rows, columns = (np.arange(length) // self._side for length in (size.height, size.width))
        self._cells = np.outer(np.bincount(rows), np.bincount(columns)).ravel()
        self._area = self._cells / self._cells.sum()
        self._means: list[tuple[Means, Means]] = []
        self._starts_cs = [0]

    def add_pixels(self, pixels: Pixels, delay_cs: int, covered: Indices | None = None) -> None:
        """Add a frame, by the means of its grid cells.

        Args:
            pixels: the canvas, uint8, shape (height, width, 3).
            delay_cs: display time.
            covered: 0 where the canvas is transparent, else 1, shape (height, width); None if it is opaque.
                Viewers may show it on any background, so flashes are counted on white and on black.
        """
        if covered is None:
            self._add_means(pixels)
        else:
            opaque = covered[..., None] != 0
            self._add_means(*(np.where(opaque, pixels, np.uint8(grey)) for grey in _BACKGROUNDS))
        self._starts_cs.append(self._starts_cs[-1] + delay_cs)

    def add_transparent_pixels(self, pixels: Pixels, delay_cs: int) -> None:
        """Add a frame with 8-bit alpha, on white and on black.

        Args:
            pixels: the canvas, uint8, shape (height, width, 4), with straight alpha.
            delay_cs: display time.
        """
        if (pixels[..., 3] == 255).all():
            self._add_means(pixels[..., :3])
        else:
            self._add_means(*(on_background(pixels, (grey, grey, grey)) for grey in _BACKGROUNDS))
        self._starts_cs.append(self._starts_cs[-1] + delay_cs)

    def _add_means(self, *pictures: Pixels) -> None:
        """Add the means of a frame: one picture if it is opaque, else one on each background."""
        means = [self._means_of(picture) for picture in pictures]
        self._means.append((means[0], means[-1]))

    def max_changes_per_second(self) -> int:
        """Return the largest number of opposing changes over a quarter of the picture within a second.

        More than `MAX_CHANGES_PER_SECOND` are dangerous.
        """
        white, black = ([means[ground] for means in self._means] for ground in range(len(_BACKGROUNDS)))
        opaque = all(on_white is on_black for on_white, on_black in self._means)
        return max(self._changes_on_background(means) for means in ([white] if opaque else [white, black]))

    def _means_of(self, pixels: Pixels) -> Means:
        light, red = cell_sums(pixels, self._side)
        return Means((light / self._cells).astype(np.float32), (red / self._cells).astype(np.float32))

    def _changes_on_background(self, means: Sequence[Means]) -> int:
        counts = [0]
        for each, change, dark in (
            ([frame.light for frame in means], _MIN_LUMINANCE_CHANGE, _MAX_DARK_LUMINANCE),
            ([frame.red for frame in means], _MIN_RED_CHANGE, np.inf),
        ):
            states = np.stack(each)
            changing = np.ptp(states, axis=0) >= change
            area = self._area[changing]
            if area.sum() > _MIN_FLASH_AREA:
                changes = _opposing_changes(states[:, changing], change, dark)
                counts.append(self._max_changes(changes, area))
                counts.append(self._max_changes(_simultaneous_changes(changes, area), _WHOLE_AREA))
        return max(counts)

    def _max_changes(self, changes: Changes, area: Areas) -> int:
        """Return the largest number of changes that more than a quarter of the area has within a second."""
        starts, duration = np.array(self._starts_cs[:-1]), self._starts_cs[-1]
        loops = 1 + -(-_SECOND_CS // duration)
        total = np.cumsum(np.abs(np.tile(changes, (loops, 1)), dtype=np.int32), axis=0)
        total = np.pad(total, ((1, 0), (0, 0)))
        played = np.concatenate([starts + loop * duration for loop in range(loops)])
        ends = np.searchsorted(played, starts + _SECOND_CS)
        counts = total[ends] - total[: len(changes)]
        for most in range(int(counts.max()), 0, -1):
            if ((counts >= most) @ area).max() > _MIN_FLASH_AREA:
                return most
        return 0


def _opposing_changes(states: Floats, change: float, dark: float) -> Changes:
    """Find opposing changes in one loop of the animation.

    A cell changes when its difference from the extreme since its last opposite change is large enough. The
    result depends on earlier states only until both extremes of a loop have occurred, so the second loop
    equals all later ones.

    Args:
        states: shape (pictures, cells).
        change: minimum difference.
        dark: the darker state must be below this.

    Returns:
        1 where a cell has brightened, -1 where it has darkened, else 0; same shape.
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


def _simultaneous_changes(changes: Changes, area: Areas) -> Changes:
    """Return opposing changes of more than a quarter of the area at once, as changes of a single cell."""
    rise, fall = (changes > 0) @ area > _MIN_FLASH_AREA, (changes < 0) @ area > _MIN_FLASH_AREA
    found = np.zeros((len(changes), 1), np.int8)
    last = 0
    for number in (*range(len(changes)), *range(len(changes))):
        if (rise[number] and last <= 0) or (fall[number] and last >= 0):
            last = 1 if rise[number] and last <= 0 else -1
            found[number] = last
        else:
            found[number] = 0
    return found
