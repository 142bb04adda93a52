"""Readers of camera photos at 480 px: gifmill, Pillow and libvips, at their best settings.

All apply the orientation, convert to sRGB and return an array.
"""

from __future__ import annotations

import io
from math import inf
from typing import TYPE_CHECKING, cast

import numpy as np
import pyvips
from PIL import Image, ImageCms, ImageOps

from gifmill.photo import open_photo

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from gifmill.animation import Pixels

    type Reader = Callable[[Path], Pixels]

SIDE_PX = 480


def with_gifmill(path: Path) -> Pixels:
    return open_photo(path, max_side_px=SIDE_PX).pixels


def with_pillow(path: Path) -> Pixels:
    """Read with Pillow, as its documentation advises: draft mode for JPEG, a reducing gap for others."""
    if path.suffix == ".heic":
        from pi_heif import register_heif_opener

        register_heif_opener()
    with Image.open(path) as file:
        image: Image.Image = file
        image.draft("RGB", (2 * SIDE_PX, 2 * SIDE_PX))
        profile = image.info.get("icc_profile")
        if image.mode == "P":
            image = image.convert("RGB")  # Pillow does not average palette images
        image.thumbnail((SIDE_PX, SIDE_PX), Image.Resampling.LANCZOS, reducing_gap=2.0)
        upright = ImageOps.exif_transpose(image).convert("RGB")
    if profile:
        source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        ImageCms.profileToProfile(upright, source, ImageCms.createProfile("sRGB"), inPlace=True)
    return np.asarray(upright)


def with_libvips(path: Path) -> Pixels:
    """Read with libvips, without an output profile: it would convert these photos, which have no profile."""
    pyvips.cache_set_max(0)  # a cached second read would cost nothing
    image = pyvips.Image.thumbnail(str(path), SIDE_PX, height=SIDE_PX, size="down")
    if image.hasalpha():
        image = image.flatten(background=255)
    return cast("Pixels", image.numpy())


READERS: dict[str, Reader] = {"gifmill": with_gifmill, "Pillow": with_pillow, "libvips": with_libvips}


def usable_readers(path: Path) -> dict[str, Reader]:
    """Return the readers that can read a file: libvips from PyPI has no HEVC decoder."""
    able = {}
    for name, reader in READERS.items():
        try:
            reader(path)
        except pyvips.Error:
            continue
        able[name] = reader
    return able


def reference(path: Path) -> Pixels:
    """Decode a photo at full size and reduce it with Lanczos only."""
    with Image.open(path) as image:
        size = Image.new("L", image.size)
        size.thumbnail((SIDE_PX, SIDE_PX))
        return np.asarray(image.convert("RGB").resize(size.size, Image.Resampling.LANCZOS))


def decibels(wanted: Pixels, actual: Pixels) -> float:
    """Return the PSNR in dB; infinite for equal pixels."""
    error = np.square(wanted.astype(float) - actual).mean()
    return float(10 * np.log10(255**2 / error)) if error else inf
