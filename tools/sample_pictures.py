#!/usr/bin/env python3
"""Small pictures of the page's sample photos: `.venv/bin/python tools/sample_pictures.py`.

Each sample photo has a preview, which is its button on the start page, and a strip with frames of fifteen
effects, which fill the wheel.
"""

from __future__ import annotations

import io
import sys
from bisect import bisect_right
from pathlib import Path

from PIL import Image, ImageOps

sys.path.insert(0, str(Path(__file__).parents[1] / "src"))

from gifmill import open_photo, render

SAMPLES = Path(__file__).parents[1] / "src/gifmill/page/samples"

PREVIEW_PX = 144
"""Side of a preview: a button of 72 px on a screen with two pixels to the CSS pixel."""

TILE_PX = 96
"""Side of one frame in a strip."""

MAX_STRIP_BYTES = 9_000
"""Size limit of a strip: the first one belongs to the first load of the page."""

_PREVIEW_QUALITY = 36

TELLING_MOMENTS = {
    "neon": 0.5,
    "swirl": 0.5,
    "party": 0.3,
    "cyclic": 0.3,
    "spin": 0.35,
    "glitch": 0.4,
    "kaleidoscope": 0.2,
    "sunglasses": 0.9,
    "dissolve": 0.22,
    "droste": 0.6,
    "confetti": 0.5,
    "bounce": 0.5,
    "ripple": 0.5,
    "flip": 0.2,
    "blur": 0.65,
}
"""Fifteen effects whose still frames differ most, clockwise on the wheel, each with the moment of its loop
(0 to 1) that shows the effect best. The last one rests at the wheel's marker."""


def preview(photo: bytes) -> Image.Image:
    """Crop a photo to a small square."""
    with Image.open(io.BytesIO(photo)) as image:
        return ImageOps.fit(image.convert("RGB"), (PREVIEW_PX, PREVIEW_PX), Image.Resampling.LANCZOS)


def strip(photo: bytes) -> Image.Image:
    """Draw one square frame of each effect, side by side."""
    drawn = Image.new("RGB", (TILE_PX * len(TELLING_MOMENTS), TILE_PX))
    for index, (effect, moment) in enumerate(TELLING_MOMENTS.items()):
        gif = render(open_photo(photo), effect, size=2 * TILE_PX, crop="square", preset="crisp")
        with Image.open(io.BytesIO(gif.data)) as frames:
            frames.seek(int(moment * gif.frames))
            tile = frames.convert("RGB").resize((TILE_PX, TILE_PX), Image.Resampling.LANCZOS)
        drawn.paste(tile, (index * TILE_PX, 0))
    return drawn


def avif(picture: Image.Image, quality: int) -> bytes:
    """Encode a picture: browsers that show the page read AVIF, in half the bytes of WebP."""
    encoded = io.BytesIO()
    picture.save(encoded, "AVIF", quality=quality, speed=6)
    return encoded.getvalue()


def write_pictures(photo: Path) -> None:
    """Write the pictures of one sample photo beside it."""
    data = photo.read_bytes()
    photo.with_name(f"{photo.stem}-preview.avif").write_bytes(avif(preview(data), _PREVIEW_QUALITY))
    drawn = strip(data)
    quality = bisect_right(range(60), MAX_STRIP_BYTES, key=lambda quality: len(avif(drawn, quality))) - 1
    photo.with_name(f"{photo.stem}-effects.avif").write_bytes(avif(drawn, quality))


if __name__ == "__main__":
    for path in sorted(SAMPLES.glob("*.jpg")):
        write_pictures(path)
