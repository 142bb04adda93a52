"""Composition of a first frame on a larger, transparent canvas, as browsers show it."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from PIL import Image

from gifmill.photo.resize import STRIP_PX, downscale_strips, rows_per_strip

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gifmill.animation import Size


class Offset(NamedTuple):
    """The top left corner of a frame on its canvas, in pixels."""

    left: int
    top: int


def compose_on_canvas(frame: Image.Image, offset: Offset, canvas: Size, size: Size) -> Image.Image:
    """Place a frame on a transparent canvas, and downscale the canvas strip by strip.

    Args:
        frame: in any 8-bit mode, with or without transparency.
        offset: the frame must lie inside the canvas.
        canvas: its size in pixels.
        size: the size of the result.

    Returns:
        An image of mode RGBa.
    """

    def strips(rows: int) -> Iterator[Image.Image]:
        for top in range(0, canvas.height, rows):
            strip = Image.new("RGBa", (canvas.width, min(rows, canvas.height - top)))
            first, last = max(0, top - offset.top), min(frame.height, top + strip.height - offset.top)
            if first < last:
                part = frame.crop((0, first, frame.width, last)).convert("RGBA").convert("RGBa")
                strip.paste(part, (offset.left, offset.top + first - top))
            yield strip

    return downscale_strips(strips(rows_per_strip(canvas, size, STRIP_PX // canvas.width)), canvas, size)
