"""A caption over the frames of an animation."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property, lru_cache, partial
from itertools import accumulate
from math import ceil, floor
from typing import TYPE_CHECKING

from gifmill.animation import Frame, Plain, delays_cs
from gifmill.rendering.captions.layout import lay_out
from gifmill.rendering.captions.lettering import draw_glyph
from gifmill.rendering.captions.motion import ROOM_EM, Moment, piece_offset, visible_pieces
from gifmill.rendering.captions.overlay import Overlay

if TYPE_CHECKING:
    from collections.abc import Callable

    from gifmill.animation import Animation, Pixels, Size
    from gifmill.rendering.captions.layout import CaptionLayout
    from gifmill.rendering.captions.lettering import Glyph

_WHITE, _BLACK = (1.0, 1.0, 1.0), (0.0, 0.0, 0.0)

STATIC = "static"

_MOVING_FRAME_CS = 5
"""Frames of a moving caption last less than twice this time: a mosaic may stay for a second."""


@dataclass(frozen=True, slots=True)
class Caption:
    """What is written, where and how.

    Attributes:
        text: not empty.
        at_top: at the top edge, otherwise at the bottom.
        bar: black on a white bar, otherwise white with a black outline.
        motion: "static", "typewriter", "wave" or "shake".
    """

    text: str
    at_top: bool = False
    bar: bool = False
    motion: str = STATIC


def add_caption(animation: Animation, caption: Caption, frame_cs: float | None = None) -> Animation:
    """Return an animation with a caption over each frame.

    Where the caption moves, long frames are divided, and the duration stays.

    Args:
        animation: of any size.
        caption: the caption.
        frame_cs: shortest delay of divided frames, in centiseconds; None for a smooth motion.

    Raises:
        MissingGlyph: a character of the text cannot be drawn.
    """
    lettering = _Lettering(caption, animation.size)
    canvas = lru_cache(maxsize=1)(animation.canvas)  # divided frames are drawn one after the other
    if caption.motion == STATIC:
        overlay = lettering.at(Moment(0, 0, 1))
        frames = tuple(
            Frame(partial(_captioned, canvas, index, overlay), Plain(), frame.delay_cs)
            for index, frame in enumerate(animation.frames)
        )
        return replace(animation, frames=frames)
    parts = [
        (index, delay_cs)
        for index, frame in enumerate(animation.frames)
        for delay_cs in _divided(frame.delay_cs, frame_cs or _MOVING_FRAME_CS)
    ]
    duration_cs = animation.duration_cs
    starts_cs = accumulate((delay_cs for _, delay_cs in parts), initial=0)
    frames = tuple(
        Frame(
            partial(lettering.laid_on, canvas, index, Moment(start / duration_cs, number, duration_cs / 100)),
            Plain(),
            delay_cs,
        )
        for number, ((index, delay_cs), start) in enumerate(zip(parts, starts_cs, strict=False))
    )
    return replace(animation, frames=frames)


def _divided(delay_cs: int, frame_cs: float) -> tuple[int, ...]:
    return delays_cs(delay_cs, [1] * max(1, floor(delay_cs / frame_cs)))


def _captioned(canvas: Callable[[int], Pixels], index: int, overlay: Overlay) -> Pixels:
    return overlay.laid_on(canvas(index))


class _Lettering:
    """The letters of a caption on canvases of one size."""

    def __init__(self, caption: Caption, size: Size) -> None:
        self._caption = caption
        self._size = size
        room_em = ROOM_EM.get(caption.motion, 0)
        self._layout: CaptionLayout = lay_out(caption.text, size, at_top=caption.at_top, room_em=room_em)

    @cached_property
    def _glyphs(self) -> list[Glyph]:
        outlined = not self._caption.bar
        return [draw_glyph(each, self._layout.size_px, outlined=outlined) for each in self._layout.pieces]

    @cached_property
    def _rows(self) -> range:
        """The rows of the canvas that the caption or its bar covers; the bar is as high on both sides."""
        height = self._size.height
        top, bottom = max(floor(self._layout.top_px), 0), min(ceil(self._layout.bottom_px), height)
        if not self._caption.bar:
            return range(top, bottom)
        return (
            range(min(bottom + top, height))
            if self._caption.at_top
            else range(max(top + bottom - height, 0), height)
        )

    def laid_on(self, canvas: Callable[[int], Pixels], index: int, moment: Moment) -> Pixels:
        """Return a frame with the caption of a moment on it."""
        return self.at(moment).laid_on(canvas(index))

    def at(self, moment: Moment) -> Overlay:
        """Return the caption of a moment."""
        caption, layout = self._caption, self._layout
        overlay = Overlay(self._size.width, self._rows)
        if caption.bar:
            overlay.fill(_WHITE)
        shown = visible_pieces(caption.motion, moment, len(layout.pieces))
        moved = []
        for placed, glyph in zip(layout.pieces, self._glyphs, strict=True):
            if placed.order < shown:
                offset = piece_offset(caption.motion, moment, placed.x_px / layout.size_px)
                moved.append((glyph, (offset.x_em * layout.size_px, offset.y_em * layout.size_px)))
        if not caption.bar:
            for glyph, shift_px in moved:
                overlay.cover(glyph, glyph.outline, _BLACK, shift_px)
        for glyph, shift_px in moved:
            ink = _BLACK if caption.bar else _WHITE
            overlay.cover(glyph, glyph.letters, ink if glyph.colours is None else glyph.colours, shift_px)
        return overlay
