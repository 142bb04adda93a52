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
        bits: number of leading bits of red, green and blue.
    """
    keys = (colours[..., 0] >> (8 - bits[0])).astype(np.int32)
    for channel in (1, 2):
        keys <<= bits[channel]
        keys |= colours[..., channel] >> (8 - bits[channel])
    return keys


_FAR_BITS: ChannelBits = (3, 3, 3)
"""Grid of the cells that diffused errors hardly ever reach."""


class NearestColourTable:
    """The nearest entry of one palette for each cell of an RGB grid.

    A cell's entry is that of the first pixel in the cell, not of its centre: in dark photos a centre can be
    far from all colours in the cell. Entries are cached, so that many pictures with one palette cost little
    more than one.
    """

    def __init__(self, palette: Palette, bits: ChannelBits) -> None:
        """Start with an empty cache.

        Args:
            palette: 1 to 256 colours.
            bits: resolution of the grid; more bits are more exact and slower.
        """
        self._centres = to_lab(palette)
        self._bits = bits
        self._entry = np.zeros(1 << sum(bits), np.uint8)
        self._known = np.zeros(1 << sum(bits), np.bool)
        self._last_pixel = np.empty(1 << sum(bits), np.int32)

    def map(self, pixels: NDArray[np.uint8]) -> Indices:
        """Return the entry of each pixel's cell.

        Args:
            pixels: uint8, shape (height, width, 3).

        Returns:
            uint8, shape (height, width).
        """
        keys = cell_keys(pixels, self._bits)
        self._cache_new_cells(keys.ravel(), pixels.reshape(-1, 3))
        return self._entry.take(keys, mode="clip")  # never out of range; "clip" skips the bounds check

    def complete(self, rest: ChannelBits) -> NDArray[np.uint8]:
        """Return the entries of all cells, by number; cells without a pixel use a coarser grid's centres.

        Args:
            rest: bits of the coarser grid: in each channel at least 3, and at most the bits of the table.
                Each of its cells next to an occupied one is searched. Farther away, where errors hardly ever
                reach, cells of 32 levels are searched.
        """
        far = [1 << bits for bits in _FAR_BITS]
        far_entries = self._nearest(_cell_centres(np.argwhere(np.ones(far, np.bool)), _FAR_BITS))
        entries = _enlarge(far_entries.reshape(far), rest)
        beside = np.argwhere(_dilate(self._occupied_cells(rest)))
        entries[tuple(beside.T)] = self._nearest(_cell_centres(beside, rest))
        return np.where(self._known, self._entry, _enlarge(entries, self._bits).ravel())

    def _nearest(self, colours: NDArray[np.uint8]) -> Indices:
        return nearest_centres(to_lab(colours), self._centres).astype(np.uint8)

    def _occupied_cells(self, rest: ChannelBits) -> NDArray[np.bool]:
        """Return which cells of a coarser grid contain a cached cell."""
        occupied = np.zeros([1 << bits for bits in rest], np.bool)
        number = np.flatnonzero(self._known)
        places = np.unravel_index(number, [1 << bits for bits in self._bits])
        shifts = [fine - coarse for fine, coarse in zip(self._bits, rest, strict=True)]
        occupied[tuple(place >> shift for place, shift in zip(places, shifts, strict=True))] = True
        return occupied

    def _cache_new_cells(self, keys: CellKeys, colours: NDArray[np.uint8]) -> None:
        """Cache the entries of new cells.

        One pixel of each cell is needed: all pixels write their number, and the last one finds its own.
        """
        new = np.flatnonzero(~self._known.take(keys, mode="clip"))
        cells = keys[new]
        self._last_pixel[cells] = new
        new = new[self._last_pixel[cells] == new]
        cells = keys[new]
        self._entry[cells] = self._nearest(colours[new])
        self._known[cells] = True


def _cell_centres(cells: NDArray[np.intp], bits: ChannelBits) -> NDArray[np.uint8]:
    """Return the centre colours of cells, given by their numbers along each axis, shape (n, 3)."""
    centres: NDArray[np.uint8] = ((cells * 2 + 1) << (7 - np.array(bits))).astype(np.uint8)
    return centres


def _enlarge(entries: Indices, bits: ChannelBits) -> Indices:
    """Enlarge a grid to the resolution of `bits`."""
    for axis, each in enumerate(bits):
        entries = entries.repeat((1 << each) // entries.shape[axis], axis=axis)
    return entries


def _dilate(cells: NDArray[np.bool]) -> NDArray[np.bool]:
    """Dilate a mask by one cell in all directions, diagonals included."""
    wide = cells.copy()
    for axis in range(cells.ndim):
        moved, still = np.moveaxis(wide, axis, 0), np.moveaxis(wide.copy(), axis, 0)
        moved[1:] |= still[:-1]
        moved[:-1] |= still[1:]
    return wide
