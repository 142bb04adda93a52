"""A finished GIF or animated WebP: its bytes, how it came about, and what notebooks and files need."""

from __future__ import annotations

import os
from base64 import b64encode
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

import numpy as np
from PIL import Image, ImageSequence

from gifmill.rendering.atomic_file import write_atomically

if TYPE_CHECKING:
    from gifmill.animation import Pixels


@dataclass(frozen=True, slots=True, repr=False)
class Gif:
    """A finished GIF or animated WebP. Notebooks show it.

    Attributes:
        data: the whole file.
        effect: the name of the effect.
        frames: number of frames in the file; equal consecutive frames are merged.
        width: of the canvas, in pixels.
        height: of the canvas, in pixels.
        duration_ms: of one loop.
        calmed: the animation was slowed or softened because it would have flashed dangerously.
        format: "gif" or "webp".
        given_up: what was reduced to meet the limits, such as "64 colours instead of 256".
        requested_ms: duration of one loop as requested; shorter than `duration_ms` if it was slowed.
        softened: number of frames that were softened because they would have flashed dangerously.
        flashes: it flashes dangerously, which `allow_flashing` allowed.
    """

    data: bytes
    effect: str
    frames: int
    width: int
    height: int
    duration_ms: int
    calmed: bool = False
    format: str = "gif"
    given_up: tuple[str, ...] = ()
    requested_ms: int = 0
    softened: int = 0
    flashes: bool = False

    def save(self, target: str | os.PathLike[str] | BinaryIO, *, overwrite: bool = True) -> None:
        """Write the file.

        Args:
            target: a path, which is written atomically: to a temporary file in the same directory, which is
                then renamed. Symlinks are followed, and a replaced file passes its permissions on. Or a file
                object, opened in binary mode.
            overwrite: replace the file if the path exists. Otherwise it is kept.

        Raises:
            FileExistsError: the path exists, and `overwrite` is false.
            OSError: the file is read-only, or the directory is missing, full or not writable.
            TypeError: this is neither a path nor a binary file.
        """
        if isinstance(target, str | os.PathLike):
            write_atomically(Path(target), self.data, overwrite=overwrite)
        elif callable(getattr(target, "write", None)):
            target.write(self.data)
        else:
            kind = type(target).__name__
            raise TypeError(f"Cannot save to {kind}. Pass a path, or a file opened in binary mode.")

    def images(self) -> list[Image.Image]:
        """Return the frames as images of Pillow, of mode RGB, or RGBA where one is transparent.

        `info["duration"]` has the display time of each in milliseconds.
        """
        images = []
        with Image.open(BytesIO(self.data)) as file:
            for frame in ImageSequence.Iterator(file):
                image = frame.convert("RGBA")
                if (np.asarray(image)[..., 3] == 255).all():
                    image = image.convert("RGB")
                image.info = {"duration": round(frame.info.get("duration", 0))}
                images.append(image)
        return images

    def to_array(self) -> Pixels:
        """Return the frames as pixels, uint8, shape (frames, height, width, channels).

        There are 3 channels, or 4 with alpha if any frame is transparent.
        """
        images = self.images()
        mode = "RGBA" if any(image.mode == "RGBA" for image in images) else "RGB"
        return np.stack([np.asarray(image.convert(mode)) for image in images])

    def __repr__(self) -> str:
        """Return the figures; the bytes would fill the screen."""
        frames = f"{self.frames} frame{'s' * (self.frames != 1)}, {self.duration_ms} ms"
        canvas = f"{self.width} x {self.height} px"
        return f"<Gif {self.effect}: {self.format}, {canvas}, {frames}, {len(self.data):,} bytes>"

    def _repr_mimebundle_(self, **_: object) -> dict[str, str]:
        """Return what notebooks show: the animation, or its figures where they have text only.

        Source: https://ipython.readthedocs.io/en/stable/config/integrating.html
        """
        return {f"image/{self.format}": b64encode(self.data).decode(), "text/plain": repr(self)}
