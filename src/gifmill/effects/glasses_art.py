"""Drawing of sunglasses in two styles, and of the light that runs over their lenses."""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil
from typing import TYPE_CHECKING

import numpy as np
from PIL import Image, ImageDraw

from gifmill.effects.sprites import SUPERSAMPLING, Position, Sprite, antialiased, cut_out

if TYPE_CHECKING:
    from numpy.typing import NDArray

    type Place = tuple[float, float]
    type Outline = tuple[Place, ...]

_ROWS = (
    "##############################",
    "..##########################..",
    "..############..############..",
    "..############..############..",
    "...##########....##########...",
    "....########......########....",
)
"""The pixel style: `#` is black, `.` is transparent. The lenses are below the first row."""

_PIXEL_GLINTS, _PIXEL_PERIOD = (7, 8, 11), 14
"""Diagonals of light in the pixel style, and columns from one lens to the other.

A cell is light if the sum of its row and its column has one of these remainders.
"""

_EYES_ROW = 2.9
"""Height of the eyes in the pixel style, in rows from the top."""

_RIM: Outline = (
    (0.1, -0.14),
    (0.15, -0.23),
    (0.34, -0.255),
    (0.66, -0.275),
    (0.93, -0.31),
    (1.0, -0.25),
    (0.97, -0.1),
    (0.92, 0.1),
    (0.8, 0.26),
    (0.57, 0.32),
    (0.34, 0.29),
    (0.17, 0.14),
)
"""The right rim of the classic style, a smooth closed curve. The unit is half the width of the glasses."""

_LENS: Outline = (
    (0.19, -0.08),
    (0.24, -0.16),
    (0.4, -0.18),
    (0.62, -0.185),
    (0.8, -0.185),
    (0.87, -0.13),
    (0.86, 0.0),
    (0.82, 0.1),
    (0.73, 0.2),
    (0.56, 0.25),
    (0.38, 0.22),
    (0.24, 0.1),
)
_BRIDGE: Outline = ((-0.2, -0.11), (-0.08, -0.17), (0.08, -0.17), (0.2, -0.11))
_BRIDGE_WIDTH = 0.085
_STUD, _STUD_SIZE = (0.915, -0.225), (0.034, 0.014)
_TOP, _BOTTOM = -0.34, 0.35
"""Extent of the classic style above and below the eyes."""

_PIXEL_INK = (8, 8, 10)
_INK, _STUD_COLOUR = (16, 15, 18), (196, 200, 208)
_LENS_TOP, _LENS_BOTTOM, _LENS_BANDS = (20, 20, 28), (86, 74, 92), 24
"""Colours of a lens, and steps between them."""

_CURVE_STEPS = 12
_GLINT_SLOPE = -0.9
"""Pixels to the right for each pixel that the band of light goes down."""

_GLINT_RANGE = 1.35
"""Distance from the middle at which the light is beyond the glasses, in halves of their width."""

_GLINT_BANDS = ((0.0, 0.075, 0.85), (0.17, 0.03, 0.6))
"""Of each band of light its place, half its width, both in halves of the glasses' width, and its opacity."""


@dataclass(frozen=True, slots=True, eq=False)
class Glasses:
    """Drawn sunglasses.

    Attributes:
        sprite: the glasses.
        anchor: the point of the sprite between the eyes.
        width, height: of the sprite, in pixels.
        lenses: opacity of the lenses by texel: uint8, shape of the sprite's texels without channels.
        cell_px: side of a pixel of the pixel style, in pixels; 0 for smooth art.
    """

    sprite: Sprite
    anchor: Position
    width: int
    height: int
    lenses: NDArray[np.uint8]
    cell_px: float

    def glint(self, progress: float) -> Sprite:
        """Return a sprite of the light on the lenses, to be drawn with the same anchor.

        Args:
            progress: of the light from left to right: 0 and 1 are alike. Light rests on the pixel style, but
                not on the classic one.
        """
        rows, columns = ((np.arange(side) - 0.5) / 2 for side in self.lenses.shape)
        if self.cell_px:
            row, column = (np.floor(at.clip(0) / self.cell_px) for at in (rows[:, None], columns))
            diagonal = (row + column - round(progress * _PIXEL_PERIOD)) % _PIXEL_PERIOD
            light = np.isin(diagonal, _PIXEL_GLINTS).astype(float)
        else:
            half = self.width / 2
            across = (columns - self.anchor.x - _GLINT_SLOPE * (rows[:, None] - self.anchor.y)) / half
            across -= _GLINT_RANGE * (2 * progress - 1)
            light = np.max(
                [
                    opacity * ((wide - abs(across - at)) * half + 0.5).clip(0, 1)
                    for at, wide, opacity in _GLINT_BANDS
                ],
                axis=0,
            )
        white = (light * self.lenses + 0.5).astype(np.uint8)  # its colours are premultiplied by its alpha
        return Sprite(np.dstack([white] * 4))


