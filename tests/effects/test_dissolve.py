"""Dissolve: grains of the photo that the wind blows away and back."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest

import gifmill
from gifmill.effects import EFFECTS
from gifmill.effects.backdrop import backdrop_colours, darkened
from gifmill.effects.dissolve import dissolve
from gifmill.effects.native import library
from gifmill.photo.photo import Photo

if TYPE_CHECKING:
    from gifmill.animation import Animation, Pixels

PHOTO = gifmill.open_photo(Path(__file__).parents[1] / "sample_photos/chelsea.jpg", max_side_px=160)
RED = Photo(np.broadcast_to(np.array([200, 30, 20], np.uint8), (90, 120, 3)))


def animate(
    photo: Photo = PHOTO, towards: str = "right", seed: int = 1, background: str = "auto"
) -> Animation:
    return dissolve(photo, towards=towards, seed=seed, background=background, duration=3, frames=40)


def discs(
    canvas: Pixels, *places: tuple[float, float, float], colour: tuple[int, ...] = (255, 255, 255)
) -> Pixels:
    """Draw discs, each of x, y and radius, on a copy of a canvas."""
    drawn = canvas.copy()
    height, width, channels = canvas.shape
    colours = np.array([colour[:channels]] * len(places), np.uint8)
    library().gifmill_draw_discs(
        drawn, width, height, channels, np.array(places, np.float32), colours, len(places)
    )
    return drawn


BLACK, NOTHING = np.zeros((9, 11, 3), np.uint8), np.zeros((9, 11, 4), np.uint8)


def test_the_loop_begins_and_ends_with_the_photo() -> None:
    animation = animate()
    for number in (0, 1, 39):
        np.testing.assert_array_equal(animation.canvas(number), PHOTO.pixels)


def test_nothing_of_the_photo_rests_half_way() -> None:
    unchanged = (animate().canvas(20) == PHOTO.pixels).all(axis=2)
    assert unchanged.mean() < 0.02


def test_grains_have_the_colours_of_the_photo() -> None:
    """Between red and the dark ground, no pixel has more green or blue than red."""
    for number in range(0, 40, 5):
        red, green, blue = np.moveaxis(animate(RED).canvas(number).astype(int), 2, 0)
        assert (red >= np.maximum(green, blue)).all()
    assert animate(RED).canvas(20)[..., 0].max() > 150


@pytest.mark.parametrize(
    ("towards", "axis", "sign"), [("right", 1, 1), ("left", 1, -1), ("down", 0, 1), ("up", 0, -1)]
)
def test_the_wind_takes_the_side_first_to_which_it_blows(towards: str, axis: int, sign: int) -> None:
    whole = (animate(towards=towards).canvas(9) == PHOTO.pixels).all(axis=2)
    first, second = np.array_split(whole, 2, axis)
    assert sign * (first.mean() - second.mean()) > 0.1


def test_another_seed_gives_other_paths() -> None:
    assert (animate(seed=1).canvas(14) != animate(seed=2).canvas(14)).any()


def most_frequent_colour(canvas: Pixels) -> tuple[int, ...]:
    colours, counts = np.unique(canvas.reshape(-1, canvas.shape[2]), axis=0, return_counts=True)
    return tuple(int(level) for level in colours[counts.argmax()])


def test_the_ground_is_a_dark_shade_of_the_photo_or_the_requested_colour() -> None:
    shade = darkened(backdrop_colours(RED.pixels).accent, 0.22)
    assert most_frequent_colour(animate(RED).canvas(20)) == shade
    assert most_frequent_colour(animate(RED, background="ffeecc").canvas(20)) == (255, 238, 204)


def test_grains_of_an_opaque_photo_fly_over_nothing() -> None:
    animation = animate(RED, background="none")
    assert (animation.canvas(0)[..., 3] == 255).all()
    half_way = animation.canvas(20)
    assert (half_way[..., 3] == 0).mean() > 0.05
    assert (abs(half_way[half_way[..., 3] > 0][:, :3].astype(int) - (200, 30, 20)) <= 1).all()


def test_a_gif_shows_the_grains_of_a_transparent_photo_half_way() -> None:
    cut_out = np.zeros((60, 80, 4), np.uint8)
    cut_out[15:45, 20:60] = (30, 60, 200, 255)
    assert (animate(Photo(cut_out)).canvas(20)[..., 3] >= 128).sum() > 100


def test_a_soft_shadow_does_not_become_a_dark_cloud() -> None:
    shadow = np.zeros((60, 80, 4), np.uint8)
    shadow[15:45, 20:60, 3] = 90
    animation = animate(Photo(shadow))
    assert max(animation.canvas(number)[..., 3].max() for number in range(0, 40, 4)) == 90


def test_a_panorama_has_grains_as_fine_as_a_square_of_its_area() -> None:
    edges = []
    for width, height in ((900, 90), (285, 285)):
        photo = Photo(np.full((height, width, 3), 90, np.uint8))
        visible = animate(photo, background="none").canvas(20)[..., 3] > 0
        edges.append((visible[:, 1:] != visible[:, :-1]).sum())
    assert edges[0] == pytest.approx(edges[1], rel=0.2)


@pytest.mark.parametrize("towards", ["right", "up"])
@pytest.mark.parametrize("background", ["auto", "ffffff", "none"])
def test_grains_do_not_flash(towards: str, background: str) -> None:
    assert not gifmill.render(PHOTO, EFFECTS["dissolve"], towards=towards, background=background).calmed


@pytest.mark.parametrize("radius", [1, 2.5, 4])
def test_a_disc_covers_its_area(radius: float) -> None:
    canvas = np.zeros((20, 20, 3), np.uint8)
    assert discs(canvas, (10.2, 9.7, radius))[..., 0].sum() / 255 == pytest.approx(
        np.pi * radius**2, rel=0.15
    )


def test_a_disc_smaller_than_a_pixel_is_faint() -> None:
    levels = [int(discs(BLACK, (5.5, 4.5, radius)).max()) for radius in (0.0, 0.1, 0.3, 0.5)]
    assert levels == [0, 10, 92, 255]


def test_discs_beyond_the_canvas_are_not_drawn() -> None:
    places = [(-50, 4, 2), (99, 4, 2), (5, -3, 2), (5, 1e9, 2), (-1e30, np.nan, 2), (np.nan, 4, np.nan)]
    assert discs(BLACK, *places).max() == 0
    assert discs(BLACK, (-0.5, 4.5, 2))[4, 0, 0] == 255


def test_a_disc_on_nothing_has_its_colour_and_its_opacity() -> None:
    drawn = discs(NOTHING, (5.5, 4.5, 2), colour=(10, 20, 30, 128))
    assert drawn[4, 5].tolist() == [10, 20, 30, 128]
    assert (drawn[drawn[..., 3] > 0][:, :3] == (10, 20, 30)).all()
    twice = discs(drawn, (5.5, 4.5, 2), colour=(10, 20, 30, 128))
    assert twice[4, 5].tolist() == [10, 20, 30, 192]


def test_a_half_transparent_disc_is_mixed_with_what_is_below() -> None:
    opaque = np.full((9, 11, 4), 255, np.uint8)
    assert discs(opaque, (5.5, 4.5, 2), colour=(0, 0, 0, 128))[4, 5].tolist() == [127, 127, 127, 255]
