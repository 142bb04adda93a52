"""Any mode that a decoder hands out, with any colour profile, as opaque 8-bit sRGB."""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING

import numpy as np
from PIL import Image

if TYPE_CHECKING:
    from numpy.typing import NDArray

    type Levels = NDArray[np.generic]
    type Grey = NDArray[np.uint8]

_SHRINKABLE = {"L", "La", "RGB", "RGBa", "CMYK"}
_PREMULTIPLIED = {"LA": "La", "RGBA": "RGBa"}
_WHITE = (255, 255, 255)

_PROFILE_MODES = {"GRAY": "L", "RGB ": "RGB", "CMYK": "CMYK"}
"""The mode in which a profile of each colour space takes its pixels."""


def eight_bit(image: Image.Image) -> Image.Image:
    """The same picture in a mode whose pixels may be averaged: 8 bits, no palette, alpha premultiplied."""
    if image.mode in _SHRINKABLE:
        return image if "transparency" not in image.info else image.convert("RGBA").convert("RGBa")
    if image.mode in _PREMULTIPLIED:
        return image.convert(_PREMULTIPLIED[image.mode])
    if image.mode.startswith("I;16"):
        return Image.fromarray(_nearest_of_16_bits(np.asarray(image)))
    if image.mode in ("I", "F"):
        return Image.fromarray(_stretched(np.asarray(image)))
    if image.mode == "1":
        return image.convert("L")
    if image.has_transparency_data:
        return image.convert("RGBA").convert("RGBa")
    return image.convert("RGB")


def _nearest_of_16_bits(levels: Levels) -> Grey:
    """For each 16-bit level the nearest 8-bit one: 65,535 is 255, so a step is 257."""
    table = ((np.arange(65_536) + 128) // 257).astype(np.uint8)
    return table[levels.astype(np.uint16, copy=False)]


def _stretched(levels: Levels) -> Grey:
    """Levels of 32 bits from black to white: such files do not say which number is white."""
    finite = np.nan_to_num(levels.astype(np.float64), posinf=0, neginf=0)
    low, high = float(finite.min()), float(finite.max())
    return ((finite - low) * (255 / ((high - low) or 1)) + 0.5).astype(np.uint8)


def flat_srgb(image: Image.Image, profile: bytes | None) -> Image.Image:
    """Colours to sRGB, then alpha laid on white.

    Args:
        image: as `eight_bit` returns it.
        profile: the ICC profile that the file carries, if any. One that is broken or that does not fit the
            pixels says nothing: such a photo is taken for sRGB, as browsers do.

    Returns:
        An image of mode RGB.
    """
    alpha = None
    if image.mode in ("La", "RGBa"):
        image = image.convert(image.mode[:-1] + "A")
        alpha = image.getchannel("A")
        image = image.convert(image.mode[:-1])
    colours = (profile and _transformed(image, profile)) or image.convert("RGB")
    if alpha is None:
        return colours
    matte = Image.new("RGB", image.size, _WHITE)
    matte.paste(colours, mask=alpha)
    return matte


def _transformed(image: Image.Image, profile: bytes) -> Image.Image | None:
    from PIL import ImageCms  # most photos have no profile

    try:
        source = ImageCms.ImageCmsProfile(BytesIO(profile))
        mode = _PROFILE_MODES[source.profile.xcolor_space]
        if image.mode == "L" and mode == "RGB":
            image = image.convert("RGB")
        return ImageCms.profileToProfile(image, source, ImageCms.createProfile("sRGB"), outputMode="RGB")
    except (ImageCms.PyCMSError, OSError, KeyError, ValueError):
        return None
