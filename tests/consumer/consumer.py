"""A program that uses gifmill as a library. `make release-check` checks its types and runs it with the wheel.

It is checked against the installed package alone, so a type that the wheel does not export is an error here.
"""

from __future__ import annotations

import sys
from functools import partial
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from PIL import Image

import gifmill
from gifmill.effects import loop, phases
from gifmill.settings import Settings

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from gifmill.animation import Animation


def make_gifs(source: Path, folder: Path) -> list[Path]:
    """Make a GIF of a photo with each effect of the pack classic, and return their paths."""
    photo: gifmill.Photo = gifmill.open_photo(source, settings=Settings(max_photo_bytes=5_000_000))
    paths: list[Path] = []
    for name in gifmill.PACKS["classic"]:
        gif: gifmill.Gif = gifmill.render(photo, name, size=64)
        path = folder / f"{source.stem}-{name}.gif"
        gif.save(path)
        paths.append(path)
        numbers: list[int] = [len(gif.data), gif.frames, gif.width, gif.height, gif.duration_ms]
        assert min(numbers) > 0
    return paths


def pulse(photo: gifmill.Photo, *, depth: int = 40, duration: float = 1.0, frames: int = 0) -> Animation:
    """Darken and lighten the photo once in a loop: an effect of one's own."""
    lights = 1 - depth / 100 * (1 - np.cos(2 * np.pi * phases(duration, frames))) / 2
    return loop([partial(darken, photo.pixels, float(light)) for light in lights], duration, photo.size)


def darken(pixels: NDArray[np.uint8], light: float) -> NDArray[np.uint8]:
    """Return darker pixels."""
    return (pixels * light).astype(np.uint8)


def in_memory(source: Path) -> tuple[int, ...]:
    """Make a GIF of an image in memory with an effect of one's own; return the shape of its frames."""
    with Image.open(source) as image:
        gif = gifmill.render(image, pulse, depth=60, size=64)
    file = BytesIO()
    gif.save(file)
    pictures: list[Image.Image] = gif.images()
    array: NDArray[np.uint8] = gif.to_array()
    assert file.getvalue() == gif.data
    assert len(pictures) == gif.frames
    return array.shape


def explain(source: bytes) -> str:
    """Return the code and the message of the error for bytes that are no photo."""
    try:
        gifmill.open_photo(source)
    except gifmill.InputError as error:
        code: str = error.code
        return f"{code}: {error.message}"
    return ""


def names() -> list[str]:
    """Return the names of the effects."""
    effects: list[gifmill.Effect] = list(gifmill.EFFECTS)
    return [effect.name for effect in effects]


if __name__ == "__main__":
    photo_path, output = Path(sys.argv[1]), Path(sys.argv[2])
    assert len(make_gifs(photo_path, output)) == 3
    assert in_memory(photo_path)[1:] == (43, 64, 3)
    assert "spin" in names()
    assert explain(b"no photo").startswith("not_a_photo: ")
