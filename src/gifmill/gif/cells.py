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

type Bits = tuple[int, int, int]
"""How many leading bits of red, green and blue tell cells apart."""


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


class EntryTable:
    """For each cell the entry of one palette that is nearest to it.

    Each cell is judged by a pixel of the first picture that falls into it, not by its centre: in dark photos
    a centre can be far from all that is in the cell. What has been judged is kept, so that many pictures of
    one palette cost little more than one.
    """

    def __init__(self, palette: Palette, bits: Bits) -> None:
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

    def complete(self, rest: Bits) -> NDArray[np.uint8]:
        """The entries of all cells, by number: where no pixel has been met, by the centres of a coarser grid.

        Args:
            rest: bits of that grid, of each channel at most those of the table.
        """
        centres = [(np.arange(1 << bits) * 2 + 1) << (7 - bits) for bits in rest]
        grid = np.stack(np.meshgrid(*centres, indexing="ij"), axis=-1).astype(np.uint8)
        entries = nearest(to_lab(grid.reshape(-1, 3)), self._centres).astype(np.uint8).reshape(grid.shape[:3])
        for axis, (fine, coarse) in enumerate(zip(self._bits, rest, strict=True)):
            entries = entries.repeat(1 << (fine - coarse), axis=axis)
        return np.where(self._known, self._entry, entries.ravel())

    def _judge(self, keys: Keys, colours: NDArray[np.uint8]) -> None:
        """Find the entries of cells that have not been met before.

        Of the pixels in a cell one is wanted: all write their number, and the last ones find it again.
        """
        new = np.flatnonzero(~self._known.take(keys, mode="clip"))
        cells = keys[new]
        self._last[cells] = new
        new = new[self._last[cells] == new]
        cells = keys[new]
        self._entry[cells] = nearest(to_lab(colours[new]), self._centres)
        self._known[cells] = True
