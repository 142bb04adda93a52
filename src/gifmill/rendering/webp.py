"""Animated WebP through Pillow: lossy, looped for ever, with the same delays as the GIF."""

from __future__ import annotations

from dataclasses import dataclass
from io import BytesIO
from typing import TYPE_CHECKING

import numpy as np
from PIL import Image, ImageSequence

if TYPE_CHECKING:
    from gifmill.animation import Animation
    from gifmill.gif import FlashDetector


@dataclass(frozen=True, slots=True)
class WebpPreset:
    """Settings of the WebP codec.

    Attributes:
        quality: of the lossy codec, 0 to 100. Chroma is always subsampled by two, so that at 90
            it is about as close to the photo as our GIFs are.
        method: how hard the codec tries, 0 to 6; above 4 the last few percent take several times as long.
    """

    quality: int
    method: int = 4


WEBP_PRESETS: dict[str, WebpPreset] = {
    "fast": WebpPreset(80, method=0),
    "small": WebpPreset(75),
    "balanced": WebpPreset(90),
    "crisp": WebpPreset(90),
    "smooth": WebpPreset(95),
}
"""The WebP settings for each encoder preset."""


def encode_webp(
    animation: Animation, preset: WebpPreset, detector: FlashDetector | None = None
) -> tuple[bytes, int]:
    """Encode an animation as WebP; return the file and its number of frames (equal neighbours are merged).

    Args:
        animation: frames of sRGB pixels on one canvas.
        preset: settings of the codec.
        detector: receives every frame as a decoder shows it.
    """
    first, *others = (Image.fromarray(animation.canvas(index)) for index in range(len(animation.frames)))
    file = BytesIO()
    first.save(
        file,
        "WEBP",
        save_all=True,
        append_images=others,
        duration=[frame.delay_cs * 10 for frame in animation.frames],
        loop=0,
        quality=preset.quality,
        method=preset.method,
    )
    if detector is None:
        with Image.open(file) as image:
            return file.getvalue(), _frame_count(image)
    return file.getvalue(), _detect_flashes(file, detector)


def _frame_count(image: Image.Image) -> int:
    return int(getattr(image, "n_frames", 1))


def _detect_flashes(file: BytesIO, detector: FlashDetector) -> int:
    with Image.open(file) as image:
        for picture in ImageSequence.Iterator(image):
            pixels = np.asarray(picture.convert("RGB"))  # loads the frame: only then is its duration known
            detector.add_pixels(pixels, int(picture.info.get("duration", 0)) // 10)
        return _frame_count(image)
