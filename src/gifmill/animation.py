"""What an effect makes and the encoder reads: frames that still know how they are built.

A full canvas hides what a frame is made of. Here a frame is a small picture and a rule that lays it on the
canvas. The encoder quantises the small picture only and lays its *palette indices* by the same rule: a mosaic
of at most 256 blocks keeps its exact colours, a tiled frame costs one tile, and LZW meets true repeats.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import accumulate, pairwise
from typing import TYPE_CHECKING, NamedTuple, Protocol

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

type Pixels = NDArray[np.uint8]
"""sRGB colours, shape (height, width, 3)."""

type Indices = NDArray[np.uint8]
"""Palette indices, shape (height, width)."""


class Size(NamedTuple):
    """A canvas or a picture, in pixels."""

    width: int
    height: int

    @classmethod
    def of(cls, array: NDArray[np.uint8]) -> Size:
        """The size of pixels or indices: their first two axes, turned round."""
        return cls(array.shape[1], array.shape[0])


class Layout(Protocol):
    """How a frame's source becomes its canvas. `lay` works on colours and on indices alike."""

    def lay(self, source: NDArray[np.uint8], size: Size) -> NDArray[np.uint8]:
        """Lay the source from the top left on a canvas of the given size; what hangs over is cut off."""


@dataclass(frozen=True, slots=True)
class Plain:
    """The source is the canvas."""

    def lay(self, source: NDArray[np.uint8], size: Size) -> NDArray[np.uint8]:
        """The source itself, which must have the canvas's size."""
        if Size.of(source) != size:
            raise ValueError(f"a plain source of {Size.of(source)} does not cover a canvas of {size}")
        return source


@dataclass(frozen=True, slots=True)
class Blocks:
    """Each pixel of the source is a block of `height` x `width` pixels."""

    height: int
    width: int

    def lay(self, source: NDArray[np.uint8], size: Size) -> NDArray[np.uint8]:
        """Every pixel repeated; blocks at the right and lower edge are cut."""
        rows = source.repeat(self.height, axis=0)[: size.height]
        return rows.repeat(self.width, axis=1)[:, : size.width]


@dataclass(frozen=True, slots=True)
class Tiles:
    """The source repeats to the right and downwards."""

    def lay(self, source: NDArray[np.uint8], size: Size) -> NDArray[np.uint8]:
        """The source repeated; tiles at the right and lower edge are cut."""
        tile = Size.of(source)
        repeats = (-(-size.height // tile.height), -(-size.width // tile.width))
        return np.tile(source, repeats + (1,) * (source.ndim - 2))[: size.height, : size.width]


@dataclass(frozen=True, slots=True, eq=False)
class Frame:
    """One picture of an animation.

    Attributes:
        source: sRGB pixels, uint8, shape (height, width, 3).
        layout: how the source becomes the canvas.
        delay_cs: how long the frame is shown, in centiseconds, at least 2 (browsers turn less into 10).
    """

    source: Pixels
    layout: Layout
    delay_cs: int


@dataclass(frozen=True, slots=True, eq=False)
class Animation:
    """Frames on one canvas, shown in order for ever.

    Attributes:
        frames: at least one.
        size: the canvas.
    """

    frames: tuple[Frame, ...]
    size: Size

    @property
    def duration_cs(self) -> int:
        """The length of one turn, in centiseconds."""
        return sum(frame.delay_cs for frame in self.frames)

    def canvas(self, index: int) -> Pixels:
        """Frame `index` as full-canvas pixels."""
        frame = self.frames[index]
        return frame.layout.lay(frame.source, self.size)


def delays_cs(duration_cs: int, slots: Sequence[int]) -> tuple[int, ...]:
    """Share a duration among frames so that the sum is exact.

    The cumulative time is rounded, not each delay: three equal frames over 100 cs last 33, 34 and 33.

    Args:
        duration_cs: the whole, in centiseconds.
        slots: for each frame its share of the whole, as a whole number of equal slots.

    Returns:
        For each frame its delay in centiseconds.
    """
    total = sum(slots)
    ends = [(2 * end * duration_cs + total) // (2 * total) for end in accumulate(slots)]
    return tuple(after - before for before, after in pairwise([0, *ends]))


def reduce_frames(animation: Animation, count: int) -> Animation:
    """At most so many of the frames, each shown until the next of them begins: the same motion, less smooth.

    The frames that are kept are those to be seen at `count` moments, evenly spread and rounded down to whole
    centiseconds, of which the first is the beginning. A frame that is shown long is never left out.

    Args:
        animation: of any number of frames.
        count: at least 1.
    """
    if len(animation.frames) <= count:
        return animation
    duration_cs = animation.duration_cs
    starts = np.cumsum([0, *(frame.delay_cs for frame in animation.frames)])
    moments = np.arange(count) * duration_cs // count
    kept = np.unique(np.searchsorted(starts, moments, side="right") - 1).tolist()
    lasting = np.diff([*starts[kept], duration_cs]).tolist()
    frames = (replace(animation.frames[at], delay_cs=cs) for at, cs in zip(kept, lasting, strict=True))
    return replace(animation, frames=tuple(frames))
