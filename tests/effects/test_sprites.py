"""Sprites: shapes, edges and placement."""

from __future__ import annotations

from math import pi
from typing import TYPE_CHECKING

import numpy as np
import pytest

from gifmill.animation import Size
from gifmill.effects.backdrop import plain_canvas
from gifmill.effects.sprites import MARGIN, Position, Sprite, ellipse_sprite, photo_card

if TYPE_CHECKING:
    from gifmill.animation import Pixels
    from gifmill.effects.texture_sampling import Field

BLUE = (0, 0, 255)


def canvas(width: int = 60, height: int = 40) -> Pixels:
    return plain_canvas(Size(width, height), BLUE)


def test_a_card_at_its_own_size_is_the_photo() -> None:
    pixels = np.random.default_rng(0).integers(60, 200, (20, 30, 3), np.uint8)
    shown = canvas()
    photo_card(pixels, Size(30, 20), 0).draw(shown, Position(MARGIN, MARGIN), Position(7, 9))
    inner = np.asarray(shown)[11:27, 9:35].astype(int)  # two pixels from the antialiased edges
    assert abs(inner - pixels[2:-2, 2:-2]).max() <= 2


def test_rounded_corners_show_the_canvas() -> None:
    shown = canvas()
    photo_card(np.full((20, 30, 3), 255, np.uint8), Size(30, 20), 8).draw(
        shown, Position(MARGIN, MARGIN), Position(7, 9)
    )
    assert tuple(shown[9, 7]) == BLUE
    assert tuple(shown[9, 15]) != BLUE


def test_edges_are_antialiased() -> None:
    shown = canvas()
    ellipse_sprite(Size(30, 20), (255, 0, 0)).draw(shown, Position(16, 11), Position(30, 20))
    red = np.asarray(shown)[..., 0]
    assert len(np.unique(red)) > 10


def test_an_oval_covers_the_area_of_an_ellipse() -> None:
    shown = canvas()
    ellipse_sprite(Size(30, 20), (255, 0, 0)).draw(shown, Position(16, 11), Position(30, 20))
    assert np.asarray(shown)[..., 0].sum() / 255 == pytest.approx(pi * 15 * 10, rel=0.01)


@pytest.mark.parametrize("angle", [0, 0.3, pi / 2, 4])
@pytest.mark.parametrize("scale", [(1.0, 1.0), (1.5, 0.6)])
def test_the_anchor_is_drawn_at_the_given_position(angle: float, scale: tuple[float, float]) -> None:
    pixels = np.zeros((20, 20, 3), np.uint8)
    pixels[3:8, 11:16] = (255, 0, 0)
    shown = canvas()
    photo_card(pixels, Size(20, 20), 0).draw(
        shown, Position(13.5 + MARGIN, 5.5 + MARGIN), Position(30, 20), scale, angle
    )
    rows, columns = np.nonzero(np.asarray(shown)[..., 0] > 128)
    assert abs(columns.mean() + 0.5 - 30) < 0.7
    assert abs(rows.mean() + 0.5 - 20) < 0.7


def test_a_quarter_turn_is_clockwise() -> None:
    pixels = np.zeros((20, 20, 3), np.uint8)
    pixels[:8] = (255, 0, 0)
    shown = canvas()
    photo_card(pixels, Size(20, 20), 0).draw(shown, Position(11, 11), Position(30, 20), angle=pi / 2)
    columns = np.nonzero(np.asarray(shown)[..., 0] > 128)[1]
    assert columns.min() > 30


@pytest.mark.parametrize("at", [(-40, 10), (30, 90), (200, 200)])
def test_a_sprite_outside_the_canvas_is_not_drawn(at: tuple[float, float]) -> None:
    shown = canvas()
    ellipse_sprite(Size(30, 20), (255, 0, 0)).draw(shown, Position(16, 11), Position(*at))
    assert (shown == BLUE).all()


@pytest.mark.parametrize("at", [(0, 0), (59, 3), (30, 41), (-9, 38)])
@pytest.mark.parametrize("angle", [0.0, 0.8])
def test_a_sprite_across_an_edge_is_drawn_as_on_a_larger_canvas(at: tuple[int, int], angle: float) -> None:
    card = photo_card(np.random.default_rng(0).integers(0, 256, (20, 30, 3), np.uint8), Size(30, 20), 5)
    shown, larger = canvas(), canvas(160, 140)
    card.draw(shown, Position(16, 11), Position(*at), (1.5, 0.5), angle)
    card.draw(larger, Position(16, 11), Position(at[0] + 50, at[1] + 50), (1.5, 0.5), angle)
    assert abs(shown.astype(int) - larger[50:90, 50:110]).max() <= 1


def straight(width: int = 60, height: int = 40, across: int = 1, down: int = 1) -> tuple[Field, Field]:
    """Return columns and rows that draw a sprite at its own size, its corner at (7, 9)."""
    x = (np.arange(width * across) + 0.5) / across - 7 + MARGIN
    y = (np.arange(height * down) + 0.5) / down - 9 + MARGIN
    columns = np.stack([x, np.ones_like(x), np.zeros_like(x)])
    rows = np.stack([np.ones_like(y), np.zeros_like(y), y])
    return columns.astype(np.float32), rows.astype(np.float32)


