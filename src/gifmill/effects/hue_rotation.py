"""The effect party: a rotation of all hues at constant luminance."""

from __future__ import annotations

from functools import partial
from itertools import pairwise
from math import cos, sin
from typing import TYPE_CHECKING

import numpy as np
from PIL import Image

from gifmill.effects.native import library
from gifmill.effects.oklab import TO_CONES, TO_LAB
from gifmill.effects.seamless_loop import loop, phases

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from gifmill.animation import Animation, Drawing, Pixels
    from gifmill.photo import Photo

type Floats = NDArray[np.float32]
"""Shape (colours, 3), unless stated otherwise."""

_NODES = 17
"""Nodes of the colour table along each axis."""

NODE_LEVELS = (*range(0, 128, 16), 127.5, *range(143, 256, 16))
"""Levels of the nodes: one every 16 steps of an axis. It has 256 steps: one in its middle has no level."""

_ENCODINGS = 1024
"""Intervals of the table of encoded square roots."""

_SAMPLE_PX = 32
"""Side of the sample of the photo that sets the pace."""

_PACE_POINTS = 48
"""Points of the rotation at which the pace is measured."""

_SLOWDOWN = 0.3
"""Slowdown of the rotation, relative to its mean, at the photo's own colours."""

_LUMINANCE = np.array([0.2126, 0.7152, 0.0722], np.float32)
"""Of linear sRGB. Source: WCAG 2.2, relative luminance."""

_MIN_CHROMA = 0.26
"""Chroma of greys at full strength: about the most that sRGB has for all hues of middle lightness."""

_FULL_SHIFT_STRENGTH = 40
"""Strength in percent from which the photo's own hues are gone; above it, only chroma grows."""

_GREY_HUE, _GREY_SPREAD = -0.9, 2.6
"""Hue of black, and distance of white's hue from it, in radians: a grey photo gets more than one tint."""

_GREY_CHROMA = 0.03
"""Chroma below which a colour counts as grey: its hue can be mere camera noise."""


def party(photo: Photo, *, strength: int, duration: float, frames: int = 0) -> Animation:
    """Rotate all hues once. Greys get a colour too; luminance is constant, so that nothing flashes.

    Args:
        photo: at the size of the GIF.
        strength: 1 to 100 %: distance from the photo's own colours, and chroma.
        duration: of one loop, in seconds.
        frames: number of frames, as for `phases`.
    """
    return loop(_drawings(photo.pixels, strength, phases(duration, frames)), duration, photo.size)


def _drawings(pixels: Pixels, strength: int, moments: NDArray[np.float64]) -> Iterator[Drawing]:
    """Yield the drawing of each moment."""
    seen = _HueRotation(_sample(pixels).astype(np.float32) / np.float32(255), strength)
    axis = np.array(NODE_LEVELS, np.float32) / np.float32(255)
    blue, green, red = np.meshgrid(axis, axis, axis, indexing="ij")  # red changes fastest
    nodes = _HueRotation(np.stack([red, green, blue], axis=-1).reshape(-1, 3), strength)
    for angle in _evenly_paced(seen, moments).tolist():
        yield partial(_rotated, pixels, nodes, angle)


def _sample(pixels: Pixels) -> Pixels:
    """Return some visible colours of the photo, shape (colours, 3)."""
    small = Image.fromarray(pixels).resize((_SAMPLE_PX, _SAMPLE_PX), Image.Resampling.NEAREST)
    colours = np.asarray(small.convert("RGBA")).reshape(-1, 4)
    visible = colours[colours[:, 3] > 0, :3]
    return visible if len(visible) else colours[:, :3]


def _rotated(pixels: Pixels, nodes: _HueRotation, angle: float) -> Pixels:
    """Return the photo with its hues rotated, mapped through a three-dimensional colour table."""
    mapped = map_colours(pixels[..., :3], nodes.rotated(angle))
    return mapped if pixels.shape[2] == 3 else np.dstack([mapped, pixels[..., 3]])


