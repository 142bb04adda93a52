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
"""Cell numbers."""

type ChannelBits = tuple[int, int, int]
"""Number of leading bits of red, green and blue that select a cell."""


def cell_keys(colours: NDArray[np.uint8], bits: Sequence[int]) -> CellKeys:
    """Return the number of each colour's cell.

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
"""The grid for cells that diffused errors hardly ever reach."""


class NearestColourTable:
    """The nearest entry of one palette for each cell of an RGB grid.

    A cell's entry is that of the first pixel in the cell, not of its centre: in dark photos a centre can be
    far from all colours in the cell. Entries are cached, so that many pictures of one palette cost little
    more than one.
    """

    def __init__(self, palette: Palette, bits: ChannelBits) -> None:
        """Start with an empty cache.

        Args:
            palette: 1 to 256 colours.
            bits: more bits are more exact and slower.
        """
        self._centres = to_lab(palette)
        self._bits = bits
        self._entry = np.zeros(1 << sum(bits), np.uint8)
        self._known = np.zeros(1 << sum(bits), np.bool)
        self._last = np.empty(1 << sum(bits), np.int32)

    def map(self, pixels: NDArray[np.uint8]) -> Indices:
        """Return the entry of each pixel's cell.

        Args:
            pixels: uint8, shape (height, width, 3).

        Returns:
            uint8, shape (height, width).
        """
        keys = cell_keys(pixels, self._bits)
        self._judge(keys.ravel(), pixels.reshape(-1, 3))
        return self._entry.take(keys, mode="clip")  # never out of range; "clip" skips the bounds check

    def complete(self, rest: ChannelBits) -> NDArray[np.uint8]:
        """Return the entries of all cells, by number: without a pixel, of the centres of a coarser grid.

        Args:
            rest: bits of that grid, of each channel at least 3 and at most those of the table. Next to
                occupied cells each cell is searched; farther away, where errors hardly ever lead, cells of 32
                levels are.
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
        """Return which cells of a coarser grid contain a cached cell."""
        met = np.zeros([1 << bits for bits in rest], np.bool)
        number = np.flatnonzero(self._known)
        places = np.unravel_index(number, [1 << bits for bits in self._bits])
        shifts = [fine - coarse for fine, coarse in zip(self._bits, rest, strict=True)]
        met[tuple(place >> shift for place, shift in zip(places, shifts, strict=True))] = True
        return met

    def _judge(self, keys: CellKeys, colours: NDArray[np.uint8]) -> None:
        """Cache the entries of new cells.

        One pixel of each cell is needed: all pixels write their number, and the last one finds its own.
        """
        new = np.flatnonzero(~self._known.take(keys, mode="clip"))
        cells = keys[new]
        self._last[cells] = new
        new = new[self._last[cells] == new]
        cells = keys[new]
        self._entry[cells] = self._nearest(colours[new])
        self._known[cells] = True


def _middles(cells: NDArray[np.intp], bits: ChannelBits) -> NDArray[np.uint8]:
    """Return the centre colours of cells that are numbered along each axis, shape (n, 3)."""
    middles: NDArray[np.uint8] = ((cells * 2 + 1) << (7 - np.array(bits))).astype(np.uint8)
    return middles


def _enlarged(entries: Indices, bits: ChannelBits) -> Indices:
    """Enlarge a grid to the resolution of `bits`."""
    for axis, each in enumerate(bits):
        entries = entries.repeat((1 << each) // entries.shape[axis], axis=axis)
    return entries


def _widened(cells: NDArray[np.bool]) -> NDArray[np.bool]:
    """Dilate a mask by one cell in all directions, diagonals included."""
    wide = cells.copy()
    for axis in range(cells.ndim):
        moved, still = np.moveaxis(wide, axis, 0), np.moveaxis(wide.copy(), axis, 0)
        moved[1:] |= still[:-1]
        moved[:-1] |= still[1:]
    return wide
