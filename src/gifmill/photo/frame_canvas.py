"""A first frame that fills only a part of its canvas: the rest is transparent, as in browsers."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from PIL import Image

from gifmill.photo.resize import STRIP_PX, downscale_strips, rows_per_strip

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gifmill.animation import Size


class Offset(NamedTuple):
    """Where a frame is on its canvas: its top left corner, in pixels."""

    left: int
    top: int


def compose_on_canvas(frame: Image.Image, place: Offset, canvas: Size, size: Size) -> Image.Image:
    """Lay a frame on a transparent canvas, and shrink the canvas strip by strip.

    Args:
        frame: in any mode of 8 bits, with or without transparency.
        place: the frame may reach over no edge of the canvas.
        canvas: in pixels.
        size: of the result.

    Returns:
        An image of mode RGBa.
    """

    def strips(rows: int) -> Iterator[Image.Image]:
        for top in range(0, canvas.height, rows):
            strip = Image.new("RGBa", (canvas.width, min(rows, canvas.height - top)))
            first, last = max(0, top - place.top), min(frame.height, top + strip.height - place.top)
            if first < last:
                part = frame.crop((0, first, frame.width, last)).convert("RGBA").convert("RGBa")
                strip.paste(part, (place.left, place.top + first - top))
            yield strip

    return downscale_strips(strips(rows_per_strip(canvas, size, STRIP_PX // canvas.width)), canvas, size)
