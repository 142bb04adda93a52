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
    """Whether its pixels may be averaged as they are: 8 bits, no palette, no alpha unless premultiplied."""
    return image.mode in _RESAMPLED_MODES and "transparency" not in image.info


def value_range(strips: Iterable[Image.Image]) -> ValueRange | None:
    """The lowest and the highest level of a picture of 32 bits, given in strips; None of any other one."""
    spans = []
    for strip in strips:
        if strip.mode not in _32_BIT_MODES:
            return None
        finite = np.nan_to_num(np.asarray(strip), posinf=0, neginf=0)
        spans.append((float(finite.min()), float(finite.max())))
    lows, highs = zip(*spans, strict=True)
    return min(lows), max(highs)


def to_8_bit(image: Image.Image, levels: ValueRange | None = None) -> Image.Image:
    """The same picture in a mode whose pixels may be averaged.

    Args:
        image: the picture, or a strip of it.
        levels: what `value_range` says of the whole picture.
    """
    if can_resample(image):
        return image
    if image.mode in _RESAMPLED_MODES:
        return image.convert("RGBA").convert("RGBa")
    if image.mode in _PREMULTIPLIED:
        return image.convert(_PREMULTIPLIED[image.mode])
    if image.mode.startswith("I;16"):
        return Image.fromarray(_rescale_16_bit(np.asarray(image)))
    if levels:
        return Image.fromarray(_stretch_range(np.asarray(image), levels))
    if image.mode == "1":
        return image.convert("L")
    if image.has_transparency_data:
        return image.convert("RGBA").convert("RGBa")
    return image.convert("RGB")


def _rescale_16_bit(levels: Levels) -> Grey:
    """For each 16-bit level the nearest 8-bit one: 65,535 is 255, so a step is 257."""
    table = ((np.arange(65_536) + 128) // 257).astype(np.uint8)
    return table[levels.astype(np.uint16, copy=False)]


def _stretch_range(numbers: Levels, levels: ValueRange) -> Grey:
    """Levels of 32 bits from black to white: such files do not say which number is white."""
    finite = np.nan_to_num(numbers.astype(np.float64), posinf=0, neginf=0)
    low, high = levels
    return ((finite - low) * (255 / ((high - low) or 1)) + 0.5).astype(np.uint8)
