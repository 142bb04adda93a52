"""The drawing of a hand, on a plain canvas."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from gifmill.animation import Size
from gifmill.effects.backdrop import plain_canvas
from gifmill.effects.cartoon_hand import draw_hand
from gifmill.effects.sprites import Position

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from gifmill.animation import Pixels

BACKGROUND = (0, 255, 0)
SLEEVE = (200, 30, 160)
AT = Position(60, 150)


def drawn(length: float) -> Pixels:
    sprite, finger_tips = draw_hand(length, SLEEVE)
    canvas = plain_canvas(Size(240, 200), BACKGROUND)
    sprite.draw(canvas, finger_tips, AT)
    return canvas


@pytest.mark.parametrize("length", [40, 90, 120])
def test_the_hand_is_placed_by_its_finger_tips(length: float) -> None:
    rows = np.nonzero((drawn(length) != BACKGROUND).any(axis=2).any(axis=1))[0]
    assert abs(rows[-1] - AT.y) < 0.12 * length


def test_a_hand_has_the_requested_length() -> None:
    glove = (drawn(100) > 240).all(axis=2)
    columns = np.nonzero(glove.any(axis=0))[0]
    assert np.ptp(columns) == pytest.approx(100, rel=0.15)


def test_the_sleeve_has_its_colour_and_extends_to_the_right_edge() -> None:
    sleeve: NDArray[np.bool_] = np.all(abs(drawn(100).astype(int) - SLEEVE) < 8, axis=2)
    assert np.nonzero(sleeve)[1].min() > 130
    assert sleeve[:, 235].any()


def test_a_hand_of_less_than_a_pixel_can_be_drawn() -> None:
    assert drawn(0.6).shape == (200, 240, 3)
