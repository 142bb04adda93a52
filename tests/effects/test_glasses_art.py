"""The drawing of sunglasses, on a plain canvas."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from gifmill.animation import Size
from gifmill.effects.backdrop import plain_canvas
from gifmill.effects.glasses_art import draw_glasses
from gifmill.effects.sprites import Position

if TYPE_CHECKING:
    from gifmill.animation import Pixels
    from gifmill.effects.glasses_art import Glasses

GREEN = (0, 200, 0)
every_style = pytest.mark.parametrize("style", ["pixel", "classic"])


def drawn(glasses: Glasses, progress: float | None = None) -> Pixels:
    canvas = plain_canvas(Size(300, 120), GREEN)
    at = Position(150, 60)
    glasses.sprite.draw(canvas, glasses.anchor, at)
    if progress is not None:
        glasses.glint(progress).draw(canvas, glasses.anchor, at)
    return canvas


def covered(canvas: Pixels) -> np.ndarray[tuple[int, ...], np.dtype[np.bool]]:
    changed: np.ndarray[tuple[int, ...], np.dtype[np.bool]] = (
        abs(canvas.astype(int) - GREEN).sum(axis=2) > 200
    )
    return changed


@every_style
@pytest.mark.parametrize("width", [40, 120, 240])
def test_glasses_have_the_requested_width_around_the_anchor(style: str, width: float) -> None:
    columns = np.nonzero(covered(drawn(draw_glasses(style, width))).any(axis=0))[0]
    assert np.ptp(columns) + 1 == pytest.approx(width, rel=0.15)
    assert (columns[0] + columns[-1] + 1) / 2 == pytest.approx(150, abs=1)


@every_style
def test_glasses_cover_both_eyes_and_are_symmetric(style: str) -> None:
    shown = covered(drawn(draw_glasses(style, 240)))
    for x in (95, 205):
        assert shown[55:65, x - 10 : x + 10].all()
    assert (shown != shown[:, ::-1]).mean() < 0.01


@every_style
def test_each_lens_is_lit_while_light_runs_over_it(style: str) -> None:
    glasses = draw_glasses(style, 240)
    lit = [drawn(glasses, progress).min(axis=2) > 150 for progress in np.linspace(0, 1, 15)]
    assert max(each[:, :150].sum() for each in lit) > 100
    assert max(each[:, 150:].sum() for each in lit) > 100


@every_style
def test_light_ends_as_it_begins(style: str) -> None:
    glasses = draw_glasses(style, 240)
    np.testing.assert_array_equal(drawn(glasses, 0), drawn(glasses, 1))


def test_no_light_rests_on_the_classic_style() -> None:
    glasses = draw_glasses("classic", 240)
    np.testing.assert_array_equal(drawn(glasses, 0), drawn(glasses))


def test_light_is_on_the_lenses_only() -> None:
    for style in ("pixel", "classic"):
        glasses = draw_glasses(style, 200)
        for progress in np.linspace(0, 1, 9):
            changed = (drawn(glasses, progress) != drawn(glasses)).any(axis=2)
            assert not (changed & (drawn(glasses) == GREEN).all(axis=2)).any()


def test_large_pixels_are_whole_and_have_hard_edges() -> None:
    glasses = draw_glasses("pixel", 130)
    assert glasses.cell_px == 4
    assert glasses.width == 120
    canvas = plain_canvas(Size(300, 120), GREEN)
    glasses.sprite.draw(canvas, glasses.anchor, Position(100 + glasses.anchor.x, 40 + glasses.anchor.y))
    glasses.glint(0).draw(canvas, glasses.anchor, Position(100 + glasses.anchor.x, 40 + glasses.anchor.y))
    assert len(np.unique(canvas.reshape(-1, 3), axis=0)) == 3


@every_style
@pytest.mark.parametrize("width", [1, 3, 7.5, 1080])
def test_any_width_can_be_drawn(style: str, width: float) -> None:
    glasses = draw_glasses(style, width)
    glasses.glint(0.4)
    assert covered(drawn(glasses)).any() or width < 7
