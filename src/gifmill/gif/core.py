"""Checked calls of the native core: every size and type is verified before C sees a pointer."""

from __future__ import annotations

from mmap import mmap
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from gifmill.gif.argument_checks import (
    MAX_SIDE_PX,
    checked_buffer,
    checked_colours,
    checked_frame,
    checked_integer,
    checked_palette,
    checked_sample,
)
from gifmill.gif.native import Frame, library
from gifmill.native_library import pointer

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from gifmill.animation import Indices, Pixels

type Palette = NDArray[np.uint8]
"""sRGB colours, shape (entries, 3), 1 to 256 entries."""

MAX_COLOURS = 256
"""Maximum entries of a colour table (GIF89a specification, section 18)."""

MAX_BEAM = 16
"""Maximum paths that the search for a string follows."""

_MAX_COST = 1e30
"""Largest squared distance in settings: C calculates with 32-bit floats. Colours differ by at most 3."""

_MAX_STEPS = 1000
"""Maximum k-means steps: more would change nothing."""

_NO_MEMORY = -2


class Window(NamedTuple):
    """A box on the canvas, in pixels."""

    left: int
    top: int
    right: int
    bottom: int


class Search:
    """The search for a palette's nearest entries. It remembers what it found for the palette."""

    def __init__(self, beam: int = 1) -> None:
        """Reserve memory, without a palette.

        Args:
            beam: the largest beam of the frames, 1 to 16.
        """
        self.beam = checked_integer(beam, "the paths of a beam", 1, MAX_BEAM)
        # Pages that no colour needs cost nothing. numpy's zeros would have pages of 2 MB, most of them used.
        self.memory = np.frombuffer(mmap(-1, library().gifmill_search_bytes()), np.uint8)
        self.entries = 0

    def set_palette(self, colours: Palette, *, exact: bool = False) -> None:
        """Begin with a palette, and forget the one before.

        Args:
            colours: 1 to 256 colours.
            exact: all colours that will be searched are in the palette; their last bits count.
        """
        colours = checked_palette(colours, "a palette", 1, MAX_COLOURS)
        self.entries = len(colours)
        library().gifmill_search_init(self.memory, colours, len(colours), exact, self.beam)


class FrameSettings(NamedTuple):
    """How a frame is encoded.

    Attributes:
        clear: the transparent index, which is no entry of the palette, to 255; or None.
        code_size: bits of a palette index, 2 to 8.
        beam: paths that the search for a string follows, 1 to those of the search.
        half, quarter: shares of the error that go to the right, and to each of two pixels below, in 64ths;
            `half + 2 * quarter` is at most 64.
        tolerance: additional squared distance of a pixel at medium activity.
        code_cost: squared distance that is accepted to save one code.
    """

    clear: int | None
    code_size: int
    beam: int
    half: int
    quarter: int
    tolerance: float
    code_cost: float


def encode_frame(
    search: Search,
    pixels: Pixels,
    before: Pixels | None,
    shown: Pixels,
    indices: Indices | None,
    window: Window,
    settings: FrameSettings,
    code: Indices,
    visible: Indices | None = None,
    covered: Indices | None = None,
) -> int:
    """Dither a frame and write its LZW code, in sub-blocks without the closing empty one.

    Args:
        search: of the frame's palette.
        pixels: true colours of the canvas, uint8, shape (height, width, 3).
        before: those of the previous frame: equal pixels keep what is shown, if they can be transparent or
            `indices` has their entry.
        shown: the canvas as decoders show it, changed to what they show after this frame.
        indices: the entries of the shown colours, shape (height, width), changed likewise; None if they have
            another palette.
        window: the box that is written, at least one pixel.
        settings: how.
        code: receives the code; at least `code_capacity` bytes.
        visible: 0 where the frame is transparent, shape (height, width). There the canvas must be empty, and
            `settings.clear` is needed. None if it is opaque.
        covered: 0 where nothing is shown, shape (height, width), changed likewise; None if all is covered.

    Returns:
        The bytes used of `code`.

    Raises:
        ValueError: a size is wrong.
        MemoryError: the core has no memory.
    """
    pixels = checked_frame(pixels)
    before = None if before is None else checked_frame(before)
    height, width, _ = pixels.shape
    for other in (before, checked_frame(shown)):
        if other is not None and other.shape != pixels.shape:
            raise ValueError(f"frames of {other.shape} and {pixels.shape} are not on one canvas")
    if visible is not None and settings.clear is None:
        raise ValueError("a frame with transparent pixels needs a transparent index")
    if not (0 <= window.left < window.right <= width and 0 <= window.top < window.bottom <= height):
        raise ValueError(f"{window} is not on a canvas of {width} x {height} px")
    clear = -1 if settings.clear is None else settings.clear
    symbols = max(search.entries, clear + 1)
    if not search.entries:
        raise ValueError("the search has no palette")
    if not (2 <= settings.code_size <= 8 and symbols <= 1 << settings.code_size):
        raise ValueError(f"{symbols} indices do not fit codes of {settings.code_size} bits")
    costs = (settings.tolerance, settings.code_cost)
    if (
        not (1 <= settings.beam <= search.beam and 0 <= settings.half <= 64 and 0 <= settings.quarter <= 32)
        or not all(0 <= cost <= _MAX_COST for cost in costs)
        or (settings.clear is not None and clear < search.entries)
    ):
        raise ValueError(f"settings out of range: {settings}")
    if settings.half + 2 * settings.quarter > 64:
        raise ValueError(f"more than the whole error would be diffused: {settings}")
    checked_buffer(code, (code_capacity(window),), "the code")
    checked_buffer(shown, (height, width, 3), "the canvas")
    for plane, what in ((indices, "indices"), (covered, "the covered pixels")):
        if plane is not None:
            checked_buffer(plane, (height, width), what)
    if visible is not None and (visible.shape != (height, width) or visible.dtype != np.uint8):
        raise ValueError(f"visible pixels of {visible.dtype} {visible.shape} on a canvas of {pixels.shape}")
    frame = Frame(
        width,
        height,
        *window,
        pointer(pixels, np.uint8),
        None if before is None else pointer(before, np.uint8),
        None if visible is None else pointer(visible, np.uint8),
        pointer(shown, np.uint8, written=True),
        None if covered is None else pointer(covered, np.uint8, written=True),
        None if indices is None else pointer(indices, np.uint8, written=True),
        clear,
        *settings[1:],
    )
    used = int(library().gifmill_encode_frame(search.memory, frame, code))
    if used < 0:
        raise MemoryError("the encoder has no memory for a frame")
    return used


