"""Samples of any range as levels of 8 bits.

Which sample is black and which is white:

1. What the file says, where all its samples lie in that: SMinSampleValue and SMaxSampleValue, else
   MinSampleValue and MaxSampleValue.
2. Integers of up to 16 bits: the lowest and the highest number that the bits can hold; but signed ones of 16
   bits, which are heights and other measurements, as follows.
3. Floats that lie in 0 to 1: 0 and 1.
4. Other floats and integers of more bits: the lowest and the highest sample of the image.

Samples without a value, which GDAL's nodata tag names or which are not a number, are black.

Source: TIFF 6.0, sections 8 (MinSampleValue) and 19 (SMinSampleValue); GDAL, GTiff driver (GDAL_NODATA).
"""

from __future__ import annotations

from functools import lru_cache
from math import inf
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from gifmill.photo.tiff.directory import (
    MAX_SAMPLE,
    MIN_SAMPLE,
    NODATA,
    S_MAX_SAMPLE,
    S_MIN_SAMPLE,
)
from gifmill.photo.tiff.sample_layout import CIELAB, FLOAT, MIN_IS_WHITE, SIGNED

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray

    from gifmill.photo.tiff.directory import Directory
    from gifmill.photo.tiff.sample_layout import SampleLayout

    type Samples = NDArray[np.generic]
    type Levels = NDArray[np.uint8]

_TABLE_BITS = 16
_MAX_NODATA_BYTES = 64


class Scale(NamedTuple):
    """Which samples become which levels.

    Attributes:
        low, high: the samples for 0 and 255; where they are the same, all is 0.
        nodata: the sample that has no value; None where the file names none.
    """

    low: float
    high: float
    nodata: float | None = None


_WHOLE_16_BITS = Scale(0, 65_535)


def find_scale(page: Directory, layout: SampleLayout, colours: Iterable[Samples]) -> Scale:
    """The scale of an image.

    Args:
        page: the directory of the image.
        layout: of the image.
        colours: its samples but for opacity, some rows at a time, which are read only where that is needed.
    """
    nodata = _read_nodata(page)
    stated = _declared_range(page)
    full = _integer_range(layout)
    if stated is None and full is not None:
        return Scale(*full, nodata)
    low, high = _measured_range(colours, nodata)
    if stated is not None and stated[0] <= low and high <= stated[1]:
        return Scale(*stated, nodata)
    if full is not None:
        return Scale(*full, nodata)
    if layout.kind == FLOAT and low >= 0 and high <= 1:
        return Scale(0, 1, nodata)
    return Scale(low, high, nodata)


def _integer_range(layout: SampleLayout) -> tuple[int, int] | None:
    """The range of integers that are levels of a picture; None of floats and measurements."""
    if layout.kind == FLOAT or layout.bits > _TABLE_BITS or (layout.kind, layout.bits) == (SIGNED, 16):
        return None
    low = -(2 ** (layout.bits - 1)) if layout.kind == SIGNED else 0
    return low, low + 2**layout.bits - 1


def _declared_range(page: Directory) -> tuple[float, float] | None:
    """The range that the file states for all its samples, if it makes sense."""
    for least, greatest in ((S_MIN_SAMPLE, S_MAX_SAMPLE), (MIN_SAMPLE, MAX_SAMPLE)):
        lows, highs = page.numbers(least), page.numbers(greatest)
        if highs and -inf < (low := min(lows, default=0)) < (high := max(highs)) < inf:
            return low, high
    return None


def _read_nodata(page: Directory) -> float | None:
    text = page.raw(NODATA)[:_MAX_NODATA_BYTES].strip(b"\x00 ")
    try:
        return float(text)
    except ValueError:
        return None


def _measured_range(bands: Iterable[Samples], nodata: float | None) -> tuple[float, float]:
    """The lowest and the highest sample that has a value."""
    low, high = inf, -inf
    for band in bands:
        values = band[_has_value(band, nodata)]
        if values.size:
            low, high = min(low, values.min().item()), max(high, values.max().item())
    return (low, high) if low <= high else (0.0, 0.0)