@pytest.mark.parametrize("channels", [3, 4])
@pytest.mark.parametrize("place", ["opaque", "transparent"])
def test_a_bent_sprite_that_is_straight_is_drawn_as_any_other(channels: int, place: str) -> None:
    pixels = np.random.default_rng(0).integers(0, 256, (20, 30, channels), np.uint8)
    card = photo_card(pixels, Size(30, 20), 5)
    shown = plain_canvas(Size(60, 40), BLUE if place == "opaque" else None)
    bent = shown.copy()
    card.draw(shown, Position(MARGIN, MARGIN), Position(7, 9))
    card.draw_bent(bent, *straight())
    assert (bent == shown).all()


def test_a_bent_sprite_is_where_columns_and_rows_are_inside_of_it() -> None:
    card = photo_card(np.full((20, 30, 3), 255, np.uint8), Size(30, 20), 0)
    columns, rows = straight()
    columns[0] += 10 * columns[1]  # to the left
    columns[2] = np.arange(60) / 6  # ever further up
    shown = canvas()
    card.draw_bent(shown, columns, rows)
    drawn = shown[..., 0] > 128
    assert np.nonzero(drawn.any(axis=0))[0].tolist() == list(range(27))
    tops = drawn.argmax(axis=0)[1:26]
    assert tops[0] == 9
    assert tops[-1] == 5


def test_samples_are_averaged() -> None:
    stripes = np.zeros((20, 32, 3), np.uint8)
    stripes[:, ::2] = 200
    columns, rows = straight(across=8)
    columns[0] = 8 * (columns[0] - MARGIN) + MARGIN
    shown = canvas()
    photo_card(stripes, Size(32, 20), 0).draw_bent(shown, columns, rows)
    assert abs(shown[12:26, 8:10].astype(int) - 100).max() <= 12


def test_samples_of_a_pixel_are_averaged_over_the_canvas_at_an_edge() -> None:
    card = photo_card(np.full((20, 30, 3), 255, np.uint8), Size(30, 20), 0)
    columns, rows = straight(across=4, down=4)
    columns[0] += 0.5
    shown = canvas()
    card.draw_bent(shown, columns, rows)
    assert 64 < shown[15, 6, 0] < 192
    assert (shown[15, 10:30] == 255).all()


@pytest.mark.parametrize(("light", "level"), [(0.0, 0), (0.5, 50), (1.0, 100), (1.2, 120), (2.0, 200)])
def test_light_is_a_factor_of_the_colours(light: float, level: int) -> None:
    card = photo_card(np.full((20, 30, 3), 100, np.uint8), Size(30, 20), 0)
    shown = plain_canvas(Size(60, 40), None)
    card.draw_bent(shown, *straight(), light)
    assert abs(shown[15, 15, :3].astype(int) - level).max() <= 1
    assert shown[15, 15, 3] == 255


def test_too_much_light_is_white() -> None:
    card = photo_card(np.full((20, 30, 4), 200, np.uint8), Size(30, 20), 0)
    shown = plain_canvas(Size(60, 40), None)
    card.draw_bent(shown, *straight(), 2)
    assert shown[15, 15].tolist() == [255, 255, 255, 200]


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf, 1e30, -1])
def test_positions_outside_of_a_sprite_draw_nothing(value: float) -> None:
    card = photo_card(np.full((20, 30, 3), 255, np.uint8), Size(30, 20), 0)
    columns, rows = straight()
    columns[0] = value
    shown = canvas()
    card.draw_bent(shown, columns, rows)
    assert (shown == BLUE).all()


@pytest.mark.parametrize(("columns", "rows"), [((2, 60), (3, 40)), ((3, 61), (3, 40)), ((3, 60), (3, 39))])
def test_columns_and_rows_of_other_shapes_are_rejected(
    columns: tuple[int, int], rows: tuple[int, int]
) -> None:
    with pytest.raises(ValueError, match="columns of"):
        ellipse_sprite(Size(3, 3), BLUE).draw_bent(
            canvas(), np.zeros(columns, np.float32), np.zeros(rows, np.float32)
        )


@pytest.mark.parametrize(("across", "down"), [(0, 1), (1, 0), (257, 1), (17, 16)])
def test_no_samples_and_too_many_are_rejected(across: int, down: int) -> None:
    columns, rows = np.zeros((3, 60 * across), np.float32), np.zeros((3, 40 * down), np.float32)
    with pytest.raises(ValueError, match="samples per pixel"):
        ellipse_sprite(Size(3, 3), BLUE).draw_bent(canvas(), columns, rows)


@pytest.mark.parametrize("light", [-0.1, 2.1, np.nan])
def test_light_out_of_range_is_rejected(light: float) -> None:
    with pytest.raises(ValueError, match="light="):
        ellipse_sprite(Size(3, 3), BLUE).draw_bent(canvas(), *straight(), light)


@pytest.mark.parametrize("shape", [(4, 4, 3), (5, 4, 4), (2, 4, 4), (4, 7, 4)])
def test_texels_of_no_picture_are_rejected(shape: tuple[int, int, int]) -> None:
    with pytest.raises(ValueError, match="texels of shape"):
        Sprite(np.zeros(shape, np.uint8))
