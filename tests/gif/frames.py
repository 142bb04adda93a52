"""Frames with palettes to encode, and colour distances that are computed without the native core."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from hypothesis import strategies as st
from tests.gif.pictures import photo

from gifmill.animation import Size
from gifmill.gif import Preset
from gifmill.gif.frame_encoder import FrameEncoder
from gifmill.gif.gif89a_writer import gif_file, image_block
from gifmill.gif.palettes import FramePalette
from gifmill.gif.transparency import Picture

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gifmill.animation import Pixels
    from gifmill.gif.core import Palette

LOSSLESS = Preset("lossless", beam=1)
LOSSY = Preset("lossy", lossiness=1e-3, beam=4)
type Step = tuple[Pixels, FramePalette]


def encoded(steps: Sequence[Step], preset: Preset) -> tuple[bytes, list[Pixels]]:
    """Return a file of these frames, and the canvas that the encoder reports after each."""
    size = Size.of(steps[0][0])
    encoder = FrameEncoder(size, preset)
    images, shown = [], []
    for pixels, palette in steps:
        images.append(image_block(encoder.encode(Picture(pixels), palette), palette, 5))
        shown.append(encoder.shown.copy())
    return gif_file(size, images, steps[0][1] if steps[0][1].shared else None), shown


def random_pixels(width: int, height: int, seed: int = 0) -> Pixels:
    return np.random.default_rng(seed).integers(0, 256, (height, width, 3), np.uint8)


def random_colours(entries: int, seed: int = 0) -> Palette:
    """Return different colours, which are no ramp of greys: see `palettes._not_a_ramp`."""
    random = np.random.default_rng(seed)
    codes = random.choice(1 << 24, entries, replace=False)
    return np.stack([codes >> 16, codes >> 8 & 255, codes & 255], -1).astype(np.uint8)


def to_metric(colours: Palette) -> np.ndarray:
    """Convert sRGB bytes to Oklab with stretched chroma, without the native core."""
    level = colours / 255
    light = np.where(level <= 0.04045, level / 12.92, ((level + 0.055) / 1.055) ** 2.4)
    cones = [
        [0.4122214708, 0.5363325363, 0.0514459929],
        [0.2119034982, 0.6806995451, 0.1073969566],
        [0.0883024619, 0.2817188376, 0.6299787005],
    ]
    lab = [
        [0.2104542553, 0.7936177850, -0.0040720468],
        [1.9779984951, -2.4285922050, 0.4505937099],
        [0.0259040371, 0.7827717662, -0.8086757660],
    ]
    found: np.ndarray = np.cbrt(light @ np.array(cones).T) @ np.array(lab).T * (1, 1.5, 1.5)
    return found


def distances(pixels: Pixels, palette: Palette) -> np.ndarray:
    """Return the distance of each pixel to each entry, shape (height, width, entries)."""
    found: np.ndarray = np.linalg.norm(to_metric(pixels)[..., None, :] - to_metric(palette), axis=-1)
    return found


def quick_distance(one: Pixels, other: Pixels) -> np.ndarray:
    """Return squared distances in the linear approximation of the metric, of `LINEAR` in native/nearest.c."""
    linear = [[0.00104, -0.00102, -0.00164], [0.00212, 0.00279, 0.00048], [0.00029, -0.00178, 0.00116]]
    found: np.ndarray = np.square((one.astype(float) - other) @ np.array(linear)).sum(axis=-1)
    return found


SIDES = st.one_of(st.just(1), st.integers(1, 20))


@st.composite
def sequences(draw: st.DrawFn) -> tuple[list[Step], Preset]:
    """Draw frames with their palettes: one that all share, or one for each; some pixels do not change."""
    random = np.random.default_rng(draw(st.integers(0, 9999)))
    width, height = draw(SIDES), draw(SIDES)
    shared = draw(st.booleans())
    common: FramePalette | None = None
    pixels: Pixels = random.integers(0, 256, (height, width, 3), np.uint8)
    steps: list[Step] = []
    for _ in range(draw(st.integers(1, 4))):
        kind = draw(st.sampled_from(["noise", "flat", "smooth", "same", "part", "sparse"]))
        new: Pixels = random.integers(0, 256, (height, width, 3), np.uint8)
        if kind == "flat":
            new[:] = new[0, 0]
        if kind == "smooth":
            new = photo(width, height, draw(st.integers(0, 9)))
        if kind == "same":
            new = pixels
        if kind == "part":
            new = pixels.copy()
            left, top = draw(st.integers(0, width - 1)), draw(st.integers(0, height - 1))
            new[top:, left:] = random.integers(0, 256, 3)
        if kind == "sparse":
            new = np.where(random.random((height, width, 1)) < 0.2, new, pixels)
        pixels = new
        if common is None or not shared:
            entries = draw(st.one_of(st.integers(1, 8), st.sampled_from([16, 17, 127, 128, 255, 256])))
            colours = random_colours(entries, draw(st.integers(0, 99)))
            common = FramePalette(colours, dither=draw(st.floats(0, 1)), shared=shared)
        steps.append((pixels, common))
    lossiness = draw(st.sampled_from([0, 1e-5, 1e-3, 0.1, 10]))
    return steps, Preset("random", lossiness=lossiness, beam=draw(st.integers(1, 16)))
