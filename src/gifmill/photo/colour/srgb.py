"""Conversion of decoded images with any colour space, with or without alpha, to 8-bit sRGB."""

from __future__ import annotations

from functools import cache
from io import BytesIO
from typing import TYPE_CHECKING

import numpy as np
from PIL import Image

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from gifmill.photo.colour.colour_space_types import ColourSpace

    type Levels = NDArray[np.uint8]


_OPAQUE = 255
_NOTHING = (0, 0, 0, 0)

_PROFILE_MODES = {"GRAY": "L", "RGB ": "RGB", "CMYK": "CMYK"}
"""Pillow mode by the colour space of an ICC profile."""

_MAX_PROFILE_BYTES = 5_000_000
"""Profiles of printing presses have two or three million. Little CMS uses twelve times their size."""


def to_srgb(image: Image.Image, colours: ColourSpace | None) -> Image.Image:
    """Convert colours to sRGB; alpha stays as it is.

    Args:
        image: as `to_8_bit` returns it.
        colours: the colour space of the file, if any. A profile that is broken or huge, or does not fit the
            pixels, is ignored: the photo is then treated as sRGB, as in browsers.

    Returns:
        An image of mode RGB, or RGBA with straight alpha where any pixel is transparent. Fully transparent
        pixels are black: the colours below them may be those of a crop or an erased background, which nobody
        should find in the result.
    """
    if image.mode[-1] not in "Aa":
        return _convert_colours(image, colours) or image.convert("RGB")
    straight = np.asarray(image) if image.mode[-1] == "A" else _divide_alpha_out(image)
    levels, alpha = straight[..., :-1], straight[..., -1]
    opaque = Image.fromarray(levels if levels.shape[2] == 3 else levels[..., 0])
    converted = _convert_colours(opaque, colours) or opaque.convert("RGB")
    if alpha.min() == _OPAQUE:
        return converted
    converted.putalpha(Image.fromarray(alpha))
    converted.paste(_NOTHING, mask=Image.fromarray(alpha == 0))  # a profile may have given it another colour
    return converted


def _divide_alpha_out(image: Image.Image) -> Levels:
    """Return the straight colours and alpha of an image of mode La or RGBa, shape (height, width, 2 or 4).

    Pillow rounds down: each photo that is stored and read again would become darker along its edges.
    """
    premultiplied = np.asarray(image)
    straight = np.empty_like(premultiplied)
    straight[..., -1] = premultiplied[..., -1]
    row = premultiplied[..., -1].astype(np.uint16) << 8
    table = _straight_levels().ravel()
    for channel in range(straight.shape[2] - 1):
        straight[..., channel] = table.take(row | premultiplied[..., channel])
    return straight


@cache
def _straight_levels() -> Levels:
    """Return the straight level of each alpha (row) and premultiplied level (column); 0 for an alpha of 0."""
    alpha, level = np.ogrid[1:256, :256]
    straight = np.zeros((256, 256), np.uint8)
    straight[1:] = np.minimum((level * _OPAQUE + alpha // 2) // alpha, _OPAQUE)
    return straight


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
