"""Animations: frames with their structure and delays, the output of effects and the input of encoders.

A full canvas hides the structure of a frame. So a frame is a small source image and a layout that expands it
to the canvas. The encoder chooses the palette from the source: a mosaic of at most 256 blocks keeps its exact
colours. It also knows that blocks and tiles are not to be dithered.

Frames are drawn when they are needed, and forgotten: memory does not grow with their number.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cache
from itertools import accumulate, pairwise
from typing import TYPE_CHECKING, NamedTuple, Protocol

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

type Pixels = NDArray[np.uint8]
"""sRGB colours, shape (height, width, 3). Frames may have a fourth channel, straight alpha: 255 is opaque."""

type Drawing = Callable[[], Pixels]
"""A function that draws pixels: the same at each call."""

type Indices = NDArray[np.uint8]
"""Palette indices, shape (height, width)."""

MAX_CANVAS_PX = 65_535
"""Longest side of a GIF's canvas, a field of 16 bits (GIF89a specification, section 18)."""

MIN_DELAY_CS = 2
"""Shortest delay: browsers play shorter ones as 10 cs."""

MAX_KEPT_BYTES = 32_000_000
"""Bytes of canvases up to which drawn frames are kept.

An encode draws each frame twice, first to choose palettes. To keep small animations saves that time, and
their memory is little beside that of the process: 32 MB are 24 frames of 577 x 577 px, each with alpha.
"""


_MAX_CHANNELS = 4


class Size(NamedTuple):
    """The size of a canvas or image, in pixels."""

    width: int
    height: int

    @classmethod
    def of(cls, array: NDArray[np.uint8]) -> Size:
        """Return the size of pixels or indices: their first two axes, swapped."""
        return cls(array.shape[1], array.shape[0])


class Layout(Protocol):
    """The rule that expands a source to the canvas. `lay` works on colours and on indices."""

    def lay(self, source: NDArray[np.uint8], size: Size) -> NDArray[np.uint8]:
        """Fill a canvas of this size with the source, from the top left; cut off what exceeds it."""


@dataclass(frozen=True, slots=True)
class Plain:
    """The source is the canvas."""

    def lay(self, source: NDArray[np.uint8], size: Size) -> NDArray[np.uint8]:
        """Return the source.

        Raises:
            ValueError: the source and the canvas differ in size.
        """
        if Size.of(source) != size:
            raise ValueError(f"a plain source of {Size.of(source)} does not cover a canvas of {size}")
        return source


@dataclass(frozen=True, slots=True)
class Blocks:
    """Each pixel of the source is a block of `height` x `width` pixels."""

    height: int
    width: int

    def lay(self, source: NDArray[np.uint8], size: Size) -> NDArray[np.uint8]:
        """Repeat every pixel; cut the blocks at the right and bottom edges."""
        rows = source.repeat(self.height, axis=0)[: size.height]
        return rows.repeat(self.width, axis=1)[:, : size.width]


