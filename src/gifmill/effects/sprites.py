"""Sprites: pictures drawn on a canvas at any position, size and angle, with antialiased edges."""

from __future__ import annotations

from math import cos, sin
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from PIL import Image, ImageDraw

from gifmill.animation import Size
from gifmill.effects.argument_checks import (
    check_canvas,
    check_colour,
    check_pixels,
    check_positions,
    check_scales,
    check_size,
)
from gifmill.effects.native import library
from gifmill.effects.texture_sampling import texels

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from gifmill.animation import Pixels
    from gifmill.effects.backdrop import Colour

    type Numbers = NDArray[np.floating[Any]]


_MAX_SAMPLES = 256
"""Samples of a pixel whose sum fits 16 bits."""


class Position(NamedTuple):
    """A position on a canvas or in a sprite, in pixels from the top left, at the displayed size."""

    x: float
    y: float


class Sprite:
    """A picture with an alpha channel that is drawn on canvases."""

    def __init__(self, texels: NDArray[np.uint8]) -> None:
        """Make a sprite.

        Args:
            texels: RGBA with premultiplied colours, uint8, shape (2 height + 2, 2 width + 2, 4), as of
                `texture_sampling.texels`.
        """
        rows, columns, _ = texels.shape
        if texels.shape != (rows, columns, 4) or min(rows, columns) < 4 or rows % 2 or columns % 2:
            raise ValueError(f"texels of shape {texels.shape}")
        self._texels = np.ascontiguousarray(texels)
        self._size = Size(columns // 2 - 1, rows // 2 - 1)

    @property
    def centre(self) -> Position:
        """The middle of the sprite: an anchor for `draw`."""
        return Position(self._size.width / 2, self._size.height / 2)

    def draw(
        self,
        canvas: Pixels,
        anchor: Position,
        at: Position,
        scale: tuple[float, float] = (1.0, 1.0),
        angle: float = 0.0,
    ) -> None:
        """Draw the sprite on a canvas.

        Args:
            canvas: sRGB, uint8, shape (height, width, 3), or (height, width, 4) with straight alpha;
                writable; changed in place.
            anchor: the point of the sprite that scaling and rotation leave fixed.
            at: the position of the anchor on the canvas.
            scale: horizontal and vertical, in the sprite's own directions, 0.001 to 1,000.
            angle: in radians, clockwise.

        Raises:
            TypeError, ValueError: the canvas is no such array, or a number is out of range or not finite.
        """
        check_canvas(canvas)
        check_positions("anchor", anchor)
        check_positions("at", at)
        check_scales("scale", scale)
        check_positions("angle", (angle,))
        turned = np.array([[cos(angle), -sin(angle)], [sin(angle), cos(angle)]])
        forth = turned * scale  # from a sprite's pixels to the canvas's
        back = turned.T / np.reshape(scale, (2, 1))
        corners = np.array([(0, 0), (1, 0), (0, 1), (1, 1)]) * self._size - anchor
        places = forth @ corners.T + np.reshape(at, (2, 1))
        low = np.floor(places.min(axis=1)).clip(0).astype(int)
        high = np.minimum(np.ceil(places.max(axis=1)).astype(int), Size.of(canvas))
        if (low >= high).any():
            return
        first = np.array(anchor) + back @ (low + 0.5 - at)
        matrix = np.array([*back[0], first[0], *back[1], first[1]], np.float32)
        size, box = np.array(self._size, np.int32), np.array([*low, *high], np.int32)
        library().gifmill_draw_sprite(self._texels, size, matrix, canvas, *canvas.shape[1:], box)

    def draw_bent(self, canvas: Pixels, columns: Numbers, rows: Numbers, light: float = 1.0) -> None:
        """Draw the sprite with a position for each column and row of the canvas.

        The canvas has one or more samples per pixel along each axis, whose mean is drawn: a sprite that is
        much compressed needs several. Sample (x, y) shows the point of the sprite, in pixels from its left
        and top edge, that is at

            columns[0, x] * rows[0, y] + rows[1, y]  and  rows[2, y] * columns[1, x] + columns[2, x]

        Args:
            canvas: as for `draw`.
            columns: shape (3, width x samples).
            rows: shape (3, height x samples).
            light: factor of the colours, 0 to 2.

        Raises:
            TypeError, ValueError: the canvas is no such array, or an argument is out of range.
        """
        check_canvas(canvas)
        columns, rows = (np.ascontiguousarray(numbers, np.float32) for numbers in (columns, rows))
        height, width, channels = canvas.shape
        across, down = columns.shape[1] // width, rows.shape[1] // height
        if columns.shape != (3, width * across) or rows.shape != (3, height * down):
            raise ValueError(f"columns of {columns.shape} and rows of {rows.shape} for {width} x {height} px")
        if not 1 <= across * down <= _MAX_SAMPLES:
            raise ValueError(f"{across} x {down} samples per pixel. Use up to {_MAX_SAMPLES}.")
        if not 0 <= light <= 2:
            raise ValueError(f"light={light} is not valid. Use 0 to 2.")
        size, level = np.array(self._size, np.int32), round(256 * light)
        library().gifmill_draw_bent(
            self._texels, size, columns, across, rows, down, level, canvas, width, height, channels
        )


SUPERSAMPLING = 4
"""Masks and drawings are this many times larger than displayed, because Pillow draws hard edges."""

_PER_TEXEL = SUPERSAMPLING // 2
"""Pixels of a drawing per texel, along each axis."""

_BAND_ROWS = 64
"""Rows of texels that are antialiased at a time."""


def antialiased(image: Image.Image, mode: str) -> NDArray[np.uint8]:
    """Return the texels of a picture that is `SUPERSAMPLING` times larger than displayed.

    Each is the mean of an area as large as a pixel of the canvas. Beyond the picture's edges is nothing.

    Args:
        image: in any mode.
        mode: L or RGB, to which bands of it are converted: to convert all of it would take much memory.
    """
    width, height = (side // _PER_TEXEL for side in image.size)
    texels = np.zeros((height + 2, width + 2, len(mode)), np.uint8)
    for top in range(0, height, _BAND_ROWS):
        bottom = min(top + _BAND_ROWS, height)
        band = image.crop((0, top * _PER_TEXEL, image.width, bottom * _PER_TEXEL)).convert(mode)
        texels[1 + top : 1 + bottom, 1:-1] = np.asarray(band.reduce(_PER_TEXEL)).reshape(-1, width, len(mode))
    for top in range(0, height + 1, _BAND_ROWS):
        bottom = min(top + _BAND_ROWS, height + 1)
        rows = texels[top:bottom].astype(np.uint16) + texels[top + 1 : bottom + 1]
        texels[top:bottom, :-1] = (rows[:, 1:] + rows[:, :-1] + 2) >> 2
    return texels  # the last row and column are zeros, and only read with a weight of zero


MARGIN = 1
"""Padding of a card's or an ellipse's sprite on each side, in pixels: the soft edge of the mask needs it."""


def photo_card(pixels: Pixels, size: Size, corner: float) -> Sprite:
    """Make a sprite of a photo, resized, with round corners.

    Args:
        pixels: sRGB, uint8, shape (height, width, 3), or (height, width, 4) with straight alpha.
        size: displayed size, each side 1 to 16,384 px.
        corner: radius of the corners, in pixels, from 0.

    Raises:
        TypeError, ValueError: an argument is of another type or out of range.
    """
    check_pixels(pixels)
    check_size(size)
    if not 0 <= corner <= max(size):
        raise ValueError(f"corner={corner} is not valid. Use 0 to {max(size)} px.")
    image = Image.fromarray(pixels).resize(size, Image.Resampling.LANCZOS)
    # The photo continues under the mask's soft edge.
    edges = ((MARGIN, MARGIN), (MARGIN, MARGIN), (0, 0))
    card = texels(np.pad(np.asarray(image), edges, "edge"))
    mask, box = _mask(size)
    ImageDraw.Draw(mask).rounded_rectangle(box, corner * SUPERSAMPLING, 255)
    return cut_out(card, antialiased(mask, "L"))


def ellipse_sprite(size: Size, colour: Colour) -> Sprite:
    """Make a sprite of a plain ellipse, such as a shadow.

    Args:
        size: displayed size, each side 1 to 16,384 px.
        colour: sRGB, three numbers from 0 to 255.

    Raises:
        ValueError: an argument is out of range.
    """
    check_size(size)
    check_colour(colour)
    mask, box = _mask(size)
    ImageDraw.Draw(mask).ellipse(box, 255)
    alpha = antialiased(mask, "L")
    plain = np.broadcast_to(np.array(colour, np.uint8), (*alpha.shape[:2], 3))
    return cut_out(plain, alpha)


def cut_out(texels: NDArray[np.uint8], mask: NDArray[np.uint8]) -> Sprite:
    """Make a sprite of texels that are visible where a mask is.

    Args:
        texels: uint8, shape (rows, columns, 3), or (rows, columns, 4) with premultiplied colours.
        mask: opacity of each texel, uint8, shape (rows, columns, 1), as of `antialiased`.
    """
    made = np.empty((*texels.shape[:2], 4), np.uint8)
    made[..., 3:] = mask if texels.shape[2] == 3 else 0
    for top in range(0, len(texels), _BAND_ROWS):
        rows = slice(top, top + _BAND_ROWS)
        made[rows, :, : texels.shape[2]] = (texels[rows].astype(np.uint16) * mask[rows] + 127) // 255
    return Sprite(made)


def _mask(size: Size) -> tuple[Image.Image, tuple[int, int, int, int]]:
    """Return an empty mask with a margin, and the box inside the margin."""
    width, height = size.width * SUPERSAMPLING, size.height * SUPERSAMPLING
    margin = MARGIN * SUPERSAMPLING
    mask = Image.new("L", (width + 2 * margin, height + 2 * margin))
    return mask, (margin, margin, margin + width - 1, margin + height - 1)
