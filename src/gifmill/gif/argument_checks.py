"""Checks of arguments of the native core: an array of another size would read or write other memory."""

from __future__ import annotations

from operator import index
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

MAX_SIDE_PX = 0xFFFF
"""Largest side of a canvas, a field of 16 bits (GIF89a specification, section 18)."""

MAX_SAMPLE_PX = 1 << 23
"""Maximum pixels of a sample: the core adds up their levels in 31 bits."""


def checked_colours(colours: NDArray[np.uint8], what: str) -> NDArray[np.uint8]:
    """Return sRGB bytes of any shape (..., 3) in memory without gaps.

    Raises:
        TypeError: this is no array.
        ValueError: its dtype or its last axis is another.
    """
    _require_array(colours, what)
    if colours.dtype != np.uint8 or colours.shape[-1:] != (3,):
        raise ValueError(f"{what} has sRGB bytes in its last axis, not {colours.dtype} of {colours.shape}")
    return np.ascontiguousarray(colours)


def checked_frame(pixels: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Return the pixels of a frame, shape (height, width, 3), in memory without gaps.

    Raises:
        TypeError: this is no array.
        ValueError: its dtype or shape is another, or it is larger than any canvas.
    """
    _require_array(pixels, "a frame")
    if pixels.ndim != 3 or max(pixels.shape) > MAX_SIDE_PX:
        raise ValueError(f"a frame has rows of up to {MAX_SIDE_PX} pixels, not the shape {pixels.shape}")
    return checked_colours(pixels, "a frame")


def checked_sample(pixels: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Return sampled pixels of any shape (..., 3) in memory without gaps.

    Raises:
        TypeError: this is no array.
        ValueError: its dtype or its last axis is another, or there are too many pixels.
    """
    _require_array(pixels, "a sample")
    if pixels.size > 3 * MAX_SAMPLE_PX:
        raise ValueError(f"a sample has at most {MAX_SAMPLE_PX} pixels, not the shape {pixels.shape}")
    return checked_colours(pixels, "a sample")


def checked_palette(colours: NDArray[np.uint8], what: str, low: int, high: int) -> NDArray[np.uint8]:
    """Return `low` to `high` colours, shape (entries, 3), in memory without gaps.

    Raises:
        TypeError: this is no array.
        ValueError: its dtype or shape is another.
    """
    _require_array(colours, what)
    if colours.ndim != 2 or not low <= len(colours) <= high:
        raise ValueError(f"{what} has {low} to {high} colours, not the shape {colours.shape}")
    return checked_colours(colours, what)


def checked_buffer(buffer: NDArray[np.uint8], shape: tuple[int, ...], what: str) -> NDArray[np.uint8]:
    """Return a buffer that C may fill. Its first axis may be longer than that of `shape`.

    Raises:
        TypeError: this is no array.
        ValueError: its dtype or shape is another, or it has gaps or is read-only.
    """
    _require_array(buffer, what)
    if buffer.ndim != len(shape) or buffer.shape[1:] != shape[1:] or len(buffer) < shape[0]:
        raise ValueError(f"a buffer of {buffer.shape} is not {what} of {shape}")
    if buffer.dtype != np.uint8 or not (buffer.flags.c_contiguous and buffer.flags.writeable):
        raise ValueError(f"the buffer for {what} is not of writable bytes without gaps")
    return buffer


def checked_mask(mask: NDArray[np.uint8], shape: tuple[int, int], what: str) -> NDArray[np.uint8]:
    """Return a plane of bytes without gaps.

    Raises:
        TypeError: this is no array.
        ValueError: its dtype or shape is another.
    """
    _require_array(mask, what)
    if mask.dtype != np.uint8 or mask.shape != shape:
        raise ValueError(f"{what} are bytes of {shape}, not {mask.dtype} of {mask.shape}")
    return np.ascontiguousarray(mask)


def checked_integer(number: int, what: str, low: int, high: int) -> int:
    """Return an integer from `low` to `high`: ctypes would only pass its last bits.

    Raises:
        TypeError: this is no integer.
        ValueError: it is out of range.
    """
    number = index(number)
    if not low <= number <= high:
        raise ValueError(f"{what}: {number} is not between {low} and {high}")
    return number


def _require_array(array: object, what: str) -> None:
    if not isinstance(array, np.ndarray):
        raise TypeError(f"{what} is an array, not {type(array).__name__}")