@dataclass(frozen=True, slots=True)
class Tiles:
    """The source repeats to the right and downwards."""

    def lay(self, source: NDArray[np.uint8], size: Size) -> NDArray[np.uint8]:
        """Repeat the source; cut the tiles at the right and bottom edges."""
        tile = Size.of(source)
        repeats = (-(-size.height // tile.height), -(-size.width // tile.width))
        return np.tile(source, repeats + (1,) * (source.ndim - 2))[: size.height, : size.width]


@dataclass(frozen=True, slots=True, eq=False)
class Frame:
    """One image of an animation.

    Attributes:
        source: sRGB pixels, uint8, shape (height, width, 3), or (height, width, 4) with straight alpha; or a
            function that draws them.
        layout: expands the source to the canvas.
        delay_cs: display time in centiseconds, at least 2 (browsers replace less with 10).
    """

    source: Pixels | Drawing
    layout: Layout
    delay_cs: int

    def draw(self) -> Pixels:
        """Return the pixels of the source."""
        return self.source() if callable(self.source) else self.source


@dataclass(frozen=True, slots=True, eq=False)
class Animation:
    """Frames on one canvas, shown in order in an endless loop.

    Attributes:
        frames: at least one.
        size: of the canvas.
    """

    frames: tuple[Frame, ...]
    size: Size

    @property
    def duration_cs(self) -> int:
        """The duration of one loop, in centiseconds."""
        return sum(frame.delay_cs for frame in self.frames)

    def canvas(self, index: int) -> Pixels:
        """Return frame `index` as pixels of the whole canvas."""
        frame = self.frames[index]
        return frame.layout.lay(frame.draw(), self.size)


def keep_small(drawings: Sequence[Drawing], size: Size) -> list[Drawing]:
    """Return drawings that are drawn once and kept, if canvases of this size take at most `MAX_KEPT_BYTES`.

    Larger ones are drawn at each call.
    """
    kept = len(drawings) * size.width * size.height * _MAX_CHANNELS <= MAX_KEPT_BYTES
    return [cache(drawing) for drawing in drawings] if kept else list(drawings)


def keep_small_frames(animation: Animation) -> Animation:
    """Return an animation whose frames are drawn once and kept, if they are small: see `keep_small`."""
    drawings = {id(frame.source): frame.source for frame in animation.frames if callable(frame.source)}
    kept = dict(zip(drawings, keep_small(list(drawings.values()), animation.size), strict=True))
    frames = (replace(frame, source=kept.get(id(frame.source), frame.source)) for frame in animation.frames)
    return replace(animation, frames=tuple(frames))


def check_animation(animation: Animation) -> None:
    """Reject an animation that no file can hold.

    Raises:
        ValueError: it has no frames, a side of the canvas is not between 1 and 65,535 px, or a delay is less
            than a centisecond.
    """
    if not animation.frames:
        raise ValueError("An animation needs at least one frame.")
    if not 1 <= min(animation.size) <= max(animation.size) <= MAX_CANVAS_PX:
        width, height = animation.size
        raise ValueError(f"A canvas of {width} x {height} px: each side must be 1 to {MAX_CANVAS_PX:,} px.")
    for number, frame in enumerate(animation.frames):
        if frame.delay_cs < 1:
            raise ValueError(f"Frame {number} has a delay of {frame.delay_cs} cs. Use at least 2.")


def delays_cs(duration_cs: int, slots: Sequence[int]) -> tuple[int, ...]:
    """Divide a duration among frames so that the sum is exact.

    The cumulative time is rounded, not each delay: three equal frames over 100 cs get 33, 34 and 33.

    Args:
        duration_cs: the total, in centiseconds.
        slots: for each frame its share, as a number of equal time slots.

    Returns:
        The delay of each frame in centiseconds.
    """
    total = sum(slots)
    ends = [(2 * end * duration_cs + total) // (2 * total) for end in accumulate(slots)]
    return tuple(after - before for before, after in pairwise([0, *ends]))


def reduce_frames(animation: Animation, count: int) -> Animation:
    """Drop frames until at most `count` remain: the same motion and duration, less smooth.

    The animation is sampled at `count` evenly spaced times, rounded down to centiseconds, from time 0. The
    frames shown at these times are kept, each until the next one. So a frame with a long delay is never
    dropped.

    Args:
        animation: with any number of frames.
        count: at least 1.
    """
    if len(animation.frames) <= count:
        return animation
    duration_cs = animation.duration_cs
    starts = np.cumsum([0, *(frame.delay_cs for frame in animation.frames)])
    times = np.arange(count) * duration_cs // count
    kept = np.unique(np.searchsorted(starts, times, side="right") - 1).tolist()
    delays = np.diff([*starts[kept], duration_cs]).tolist()
    frames = (replace(animation.frames[at], delay_cs=cs) for at, cs in zip(kept, delays, strict=True))
    return replace(animation, frames=tuple(frames))
