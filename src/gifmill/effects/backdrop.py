"""Backdrop of a photo that does not fill its canvas: colours that go with the photo, and a round mask."""

from __future__ import annotations

from colorsys import hsv_to_rgb
from math import atan2, hypot, tau
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from PIL import Image, ImageDraw

from gifmill.effects.argument_checks import check_colour, check_pixels, check_size
from gifmill.effects.background import colour_of
from gifmill.effects.native import library

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from gifmill.animation import Pixels, Size
    from gifmill.photo import Photo

    type Mask = NDArray[np.uint8]
    """Opacity of each pixel, shape (height, width)."""

type Colour = tuple[int, int, int]

_SUPERSAMPLING = 4
"""Masks are drawn this many times larger and then reduced, because Pillow draws hard edges."""

_ANALYSIS_PX = 32
"""Side of the reduced photo from which the colours are chosen."""

_HUE_SHIFT = (-0.03, -0.03)
"""Shift of every hue towards blue: a photo without colour gets a warm background, not a grey one."""

_SATURATION_FACTOR = 6
"""Factor of saturation: a mean colour of a sixth of the strongest one gives full saturation."""

_MAX_DARK_EDGE_VALUE = 0.5
"""Mean HSV value of a photo's edges below which they are dark."""

_BACKGROUND_TONE_ON_DARK = (0.28, 0.97)
_BACKGROUND_TONE_ON_LIGHT = (0.45, 0.86)
_ACCENT_TONE = (0.72, 0.8)
"""HSV saturation and value: of the background beside dark edges, beside bright edges, and of the accent."""


class BackdropColours(NamedTuple):
    """Two plain colours that go with a photo.

    They are plain, because the dither of a blurred or shaded background would flicker from frame to frame.

    Attributes:
        background: light colour in the complementary hue, so that the photo stands out.
        accent: strong colour in the photo's own hue.
    """

    background: Colour
    accent: Colour


def backdrop_colours(pixels: Pixels) -> BackdropColours:
    """Choose the colours for a photo. The background is a little darker if the photo's edges are bright.

    Args:
        pixels: sRGB, uint8, shape (height, width, 3), or (height, width, 4) with alpha, which weights them.

    Raises:
        TypeError, ValueError: the pixels are no such array.
    """
    check_pixels(pixels)
    image = Image.fromarray(pixels).resize((_ANALYSIS_PX, _ANALYSIS_PX), Image.Resampling.BOX)
    opacity = np.asarray(image.convert("RGBA").getchannel("A"), np.float64) / 255
    hsv = image.convert("RGB").convert("HSV")
    hue, saturation, value = (np.asarray(part, np.float64) / 255 for part in hsv.split())
    weight = saturation * value * opacity / max(float(opacity.mean()), 1e-6)
    x = float((np.cos(tau * hue) * weight).mean()) + _HUE_SHIFT[0]
    y = float((np.sin(tau * hue) * weight).mean()) + _HUE_SHIFT[1]
    main, full = atan2(y, x) / tau, min(1, _SATURATION_FACTOR * hypot(x, y))
    edges, seen = (np.concatenate([each[0], each[:, 0], each[:, -1]]) for each in (value, opacity))
    bright = (edges * seen).sum() >= _MAX_DARK_EDGE_VALUE * seen.sum()
    light = _BACKGROUND_TONE_ON_LIGHT if bright else _BACKGROUND_TONE_ON_DARK
    return BackdropColours(_colour(main + 0.5, full, light), _colour(main, full, _ACCENT_TONE))


def surroundings(photo: Photo, background: str) -> Colour | None:
    """Return the colour of the canvas around a photo that does not fill it; None if it is transparent.

    Args:
        photo: the photo, already laid on the background if that is a colour.
        background: value of the parameter `background`: "auto", "none" or a colour.
    """
    if background == "none" or (background == "auto" and photo.has_alpha):
        return None
    return colour_of(background) or backdrop_colours(photo.pixels).background


def _colour(hue: float, full: float, tone: tuple[float, float]) -> Colour:
    saturation, value = tone
    red, green, blue = (round(255 * part) for part in hsv_to_rgb(hue % 1, full * saturation, value))
    return red, green, blue


def darkened(colour: Colour, part: float) -> Colour:
    """Return a colour multiplied by a factor."""
    red, green, blue = (round(channel * part) for channel in colour)
    return red, green, blue


def plain_canvas(size: Size, colour: Colour | None) -> Pixels:
    """Return a canvas of one colour: sRGB, uint8, shape (size.height, size.width, 3).

    Without a colour it is transparent, and has a fourth channel.

    Raises:
        ValueError: the size or the colour is out of range.
    """
    check_size(size)
    if colour is None:
        return np.zeros((size.height, size.width, 4), np.uint8)
    check_colour(colour)
    canvas = np.empty((size.height, size.width, 3), np.uint8)
    canvas[:] = colour
    return canvas


def masked(pixels: Pixels, mask: Mask, colour: Colour | None) -> Pixels:
    """Return pixels laid over a plain colour; without a colour, pixels whose alpha is reduced by a mask.

    Args:
        pixels: uint8, shape (height, width, 3), or (height, width, 4) with alpha if there is no colour.
        mask: opacity of each pixel: uint8, shape (height, width).
        colour: where the mask is 0: sRGB, three numbers from 0 to 255.

    Raises:
        TypeError, ValueError: an argument is of another type or shape.
    """
    check_pixels(pixels)
    if mask.dtype != np.uint8:
        raise ValueError(f"A mask is uint8, not {mask.dtype}.")
    if pixels.shape[:2] != mask.shape:
        raise ValueError(f"a mask of {mask.shape} for pixels of {pixels.shape}")
    if colour is None:
        return _with_alpha(pixels, mask)
    check_colour(colour)
    if pixels.shape[2] != 3:
        raise ValueError("Pixels with alpha cannot be laid over a colour here. Lay the photo on it first.")
    made = np.array(pixels, order="C")
    library().gifmill_mask(made, np.ascontiguousarray(mask), mask.size, np.array(colour, np.uint8))
    return made


def _with_alpha(pixels: Pixels, mask: Mask) -> Pixels:
    """Return pixels of four channels whose alpha is multiplied by a mask."""
    if pixels.shape[2] == 4:
        mask = ((pixels[..., 3].astype(np.uint16) * mask + 127) // 255).astype(np.uint8)
    return np.dstack([pixels[..., :3], mask])


def circle_mask(size: Size, diameter: float) -> Mask:
    """Return a mask of a centred circle: uint8, shape (size.height, size.width), 255 inside it.

    Args:
        size: of the mask.
        diameter: of the circle, in pixels.

    Raises:
        ValueError: the size is out of range, or the diameter is less than 0.5 px.
    """
    check_size(size)
    if not 0.5 <= diameter <= 4 * max(size):
        raise ValueError(f"diameter={diameter} is not valid. Use 0.5 to {4 * max(size)} px.")
    centre = (size.width * _SUPERSAMPLING / 2, size.height * _SUPERSAMPLING / 2)
    radius = (diameter * _SUPERSAMPLING - 1) / 2
    mask = Image.new("L", (size.width * _SUPERSAMPLING, size.height * _SUPERSAMPLING))
    ImageDraw.Draw(mask).circle((centre[0] - 0.5, centre[1] - 0.5), radius, fill=255)
    return np.asarray(mask.reduce(_SUPERSAMPLING))
