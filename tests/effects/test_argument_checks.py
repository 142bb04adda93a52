"""Misuse of the public helpers for effects: a clear error, never a crash of native code."""

from __future__ import annotations

from functools import partial
from math import inf, nan
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from gifmill.animation import Size
from gifmill.effects import (
    AffineCamera,
    Position,
    backdrop_colours,
    circle_mask,
    ellipse_sprite,
    masked,
    photo_card,
    plain_canvas,
)
from gifmill.photo import CENTRE, Point

if TYPE_CHECKING:
    from collections.abc import Callable

PIXELS = np.arange(20 * 30 * 3, dtype=np.uint8).reshape(20, 30, 3)
SIZE = Size(30, 20)
CAMERA = AffineCamera(PIXELS)
CARD = photo_card(PIXELS, Size(10, 8), 2)
AT = Position(5, 5)


def draw(**changes: object) -> None:
    arguments: Any = {"canvas": plain_canvas(SIZE, (1, 2, 3)), "anchor": CARD.centre, "at": AT, **changes}
    CARD.draw(**arguments)


NUMBERS = (nan, inf, -inf, 1e30)
NOT_PIXELS: tuple[Any, ...] = (
    PIXELS.astype(np.float32),
    PIXELS[..., 0],
    np.dstack([PIXELS, PIXELS]),
    PIXELS[:0],
)
COLOURS: tuple[Any, ...] = ((1, 2), (1, 2, 300), (-1, 2, 3), (0.5, 1, 1))
MISUSES: list[Callable[[], object]] = [
    *(partial(kind, pixels) for pixels in NOT_PIXELS for kind in (AffineCamera, backdrop_colours)),
    *(partial(photo_card, pixels, SIZE, 2) for pixels in NOT_PIXELS),
    *(partial(draw, canvas=pixels) for pixels in NOT_PIXELS),
    *(partial(CAMERA.view, Size(*size), CENTRE) for size in ((0, 5), (5, -1), (5, 20_000), (5.5, 5))),
    *(partial(CAMERA.view, SIZE, Point(number, 0.5)) for number in NUMBERS),
    *(partial(CAMERA.view, SIZE, CENTRE, zoom) for zoom in (*NUMBERS, 0, -1)),
    *(partial(CAMERA.view, SIZE, CENTRE, 1, angle) for angle in NUMBERS),
    *(partial(draw, at=Position(number, 1)) for number in NUMBERS),
    *(partial(draw, anchor=Position(1, number)) for number in NUMBERS),
    *(partial(draw, scale=(1, scale)) for scale in (*NUMBERS, 0, -1)),
    *(partial(draw, angle=angle) for angle in NUMBERS),
    partial(draw, canvas=PIXELS[::2]),
    partial(draw, canvas=np.broadcast_to(PIXELS[:1, :1], PIXELS.shape)),
    *(partial(photo_card, PIXELS, SIZE, corner) for corner in (-1, nan, 1e30)),
    *(partial(plain_canvas, SIZE, colour) for colour in COLOURS),
    partial(ellipse_sprite, SIZE, (1, 2, 300)),
    *(partial(circle_mask, SIZE, diameter) for diameter in (0, -1, nan, 1e30)),
    partial(masked, PIXELS, np.zeros((20, 31), np.uint8), (1, 2, 3)),
    partial(masked, PIXELS, np.zeros((20, 30), np.float32), (1, 2, 3)),
]


@pytest.mark.parametrize("misuse", MISUSES)
def test_a_value_out_of_range_is_an_error(misuse: Callable[[], object]) -> None:
    with pytest.raises(ValueError, match=r"\bnot\b|mask of"):
        misuse()


def test_something_else_than_pixels_is_a_type_error() -> None:
    for kind in (AffineCamera, backdrop_colours):
        with pytest.raises(TypeError, match="not list"):
            kind([[1, 2, 3]])  # type: ignore[arg-type]


def test_the_centre_of_a_card_is_its_middle() -> None:
    canvas = plain_canvas(SIZE, (0, 0, 0))
    photo_card(np.full((8, 10, 3), 255, np.uint8), Size(10, 8), 0).draw(
        canvas, Position(6, 5), Position(15, 10)
    )
    rows, columns = np.nonzero(canvas[..., 0] > 128)
    assert (columns.min(), columns.max(), rows.min(), rows.max()) == (10, 19, 6, 13)
    assert photo_card(PIXELS, Size(10, 8), 0).centre == Position(6, 5)
