"""Two independent GIF decoders, Pillow for WebP, and a common timeline of the frames that they show."""

from __future__ import annotations

from dataclasses import dataclass
from io import BytesIO
from itertools import accumulate
from tempfile import NamedTemporaryFile
from typing import TYPE_CHECKING

import numpy as np
from PIL import Image, ImageSequence

from bench.external_programs import ffmpeg

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gifmill.animation import Pixels


@dataclass(frozen=True, slots=True, eq=False)
class DecodedGif:
    """A decoded GIF or WebP.

    Attributes:
        frames: full canvases, sRGB pixels.
        delays_ms: delay of each frame, in milliseconds.
    """

    frames: tuple[Pixels, ...]
    delays_ms: tuple[int, ...]

    def canvas_at(self, time_ms: float) -> Pixels:
        """Return the canvas at a time from the start, in milliseconds; past the end, the last one."""
        ends = list(accumulate(self.delays_ms))
        return self.frames[min(int(np.searchsorted(ends, time_ms, side="right")), len(self.frames) - 1)]

    def resample(self, delays_ms: Sequence[int]) -> list[Pixels]:
        """Return the canvas at the middle of each frame of another timeline, given its delays.

        Encoders merge equal frames, so frames of two encoders cannot be compared by index.
        """
        ends = accumulate(delays_ms)
        return [self.canvas_at(end - delay / 2) for end, delay in zip(ends, delays_ms, strict=True)]


def decode(gif: bytes) -> DecodedGif:
    """Decode a GIF with Pillow, and with ffmpeg if it is installed; a WebP with Pillow alone.

    ffmpeg does not read animated WebP.

    Raises:
        ValueError: a pixel differs between the two decoders.
    """
    with Image.open(BytesIO(gif)) as image:
        frames, delays_ms = [], []
        for frame in ImageSequence.Iterator(image):
            frames.append(np.asarray(frame.convert("RGB")))
            delays_ms.append(int(frame.info.get("duration", 0)))
    if (
        image.format == "GIF"
        and ffmpeg()
        and not np.array_equal(np.stack(frames), _decode_with_ffmpeg(gif, frames[0].shape))
    ):
        raise ValueError("Pillow and ffmpeg decode different pixels")
    return DecodedGif(tuple(frames), tuple(delays_ms))


def _decode_with_ffmpeg(gif: bytes, shape: tuple[int, ...]) -> Pixels:
    command = ffmpeg()
    assert command
    with NamedTemporaryFile(suffix=".gif") as file:  # ffmpeg must seek in a GIF
        file.write(gif)
        file.flush()
        raw = command.run(
            *("-v", "error", "-i", file.name, "-f", "rawvideo", "-pix_fmt", "rgb24"),
            *("-fps_mode", "passthrough", "-"),
        )
    return np.frombuffer(raw, np.uint8).reshape(-1, *shape)
