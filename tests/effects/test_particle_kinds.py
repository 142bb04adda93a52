"""The motion of each kind of particle: a loop without a seam, over the whole canvas."""

from __future__ import annotations

import numpy as np
import pytest

from gifmill.effects.particle_kinds import KINDS
from gifmill.effects.particle_scene import Scene
from gifmill.effects.particles import Particles, Shape
from gifmill.photo.photo import Photo

every_kind = pytest.mark.parametrize("kind", KINDS)


def photo(width: int = 300, height: int = 200) -> Photo:
    return Photo(np.full((height, width, 3), 120, np.uint8))


def particles(
    kind: str, phase: float, duration: float = 3.0, amount: int = 50, seed: int = 1, on: Photo | None = None
) -> Particles:
    scene = Scene(KINDS[kind], on or photo(), duration, amount, seed)
    return KINDS[kind].motion(scene)(phase)


@every_kind
@pytest.mark.parametrize("duration", [0.2, 1.0, 3.0, 7.3])
def test_the_loop_has_no_seam(kind: str, duration: float) -> None:
    first, last = particles(kind, 0, duration), particles(kind, 1, duration)
    canvases = [np.full((200, 300, 3), 120, np.uint8) for _ in range(2)]
    first.draw(canvases[0])
    last.draw(canvases[1])
    assert abs(canvases[0].astype(int) - canvases[1]).max() <= 1


@every_kind
def test_particles_are_all_over_the_canvas_at_each_phase(kind: str) -> None:
    for phase in (0, 0.3, 0.8):
        canvas = np.full((200, 300, 3), 120, np.uint8)
        particles(kind, phase).draw(canvas)
        changed = (canvas != 120).any(axis=2)
        for rows in (slice(100), slice(100, None)):
            for columns in (slice(150), slice(150, None)):
                assert changed[rows, columns].any()


@every_kind
def test_the_amount_is_the_number_of_particles(kind: str) -> None:
    few, some, many = (len(particles(kind, 0, amount=amount)) for amount in (1, 50, 100))
    assert few < some < many
    assert many == pytest.approx(2 * some, rel=0.03)


@every_kind
def test_another_seed_gives_other_particles(kind: str) -> None:
    assert not np.array_equal(particles(kind, 0, seed=1).at, particles(kind, 0, seed=2).at)
    assert np.array_equal(particles(kind, 0.4).at, particles(kind, 0.4).at)


@pytest.mark.parametrize(("kind", "sign"), [("confetti", 1), ("hearts", -1), ("rain", 1), ("snow", 1)])
def test_hearts_rise_and_all_others_fall(kind: str, sign: int) -> None:
    step = particles(kind, 0.51).at[:, 1] - particles(kind, 0.5).at[:, 1]
    assert np.median(step) * sign > 0


@pytest.mark.parametrize("kind", ["confetti", "hearts", "rain", "snow"])
def test_the_speed_hardly_depends_on_the_duration(kind: str) -> None:
    speeds = [
        np.median(abs(particles(kind, 0.001, duration).at - particles(kind, 0, duration).at)[:, 1]) / duration
        for duration in (4.0, 8.0)
    ]
    assert speeds[0] == pytest.approx(speeds[1], rel=0.15)


def test_nearer_particles_are_larger() -> None:
    areas = abs(np.linalg.det(particles("hearts", 0).axes[::2]))
    assert areas[-5:].min() > 2 * areas[:5].max()


@every_kind
def test_small_canvases_have_fewer_particles_that_can_still_be_seen(kind: str) -> None:
    small = particles(kind, 0, on=photo(16, 16))
    assert len(small) < len(particles(kind, 0, on=photo(480, 480)))
    assert np.sqrt(abs(np.linalg.det(small.axes))).max() > 0.15


def test_snow_has_crystals() -> None:
    assert (particles("snow", 0).shape == Shape.FLAKE).sum() > 5


def test_sparkles_appear_and_vanish_slowly() -> None:
    lights = np.array([particles("sparkle", frame / 45).opacity for frame in range(45)])
    assert lights.max() > 0.95
    assert (lights.min(axis=0) == 0).all()
    assert abs(np.diff(lights, axis=0)).max() < 0.2


@pytest.mark.parametrize("kind", ["rain", "snow"])
def test_particles_of_little_opacity_are_opaque_on_a_transparent_photo(kind: str) -> None:
    clear = Photo(np.zeros((200, 300, 4), np.uint8))
    assert particles(kind, 0, on=clear).opacity.min() > particles(kind, 0).opacity.min() + 0.2
