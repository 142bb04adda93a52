"""Things that are put on a canvas at any place, size and angle, with antialias_filter edges."""

from __future__ import annotations

from math import cos, sin
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from PIL import Image, ImageDraw, ImageFilter

if TYPE_CHECKING:
    from gifmill.animation import Pixels, Size
    from gifmill.effects.backdrop import Colour


class Position(NamedTuple):
    """A place on a canvas or in a sprite, in pixels from the top left, at the size shown."""

    x: float
    y: float


class Sprite:
    """A picture with a mask, enlarged once; to show it takes the nearest of its pixels."""

    def __init__(self, colours: Image.Image, mask: Image.Image, supersampling: int) -> None:
        """Soften the mask.

        Args:
            colours: RGB, becomes the sprite's own.
            mask: L, of the same size, with hard edges.
            supersampling: how many times larger both are than they are shown.
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
        """Put it on a canvas.

        Args:
            canvas: RGB, changed in place.
            anchor: the place of the sprite that stays where it is when scaled and turned.
            at: where on the canvas the anchor is put.
            scale: across and down, in the sprite's own directions.
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
    """A blur as wide as a pixel of the canvas: without it, edges would be jagged."""
    return ImageFilter.BoxBlur((supersampling - 1) / 2)


MARGIN = 1
"""Padding of a card's or an ellipse's sprite on each side, in pixels: the soft edge of the mask needs it."""


def photo_card(pixels: Pixels, size: Size, corner: float, supersampling: int) -> Sprite:
    """A photo, shrunk to a size, with round corners.

    Args:
        pixels: sRGB, uint8, shape (height, width, 3).
        size: at which it is shown.
        corner: the radius, in pixels.
        supersampling: how many times larger the sprite is kept.
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
    """A plain ellipse."""
    mask, box = _mask(size, supersampling)
    ImageDraw.Draw(mask).ellipse(box, 255)
    return Sprite(Image.new("RGB", mask.size, colour), mask, supersampling)


def _mask(size: Size, supersampling: int) -> tuple[Image.Image, tuple[int, int, int, int]]:
    """An empty mask, and the box in it that is as large as the size."""
    width, height, margin = size.width * supersampling, size.height * supersampling, MARGIN * supersampling
    mask = Image.new("L", (width + 2 * margin, height + 2 * margin))
    return mask, (margin, margin, margin + width - 1, margin + height - 1)
