"""Pictures to encode, and what decoders make of a file."""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING

import numpy as np
from PIL import Image, ImageSequence
from tests.gif.decoder import decode

from gifmill.animation import Animation, Frame, Plain, Size

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from gifmill.animation import Pixels


def photo(width: int, height: int, seed: int = 0) -> Pixels:
    """Smooth with some noise: thousands of colours, as a photo has."""
    y, x = np.mgrid[:height, :width].astype(float)
    waves = [np.sin(x / 9 + seed) + np.cos(y / (7 + tint) + tint) for tint in range(3)]
    noise = np.random.default_rng(seed).normal(0, 4, (height, width, 3))
    return (127 + 50 * np.stack(waves, -1) + noise).clip(0, 255).astype(np.uint8)


def narrow(name: str) -> Pixels:
    """Return a photo in the dark, in fog, or toned as old prints are."""
    y, x = np.mgrid[:200, :240].astype(float)
    cat = photo(240, 200).astype(float)
    cat += 40 * np.sin(x / 61 + y / 83)[..., None]
    grey = cat.mean(axis=2)
    found: dict[str, NDArray[np.float64]] = {
        "dark": cat * 0.2,
        "foggy": cat * 0.2 + 170,
        "toned": np.stack([grey * 1.05 + 6, grey, grey * 0.92], -1) + (cat - grey[..., None]) * 0.02,
    }
    return found[name].clip(0, 255).astype(np.uint8)


def shown(gif: bytes) -> list[Pixels]:
    found = decode(gif)
    return [np.array(canvas, np.uint8).reshape(found.height, found.width, 3) for canvas in found.canvases]


def pillow(gif: bytes) -> list[Pixels]:
    with Image.open(BytesIO(gif)) as image:
        return [np.asarray(frame.convert("RGB")) for frame in ImageSequence.Iterator(image)]


def clip(*pictures: Pixels) -> Animation:
    return Animation(tuple(Frame(each, Plain(), 5) for each in pictures), Size.of(pictures[0]))


def moving(count: int = 9) -> list[Pixels]:
    """Return a photo that wanders over a ground that stands still."""
    pictures = []
    for number in range(count):
        picture = np.full((90, 160, 3), (12, 200, 90), np.uint8)
        picture[10:80, 5 * number : 5 * number + 100] = photo(100, 70)
        pictures.append(picture)
    return pictures


def turning() -> list[Pixels]:
    """Return a toned photo in nine tones."""
    saturation, value, _ = Image.fromarray(photo(120, 90)).split()
    pictures = []
    for turn in range(9):
        hue = Image.new("L", value.size, 28 * turn)
        pictures.append(np.asarray(Image.merge("HSV", (hue, saturation, value)).convert("RGB")))
    return pictures
