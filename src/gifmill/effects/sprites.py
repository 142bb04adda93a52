"""Sprites: pictures drawn on a canvas at any position, size and angle, with antialiased edges."""

from __future__ import annotations

from math import cos, sin
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from PIL import Image, ImageDraw, ImageFilter

if TYPE_CHECKING:
    from gifmill.animation import Pixels, Size
    from gifmill.effects.backdrop import Colour


class Position(NamedTuple):
    """A position on a canvas or in a sprite, in pixels from the top left, at the displayed size."""

    x: float
    y: float


class Sprite:
    """A picture with a mask, enlarged once; it is drawn with nearest-neighbour sampling."""

    def __init__(self, colours: Image.Image, mask: Image.Image, supersampling: int) -> None:
        """Soften the mask.

        Args:
            colours: RGB; the sprite takes ownership and modifies it.
            mask: L, of the same size, with hard edges.
            supersampling: factor by which both are larger than displayed.
        """
        self._image = colours
        self._image.putalpha(mask.filter(antialias_filter(supersampling)))
        self._finer = supersampling

    def draw(
        self,
        canvas: Image.Image,
        anchor: Position,
        at: Position,
        scale: tuple[float, float] = (1.0, 1.0),
        angle: float = 0.0,
    ) -> None:
        """Draw the sprite on a canvas.

        Args:
            canvas: RGB, changed in place.
            anchor: the point of the sprite that scaling and rotation leave fixed.
            at: the position of the anchor on the canvas.
            scale: horizontal and vertical, in the sprite's own directions.
            angle: in radians, clockwise.
        """
        turned = np.array([[cos(angle), -sin(angle)], [sin(angle), cos(angle)]])
        forth = turned * scale  # from a sprite's pixels to the canvas's
        back = turned.T / np.reshape(scale, (2, 1)) * self._finer
        ends = np.array(self._image.size) / self._finer
        corners = forth @ (np.array([(0, 0), (1, 0), (0, 1), (1, 1)]) * ends - anchor).T + np.reshape(
            at, (2, 1)
        )
        low = np.floor(corners.min(axis=1)).clip(0).astype(int)
        high = np.minimum(np.ceil(corners.max(axis=1)).astype(int), canvas.size)
        if (low >= high).any():
            return
        first = np.array(anchor) * self._finer + back @ (low - at)
        matrix = (*back[0], first[0], *back[1], first[1])
        box = (int(low[0]), int(low[1]), int(high[0]), int(high[1]))
        size = (box[2] - box[0], box[3] - box[1])
        shown = self._image.transform(size, Image.Transform.AFFINE, matrix, Image.Resampling.NEAREST)
        canvas.paste(shown, box, shown)


def antialias_filter(supersampling: int) -> ImageFilter.BoxBlur:
    """Return a blur as wide as a pixel of the canvas, against jagged edges."""
    return ImageFilter.BoxBlur((supersampling - 1) / 2)


MARGIN = 1
"""Padding of a card's or an ellipse's sprite on each side, in pixels: the soft edge of the mask needs it."""


def photo_card(pixels: Pixels, size: Size, corner: float, supersampling: int) -> Sprite:
    """Make a sprite of a photo, resized, with round corners.

    Args:
        pixels: sRGB, uint8, shape (height, width, 3).
        size: displayed size.
        corner: radius of the corners, in pixels.
        supersampling: factor by which the stored sprite is larger.
    """
    image = Image.fromarray(pixels).resize(size, Image.Resampling.LANCZOS)
    edges = (
        (MARGIN, MARGIN),
        (MARGIN, MARGIN),
        (0, 0),
    )  # the photo continues under the mask's soft edge
    padded = Image.fromarray(np.pad(np.asarray(image), edges, "edge"))
    larger = padded.resize(
        (padded.width * supersampling, padded.height * supersampling), Image.Resampling.LANCZOS
    )
    mask, box = _mask(size, supersampling)
    ImageDraw.Draw(mask).rounded_rectangle(box, corner * supersampling, 255)
    return Sprite(larger, mask, supersampling)


def ellipse_sprite(size: Size, colour: Colour, supersampling: int) -> Sprite:
    """Make a sprite of a plain ellipse."""
    mask, box = _mask(size, supersampling)
    ImageDraw.Draw(mask).ellipse(box, 255)
    return Sprite(Image.new("RGB", mask.size, colour), mask, supersampling)


def _mask(size: Size, supersampling: int) -> tuple[Image.Image, tuple[int, int, int, int]]:
    """Return an empty mask with a margin, and the box inside the margin."""
    width, height, margin = size.width * supersampling, size.height * supersampling, MARGIN * supersampling
    mask = Image.new("L", (width + 2 * margin, height + 2 * margin))
    return mask, (margin, margin, margin + width - 1, margin + height - 1)
