"""Readers of camera photos at 480 px: gifmill, Pillow and libvips, each used as well as possible.

All turn the photo upright, convert it to sRGB and end with an array.
"""

from __future__ import annotations

import io
from math import inf
from typing import TYPE_CHECKING, cast

import numpy as np
import pyvips
from PIL import Image, ImageCms, ImageOps

from gifmill.photo.photo import open_photo

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from gifmill.animation import Pixels

    type Reader = Callable[[Path], Pixels]

SIDE_PX = 480


def with_gifmill(path: Path) -> Pixels:
    return open_photo(path, max_side_px=SIDE_PX).pixels


def with_pillow(path: Path) -> Pixels:
    """A JPEG at a fraction of its size, others averaged first, as its documentation advises."""
    if path.suffix == ".heic":
        from pi_heif import register_heif_opener

        register_heif_opener()
    with Image.open(path) as file:
        image: Image.Image = file
        image.draft("RGB", (2 * SIDE_PX, 2 * SIDE_PX))
        profile = image.info.get("icc_profile")
        if image.mode == "P":
            image = image.convert("RGB")  # or it is not averaged at all
        image.thumbnail((SIDE_PX, SIDE_PX), Image.Resampling.LANCZOS, reducing_gap=2.0)
        upright = ImageOps.exif_transpose(image).convert("RGB")
    if profile:
        source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        ImageCms.profileToProfile(upright, source, ImageCms.createProfile("sRGB"), inPlace=True)
    return np.asarray(upright)


def with_libvips(path: Path) -> Pixels:
    """Without an output profile: the photos here have none, and it would convert them all the same."""
    pyvips.cache_set_max(0)  # or a second look at the same file costs nothing
    image = pyvips.Image.thumbnail(str(path), SIDE_PX, height=SIDE_PX, size="down")
    if image.hasalpha():
        image = image.flatten(background=255)
    return cast("Pixels", image.numpy())


READERS: dict[str, Reader] = {"gifmill": with_gifmill, "Pillow": with_pillow, "libvips": with_libvips}


def readers_of(path: Path) -> dict[str, Reader]:
    """Those that can read the file: the libvips of PyPI has no decoder of HEVC."""
    able = {}
    for name, reader in READERS.items():
        try:
            reader(path)
        except pyvips.Error:
            continue
        able[name] = reader
    return able


def reference(path: Path) -> Pixels:
    """Decoded whole, shrunk by Lanczos alone."""
    with Image.open(path) as image:
        size = Image.new("L", image.size)
        size.thumbnail((SIDE_PX, SIDE_PX))
        return np.asarray(image.convert("RGB").resize(size.size, Image.Resampling.LANCZOS))


def decibels(wanted: Pixels, got: Pixels) -> float:
    error = np.square(wanted.astype(float) - got).mean()
    return float(10 * np.log10(255**2 / error)) if error else inf
