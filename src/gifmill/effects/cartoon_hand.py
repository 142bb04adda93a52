"""Drawing of a cartoon hand in a white glove, made of strokes with round ends."""

from __future__ import annotations

from enum import IntEnum
from functools import cache
from math import ceil, comb
from typing import TYPE_CHECKING

from PIL import Image, ImageDraw

from gifmill.effects.sprites import SUPERSAMPLING, Position, antialiased, cut_out

if TYPE_CHECKING:
    from gifmill.effects.backdrop import Colour
    from gifmill.effects.sprites import Sprite

type Place = tuple[float, float]
type Stroke = tuple[float, tuple[Place, ...]]
"""Half its width, and the control points of its curve; the unit is the length from finger tips to wrist."""


class _Paint(IntEnum):
    """Index of a colour in the palette of the drawing."""

    AROUND, INK, FOLD, GLOVE, SLEEVE = range(5)


_GLOVE: Colour = (255, 252, 246)
_FOLD: Colour = (214, 208, 204)
_INK: Colour = (38, 30, 44)

_LINE = 0.017
"""Half the width of the outlines."""

_THUMB: Stroke = (0.07, ((0.72, 0.52), (0.6, 0.66), (0.44, 0.69)))
_FINGERS: tuple[Stroke, ...] = (
    (0.068, ((0.68, 0.2), (0.38, 0.1), (0.21, 0.2), (0.19, 0.38))),
    (0.076, ((0.66, 0.28), (0.36, 0.2), (0.17, 0.34), (0.15, 0.53))),
    (0.078, ((0.66, 0.37), (0.42, 0.33), (0.24, 0.48), (0.215, 0.655))),
    (0.074, ((0.68, 0.46), (0.5, 0.47), (0.36, 0.58), (0.335, 0.71))),
)
_PALM: Stroke = (0.185, ((0.7, 0.335), (0.82, 0.3)))
_WRIST: Stroke = (0.125, ((0.82, 0.28), (1.0, 0.2)))
_CUFF: Stroke = (0.06, ((1.03, 0.03), (1.13, 0.29)))
_SLEEVE_START, _SLEEVE_SLOPE, _HALF_SLEEVE = (1.14, 0.13), -0.43, 0.125
_SEAMS: tuple[Stroke, ...] = (
    (0.013, ((0.64, 0.235), (0.74, 0.225))),
    (0.013, ((0.63, 0.315), (0.74, 0.3))),
    (0.013, ((0.64, 0.395), (0.74, 0.375))),
)

_HEIGHT = 0.85
_PAST_EDGE = 0.2
"""Length of the sleeve beyond the right edge of the sprite, whose end is not visible."""

_TOUCHES = (0.28, 0.72)
"""The point of contact with the photo: between the finger tips."""

LEFT, ABOVE, RIGHT = 0.223, 0.767, 0.927
"""Extent of the glove with its cuff from the point of contact, in lengths. The sleeve reaches further."""

_STEPS = 24
"""Straight segments per curve."""


def draw_hand(length_px: float, sleeve: Colour, reach_px: float) -> tuple[Sprite, Position]:
    """Draw the hand; return its sprite and its point of contact.

    Args:
        length_px: displayed length from the finger tips to the wrist.
        sleeve: the colour of the sleeve.
        reach_px: extent of the sleeve to the right of the point of contact.
    """
    unit = length_px * SUPERSAMPLING
    width = _TOUCHES[0] + max(RIGHT, reach_px / length_px)
    end = width + _PAST_EDGE
    end_height = _SLEEVE_START[1] + _SLEEVE_SLOPE * (end - _SLEEVE_START[0])
    above = _HALF_SLEEVE + _LINE - min(end_height, 0)
    size = (ceil(width * length_px) * SUPERSAMPLING, ceil((_HEIGHT + above) * length_px) * SUPERSAMPLING)
    image = Image.new("P", size, _Paint.AROUND)  # a byte per pixel: in colours it would take 64 MB at 1080 px
    image.putpalette([*_INK, *_INK, *_FOLD, *_GLOVE, *sleeve])
    pen = _Pen(ImageDraw.Draw(image), unit, above)
    pen.outlined((_HALF_SLEEVE, (_SLEEVE_START, (end, end_height))), _Paint.SLEEVE)
    pen.outlined(_THUMB, _Paint.FOLD)
    pen.outlined(_WRIST, _Paint.GLOVE)
    pen.outlined(_PALM, _Paint.GLOVE)
    for finger in reversed(_FINGERS):
        pen.outlined(finger, _Paint.GLOVE)
    pen.draw(_PALM, _Paint.GLOVE, -_LINE)
    for seam in _SEAMS:
        pen.draw(seam, _Paint.INK, 0)
    pen.outlined(_CUFF, _Paint.GLOVE)
    colours = antialiased(image, "RGB")
    image.putpalette([*(0, 0, 0), *(255, 255, 255) * 4])  # now its mask
    sprite = cut_out(colours, antialiased(image, "L"))
    return sprite, Position(_TOUCHES[0] * length_px, (_TOUCHES[1] + above) * length_px)


class _Pen:
    """A pen that draws strokes given in a unit of its own."""

    def __init__(self, draw: ImageDraw.ImageDraw, unit: float, above: float) -> None:
        self._draw = draw
        self._unit = unit
        self._above = above

    def outlined(self, stroke: Stroke, paint: _Paint) -> None:
        """Draw a stroke in ink, and a thinner one in a paint over it."""
        self.draw(stroke, _Paint.INK, _LINE)
        self.draw(stroke, paint, -_LINE)

    def draw(self, stroke: Stroke, paint: _Paint, wider: float) -> None:
        """Draw a stroke with round ends and joints, widened by `wider` on each side."""
        half, places = stroke
        radius = (half + wider) * self._unit
        spots = [(x * self._unit, (y + self._above) * self._unit) for x, y in _curve(places)]
        self._draw.line(spots, paint, round(2 * radius))
        for spot in spots:
            self._draw.circle(spot, radius, paint)


@cache  # each stroke is drawn several times
def _curve(places: tuple[Place, ...]) -> list[Place]:
    """Return points along the Bézier curve of these control points; two points are a straight line."""
    if len(places) == 2:
        return list(places)
    count = len(places) - 1
    return [
        (
            sum(comb(count, at) * t**at * (1 - t) ** (count - at) * x for at, (x, _) in enumerate(places)),
            sum(comb(count, at) * t**at * (1 - t) ** (count - at) * y for at, (_, y) in enumerate(places)),
        )
        for t in (step / _STEPS for step in range(_STEPS + 1))
    ]
