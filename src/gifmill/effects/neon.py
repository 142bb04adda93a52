"""The effect neon: the contours of the photo light up as neon tubes while the photo darkens."""

from __future__ import annotations

from colorsys import hsv_to_rgb
from functools import partial
from math import cos, tau
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from PIL import Image

from gifmill.animation import Size
from gifmill.effects.alpha import premultiplied
from gifmill.effects.easing import smoothstep
from gifmill.effects.edge_lines import blurred, edge_lines
from gifmill.effects.native import library
from gifmill.effects.seamless_loop import loop, phases

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from gifmill.animation import Animation, Pixels
    from gifmill.effects.edge_lines import Picture
    from gifmill.photo import Photo

    type Bytes = NDArray[np.uint8]
    """A number for each pixel, shape (height, width)."""

_HUES = 256
"""Colours of the tubes, once around the colour wheel."""

_SATURATION = 0.88
"""HSV saturation of their light: the three colours of a screen alone look duller."""

_MEAN_SIDE_PX = 400
"""Mean side of a photo for which lengths are stated, in pixels."""

_ANALYSED_PX, _MIN_ANALYSED_PX, _MAX_ANALYSED_PX = 480, 300, 640
"""Mean side to which a photo is resized before its contours are found, unless its own is from 300 to 640 px.

In a small photo, lines of whole pixels would be thick; in a large one, they take much time and memory.
"""

_MAX_ENLARGEMENT = 4

_CORE, _NEAR, _FAR = (0.75, 1.6), (3, 5.5), (12, 9)
"""White core of a tube, its light, and its glow: standard deviation in pixels, and brightness."""

_HUE_BLUR = 14
"""Standard deviation of the blur of the photo's colours, in pixels."""

_GREY_CHROMA = 0.1
"""Chroma below which the place of a tube decides on its hue more than the photo does."""

_PLACE = (0.9, 0.6)
"""Change of that hue across and down the photo, in turns of the colour wheel."""

_SPREAD = 0.3
"""Part of this change that a photo in one colour gets, too."""

_MIN_DARKENING, _MIN_LIGHT = 0.7, 0.4
"""Darkening of the photo and light of the tubes at a strength of 0; both are 1 at most."""

_POSTER_LIGHT = 0.15
"""Light of the tubes at the start of the loop, beside the whole photo."""


class _Tubes(NamedTuple):
    """The neon tubes of a photo, before their hues rotate."""

    hues: Bytes
    glow: Bytes
    core: Bytes


def neon(photo: Photo, *, strength: int, detail: int, duration: float, frames: int = 0) -> Animation:
    """Darken the photo while its contours light up in neon colours, and back.

    The hues begin as those of the photo, and pass once around the colour wheel. A glow extends beyond the
    outline of a transparent photo.

    Args:
        photo: at the size of the GIF.
        strength: 1 to 100 %: light of the tubes, and darkness of the photo.
        detail: 1 to 100 %: number of contours.
        duration: of one loop, in seconds.
        frames: number of frames, as for `phases`.
    """
    pixels, size = photo.pixels, photo.size
    tubes = _tubes(pixels, detail / 100)
    colours = np.array([hsv_to_rgb(hue / _HUES, _SATURATION, 1) for hue in range(_HUES)])
    table = np.rint(255 * colours).astype(np.uint8)
    darkening = _MIN_DARKENING + (1 - _MIN_DARKENING) * (strength / 100) ** 0.5
    light = min(1, _MIN_LIGHT + (1 - _MIN_LIGHT) * strength / 50)

    def draw(phase: float) -> Pixels:
        lit = smoothstep(smoothstep((1 - cos(tau * phase)) / 2))
        gain = light * (_POSTER_LIGHT + (1 - _POSTER_LIGHT) * lit)
        out = np.empty(pixels.shape, np.uint8)
        library().gifmill_neon(
            pixels,
            pixels.shape[2],
            size.width * size.height,
            *tubes,
            table,
            round(_HUES * phase),
            round(256 * (1 - darkening * lit)),
            round(256 * gain),
            out,
        )
        return out

    return loop([partial(draw, phase) for phase in phases(duration, frames).tolist()], duration, size)


def _tubes(pixels: Pixels, detail: float) -> _Tubes:
    size = Size.of(pixels)
    analysed = np.asarray(Image.fromarray(pixels).resize(_analysed_size(size), Image.Resampling.BICUBIC))
    scale = (analysed.shape[0] * analysed.shape[1]) ** 0.5 / _MEAN_SIDE_PX
    lines = edge_lines(analysed, detail)
    glow = 1 - np.exp(-_light(lines, scale, *_NEAR) - _light(lines, scale, *_FAR))
    core = np.minimum(_light(lines, max(scale, 1), *_CORE), 1)
    return _Tubes(
        _resized(_hues(analysed, scale), size, Image.Resampling.NEAREST),  # the mean of hues is another hue
        _resized(255 * glow, size, Image.Resampling.BICUBIC),
        _resized(255 * core, size, Image.Resampling.BICUBIC),
    )


def _analysed_size(size: Size) -> Size:
    side = (size.width * size.height) ** 0.5
    factor = 1 if _MIN_ANALYSED_PX <= side <= _MAX_ANALYSED_PX else min(_ANALYSED_PX / side, _MAX_ENLARGEMENT)
    return Size(*(max(1, round(factor * each)) for each in size))


def _light(lines: Picture, scale: float, deviation: float, brightness: float) -> Picture:
    """Return the light of lines at each pixel: on a line it does not depend on the scale of the photo."""
    return blurred(lines, deviation * scale) * np.float32(brightness * scale)


def _hues(pixels: Pixels, scale: float) -> Picture:
    """Return the hue of the tubes at each pixel, from 0 to 255 or beyond: that of the photo around it."""
    height, width = pixels.shape[:2]
    red, green, blue = np.moveaxis(premultiplied(pixels)[..., :3].astype(np.float32) / np.float32(255), 2, 0)
    across = np.linspace(0, _PLACE[0], width, dtype=np.float32)
    place: Picture = across + np.linspace(0, _PLACE[1], height, dtype=np.float32)[:, None]
    angle = np.float32(tau) * (place + np.float32(0.5))
    x = blurred(red - (green + blue) / 2, _HUE_BLUR * scale) + np.float32(_GREY_CHROMA) * np.cos(angle)
    y = blurred((green - blue) * np.float32(3**0.5 / 2), _HUE_BLUR * scale)
    y += np.float32(_GREY_CHROMA) * np.sin(angle)
    hues: Picture = np.arctan2(y, x) / np.float32(tau) + np.float32(_SPREAD) * place
    return hues * np.float32(_HUES)


def _resized(picture: Picture, size: Size, resampling: Image.Resampling) -> Bytes:
    """Return numbers rounded and resized; hues outside of 0 to 255 go around the colour wheel."""
    rounded = (np.rint(picture).astype(np.int32) % 256).astype(np.uint8)
    return np.asarray(Image.fromarray(rounded).resize(size, resampling))
