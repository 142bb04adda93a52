from __future__ import annotations

import numpy as np
import pytest

from gifmill.rendering.captions.layout import PlacedPiece
from gifmill.rendering.captions.lettering import Glyph, draw_glyph
from gifmill.rendering.captions.pieces import read_words


def drawn(text: str, size_px: float, x_px: float = 20, *, outlined: bool = True) -> Glyph:
    [word] = read_words(text)
    return draw_glyph(PlacedPiece(word.pieces[0], x_px, 50, 0), size_px, outlined=outlined)


@pytest.mark.parametrize("size_px", [5, 12, 40, 150])
def test_the_outline_surrounds_the_letter(size_px: float) -> None:
    glyph = drawn("H", size_px)

    assert (glyph.outline >= glyph.letters).all()
    assert glyph.outline.sum() > 1.2 * glyph.letters.sum()
    assert glyph.letters.max() > 0.9


@pytest.mark.parametrize("size_px", [5, 12, 40, 150])
@pytest.mark.parametrize("text", ["H", "g", "Ẫ", "Ж", "j", "Ώ"])
def test_the_outermost_pixels_are_transparent(text: str, size_px: float) -> None:
    outline = drawn(text, size_px).outline

    assert not outline[[0, -1]].any()
    assert not outline[:, [0, -1]].any()


def test_letters_without_an_outline_are_their_own() -> None:
    glyph = drawn("H", 40, outlined=False)

    assert (glyph.outline == glyph.letters).all()


def test_small_letters_move_by_parts_of_a_pixel() -> None:
    centres = []
    for x_px in (20, 20.25, 20.5):
        glyph = drawn("H", 12, x_px)
        columns = glyph.left + np.arange(glyph.letters.shape[1])
        centres.append(float((glyph.letters * columns).sum() / glyph.letters.sum()))

    assert centres[1] - centres[0] == pytest.approx(0.25, abs=0.1)
    assert centres[2] - centres[0] == pytest.approx(0.5, abs=0.1)


def test_letters_have_no_colours_of_their_own() -> None:
    assert drawn("H", 40).colours is None


def test_letters_smaller_than_a_pixel_are_not_drawn() -> None:
    glyph = drawn("H", 0.02)

    assert glyph.letters.shape == glyph.outline.shape
    assert max(glyph.letters.shape) < 10
    assert not glyph.outline.any()
