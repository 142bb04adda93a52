"""Colours by cells of a grid in RGB, and a table from cells to palette entries."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from gifmill.gif.metric import nearest, to_lab

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from gifmill.frames import Indices
    from gifmill.gif.indexed import Palette

type Keys = NDArray[np.int32]
"""Numbers of cells."""


def cell_keys(colours: NDArray[np.uint8], bits: Sequence[int]) -> Keys:
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


class CellTable:
    """Maps pixels to palette entries by their cells.

    Each occupied cell is judged by one of its own pixels, not by its centre: in dark photos a centre can be
    far from all that is in the cell. The arrays are as large as the grid and only entries written by a call
    are read by it, so one table serves any number of calls, one after the other, but no two threads at once.
    """

    def __init__(self, bits: tuple[int, int, int]) -> None:
        self._bits = bits
        self._entry = np.empty(1 << sum(bits), np.uint8)
        self._last = np.empty(1 << sum(bits), np.int32)

    def map(self, pixels: NDArray[np.uint8], palette: Palette) -> Indices:
        """For each pixel the entry that is nearest to its cell's pixel.

        Args:
            pixels: uint8, shape (height, width, 3).
            palette: 1 to 256 colours.

        Returns:
            uint8, shape (height, width).
        """
        keys = cell_keys(pixels, self._bits)
        cells, colours = self._occupied(keys.ravel(), pixels.reshape(-1, 3))
        self._entry[cells] = nearest(to_lab(colours), to_lab(palette))
        return self._entry[keys]

    def _occupied(self, keys: Keys, colours: NDArray[np.uint8]) -> tuple[Keys, NDArray[np.uint8]]:
        """Cells in use, and for each the last of its pixels: all write their number, the last ones see it."""
        numbers = np.arange(keys.size, dtype=np.int32)
        self._last[keys] = numbers
        last = np.flatnonzero(self._last[keys] == numbers)
        return keys[last], colours[last]
