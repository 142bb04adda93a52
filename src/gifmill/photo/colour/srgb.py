"""Conversion of decoded images with any colour space and alpha to opaque 8-bit sRGB."""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING

from PIL import Image

if TYPE_CHECKING:
    from gifmill.photo.colour.colour_space_types import ColourSpace


_WHITE = (255, 255, 255)

_PROFILE_MODES = {"GRAY": "L", "RGB ": "RGB", "CMYK": "CMYK"}
"""Pillow mode by the colour space of an ICC profile."""

_MAX_PROFILE_BYTES = 5_000_000
"""Profiles of printing presses have two or three million. Little CMS uses twelve times their size."""


def to_opaque_srgb(image: Image.Image, colours: ColourSpace | None) -> Image.Image:
    """Convert colours to sRGB, then flatten alpha on white.

    Args:
        image: as `to_8_bit` returns it.
        colours: the colour space of the file, if any. A profile that is broken or huge, or does not fit the
            pixels, is ignored: the photo is then treated as sRGB, as in browsers.

    Returns:
        An image of mode RGB.
    """
    alpha = None
    if image.mode in ("La", "RGBa"):
        image = image.convert(image.mode[:-1] + "A")
        alpha = image.getchannel("A")
        image = image.convert(image.mode[:-1])
    converted = _convert_colours(image, colours) or image.convert("RGB")
    if alpha is None:
        return converted
    matte = Image.new("RGB", image.size, _WHITE)
    matte.paste(converted, mask=alpha)
    return matte


def _convert_colours(image: Image.Image, colours: ColourSpace | None) -> Image.Image | None:
    if colours is None:
        return None
    if isinstance(colours, bytes):
        return _apply_icc_profile(image, colours)
    from gifmill.photo.colour import rgb_conversion  # few photos need it

    return rgb_conversion.to_srgb(image, colours)


def _apply_icc_profile(image: Image.Image, profile: bytes) -> Image.Image | None:
    from PIL import ImageCms  # most photos have no profile

    if len(profile) > _MAX_PROFILE_BYTES:
        return None
    try:
        source = ImageCms.ImageCmsProfile(BytesIO(profile))
        mode = _PROFILE_MODES[source.profile.xcolor_space]
        if image.mode == "L" and mode == "RGB":
            image = image.convert("RGB")
        return ImageCms.profileToProfile(image, source, ImageCms.createProfile("sRGB"), outputMode="RGB")
    except (ImageCms.PyCMSError, OSError, KeyError, ValueError):
        return None
