"""Pieces of a caption as pixels: the letters, their outlines, and emoji in colours."""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil, floor
from typing import TYPE_CHECKING

import numpy as np
from PIL import Image, ImageDraw

from gifmill.rendering.captions.layout import OUTLINE_EM
from gifmill.rendering.captions.pieces import EMOJI_EM

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from gifmill.rendering.captions.layout import PlacedPiece
    from gifmill.rendering.captions.pieces import Piece

_OPAQUE = np.float32(255)

_MIN_OUTLINE_PX = 1.0
_TINY_OUTLINE_EM = 0.1
"""An outline is a pixel wide at least, but no wider than this in letters of a few pixels."""

_MIN_VISIBLE_PX = 1.0
"""Size below which letters are not drawn: a long caption on a canvas of a few pixels. Drawn larger and then
reduced, a letter of 0.02 px would take a gigabyte.
"""

_EXACT_PX = 80
"""Size from which rounding to whole pixels is not visible."""


@dataclass(frozen=True, slots=True, eq=False)
class Glyph:
    """A piece as pixels, at a whole position.

    Attributes:
        left, top: of the pixels on the canvas; they may be outside of it.
        letters: opacity of the letters, float32, shape (height, width), 0 to 1.
        outline: opacity of the outline and of what it surrounds; the same form.
        colours: colours of an emoji, float32, shape (height, width, 3), 0 to 1; None for letters.
    """

    left: int
    top: int
    letters: NDArray[np.float32]
    outline: NDArray[np.float32]
    colours: NDArray[np.float32] | None


def draw_glyph(placed: PlacedPiece, size_px: float, *, outlined: bool) -> Glyph:
    """Draw a piece where the layout has it."""
    piece = placed.piece
    outline_px = (
        max(min(_MIN_OUTLINE_PX, _TINY_OUTLINE_EM * size_px), OUTLINE_EM * size_px) if outlined else 0.0
    )
    around = ceil(outline_px) + 2
    left = floor(placed.x_px + piece.left_em * size_px) - around
    top = floor(placed.baseline_px - piece.top_em * size_px) - around
    right = ceil(placed.x_px + piece.right_em * size_px) + around
    bottom = ceil(placed.baseline_px - piece.bottom_em * size_px) + around
    box = (right - left, bottom - top)
    if size_px < _MIN_VISIBLE_PX:
        nothing = np.zeros(box[::-1], np.float32)
        return Glyph(left, top, nothing, nothing, None)
    if piece.face.coloured:
        return _draw_emoji(piece, size_px, (left, top), box, placed)
    at = (placed.x_px - left, placed.baseline_px - top)
    letters = _draw_text(piece, size_px, at, box, 0)
    outline = _draw_text(piece, size_px, at, box, outline_px) if outlined else letters
    return Glyph(left, top, letters, np.maximum(letters, outline), None)


def _draw_text(
    piece: Piece, size_px: float, at: tuple[float, float], box: tuple[int, int], outline_px: float
) -> NDArray[np.float32]:
    """Draw text larger than it is, and reduce it: FreeType rounds small letters to whole pixels."""
    finer = max(1, ceil(_EXACT_PX / size_px))
    image = Image.new("L", (box[0] * finer, box[1] * finer))
    ImageDraw.Draw(image).text(
        (at[0] * finer, at[1] * finer),
        piece.text,
        fill=255,
        font=piece.face.font(size_px * finer),
        anchor="ls",
        direction=piece.direction,
        stroke_width=outline_px * finer,
    )
    return np.asarray(image.reduce(finer), np.float32) / _OPAQUE


def _draw_emoji(
    piece: Piece, size_px: float, corner: tuple[int, int], box: tuple[int, int], placed: PlacedPiece
) -> Glyph:
    """Draw an emoji in its own colours; it has no outline. Pictures are resized."""
    font = piece.face.font(size_px)
    left, top, right, bottom = (round(each) for each in font.getbbox(piece.text, anchor="ls"))
    picture = Image.new("RGBA", (max(right - left, 1), max(bottom - top, 1)))
    draw = ImageDraw.Draw(picture)
    draw.text(
        (-left, -top), piece.text, font=font, anchor="ls", embedded_color=True, direction=piece.direction
    )
    if piece.face.bitmap_px is not None:
        height = max(1, round(EMOJI_EM * size_px))
        picture = picture.resize(
            (max(1, round(picture.width * height / picture.height)), height), Image.Resampling.BOX
        )
    image = Image.new("RGBA", box)
    x_px = placed.x_px + piece.left_em * size_px - corner[0]
    y_px = placed.baseline_px - piece.top_em * size_px - corner[1]
    image.paste(picture, (round(x_px), round(y_px)))
    pixels = np.asarray(image, np.float32) / _OPAQUE
    return Glyph(*corner, pixels[..., 3], pixels[..., 3], pixels[..., :3])