def draw_glasses(style: str, width_px: float) -> Glasses:
    """Draw sunglasses.

    Args:
        style: "pixel" or "classic".
        width_px: displayed width, from 1. The pixel style has whole pixels where they are at least 2 px.
    """
    return _draw_pixels(width_px) if style == "pixel" else _draw_classic(width_px)


def _draw_pixels(width_px: float) -> Glasses:
    """Draw the pixel style."""
    columns, rows = len(_ROWS[0]), len(_ROWS)
    cell = width_px / columns
    if cell >= 1.5:
        cell = round(cell)
    width, height = max(2, round(cell * columns)), max(1, round(cell * rows))
    size = (width * SUPERSAMPLING, height * SUPERSAMPLING)
    art = np.array([[255 * (mark == "#") for mark in row] for row in _ROWS], np.uint8)
    lenses = art.copy()
    lenses[0] = 0
    mask, lens_mask = (
        antialiased(Image.fromarray(drawing).resize(size, Image.Resampling.NEAREST), "L")
        for drawing in (art, lenses)
    )
    sprite = cut_out(np.full((*mask.shape[:2], 3), _PIXEL_INK, np.uint8), mask)
    anchor = Position(width / 2, _EYES_ROW * height / rows)
    return Glasses(sprite, anchor, width, height, lens_mask[..., 0], cell)


def _draw_classic(width_px: float) -> Glasses:
    """Draw the classic style."""
    half = max(1.0, width_px / 2)
    width, height = 2 * ceil(half), ceil((_BOTTOM - _TOP) * half)
    anchor = Position(width / 2, -_TOP * half)
    unit = half * SUPERSAMPLING
    size = (width * SUPERSAMPLING, height * SUPERSAMPLING)

    def drawn(places: Outline, mirror: int) -> list[Place]:
        return [
            (anchor.x * SUPERSAMPLING + mirror * x * unit, anchor.y * SUPERSAMPLING + y * unit)
            for x, y in places
        ]

    image, glass = Image.new("P", size), Image.new("L", size)  # a byte per pixel each
    image.putpalette([*_INK, *_INK, *_STUD_COLOUR, *_lens_colours()])
    pen, lens_pen = ImageDraw.Draw(image), ImageDraw.Draw(glass)
    pen.line(drawn(_smooth(_BRIDGE, closed=False), 1), 1, max(1, round(_BRIDGE_WIDTH * unit)), "curve")
    rim = _smooth(_RIM, closed=True)
    lens = _smooth(_LENS, closed=True)
    for mirror in (-1, 1):
        pen.polygon(drawn(rim, mirror), 1)
        lens_pen.polygon(drawn(lens, mirror), 255)
        (x, y), (wide, high) = _STUD, _STUD_SIZE
        (left, top), (right, bottom) = drawn(
            ((mirror * x - wide, y - high), (mirror * x + wide, y + high)), 1
        )
        pen.ellipse((left, top, right, bottom), 2)
    indices, inside = np.array(image), np.asarray(glass) > 0
    bands = 3 + np.linspace(0, _LENS_BANDS - 1, size[1]).round().astype(np.uint8)
    image_data = np.where(inside, bands[:, None], indices)
    painted = Image.fromarray(image_data)
    painted.putpalette(image.getpalette() or [])
    colours = antialiased(painted, "RGB")
    painted.putpalette([0, 0, 0, *[255] * 3 * (_LENS_BANDS + 2)])
    sprite = cut_out(colours, antialiased(painted, "L"))
    return Glasses(sprite, anchor, width, height, antialiased(glass, "L")[..., 0], 0)


def _lens_colours() -> list[int]:
    """Return the palette of a lens, from its top to its bottom."""
    ends = np.array([_LENS_TOP, _LENS_BOTTOM])
    parts = np.linspace(0, 1, _LENS_BANDS)[:, None]
    colours: list[int] = (ends[0] * (1 - parts) + ends[1] * parts).round().astype(int).ravel().tolist()
    return colours


def _smooth(places: Outline, *, closed: bool) -> Outline:
    """Return points along a Catmull-Rom spline through places."""
    around = (places[-1], *places, places[0], places[1]) if closed else (places[0], *places, places[-1])
    points = np.array(around)
    steps = np.arange(_CURVE_STEPS) / _CURVE_STEPS
    powers = np.stack([np.ones_like(steps), steps, steps**2, steps**3], 1)
    matrix = np.array([[0, 2, 0, 0], [-1, 0, 1, 0], [2, -5, 4, -1], [-1, 3, -3, 1]]) / 2
    curve = [powers @ matrix @ points[at : at + 4] for at in range(len(points) - 3)]
    made = np.concatenate(curve if closed else [*curve, points[-1:]])
    return tuple((float(x), float(y)) for x, y in made)
