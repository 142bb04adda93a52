"""Random sources of frames: their contents, their alpha, and their order in memory."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from tests.gif.pictures import photo

from gifmill.animation import Size

if TYPE_CHECKING:
    from gifmill.animation import Indices, Pixels


def changed(source: Pixels, change: str, random: np.random.Generator) -> Pixels:
    """Return the next frame's source: the same, or one that differs in a pixel, a part, or its position."""
    if change == "same":
        return source
    pixels = source.copy()
    y, x = (random.integers(0, side) for side in pixels.shape[:2])
    if change == "pixel":
        pixels[y, x, random.integers(pixels.shape[2])] ^= 1 << random.integers(8)
    elif change == "part":
        part = pixels[y:, x:][: 1 + random.integers(30), : 1 + random.integers(30)]
        part[:] = random.integers(0, 256, part.shape if random.random() < 0.5 else part.shape[2])
    else:
        pixels = np.roll(pixels, tuple(random.integers(-3, 4, 2)), (0, 1))
    return pixels


def arranged(source: Pixels, random: np.random.Generator) -> Pixels:
    """Return the same pixels, sometimes in another order in memory, with gaps, or read-only."""
    kind = random.choice(
        ["as it is"] * 6 + ["transposed", "planes", "upside down", "mirrored", "gaps", "read-only"]
    )
    if kind == "transposed":
        return source.swapaxes(0, 1).copy().swapaxes(0, 1)
    if kind == "planes":
        return np.moveaxis(np.moveaxis(source, 2, 0).copy(), 0, 2)
    if kind == "upside down":
        return source[::-1].copy()[::-1]
    if kind == "mirrored":
        return source[:, ::-1].copy()[:, ::-1]
    if kind == "gaps":
        return source.repeat(2, axis=1)[:, ::2]
    if kind == "read-only":
        source = source.copy()
        source.flags.writeable = False
    return source


def random_alpha(size: Size, random: np.random.Generator) -> Indices:
    """Return an alpha channel: a disc, noise, or the same everywhere."""
    kind = random.integers(3)
    if kind == 0:
        y, x = np.mgrid[: size.height, : size.width]
        distance = np.hypot(y - random.integers(0, size.height), x - random.integers(0, size.width))
        return np.asarray((max(size) / 2 - distance) * 30 + 128).clip(0, 255).astype(np.uint8)
    if kind == 1:
        return random.integers(0, 256, (size.height, size.width), np.uint8)
    return np.full((size.height, size.width), random.choice([0, 127, 128, 255]), np.uint8)


def _noise(size: Size, random: np.random.Generator) -> Pixels:
    return random.integers(0, 256, (size.height, size.width, 3), np.uint8)


def _flat(size: Size, random: np.random.Generator) -> Pixels:
    return np.full((size.height, size.width, 3), random.integers(0, 256, 3), np.uint8)


def _gradient(size: Size, random: np.random.Generator) -> Pixels:
    y, x = np.mgrid[: size.height, : size.width]
    slopes = random.normal(0, random.choice([0.1, 1, 5]), (2, 3))
    levels = y[..., None] * slopes[0] + x[..., None] * slopes[1] + random.integers(0, 256, 3)
    return np.asarray(levels.clip(0, 255), np.uint8)


def _photo(size: Size, random: np.random.Generator) -> Pixels:
    return photo(size.width, size.height, int(random.integers(100)))


def _few_colours(size: Size, random: np.random.Generator) -> Pixels:
    count = int(
        random.choice([1, 2, 3, 4, 16, 17, 127, 128, 129, 255, 256, 257, int(random.integers(1, 300))])
    )
    colours = random.integers(0, 256, (count, 3), np.uint8)
    if random.random() < 0.2:  # a ramp of greys, which Pillow reads in another way
        colours[:] = np.arange(count, dtype=np.int64)[:, None] & 255
    return colours[random.integers(0, count, (size.height, size.width))]


def _pixel_art(size: Size, random: np.random.Generator) -> Pixels:
    cells = _few_colours(Size(-(-size.width // 7), -(-size.height // 5)), random)
    return cells.repeat(5, axis=0).repeat(7, axis=1)[: size.height, : size.width]


def _dark(size: Size, random: np.random.Generator) -> Pixels:
    return _photo(size, random) // np.uint8(random.choice([4, 9, 30]))


CONTENTS = {
    "noise": _noise,
    "flat": _flat,
    "gradient": _gradient,
    "photo": _photo,
    "few colours": _few_colours,
    "pixel art": _pixel_art,
    "dark": _dark,
}
"""By name, what draws colours of this size."""