def map_colours(pixels: Pixels, nodes: Floats) -> Pixels:
    """Map pixels through a table.

    Args:
        pixels: uint8, shape (height, width, 3).
        nodes: sRGB, 0 to 1, of 17 x 17 x 17 colours, red fastest, at `NODE_LEVELS` of each axis.
    """
    if pixels.shape[2:] != (3,) or nodes.shape != (_NODES**3, 3):
        raise ValueError(f"pixels of {pixels.shape} and a table of {nodes.shape}")
    table = np.zeros((_NODES**3, 4), np.uint16)
    table[:, :3] = np.rint(nodes.clip(0, 1) * np.float32(255 * 16))
    mapped = np.empty(pixels.shape, np.uint8)
    library().gifmill_map_colours(np.ascontiguousarray(pixels), pixels.size // 3, table, mapped)
    return mapped


def _evenly_paced(seen: _HueRotation, moments: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the angle at each moment, in radians, so that colours appear to change evenly.

    At constant angular speed, some colours would pass quickly and others would hardly change. The rotation is
    slower near the photo's own colours, where the loop closes.
    """
    angles = np.linspace(0, 2 * np.pi, _PACE_POINTS + 1)
    colours = [seen.rotated(angle) for angle in angles]
    steps = [abs(after - before).mean() for before, after in pairwise(colours)]
    way = np.concatenate([[0], np.cumsum(np.add(steps, 1e-6))])
    eased = moments - _SLOWDOWN / (2 * np.pi) * np.sin(2 * np.pi * moments)
    even: NDArray[np.float64] = np.interp(eased * way[-1], way, angles)
    return even


class _HueRotation:
    """Colours whose hues can be rotated."""

    def __init__(self, srgb: Floats, strength: int) -> None:
        linear = _decoded(srgb)
        lab = np.cbrt(linear @ TO_CONES) @ TO_LAB
        vivid = _vivid(lab, _MIN_CHROMA * (0.2 + 0.8 * strength / 100))
        self._colours = np.concatenate([lab, vivid, (linear @ _LUMINANCE)[:, None]], axis=1, dtype=np.float32)
        self._colours = np.ascontiguousarray(self._colours.T)
        self._share = min(1, 0.25 + 0.75 * strength / _FULL_SHIFT_STRENGTH)
        inverses = [np.linalg.inv(matrix).T.ravel() for matrix in (TO_LAB, TO_CONES)]
        self._matrices = np.concatenate([*inverses, _LUMINANCE], dtype=np.float32)
        self._encoded = _encoded(np.linspace(0, 1, _ENCODINGS + 1, dtype=np.float32) ** 2)

    def rotated(self, angle: float) -> Floats:
        """Return the colours in sRGB, 0 to 1, with their hues rotated by an angle in radians.

        Luminance is constant; chroma is reduced where a colour would not fit sRGB.
        """
        count = self._colours.shape[1]
        srgb = np.empty((count, 3), np.float32)
        library().gifmill_rotate_hues(
            self._colours, count, sin(angle), cos(angle), self._share, self._matrices, self._encoded, srgb
        )
        return srgb


def _vivid(lab: Floats, least: float) -> Floats:
    """Return Oklab's a and b of each colour with a chroma of at least `least`."""
    own, angle = lab[:, 1:], _GREY_HUE + _GREY_SPREAD * lab[:, 0]
    hue = own + _GREY_CHROMA * np.stack([np.cos(angle), np.sin(angle)], axis=1)
    hue /= np.maximum(np.linalg.norm(hue, axis=1, keepdims=True), np.float32(1e-9))
    vivid: Floats = hue * np.hypot(np.linalg.norm(own, axis=1, keepdims=True), np.float32(least))
    return vivid


def _decoded(srgb: Floats) -> Floats:
    """Convert sRGB, 0 to 1, to linear light. Source: IEC 61966-2-1."""
    return np.where(srgb <= 0.04045, srgb / 12.92, ((srgb + 0.055) / 1.055) ** 2.4)


def _encoded(linear: Floats) -> Floats:
    """Convert linear light, 0 to 1, to sRGB. Source: IEC 61966-2-1."""
    light = np.clip(linear, 0, 1)
    return np.where(light <= 0.0031308, 12.92 * light, 1.055 * light ** (1 / 2.4) - 0.055)
