"""Scaling of TIFF samples of any range to 8 bits.

Black and white are, in order of precedence:

1. The range that the file declares, if all its samples are inside: SMinSampleValue and SMaxSampleValue, else
   MinSampleValue and MaxSampleValue.
2. For integers of up to 16 bits: the lowest and highest number of that type. Signed 16-bit integers are
   elevations and other measurements; for them rule 4 applies.
3. For floats in 0 to 1: 0 and 1.
4. For other floats and wider integers: the lowest and highest sample of the image.

Samples without a value (NaN, or equal to GDAL's nodata tag) are black.

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
    """The linear scale from samples to levels.

    Attributes:
        low, high: the samples for 0 and 255; where they are equal, all levels are 0.
        nodata: the sample that means "no value"; None where the file defines none.
    """

    low: float
    high: float
    nodata: float | None = None


_WHOLE_16_BITS = Scale(0, 65_535)


def find_scale(page: Directory, layout: SampleLayout, colours: Iterable[Samples]) -> Scale:
    """Return the scale of an image.

    Args:
        page: the directory of the image.
        layout: of the image.
        colours: its colour samples, some rows at a time; consumed only where the scale depends on them.
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
    """Return the range of integers that are grey levels; None for floats and measurements."""
    if layout.kind == FLOAT or layout.bits > _TABLE_BITS or (layout.kind, layout.bits) == (SIGNED, 16):
        return None
    low = -(2 ** (layout.bits - 1)) if layout.kind == SIGNED else 0
    return low, low + 2**layout.bits - 1


def _declared_range(page: Directory) -> tuple[float, float] | None:
    """Return the range that the file declares for all its samples, if it is valid."""
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
    """Return the lowest and highest sample that has a value."""
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
    """Scale colour samples to 8 bits; 255 is white, or full ink in CMYK."""
    inverted = layout.photometric == MIN_IS_WHITE
    if samples.dtype == np.uint16 and layout.bits == 16 and scale == _WHOLE_16_BITS:
        levels = _round_16_bit(samples.view(np.uint16))
        return 255 - levels if inverted else levels
    if layout.kind != FLOAT and layout.bits <= _TABLE_BITS:
        return _look_up(samples, _lookup_table(layout.bits, layout.kind, inverted, scale))
    return _scale(samples, inverted, scale)


def scale_opacity(samples: Samples, layout: SampleLayout) -> Levels:
    """Scale opacity samples to 8 bits: the highest integer, or the float 1, is opaque."""
    low, high = (0, 1) if layout.kind == FLOAT else (0, 2 ** (layout.bits - (layout.kind == SIGNED)) - 1)
    if layout.kind != FLOAT and layout.bits <= _TABLE_BITS:
        return _look_up(samples, _lookup_table(layout.bits, layout.kind, False, Scale(low, high)))
    return _scale(samples, False, Scale(low, high))


def _round_16_bit(samples: NDArray[np.uint16]) -> Levels:
    """Divide by 257 with rounding, without a table: this is enough for most 16-bit files."""
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
    """Return the level of each bit pattern."""
    numbers = np.arange(2**bits)
    if kind == SIGNED:
        numbers[2 ** (bits - 1) :] -= 2**bits
    return _scale(numbers, inverted, scale)


def _scale(samples: Samples, inverted: bool, scale: Scale) -> Levels:
    # Halve both, so that their difference does not overflow.
    low, high = scale.low / 2, scale.high / 2
    has_value = _has_value(samples, scale.nodata) | np.isinf(samples)
    with np.errstate(invalid="ignore", over="ignore"):
        levels = (samples.astype(np.float64) / 2 - low) / ((high - low) or inf)
        levels = np.clip(levels, 0, 1)
    levels = 255 - levels * 255 if inverted else levels * 255
    return np.where(has_value, levels + 0.5, 0).astype(np.uint8)


def scale_lab(samples: Samples, layout: SampleLayout) -> Levels:
    """Scale CIELab samples for Pillow's mode LAB: lightness as 0 to 255, a and b as signed bytes.

    Source: TIFF 6.0, section 23; TIFF Technical Note 4 and ICC.1:2001, annex A (ICCLab has an offset, and its
    16-bit lightness ends at 65,280).
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