def code_capacity(window: Window) -> int:
    """Return the bytes that a window's code needs at most: 12 bits a pixel, lengths and clear codes."""
    return (window.right - window.left) * (window.bottom - window.top) * 2 + 1024


def changed_window(before: Pixels, after: Pixels) -> Window | None:
    """Return the smallest box around all pixels that differ, or None if all are equal.

    Source: GIF89a specification, section 20 (image descriptor).

    Raises:
        ValueError: the canvases differ in shape.
    """
    before, after = checked_frame(before), checked_frame(after)
    if before.shape != after.shape:
        raise ValueError(f"frames of {before.shape} and {after.shape} are not on one canvas")
    box = np.empty(4, np.int32)
    height, width, _ = before.shape
    count = library().gifmill_changed_window(before, after, width, height, box)
    return Window(*box.tolist()) if count else None


def distinct_colours(pixels: Pixels, most: int) -> Palette | None:
    """Return the sorted colours of a picture, or None if there are more than `most`.

    Args:
        pixels: uint8, shape (..., 3).
        most: 1 to 256.
    """
    pixels = checked_colours(pixels, "a picture")
    most = checked_integer(most, "colours", 1, MAX_COLOURS)
    palette = np.empty((most, 3), np.uint8)
    count = library().gifmill_distinct_colours(pixels, pixels.size // 3, most, palette, None)
    if count == _NO_MEMORY:
        raise MemoryError("the encoder has no memory for a histogram")
    return palette[:count].copy() if count >= 0 else None


def background_colours(pixels: Pixels, share: float, most: int) -> Palette:
    """Return the colours with at least this share of the pixels, most frequent first.

    Args:
        pixels: uint8, shape (..., 3), at most `MAX_SAMPLE_PX` pixels.
        share: above 0, to 1.
        most: maximum number of colours, 0 to 256.
    """
    pixels = checked_sample(pixels)
    most = checked_integer(most, "colours", 0, MAX_COLOURS)
    if not 0 < share <= 1:
        raise ValueError(f"the share {share} is not above 0 and at most 1")
    total = pixels.size // 3
    palette, counts = np.empty((total, 3), np.uint8), np.empty(total, np.int64)
    found = library().gifmill_distinct_colours(pixels, total, total, palette, counts)
    if found < 0:
        raise MemoryError("the encoder has no memory for a histogram")
    order = np.argsort(-counts[:found], kind="stable")[:most]
    backgrounds: Palette = palette[order[counts[order] >= share * total]]
    return backgrounds


def select_palette(sample: Pixels, entries: int, steps: int, fixed: Palette | None = None) -> Palette:
    """Select a palette for sampled pixels: all their colours, if these are few enough.

    Args:
        sample: uint8, shape (..., 3), at most `MAX_SAMPLE_PX` pixels.
        entries: maximum number of colours, 1 to 256.
        steps: k-means steps.
        fixed: colours that are kept exactly, at most `entries`.
    """
    sample = checked_sample(sample)
    entries = checked_integer(entries, "entries", 1, MAX_COLOURS)
    steps = checked_integer(steps, "k-means steps", 0, _MAX_STEPS)
    fixed = checked_palette(np.empty((0, 3), np.uint8) if fixed is None else fixed, "fixed", 0, entries)
    palette = np.empty((entries, 3), np.uint8)
    count = library().gifmill_select_palette(
        sample, sample.size // 3, entries, steps, fixed, len(fixed), palette
    )
    if count < 0:
        raise MemoryError("the encoder has no memory for a palette")
    return palette[:count].copy()


def palette_error(sample: Pixels, palette: Palette) -> float:
    """Return the root mean squared colour distance of sampled pixels from their nearest entries."""
    sample, palette = checked_sample(sample), checked_palette(palette, "a palette", 1, MAX_COLOURS)
    error = float(library().gifmill_palette_error(sample, sample.size // 3, palette, len(palette)))
    if error < 0:
        raise MemoryError("the encoder has no memory for a histogram")
    return error


def cell_sums(pixels: Pixels, side: int) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the sums of luminance and of saturated red over cells of `side` x `side` pixels, row by row.

    Args:
        pixels: uint8, shape (height, width, 3).
        side: 1 to 65,535; cells at the right and bottom edges are smaller.
    """
    pixels = checked_frame(pixels)
    height, width, _ = pixels.shape
    side = checked_integer(side, "pixels along a cell", 1, MAX_SIDE_PX)
    cells = -(-height // side) * -(-width // side)
    light, red = np.empty(cells), np.empty(cells)
    library().gifmill_cell_sums(pixels, width, height, side, light, red)
    return light, red
