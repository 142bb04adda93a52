"""Error diffusion with exact nearest-colour lookup, over many pictures at once.

A pixel can be quantised after its left neighbour and the pixels above it. All pixels on the line
x + 2 y = step are therefore independent, in all pictures: numpy quantises them at once. A picture takes
width + 2 height steps of some microseconds, for any number of pictures, so this is for clips. A single
picture is faster in Pillow's loop (`dither_floyd_steinberg`), which has a coarser lookup.

Source: Frankie Sierra's "Filter Lite" (1990); wavefronts: P. Metaxas, "Parallel digital halftoning by error
diffusion", 2003.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    from gifmill.animation import Indices, Pixels
    from gifmill.gif.indexed_image import Palette
    from gifmill.gif.nearest_colour_table import ChannelBits

_BATCH_PX = 4_000
"""Approximate pixels per step: more exceed the cache, and with fewer numpy's call overhead dominates."""

_FIXED_POINT_ONE = 64
"""Fixed-point value of an error of one level: at strength 1 the errors that meet in a pixel stay below the
32,768 of 16 bits."""


@dataclass(frozen=True, slots=True, eq=False)
class PaletteLookup:
    """A palette with its lookup table.

    Attributes:
        palette: 1 to 256 colours.
        entries: the entry of each cell, by its number, from `NearestColourTable.complete`.
        bits: the resolution of these cells.
    """

    palette: Palette
    entries: NDArray[np.uint8]
    bits: ChannelBits


def dither_along_wavefronts(
    pictures: Sequence[Pixels], lookups: Sequence[PaletteLookup], strength: float
) -> Iterator[Indices]:
    """Dither pictures: half of each error goes right, a quarter each below left and below.

    Args:
        pictures: uint8, each of shape (height, width, 3).
        lookups: one for each picture, all with the same bits. Pictures may share one.
        strength: share of an error that is diffused, 0 to 1.
    """
    height, width = pictures[0].shape[:2]
    batch_size = max(1, _BATCH_PX // min(height, -(-width // 2)))
    for start in range(0, len(pictures), batch_size):
        batch = slice(start, start + batch_size)
        yield from _dither_batch(pictures[batch], lookups[batch], strength)


def _dither_batch(
    pictures: Sequence[Pixels], lookups: Sequence[PaletteLookup], strength: float
) -> list[Indices]:
    """Dither one batch of pictures.

    Pixels are stored by columns from the bottom, so that the pixels of one step are a slice. They have four
    channels of 16 bits, so that one pixel is a word: its three levels are packed into a key, or read from the
    palette, in one operation.
    """
    height, width = pictures[0].shape[:2]
    count = len(pictures)
    columns = np.zeros((width, height, count, 4), np.uint8)
    for position, picture in enumerate(pictures):
        columns[:, ::-1, position, :3] = picture.transpose(1, 0, 2)
    levels = columns.reshape(width * height, count, 4)
    indices = np.empty((width * height, count), np.uint8)
    different = list({id(lookup): lookup for lookup in lookups}.values())
    number = [next(at for at, each in enumerate(different) if each is lookup) for lookup in lookups]
    entries = np.concatenate([lookup.entries for lookup in different])
    first_cell = np.array(number, "<i8") << sum(different[0].bits)
    colours = np.zeros((len(different), 256, 4), "<i2")
    for table, lookup in zip(colours, different, strict=True):
        table[: len(lookup.palette), :3] = lookup.palette
    words = colours.view("<i8").ravel()
    first_word = np.array(number, "<i8") << 8
    mask, factor, shift, all_bits = _key_packing(different[0].bits)
    share = strength * _FIXED_POINT_ONE
    half, quarter = np.int16(round(share / 2)), np.int16(round(share / 4))

    # Errors for row r of a picture, from below, are at r + 1; errors that leave the picture are at 0.
    rings = np.full((3, height + 1, count, 4), _FIXED_POINT_ONE // 2, "<i2")
    wanted_buffer = np.empty((height, count, 4), "<i2")
    spread_buffer = np.empty((height, count, 4), "<i2")
    keys_buffer = np.empty((height, count), "<i8")
    shown_buffer = np.empty((height, count), "<i8")
    for step in range(width + 2 * height - 2):
        above, below = max(0, -(-(step - width + 1) // 2)), min(height, step // 2 + 1)
        low, high = height - below, height - above
        size = high - low
        start = (step - 2 * (below - 1)) * height + low
        line = slice(start, start + (size - 1) * (2 * height + 1) + 1, 2 * height + 1)
        now, soon, later = (rings[(step + ahead) % 3] for ahead in range(3))

        wanted, spread = wanted_buffer[:size], spread_buffer[:size]
        keys, shown = keys_buffer[:size], shown_buffer[:size]
        np.right_shift(now[low + 1 : high + 1], 6, out=wanted)
        wanted += levels[line]
        np.maximum(wanted, 0, out=wanted)
        np.minimum(wanted, 255, out=wanted)
        np.bitwise_and(wanted.view("<i8")[..., 0], mask, out=keys)
        keys *= factor
        keys >>= shift
        keys &= all_bits
        keys += first_cell
        found = entries.take(keys, mode="clip")  # never out of range; "clip" skips the bounds check
        indices[line] = found
        np.add(found, first_word, out=keys)
        words.take(keys, out=shown, mode="clip")

        wanted -= shown.view("<i2").reshape(size, count, 4)
        now[...] = _FIXED_POINT_ONE // 2
        np.multiply(wanted, half, out=spread)
        soon[low + 1 : high + 1] += spread
        np.multiply(wanted, quarter, out=spread)
        soon[low:high] += spread
        later[low:high] += spread
    transposed = indices.reshape(width, height, count)[:, ::-1]
    return [np.ascontiguousarray(transposed[:, :, position].T) for position in range(count)]


def _key_packing(bits: ChannelBits) -> tuple[int, int, int, int]:
    """Return the constants that turn a word of three 16-bit levels, red lowest, into the number of a cell.

    The leading bits are masked, then one multiplication adds three shifted copies of the word: at one
    position of the sum the fields are adjacent and in order, and no two fields of the copies overlap.

    Returns:
        Mask, factor, shift to the right, and a mask of the number's bits.
    """
    drop = [8 - each for each in bits]
    mask = sum(
        ((1 << each) - 1) << (16 * channel + down)
        for channel, (each, down) in enumerate(zip(bits, drop, strict=True))
    )
    shift = 32 + drop[2]
    factor = (1 << (shift + bits[1] + bits[2] - drop[0])) + (1 << (shift + bits[2] - 16 - drop[1])) + 1
    return mask, factor, shift, (1 << sum(bits)) - 1
