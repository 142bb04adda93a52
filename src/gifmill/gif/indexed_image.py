"""An image of palette indices: the quantiser's output and the writer's input."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from gifmill.animation import Indices, Layout, Size

type Palette = NDArray[np.uint8]
"""sRGB colours, shape (entries, 3), 1 to 256 entries."""


@dataclass(frozen=True, slots=True, eq=False)
class IndexedImage:
    """Palette indices and their palette.

    Attributes:
        indices: uint8 palette entries, shape (height, width).
        palette: sRGB colours.
        shared: the palette is the file's global one and must not be changed.
    """

    indices: Indices
    palette: Palette
    shared: bool = False

    def without_unused_entries(self) -> IndexedImage:
        """Return the picture without unused palette entries; the order of the others stays."""
        used = np.bincount(self.indices.ravel(), minlength=len(self.palette)) > 0
        if used.all():
            return self
        renumbered = (np.cumsum(used) - 1).astype(np.uint8)
        return IndexedImage(renumbered.take(self.indices), self.palette[used])

    def laid_out(self, layout: Layout, size: Size) -> IndexedImage:
        """Lay the picture out on a canvas."""
        return IndexedImage(layout.lay(self.indices, size), self.palette, self.shared)

    def equals(self, other: IndexedImage) -> bool:
        """Compare palette and indices. Images with reordered palettes count as different."""
        return np.array_equal(self.palette, other.palette) and np.array_equal(self.indices, other.indices)
