"""Pillow image modes: conversion of any mode to 8 bits a channel that can be resampled."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PIL import Image

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray

    type Levels = NDArray[np.generic]
    type Grey = NDArray[np.uint8]
    type ValueRange = tuple[float, float]

_RESAMPLED_MODES = {"L", "La", "RGB", "RGBa", "CMYK"}
_32_BIT_MODES = {"I", "F"}
_PREMULTIPLIED = {"LA": "La", "RGBA": "RGBa"}


def can_resample(image: Image.Image) -> bool:
    """Return whether pixels can be averaged: 8 bits a channel, no palette, no alpha unless premultiplied."""
    return image.mode in _RESAMPLED_MODES and "transparency" not in image.info


def value_range(strips: Iterable[Image.Image]) -> ValueRange | None:
    """Return the lowest and highest value of an image of 32 bits, given in strips; None for other modes."""
    ranges = []
    for strip in strips:
        if strip.mode not in _32_BIT_MODES:
            return None
        finite = np.nan_to_num(np.asarray(strip), posinf=0, neginf=0)
        ranges.append((float(finite.min()), float(finite.max())))
    lows, highs = zip(*ranges, strict=True)
    return min(lows), max(highs)


def to_8_bit(
    image: Image.Image, levels: ValueRange | None = None, *, premultiplied: bool = True
) -> Image.Image:
    """Convert an image to a mode of 8 bits a channel without a palette: L, LA, La, RGB, RGBA, RGBa or CMYK.

    Args:
        image: the image, or a strip of it.
        levels: the `value_range` of the whole image.
        premultiplied: make straight alpha premultiplied, so that pixels can be averaged. It rounds colours.
    """
    if can_resample(image):
        return image
    if image.mode in _PREMULTIPLIED:
        return image.convert(_PREMULTIPLIED[image.mode]) if premultiplied else image
    if image.mode in _RESAMPLED_MODES:
        return to_8_bit(image.convert("RGBA"), premultiplied=premultiplied)
    if image.mode.startswith("I;16"):
        return Image.fromarray(_rescale_16_bit(np.asarray(image)))
    if levels:
        return Image.fromarray(_stretch_range(np.asarray(image), levels))
    if image.mode == "1":
        return image.convert("L")
    if image.has_transparency_data:
        return to_8_bit(image.convert("RGBA"), premultiplied=premultiplied)
    return image.convert("RGB")


def _rescale_16_bit(levels: Levels) -> Grey:
    """Round 16-bit levels to 8 bits: 65,535 becomes 255, so a step is 257."""
    table = ((np.arange(65_536) + 128) // 257).astype(np.uint8)
    return table[levels.astype(np.uint16, copy=False)]


def _stretch_range(numbers: Levels, levels: ValueRange) -> Grey:
    """Stretch 32-bit levels to black and white: such files do not define which value is white."""
    finite = np.nan_to_num(numbers.astype(np.float64), posinf=0, neginf=0)
    low, high = levels
    return ((finite - low) * (255 / ((high - low) or 1)) + 0.5).astype(np.uint8)
