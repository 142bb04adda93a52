"""Particles on plain canvases, and pictures laid over canvases."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from gifmill.effects.particles import Particles, Shape, axes_of, lay_over

if TYPE_CHECKING:
    from gifmill.animation import Pixels

RED = (255, 0, 0)
every_shape = pytest.mark.parametrize("shape", Shape, ids=lambda shape: shape.name.lower())


def one(
    shape: Shape,
    x: float = 50,
    y: float = 50,
    radius: float = 30,
    angle: float = 0,
    thin: float = 1,
    opacity: float = 1,
    softness: float = 0,
) -> Particles:
    axes = axes_of(np.array([radius]), np.array([angle]), 1, thin)
    return Particles.of(shape, np.array([[x, y]]), axes, RED, opacity, softness)


def drawn(particles: Particles, channels: int = 3) -> Pixels:
    canvas = np.zeros((100, 100, channels), np.uint8)
    particles.draw(canvas)
    return canvas


def covered(particles: Particles) -> float:
    """Return the covered area in pixels."""
    return float(drawn(particles)[..., 0].sum() / 255)


@every_shape
def test_a_shape_is_inside_its_square(shape: Shape) -> None:
    rows, columns = np.nonzero(drawn(one(shape))[..., 0])
    assert min(rows.min(), columns.min()) >= 19
    assert max(rows.max(), columns.max()) <= 80
    assert np.ptp(columns) > 25


@every_shape
def test_the_area_grows_with_the_square_of_the_size(shape: Shape) -> None:
    assert covered(one(shape, radius=32)) == pytest.approx(4 * covered(one(shape, radius=16)), rel=0.1)


@every_shape
def test_the_area_hardly_depends_on_the_angle(shape: Shape) -> None:
    assert covered(one(shape, angle=0.4)) == pytest.approx(covered(one(shape)), rel=0.05)


def test_areas_are_exact() -> None:
    assert covered(one(Shape.RECTANGLE, radius=10)) == pytest.approx(400, rel=0.01)
    assert covered(one(Shape.DISC, radius=10)) == pytest.approx(314, rel=0.01)


@pytest.mark.parametrize("thin", [0.5, 0.1, 0.02])
def test_a_rectangle_thinner_than_a_pixel_covers_its_area(thin: float) -> None:
    assert covered(one(Shape.RECTANGLE, radius=10, thin=thin)) == pytest.approx(400 * thin, rel=0.05)


def test_a_foreshortened_disc_is_an_ellipse() -> None:
    rows, columns = np.nonzero(drawn(one(Shape.DISC, thin=0.3))[..., 0] > 127)
    assert np.ptp(columns) == pytest.approx(60, abs=2)
    assert np.ptp(rows) == pytest.approx(18, abs=2)


def test_softness_blurs_the_edge_and_keeps_the_area() -> None:
    sharp, soft = one(Shape.DISC, radius=20), one(Shape.DISC, radius=20, softness=10)
    assert covered(soft) == pytest.approx(covered(sharp), rel=0.05)
    assert len(np.unique(drawn(soft))) > len(np.unique(drawn(sharp)))


def test_a_heart_has_its_tip_at_the_end_of_its_second_axis() -> None:
    heart = drawn(one(Shape.HEART))[..., 0] > 127
    rows = np.nonzero(heart.any(axis=1))[0]
    assert heart[rows[-1]].sum() <= 3
    assert heart[rows[0] + 8].sum() > 25


def test_opacity_mixes_the_colour_with_the_canvas() -> None:
    canvas = np.full((100, 100, 3), 100, np.uint8)
    one(Shape.RECTANGLE, opacity=0.5).draw(canvas)
    assert abs(canvas[50, 50].astype(int) - (178, 50, 50)).max() <= 1


def test_a_transparent_canvas_gets_the_particles_colour_and_opacity() -> None:
    assert drawn(one(Shape.RECTANGLE, opacity=0.5), 4)[50, 50].tolist() == [255, 0, 0, 128]
    assert drawn(one(Shape.RECTANGLE), 4)[5, 5].tolist() == [0, 0, 0, 0]


def test_a_later_particle_covers_an_earlier_one() -> None:
    axes = axes_of(np.array([9.0, 9.0]), np.zeros(2))
    both = Particles.of(Shape.DISC, np.full((2, 2), 50.0), axes, [RED, (0, 255, 0)], 1)
    assert drawn(both)[50, 50].tolist() == [0, 255, 0]


@pytest.mark.parametrize(("x", "y"), [(-5, 50), (104, 50), (50, -1e5), (1e6, 1e6)])
def test_a_particle_may_be_partly_or_wholly_outside(x: float, y: float) -> None:
    inside = -30 < x < 130 and -30 < y < 130
    assert drawn(one(Shape.DISC, x, y)).any() == inside


def test_no_particles_draw_nothing() -> None:
    empty, rest = one(Shape.DISC).divided(0)
    assert (len(empty), len(rest)) == (0, 1)
    assert not drawn(empty).any()


def test_parts_are_drawn_particle_by_particle() -> None:
    axes = axes_of(np.array([5.0, 5.0]), np.zeros(2))
    discs, hearts = (
        Particles.of(shape, np.array([[1.0, 2], [3, 4]]), axes, RED, 1) for shape in (Shape.DISC, Shape.HEART)
    )
    both = Particles.interleaved(discs, hearts)
    assert both.shape.tolist() == [Shape.DISC, Shape.HEART, Shape.DISC, Shape.HEART]
    assert both.at.tolist() == [[1, 2], [1, 2], [3, 4], [3, 4]]


@pytest.mark.parametrize(
    "wrong",
    [
        {"opacity": 1.5},
        {"softness": -1},
        {"softness": np.inf},
        {"x": np.nan},
        {"x": 1e30},
        {"radius": 0},
        {"thin": 0},
    ],
    ids=str,
)
def test_numbers_out_of_range_are_rejected(wrong: dict[str, float]) -> None:
    with pytest.raises(ValueError, match="particle"):
        one(Shape.DISC, **wrong)


def test_an_unknown_shape_is_rejected() -> None:
    with pytest.raises(ValueError, match="Shape"):
        Particles.of(7, np.zeros((1, 2)), np.eye(2)[None], RED, 1)


def test_a_canvas_that_cannot_be_drawn_on_is_rejected() -> None:
    canvas = np.zeros((9, 9, 3), np.uint8)
    for wrong in (canvas[:, :, :2], canvas.astype(float), canvas[::2], np.broadcast_to(canvas[0], (9, 9, 3))):
        with pytest.raises(ValueError, match=r"Pixels|canvas"):
            one(Shape.DISC).draw(wrong)


@pytest.mark.parametrize("channels", [3, 4])
def test_a_picture_covers_the_canvas_by_its_mask(channels: int) -> None:
    canvas = np.full((1, 3, channels), 100, np.uint8)
    picture = np.full((1, 3, channels), 200, np.uint8)
    canvas[..., 3:] = 255
    lay_over(canvas, picture, np.array([[0, 128, 255]], np.uint8))
    assert canvas[0, :, 0].tolist() == [100, 150, 200]
    assert (canvas[..., 3:] == 255).all()


def test_a_picture_on_a_transparent_canvas_has_the_opacity_of_its_mask() -> None:
    canvas = np.zeros((1, 2, 4), np.uint8)
    lay_over(canvas, np.full((1, 2, 4), 200, np.uint8), np.array([[0, 77]], np.uint8))
    assert canvas[0].tolist() == [[0, 0, 0, 0], [200, 200, 200, 77]]


def test_a_picture_of_another_shape_is_rejected() -> None:
    canvas = np.zeros((4, 4, 3), np.uint8)
    mask = np.zeros((4, 4), np.uint8)
    for picture, opacity in ((canvas[:2], mask), (canvas, mask[:2]), (canvas.astype(float), mask)):
        with pytest.raises(ValueError, match="picture"):
            lay_over(canvas, picture, opacity)
