"""Error diffusion with exact nearest-colour search, over many pictures at once.

A pixel can be quantised once its left neighbour and those above it are. On the line x + 2 y = step all
pixels are ready at the same time, and so are the same pixels of other pictures: numpy decides them together.
A picture takes width + 2 height steps of some microseconds, however many pictures share them, so this is for
clips; a single picture is quicker in Pillow's loop (`diffuse`), which must do with a rougher search.

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

_TOGETHER_PX = 4_000
"""Approximate pixels of one step: more exceed the cache, and with fewer numpy's call overhead dominates."""

_UNIT = 64
"""Fixed-point value of an error of one level: at strength 1 the errors that meet in a pixel stay below the
32,768 of 16 bits."""


@dataclass(frozen=True, slots=True, eq=False)
class PaletteLookup:
    """A palette with its lookup table.

    Attributes:
        palette: 1 to 256 colours.
        entries: of each cell, by its number, as `NearestColourTable.complete` gives them.
        bits: of these cells.
    """

    palette: Palette
    entries: NDArray[np.uint8]
    bits: ChannelBits


def dither_along_wavefronts(
    pictures: Sequence[Pixels], searches: Sequence[PaletteLookup], strength: float
) -> Iterator[Indices]:
    """Dither pictures: half of each error goes right, a quarter each below left and below.

    Args:
        pictures: uint8, each of shape (height, width, 3).
        searches: one for each picture, all with the same bits. Pictures may share one.
        strength: share of an error that is diffused, 0 to 1.
    """
    height, width = pictures[0].shape[:2]
    together = max(1, _TOGETHER_PX // min(height, -(-width // 2)))
    for start in range(0, len(pictures), together):
        batch = slice(start, start + together)
        yield from _diffused(pictures[batch], searches[batch], strength)


def _diffused(
    pictures: Sequence[Pixels], searches: Sequence[PaletteLookup], strength: float
) -> list[Indices]:
    """Dither one batch of pictures.

    Pixels are stored by columns from the bottom, so that those of one step are a slice, and have four
    channels of 16 bits, so that one is a word: three levels are packed into a key, or fetched from
    the palette, at once.
    """
    height, width = pictures[0].shape[:2]
    count = len(pictures)
    columns = np.zeros((width, height, count, 4), np.uint8)
    for place, picture in enumerate(pictures):
        columns[:, ::-1, place, :3] = picture.transpose(1, 0, 2)
    levels = columns.reshape(width * height, count, 4)
    indices = np.empty((width * height, count), np.uint8)
    different = list({id(search): search for search in searches}.values())
    number = [next(at for at, each in enumerate(different) if each is search) for search in searches]
    entries = np.concatenate([search.entries for search in different])
    first_cell = np.array(number, "<i8") << sum(different[0].bits)
    colours = np.zeros((len(different), 256, 4), "<i2")
    for table, search in zip(colours, different, strict=True):
        table[: len(search.palette), :3] = search.palette
    words = colours.view("<i8").ravel()
    first_word = np.array(number, "<i8") << 8
    mask, factor, shift, all_bits = _packing(different[0].bits)
    half, quarter = np.int16(round(strength * _UNIT / 2)), np.int16(round(strength * _UNIT / 4))

    # Row r of a picture from below has what was spread to it at r + 1; at 0 is what leaves the picture.
    rings = np.full((3, height + 1, count, 4), _UNIT // 2, "<i2")
    wanted_ = np.empty((height, count, 4), "<i2")
    spread_ = np.empty((height, count, 4), "<i2")
    keys_ = np.empty((height, count), "<i8")
    shown_ = np.empty((height, count), "<i8")
    for step in range(width + 2 * height - 2):
        above, below = max(0, -(-(step - width + 1) // 2)), min(height, step // 2 + 1)
        low, high = height - below, height - above
        size = high - low
        start = (step - 2 * (below - 1)) * height + low
        line = slice(start, start + (size - 1) * (2 * height + 1) + 1, 2 * height + 1)
        now, soon, later = (rings[(step + ahead) % 3] for ahead in range(3))

        wanted, spread, keys, shown = wanted_[:size], spread_[:size], keys_[:size], shown_[:size]
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
        now[...] = _UNIT // 2
        np.multiply(wanted, half, out=spread)
        soon[low + 1 : high + 1] += spread
        np.multiply(wanted, quarter, out=spread)
        soon[low:high] += spread
        later[low:high] += spread
    upright = indices.reshape(width, height, count)[:, ::-1]
    return [np.ascontiguousarray(upright[:, :, place].T) for place in range(count)]


def _packing(bits: ChannelBits) -> tuple[int, int, int, int]:
    """Return the constants that turn a word of three 16-bit levels, red lowest, into the number of a cell.

    The leading bits are masked, then one multiplication adds three shifted copies of the word: in one place
    of the sum the fields meet in order, and no two fields of the copies overlap.

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
