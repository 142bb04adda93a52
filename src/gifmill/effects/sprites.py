"""Things that are put on a canvas at any place, size and angle, with soft edges."""

from __future__ import annotations

from math import cos, sin
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from PIL import Image, ImageDraw, ImageFilter

from gifmill.frames import Size

if TYPE_CHECKING:
    from gifmill.effects.stage import Colour
    from gifmill.frames import Pixels

FINER = 4
"""Sprites are kept this much larger than they are shown."""

SOFT = ImageFilter.BoxBlur(FINER / 2)
"""As wide as a pixel of the canvas: what it leaves can be read at any place without jagged edges."""


class Spot(NamedTuple):
    """A place on a canvas or in a sprite, in pixels from the top left, at the size shown."""

    x: float
    y: float


class Sprite:
    """A picture with a mask, enlarged once; to show it takes the nearest of its pixels."""

    def __init__(self, colours: Image.Image, mask: Image.Image) -> None:
        """Soften the mask.

        Args:
            colours: RGB, `FINER` times as large as it is shown.
            mask: L, of the same size, with hard edges.
        """
        self._image = colours.copy()
        self._image.putalpha(mask.filter(SOFT))

    def show(
        self,
        canvas: Image.Image,
        anchor: Spot,
        at: Spot,
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
        back = turned.T / np.reshape(scale, (2, 1)) * FINER
        ends = np.array(self._image.size) / FINER
        corners = forth @ (np.array([(0, 0), (1, 0), (0, 1), (1, 1)]) * ends - anchor).T + np.reshape(at, (2, 1))
        low = np.floor(corners.min(axis=1)).clip(0).astype(int)
        high = np.minimum(np.ceil(corners.max(axis=1)).astype(int), canvas.size)
        if (low >= high).any():
            return
        first = np.array(anchor) * FINER + back @ (low - at)
        matrix = (*back[0], first[0], *back[1], first[1])
        box = (int(low[0]), int(low[1]), int(high[0]), int(high[1]))
        size = (box[2] - box[0], box[3] - box[1])
        shown = self._image.transform(size, Image.Transform.AFFINE, matrix, Image.Resampling.NEAREST)
        canvas.paste(shown, box, shown)


def card(pixels: Pixels, size: Size, corner: float) -> Sprite:
    """A photo, shrunk to a size, with round corners.

    Args:
        pixels: sRGB, uint8, shape (height, width, 3).
        size: at which it is shown.
        corner: the radius, in pixels.
    """
    image = Image.fromarray(pixels).resize(size, Image.Resampling.LANCZOS)
    larger = image.resize((size.width * FINER, size.height * FINER), Image.Resampling.LANCZOS)
    # A margin, so that the mask has ended before the sprite does; under its soft edge the photo goes on.
    margin = FINER
    colours = Image.fromarray(
        np.pad(np.asarray(larger), ((margin, margin), (margin, margin), (0, 0)), "edge")
    )
    mask = Image.new("L", colours.size)
    box = (margin, margin, colours.width - margin - 1, colours.height - margin - 1)
    ImageDraw.Draw(mask).rounded_rectangle(box, corner * FINER, 255)
    return Sprite(colours, mask)


CARD_MARGIN = 1
"""How far, in pixels, a card's own corner is from that of its sprite."""


def oval(size: Size, colour: Colour) -> Sprite:
    """A plain ellipse."""
    mask = Image.new("L", ((size.width + 2) * FINER, (size.height + 2) * FINER))
    ImageDraw.Draw(mask).ellipse(
        (FINER, FINER, (size.width + 1) * FINER - 1, (size.height + 1) * FINER - 1), 255
    )
    return Sprite(Image.new("RGB", mask.size, colour), mask)
