"""A lookup table from cells of an RGB grid to the nearest palette entries."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from gifmill.gif.colour_distance import nearest_centres, to_lab

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from gifmill.animation import Indices
    from gifmill.gif.indexed_image import Palette

type CellKeys = NDArray[np.int32]
"""Numbers of cells."""

type ChannelBits = tuple[int, int, int]
"""How many leading bits of red, green and blue tell cells apart."""


def cell_keys(colours: NDArray[np.uint8], bits: Sequence[int]) -> CellKeys:
    """The number of each colour's cell.

    Args:
        colours: uint8, shape (..., 3).
        bits: how many leading bits of red, green and blue count.
    """
    keys = (colours[..., 0] >> (8 - bits[0])).astype(np.int32)
    for channel in (1, 2):
        keys <<= bits[channel]
        keys |= colours[..., channel] >> (8 - bits[channel])
    return keys


_FAR_BITS: ChannelBits = (3, 3, 3)
"""Of cells that hardly any error leads to."""


class NearestColourTable:
    """For each cell the entry of one palette that is nearest to it.

    Each cell is judged by a pixel of the first picture that falls into it, not by its centre: in dark photos
    a centre can be far from all that is in the cell. What has been judged is kept, so that many pictures of
    one palette cost little more than one.
    """

    def __init__(self, palette: Palette, bits: ChannelBits) -> None:
        """Judge nothing yet.

        Args:
            palette: 1 to 256 colours.
            bits: more of them are more exact, and slower.
        """
        self._centres = to_lab(palette)
        self._bits = bits
        self._entry = np.zeros(1 << sum(bits), np.uint8)
        self._known = np.zeros(1 << sum(bits), np.bool)
        self._last = np.empty(1 << sum(bits), np.int32)

    def map(self, pixels: NDArray[np.uint8]) -> Indices:
        """For each pixel the entry of its cell.

        Args:
            pixels: uint8, shape (height, width, 3).

        Returns:
            uint8, shape (height, width).
        """
        keys = cell_keys(pixels, self._bits)
        self._judge(keys.ravel(), pixels.reshape(-1, 3))
        return self._entry.take(keys, mode="clip")  # which never happens, but spares the check

    def complete(self, rest: ChannelBits) -> NDArray[np.uint8]:
        """The entries of all cells, by number: where no pixel has been met, by the centres of a coarser grid.

        Args:
            rest: bits of that grid, of each channel at least 3 and at most those of the table. Beside what
                has been met it is judged cell by cell; farther away, where errors hardly lead, in cells of
                32 levels.
        """
        far = [1 << bits for bits in _FAR_BITS]
        judged = self._nearest(_middles(np.argwhere(np.ones(far, np.bool)), _FAR_BITS))
        entries = _enlarged(judged.reshape(far), rest)
        beside = np.argwhere(_widened(self._met(rest)))
        entries[tuple(beside.T)] = self._nearest(_middles(beside, rest))
        return np.where(self._known, self._entry, _enlarged(entries, self._bits).ravel())

    def _nearest(self, colours: NDArray[np.uint8]) -> Indices:
        return nearest_centres(to_lab(colours), self._centres).astype(np.uint8)

    def _met(self, rest: ChannelBits) -> NDArray[np.bool]:
        """Which cells of a coarser grid hold one that has been judged."""
        met = np.zeros([1 << bits for bits in rest], np.bool)
        number = np.flatnonzero(self._known)
        places = np.unravel_index(number, [1 << bits for bits in self._bits])
        shifts = [fine - coarse for fine, coarse in zip(self._bits, rest, strict=True)]
        met[tuple(place >> shift for place, shift in zip(places, shifts, strict=True))] = True
        return met

    def _judge(self, keys: CellKeys, colours: NDArray[np.uint8]) -> None:
        """Find the entries of cells that have not been met before.

        Of the pixels in a cell one is wanted: all write their number, and the last ones find it again.
        """
        new = np.flatnonzero(~self._known.take(keys, mode="clip"))
        cells = keys[new]
        self._last[cells] = new
        new = new[self._last[cells] == new]
        cells = keys[new]
        self._entry[cells] = self._nearest(colours[new])
        self._known[cells] = True


def _middles(cells: NDArray[np.intp], bits: ChannelBits) -> NDArray[np.uint8]:
    """The colours in the middle of cells, shape (n, 3), numbered along each axis."""
    middles: NDArray[np.uint8] = ((cells * 2 + 1) << (7 - np.array(bits))).astype(np.uint8)
    return middles


def _enlarged(entries: Indices, bits: ChannelBits) -> Indices:
    """A grid in as many cells as these bits tell apart."""
    for axis, each in enumerate(bits):
        entries = entries.repeat((1 << each) // entries.shape[axis], axis=axis)
    return entries


def _widened(cells: NDArray[np.bool]) -> NDArray[np.bool]:
    """What is set, and its neighbours, corners too."""
    wide = cells.copy()
    for axis in range(cells.ndim):
        moved, still = np.moveaxis(wide, axis, 0), np.moveaxis(wide.copy(), axis, 0)
        moved[1:] |= still[:-1]
        moved[:-1] |= still[1:]
    return wide