def _has_value(samples: Samples, nodata: float | None) -> NDArray[np.bool_]:
    has = np.isfinite(samples)
    if nodata is not None:
        with np.errstate(over="ignore"):
            has &= samples != (samples.dtype.type(nodata) if samples.dtype.kind == "f" else nodata)
    return has


def scale_colours(samples: Samples, layout: SampleLayout, scale: Scale) -> Levels:
    """Samples of colours, with white as 255 but for inks."""
    inverted = layout.photometric == MIN_IS_WHITE
    if samples.dtype == np.uint16 and layout.bits == 16 and scale == _WHOLE_16_BITS:
        levels = _round_16_bit(samples.view(np.uint16))
        return 255 - levels if inverted else levels
    if layout.kind != FLOAT and layout.bits <= _TABLE_BITS:
        return _look_up(samples, _lookup_table(layout.bits, layout.kind, inverted, scale))
    return _scale(samples, inverted, scale)


def scale_opacity(samples: Samples, layout: SampleLayout) -> Levels:
    """Samples of opacity: of integers the highest is opaque, of floats 1."""
    low, high = (0, 1) if layout.kind == FLOAT else (0, 2 ** (layout.bits - (layout.kind == SIGNED)) - 1)
    if layout.kind != FLOAT and layout.bits <= _TABLE_BITS:
        return _look_up(samples, _lookup_table(layout.bits, layout.kind, False, Scale(low, high)))
    return _scale(samples, False, Scale(low, high))


def _round_16_bit(samples: NDArray[np.uint16]) -> Levels:
    """A 257th of each, rounded, without a table: most files of 16 bits need no more."""
    scaled = samples.astype(np.uint32)
    scaled *= 255
    scaled += 32_895
    scaled >>= 16
    return scaled.astype(np.uint8)


def _look_up(samples: Samples, table: Levels) -> Levels:
    levels: Levels = table[samples.view(f"u{samples.dtype.itemsize}")]
    return levels


@lru_cache(maxsize=4)
def _lookup_table(bits: int, kind: int, inverted: bool, scale: Scale) -> Levels:
    """For each pattern of bits its level."""
    numbers = np.arange(2**bits)
    if kind == SIGNED:
        numbers[2 ** (bits - 1) :] -= 2**bits
    return _scale(numbers, inverted, scale)


def _scale(samples: Samples, inverted: bool, scale: Scale) -> Levels:
    # Half of each, so that the difference of two doubles is one.
    low, high = scale.low / 2, scale.high / 2
    has_value = _has_value(samples, scale.nodata) | np.isinf(samples)
    with np.errstate(invalid="ignore", over="ignore"):
        levels = (samples.astype(np.float64) / 2 - low) / ((high - low) or inf)
        levels = np.clip(levels, 0, 1)
    levels = 255 - levels * 255 if inverted else levels * 255
    return np.where(has_value, levels + 0.5, 0).astype(np.uint8)


def scale_lab(samples: Samples, layout: SampleLayout) -> Levels:
    """Lightness as 0 to 255, the other two as signed bytes, which Pillow's mode LAB takes.

    Source: TIFF 6.0, section 23; TIFF Technical Note 4 and ICC.1:2001, annex A (ICCLab has an offset, and of
    16 bits its lightness ends at 65,280).
    """
    unsigned = samples.view(f"u{samples.dtype.itemsize}")
    if layout.photometric == CIELAB:
        lightness = (
            unsigned[..., :1] if layout.bits == 8 else (unsigned[..., :1].astype(np.uint32) + 128) // 257
        )
        colours = samples[..., 1:].view(f"i{samples.dtype.itemsize}")
        if layout.bits == 16:
            colours = np.minimum((colours.astype(np.int32) + 128) >> 8, 127)
        return np.concatenate([lightness.astype(np.uint8), colours.astype(np.int8).view(np.uint8)], axis=2)
    levels = unsigned if layout.bits == 8 else np.minimum((unsigned.astype(np.uint32) + 128) >> 8, 255)
    levels = levels.astype(np.uint8)
    return np.concatenate([levels[..., :1], levels[..., 1:] ^ 128], axis=2)
