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
from gifmill.gif.flash_measurement import FlashMeasurement, measure_changes
from gifmill.gif.transparency import on_background

if TYPE_CHECKING:
    from gifmill.animation import Indices, Pixels, Size
    from gifmill.gif.flash_measurement import Floats, Track

_MIN_LUMINANCE_CHANGE = 0.1
"""Difference of relative luminance from which a change counts."""

_MAX_DARK_LUMINANCE = 0.8
"""The darker of two states must be below this luminance: two bright states are no flash."""

_MIN_RED_CHANGE = 20
"""Difference of (R - G - B) x 320 from which a change of saturated red counts."""

_GRID_CELLS = 32
"""Cells along the longest side: at 480 px each is 15 px, less than half a degree of the field of view."""

_BACKGROUNDS = (255, 0)
"""Greys of the backgrounds on which transparent pictures are checked: white and black."""


class Means(NamedTuple):
    """Of each grid cell of a frame, the mean luminance and the mean saturated red."""

    light: Floats
    red: Floats


def cell_side_px(size: Size) -> int:
    """Return the side of the grid's cells on a canvas; those at its right and bottom edges may be smaller."""
    return max(1, -(-max(size) // _GRID_CELLS))


class FlashDetector:
    """Receives the frames of an animation in order, and counts its flashes.

    Attributes:
        delays_cs: display time of each frame so far.
    """

    def __init__(self, size: Size, *, margin: float = 0.0) -> None:
        """Start with no frames.

        Args:
            size: the canvas, which every picture fills.
            margin: share by which smaller changes count too, 0 to 1: for pictures that an encoder will alter
                a little.
        """
        self._side = cell_side_px(size)
        rows, columns = (np.arange(length) // self._side for length in (size.height, size.width))
        self._cells = np.outer(np.bincount(rows), np.bincount(columns)).ravel()
        self._area = self._cells / self._cells.sum()
        self._means: list[tuple[Means, Means]] = []
        self._scale = 1 - margin
        self.delays_cs: list[int] = []

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
        self.delays_cs.append(delay_cs)

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
        self.delays_cs.append(delay_cs)

    def _add_means(self, *pictures: Pixels) -> None:
        """Add the means of a frame: one picture if it is opaque, else one on each background."""
        means = [self._means_of(picture) for picture in pictures]
        self._means.append((means[0], means[-1]))

    def measure(self) -> FlashMeasurement:
        """Find the changes of all frames so far.

        Raises:
            ValueError: there are no frames.
        """
        if not self._means:
            raise ValueError("There are no frames to measure.")
        opaque = all(on_white is on_black for on_white, on_black in self._means)
        tracks: list[Track] = []
        for ground in range(1 if opaque else len(_BACKGROUNDS)):
            means = [frame[ground] for frame in self._means]
            light, red = (np.stack(states) for states in zip(*means, strict=True))
            least_light, least_red = _MIN_LUMINANCE_CHANGE * self._scale, _MIN_RED_CHANGE * self._scale
            tracks += measure_changes(light, self._area, least_light, _MAX_DARK_LUMINANCE)
            tracks += measure_changes(red, self._area, least_red, np.inf)
        return FlashMeasurement(len(self._means), tuple(tracks))

    def max_changes_per_second(self) -> int:
        """Return `FlashMeasurement.max_changes_per_second` for the delays of the frames."""
        return self.measure().max_changes_per_second(self.delays_cs)

    def _means_of(self, pixels: Pixels) -> Means:
        light, red = cell_sums(pixels, self._side)
        return Means((light / self._cells).astype(np.float32), (red / self._cells).astype(np.float32))
