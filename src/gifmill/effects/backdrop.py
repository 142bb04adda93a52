"""Backdrop of a photo that does not fill its canvas: colours that go with the photo, and a round mask."""

from __future__ import annotations

from colorsys import hsv_to_rgb
from math import atan2, hypot, tau
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from PIL import Image, ImageDraw

if TYPE_CHECKING:
    from gifmill.animation import Pixels, Size

type Colour = tuple[int, int, int]

_SUPERSAMPLING = 4
"""Masks are drawn this many times larger and reduced, because Pillow draws hard edges."""

_ANALYSIS_PX = 32

_PULL = (-0.03, -0.03)
"""Shift of every hue towards blue: a photo without colour gets a warm background, not a grey one."""

_FULL = 6
"""Factor of saturation: from a sixth of the strongest colour on, a colour has its full saturation."""

_DARK = 0.5
_ON_DARK = (0.28, 0.97)
_ON_LIGHT = (0.45, 0.86)
_ACCENT = (0.72, 0.8)


class BackdropColours(NamedTuple):
    """Two plain colours that go with a photo.

    They are plain, because the dither of a blurred or shaded background would flicker from frame to frame.

    Attributes:
        ground: light background in the complementary hue, so that the photo stands out.
        accent: strong colour in the photo's own hue.
    """

    ground: Colour
    accent: Colour


def backdrop_colours(pixels: Pixels) -> BackdropColours:
    """Choose the colours for a photo. The background is a little darker if the photo's edges are bright.

    Args:
        pixels: sRGB, uint8, shape (height, width, 3).
    """
    image = Image.fromarray(pixels).resize((_ANALYSIS_PX, _ANALYSIS_PX), Image.Resampling.BOX)
    hue, saturation, value = (np.asarray(part, np.float64) / 255 for part in image.convert("HSV").split())
    weight = saturation * value
    x = float((np.cos(tau * hue) * weight).mean()) + _PULL[0]
    y = float((np.sin(tau * hue) * weight).mean()) + _PULL[1]
    main, full = atan2(y, x) / tau, min(1, _FULL * hypot(x, y))
    edges = np.concatenate([value[0], value[:, 0], value[:, -1]])
    light = _ON_DARK if edges.mean() < _DARK else _ON_LIGHT
    return BackdropColours(_colour(main + 0.5, full, light), _colour(main, full, _ACCENT))


def _colour(hue: float, full: float, tone: tuple[float, float]) -> Colour:
    saturation, value = tone
    red, green, blue = (round(255 * part) for part in hsv_to_rgb(hue % 1, full * saturation, value))
    return red, green, blue


def darkened(colour: Colour, part: float) -> Colour:
    """Return a colour multiplied by a factor."""
    red, green, blue = (round(channel * part) for channel in colour)
    return red, green, blue


def circle_mask(size: Size, diameter: float) -> Image.Image:
    """Return a mask of a circle in the middle."""
    middle = (size.width * _SUPERSAMPLING / 2, size.height * _SUPERSAMPLING / 2)
    radius = (diameter * _SUPERSAMPLING - 1) / 2
    mask = Image.new("L", (size.width * _SUPERSAMPLING, size.height * _SUPERSAMPLING))
    ImageDraw.Draw(mask).circle((middle[0] - 0.5, middle[1] - 0.5), radius, fill=255)
    return mask.reduce(_SUPERSAMPLING)
