"""Checked calls of the native core for frames: the search for nearest entries, and the code of a frame."""

from __future__ import annotations

from mmap import mmap
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from gifmill.gif.argument_checks import (
    checked_buffer,
    checked_frame,
    checked_integer,
    checked_mask,
    checked_palette,
)
from gifmill.gif.core import MAX_COLOURS
from gifmill.gif.native import Frame, library
from gifmill.native_library import pointer

if TYPE_CHECKING:
    from gifmill.animation import Indices, Pixels
    from gifmill.gif.core import Palette, Window

MAX_BEAM = 16
"""Maximum paths that the search for a string follows."""

_MAX_COST = 1e30
"""Largest squared distance in settings: C calculates with 32-bit floats. Colours differ by at most 3."""


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
        right_share, below_share: of the error, in 64ths: what goes to the right, and to each of two pixels
            below. `right_share + 2 * below_share` is at most 64.
        tolerance: additional squared distance of a pixel at medium activity.
        code_cost: squared distance that is accepted to save one code.
    """

    clear: int | None
    code_size: int
    beam: int
    right_share: int
    below_share: int
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
    if not (0 <= window.left < window.right <= width and 0 <= window.top < window.bottom <= height):
        raise ValueError(f"{window} is not on a canvas of {width} x {height} px")
    _check_settings(search, settings)
    if visible is not None and settings.clear is None:
        raise ValueError("a frame with transparent pixels needs a transparent index")
    checked_buffer(code, (code_capacity(window),), "the code")
    checked_buffer(shown, (height, width, 3), "the canvas")
    for plane, what in ((indices, "indices"), (covered, "the covered pixels")):
        if plane is not None:
            checked_buffer(plane, (height, width), what)
    if visible is not None:
        visible = checked_mask(visible, (height, width), "the visible pixels")
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
        -1 if settings.clear is None else settings.clear,
        *settings[1:],
    )
    used = int(library().gifmill_encode_frame(search.memory, frame, code))
    if used < 0:
        raise MemoryError("the encoder has no memory for a frame")
    return used


def _check_settings(search: Search, settings: FrameSettings) -> None:
    clear = -1 if settings.clear is None else settings.clear
    symbols = max(search.entries, clear + 1)
    if not search.entries:
        raise ValueError("the search has no palette")
    if not (2 <= settings.code_size <= 8 and symbols <= 1 << settings.code_size):
        raise ValueError(f"{symbols} indices do not fit codes of {settings.code_size} bits")
    shares = settings.right_share, settings.below_share
    if (
        not (1 <= settings.beam <= search.beam and 0 <= min(shares) <= max(shares) <= 64)
        or not all(0 <= cost <= _MAX_COST for cost in (settings.tolerance, settings.code_cost))
        or (settings.clear is not None and clear < search.entries)
    ):
        raise ValueError(f"settings out of range: {settings}")
    if settings.right_share + 2 * settings.below_share > 64:
        raise ValueError(f"more than the whole error would be diffused: {settings}")


def code_capacity(window: Window) -> int:
    """Return the bytes that a window's code needs at most: 12 bits a pixel, lengths and clear codes."""
    return (window.right - window.left) * (window.bottom - window.top) * 2 + 1024
