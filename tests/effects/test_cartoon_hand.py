"""The drawing of a hand, on a plain canvas."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from gifmill.animation import Size
from gifmill.effects.backdrop import plain_canvas
from gifmill.effects.cartoon_hand import ABOVE, LEFT, RIGHT, draw_hand
from gifmill.effects.sprites import Position

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from gifmill.animation import Pixels

BACKGROUND = (0, 255, 0)
SLEEVE = (200, 30, 160)
AT = Position(60, 150)


def drawn(length: float, reach: float = 180) -> Pixels:
    sprite, finger_tips = draw_hand(length, SLEEVE, reach)
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


def test_the_extent_of_the_glove_is_known() -> None:
    """The glove and its cuff are all that is not sleeve; near it, the sleeve's outline is ink, too."""
    glove = (drawn(100).min(axis=2) > 190) & (drawn(100) != BACKGROUND).any(axis=2)
    rows, columns = np.nonzero(glove)
    assert AT.x - columns.min() <= 100 * LEFT
    assert columns.max() - AT.x <= 100 * RIGHT
    assert AT.y - rows.min() <= 100 * ABOVE


@pytest.mark.parametrize("length", [20, 60])
def test_a_sleeve_is_as_long_as_requested(length: float) -> None:
    canvas = plain_canvas(Size(600, 400), BACKGROUND)
    sprite, finger_tips = draw_hand(length, SLEEVE, 400)
    sprite.draw(canvas, finger_tips, Position(60, 300))
    columns = np.nonzero((canvas != BACKGROUND).any(axis=2))[1]
    assert columns.max() == pytest.approx(460, abs=3)


def test_a_hand_of_less_than_a_pixel_can_be_drawn() -> None:
    assert drawn(0.6).shape == (200, 240, 3)
