"""Checks of the arguments of the helpers for effects: misuse is an error before it reaches native code."""

from __future__ import annotations

from math import isfinite
from typing import TYPE_CHECKING

import numpy as np

from gifmill.effects.texture_sampling import MAX_TEXTURE_SIDE_PX

if TYPE_CHECKING:
    from collections.abc import Iterable

    from gifmill.animation import Pixels

_MAX_POSITION_PX = 1_000_000
"""Maximum magnitude of a position: single-precision numbers still tell its pixels apart."""


def check_pixels(pixels: object) -> None:
    """Check that an argument is the pixels of a picture.

    Raises:
        TypeError: it is no array.
        ValueError: it is not uint8 of shape (height, width, 3) or (height, width, 4), or a side is too long.
    """
    if not isinstance(pixels, np.ndarray):
        raise TypeError(f"Pixels are a numpy array, not {type(pixels).__name__}.")
    if pixels.dtype != np.uint8 or pixels.ndim != 3 or pixels.shape[2] not in (3, 4):
        raise ValueError(
            f"Pixels are uint8 of shape (height, width, 3 or 4), not {pixels.dtype} of {pixels.shape}."
        )
    check_size(pixels.shape[1::-1])


def check_canvas(canvas: Pixels) -> None:
    """Check that native code can draw on an argument.

    Raises:
        TypeError, ValueError: it is not the pixels of a picture, not writable, or not contiguous.
    """
    check_pixels(canvas)
    if not (canvas.flags.writeable and canvas.flags.c_contiguous):
        raise ValueError("The canvas is not writable or not contiguous. Draw on a copy of it.")


def check_size(size: Iterable[float]) -> None:
    """Check the size of a picture.

    Raises:
        ValueError: a side is not 1 to 16,384 px.
    """
    width, height = size
    if not all(
        isinstance(side, int | np.integer) and 1 <= side <= MAX_TEXTURE_SIDE_PX for side in (width, height)
    ):
        raise ValueError(f"A side is a whole number from 1 to {MAX_TEXTURE_SIDE_PX}, not {width} x {height}.")


def check_positions(name: str, values: Iterable[float]) -> None:
    """Check coordinates, in pixels or as fractions of a side.

    Raises:
        ValueError: one is not finite, or is larger than a million.
    """
    for value in values:
        if not isfinite(value) or abs(value) > _MAX_POSITION_PX:
            raise ValueError(f"{name}={value} is not valid. Use a number up to {_MAX_POSITION_PX:,}.")


def check_scales(name: str, values: Iterable[float]) -> None:
    """Check factors of a size.

    Raises:
        ValueError: one is not from 0.001 to 1,000.
    """
    for value in values:
        if not 0.001 <= value <= 1000:
            raise ValueError(f"{name}={value} is not valid. Use a number from 0.001 to 1000.")


def check_colour(colour: Iterable[float]) -> None:
    """Check a colour.

    Raises:
        ValueError: it is not three whole numbers from 0 to 255.
    """
    channels = tuple(colour)
    if len(channels) != 3 or not all(
        isinstance(each, int | np.integer) and 0 <= each <= 255 for each in channels
    ):
        raise ValueError(f"A colour is three whole numbers from 0 to 255, not {channels}.")
