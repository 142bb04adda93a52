"""Pictures to encode, and the frames that decoders read from a file."""

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
    """Return a smooth picture with some noise: thousands of colours, like a photo."""
    y, x = np.mgrid[:height, :width].astype(float)
    waves = [np.sin(x / 9 + seed) + np.cos(y / (7 + tint) + tint) for tint in range(3)]
    noise = np.random.default_rng(seed).normal(0, 4, (height, width, 3))
    return (127 + 50 * np.stack(waves, -1) + noise).clip(0, 255).astype(np.uint8)


def narrow_range(name: str) -> Pixels:
    """Return a picture of narrow range: dark, foggy or toned."""
    y, x = np.mgrid[:200, :240].astype(float)
    cat = photo(240, 200).astype(float)
    cat += 40 * np.sin(x / 61 + y / 83)[..., None]
    grey = cat.mean(axis=2)
    pictures: dict[str, NDArray[np.float64]] = {
        "dark": cat * 0.2,
        "foggy": cat * 0.2 + 170,
        "toned": np.stack([grey * 1.05 + 6, grey, grey * 0.92], -1) + (cat - grey[..., None]) * 0.02,
    }
    return pictures[name].clip(0, 255).astype(np.uint8)


def decoded_frames(gif: bytes) -> list[Pixels]:
    decoded = decode(gif)
    return [
        np.array(canvas, np.uint8).reshape(decoded.height, decoded.width, 3) for canvas in decoded.canvases
    ]


def decoded_masks(gif: bytes) -> list[NDArray[np.bool]]:
    """Return where each frame shows something."""
    decoded = decode(gif)
    return [np.array(visible).reshape(decoded.height, decoded.width) for visible in decoded.visible]


def pillow_masks(gif: bytes) -> list[NDArray[np.bool]]:
    """Return where Pillow shows something."""
    with Image.open(BytesIO(gif)) as image:
        return [np.asarray(frame.convert("RGBA"))[..., 3] != 0 for frame in ImageSequence.Iterator(image)]


def pillow_frames(gif: bytes) -> list[Pixels]:
    with Image.open(BytesIO(gif)) as image:
        return [np.asarray(frame.convert("RGB")) for frame in ImageSequence.Iterator(image)]


def clip(*pictures: Pixels) -> Animation:
    return Animation(tuple(Frame(each, Plain(), 5) for each in pictures), Size.of(pictures[0]))


def moving(count: int = 9) -> list[Pixels]:
    """Return frames of a photo that moves over a constant background."""
    pictures = []
    for number in range(count):
        picture = np.full((90, 160, 3), (12, 200, 90), np.uint8)
        picture[10:80, 5 * number : 5 * number + 100] = photo(100, 70)
        pictures.append(picture)
    return pictures


def changing_hues() -> list[Pixels]:
    """Return nine frames of a photo, each with another hue."""
    saturation, value, _ = Image.fromarray(photo(120, 90)).split()
    pictures = []
    for number in range(9):
        hue = Image.new("L", value.size, 28 * number)
        pictures.append(np.asarray(Image.merge("HSV", (hue, saturation, value)).convert("RGB")))
    return pictures
